"""Writes positions in a search as signed text that can stand in a URL, and reads them back."""

from __future__ import annotations

from typing import Any, Final

from django.core.signing import BadSignature, Signer

from django_dynamodb.exceptions import InvalidCursorError
from django_dynamodb.tables.cursor import Position

SALT: Final = "django_dynamodb.cursor"
"""Keeps what is signed for other purposes from being taken for a cursor."""

SEPARATOR: Final = "."
"""Between content and signature; one of the characters a URL need not quote (RFC 3986, 2.3)."""


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
    return _signer().sign_object(content)


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
    try:
        content = _signer().unsign_object(cursor)
    except (BadSignature, TypeError, UnicodeEncodeError) as error:
        raise InvalidCursorError(
            f"{label}: after={_shown(cursor)} is no cursor that page() gave, or it was changed on its way, or signed "
            "with another SECRET_KEY. Answer 404, or show the first page."
        ) from error
    if content.get("of") != fingerprint:
        raise InvalidCursorError(
            f"{label}: this cursor belongs to another query. Use it with the model, index, filters and order of the "
            "page it came from, values included; else answer 404, or show the first page."
        )
    return Position(key=content.get("key"), backwards="back" in content)


def _signer() -> Signer:
    return Signer(sep=SEPARATOR, salt=SALT)


def _shown(cursor: object) -> str:
    """The beginning of what was given, which may be long."""
    text = repr(cursor)
    return text if len(text) <= 40 else f"{text[:40]}…"  # noqa: PLR2004 -- enough to recognise it
