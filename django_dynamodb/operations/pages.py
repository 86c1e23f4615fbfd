"""Reads an answer full of items one item at a time, so that raw items die young.

Decoding a page whole keeps every raw item alive at once, and the cyclic collector walks them all. Here the standard
library's own scanner decodes one item, the builder makes its object, and the raw item is gone before the next one.
Only the frame around the items is read here; strings, numbers and items are the scanner's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from json import JSONDecodeError, JSONDecoder
from json.scanner import make_scanner
from re import compile as pattern
from typing import Any, Final, TypeAlias

from django_dynamodb.operations.frames import Frame, ItemsOf
from django_dynamodb.types import TextBuild

Reader: TypeAlias = Callable[[str, int], tuple[Any, int]]
"""Reads the value that starts at an index of a text; returns it, and the index after it."""

_DECODER: Final = JSONDecoder()
_read_any: Reader = _DECODER.raw_decode
_scan: Reader = make_scanner(_DECODER)  # type: ignore[arg-type]  # typeshed wants what the decoder has, by another type
"""As ``raw_decode`` reads, but raises StopIteration where no value starts."""

_SPACES: Final = frozenset(" \t\n\r")
_space = pattern(r"[ \t\n\r]*").match


def read_value(body: bytes) -> Any:
    """Reads any JSON value.

    Args:
        body: JSON in UTF-8.

    Returns:
        Plain Python values.

    Raises:
        ValueError: The body is no JSON.
    """
    text = body.decode()
    try:
        value, end = _scan(text, 0)
    except StopIteration:  # white space, or nothing that could be read
        end = -1
    return value if end == len(text) else _DECODER.decode(text)  # which has the word on what is unusual


def read_document(body: bytes, frame: Frame) -> dict[str, Any]:
    """Reads a JSON object whose items are built one by one.

    Args:
        body: JSON in UTF-8.
        frame: Where the items stand.

    Returns:
        The members by name; of a name that comes twice the last one.

    Raises:
        ValueError: The body is no JSON object.
    """
    text = body.decode()
    members, end = _read_object(text, _after_space(text, 0), frame)
    if (end := _after_space(text, end)) != len(text):
        raise JSONDecodeError("Extra data", text, end)
    return members


def _read_object(text: str, start: int, frame: Frame) -> tuple[dict[str, Any], int]:
    """Reads the JSON object that starts at an index."""
    members: dict[str, Any] = {}
    index = _after_space(text, _after(text, start, "{"))
    if text.startswith("}", index):
        return members, index + 1
    while True:
        _after(text, index, '"')
        name, index = _read_any(text, index)
        index = _after_space(text, _after(text, _after_space(text, index), ":"))
        members[name], index = _read_member(text, index, frame.get(name))
        index = _after_space(text, index)
        if text.startswith("}", index):
            return members, index + 1
        index = _after_space(text, _after(text, index, ","))


def _read_member(text: str, start: int, part: Frame | ItemsOf | None) -> tuple[Any, int]:
    """Reads one member, by what the frame says of it."""
    if part is None:
        return _read_any(text, start)
    return _read_object(text, start, part) if isinstance(part, Mapping) else _read_items(text, start, part)


def _read_items(text: str, start: int, items: ItemsOf) -> tuple[list[Any], int]:
    """Reads the list of items that starts at an index; ``null`` counts as none."""
    if text.startswith("null", start):
        return [], start + len("null")
    build, scan = items.build, _scan
    with_text = build.build if isinstance(build, TextBuild) else None
    built: list[Any] = []
    index = _after_space(text, _after(text, start, "["))
    if text.startswith("]", index):
        return built, index + 1
    while True:
        first = index
        try:
            item, index = scan(text, first)
        except StopIteration as stop:
            raise JSONDecodeError("Expecting value", text, stop.value) from None
        built.append(build(item) if with_text is None else with_text(item, text[first:index]))
        if text.startswith(",{", index):  # as the service writes: no spaces
            index += 1
            continue
        index = _after_space(text, index)
        if text.startswith("]", index):
            return built, index + 1
        index = _after_space(text, _after(text, index, ","))


def _after_space(text: str, index: int) -> int:
    """The index of the next character that is no JSON white space."""
    if text[index : index + 1] not in _SPACES:  # as the service writes; the pattern alone takes four times as long
        return index
    match = _space(text, index)
    return index if match is None else match.end()


def _after(text: str, index: int, mark: str) -> int:
    """The index after a mark that must stand there."""
    if not text.startswith(mark, index):
        raise JSONDecodeError(f"Expecting {mark!r}", text, index)
    return index + 1
