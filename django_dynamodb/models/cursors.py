"""Writes positions in a search, and how far its segments were read, as signed text that can stand in a URL."""

from __future__ import annotations

from typing import Any, Final

from django.core.signing import BadSignature, Signer

from django_dynamodb.exceptions import InvalidCursorError
from django_dynamodb.tables.cursor import Position
from django_dynamodb.tables.segments import Progress

SALT: Final = "django_dynamodb.cursor"
"""Keeps what is signed for other purposes from being taken for a cursor."""

PROGRESS_SALT: Final = "django_dynamodb.progress"
"""Keeps the cursor of a page and that of a batch apart."""

SEPARATOR: Final = "."
"""Between content and signature; one of the characters a URL need not quote (RFC 3986, 2.3)."""

FINISHED: Final = 1
"""Stands for a segment that was read to its end; a key is a mapping, and None is the beginning."""

PAGE: Final = {
    "argument": "after",
    "giver": "page()",
    "advice": "Answer 404, or show the first page.",
    "same": "model, index, filters and order of the page",
    "else": "else answer 404, or show the first page.",
}
BATCH: Final = {
    "argument": "resume",
    "giver": "a batch",
    "advice": "Begin anew without it.",
    "same": "model, index, filters, order and number of segments",
    "else": "else begin anew without it.",
}
"""What the two kinds of cursor are called in messages."""


def encode_cursor(position: Position, fingerprint: str) -> str:
    """Writes a position.

    Args:
        position: A place in a search.
        fingerprint: That search's.

    Returns:
        Letters, digits, ``-``, ``_`` and ``.``; readable to whoever decodes it, but not to be changed.
    """
    content: dict[str, Any] = {"of": fingerprint}
    if position.key is not None:
        content["key"] = position.key
    if position.backwards:
        content["back"] = 1
    return _signer(SALT).sign_object(content)


def decode_cursor(cursor: Any, fingerprint: str, label: str) -> Position:
    """Reads a cursor.

    Args:
        cursor: What ``encode_cursor`` wrote; anything else is refused.
        fingerprint: That of the search that is asked for.
        label: The model, for messages.

    Returns:
        The position.

    Raises:
        InvalidCursorError: The cursor was changed, or belongs to another search.
    """
    content = _content(cursor, SALT, fingerprint, label, PAGE)
    return Position(key=content.get("key"), backwards="back" in content)


def encode_progress(progress: Progress, fingerprint: str) -> str:
    """Writes how far the segments of a search have been read.

    Args:
        progress: Each segment's place.
        fingerprint: The search's, as its first segment asks it.

    Returns:
        Letters, digits, ``-``, ``_`` and ``.``; it grows with the number of segments.
    """
    places = [FINISHED if n in progress.finished else start for n, start in enumerate(progress.starts)]
    return _signer(PROGRESS_SALT).sign_object({"of": fingerprint, "places": places})


def decode_progress(cursor: Any, fingerprint: str, label: str) -> Progress:
    """Reads how far the segments of a search have been read.

    Args:
        cursor: What ``encode_progress`` wrote; anything else is refused.
        fingerprint: That of the search that is asked for; the number of its segments is in it.
        label: The model, for messages.

    Returns:
        Each segment's place.

    Raises:
        InvalidCursorError: The cursor was changed, or belongs to another search.
    """
    places = _content(cursor, PROGRESS_SALT, fingerprint, label, BATCH)["places"]
    return Progress(
        starts=tuple(None if place == FINISHED else place for place in places),
        finished=frozenset(n for n, place in enumerate(places) if place == FINISHED),
    )


def _content(cursor: Any, salt: str, fingerprint: str, label: str, words: dict[str, str]) -> Any:
    """What was signed, if it was signed for this."""
    try:
        content = _signer(salt).unsign_object(cursor)
    except (BadSignature, TypeError, UnicodeEncodeError) as error:
        raise InvalidCursorError(
            f"{label}: {words['argument']}={_shown(cursor)} is no cursor that {words['giver']} gave, or it was changed "
            f"on its way, or signed with another SECRET_KEY. {words['advice']}"
        ) from error
    if content.get("of") != fingerprint:
        raise InvalidCursorError(
            f"{label}: this cursor belongs to another query. Use it with the {words['same']} it came from, values "
            f"included; {words['else']}"
        )
    return content


def _signer(salt: str) -> Signer:
    return Signer(sep=SEPARATOR, salt=salt)


def _shown(cursor: object) -> str:
    """The beginning of what was given, which may be long."""
    text = repr(cursor)
    return text if len(text) <= 40 else f"{text[:40]}…"  # noqa: PLR2004 -- enough to recognise it
