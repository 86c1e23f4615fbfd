"""Reads an answer full of items one item at a time, so that raw items die young.

Decoding a page whole keeps every raw item alive at once, and the cyclic collector walks them all. Here the standard
library's own scanner decodes one item, the builder makes its object, and the raw item is gone before the next one.
Only the frame around the items is read here; strings, numbers and items are the scanner's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from json import JSONDecodeError, JSONDecoder
from re import compile as pattern
from typing import Any, Final, TypeAlias, TypeVar

from django_dynamodb.types import Item, TextBuild

BuiltT = TypeVar("BuiltT")

Reader: TypeAlias = Callable[[str, int], tuple[Any, int]]
"""Reads the value that starts at an index of a text; returns it, and the index after it."""

read_value: Reader = JSONDecoder().raw_decode
"""Reads any JSON value that starts at an index, as ``json.loads`` does."""

_SPACES: Final = frozenset(" \t\n\r")
_space = pattern(r"[ \t\n\r]*").match


def read_document(body: bytes, readers: Mapping[str, Reader]) -> dict[str, Any]:
    """Reads a JSON object, some of its members with a reader of their own.

    Args:
        body: JSON in UTF-8.
        readers: Name of a member to the reader of its value; the others become plain Python values.

    Returns:
        The members by name; of a name that comes twice the last one.

    Raises:
        ValueError: The body is no JSON object.
    """
    text = body.decode()
    members, end = read_object(text, _after_space(text, 0), readers)
    if (end := _after_space(text, end)) != len(text):
        raise JSONDecodeError("Extra data", text, end)
    return members


def read_object(text: str, start: int, readers: Mapping[str, Reader]) -> tuple[dict[str, Any], int]:
    """Reads the JSON object that starts at an index.

    Args:
        text: The whole document.
        start: Where its ``{`` stands.
        readers: Name of a member to the reader of its value; the others become plain Python values.

    Returns:
        The members by name, and the index after the ``}``.

    Raises:
        ValueError: There is no JSON object.
    """
    members: dict[str, Any] = {}
    index = _after_space(text, _after(text, start, "{"))
    if text.startswith("}", index):
        return members, index + 1
    while True:
        _after(text, index, '"')
        name, index = read_value(text, index)
        index = _after_space(text, _after(text, _after_space(text, index), ":"))
        members[name], index = readers.get(name, read_value)(text, index)
        index = _after_space(text, index)
        if text.startswith("}", index):
            return members, index + 1
        index = _after_space(text, _after(text, index, ","))


def items_reader(build: Callable[[Item], BuiltT]) -> Reader:
    """Makes a reader of a list of items.

    Args:
        build: Makes what the caller wants out of one item; called as soon as the item is read. A ``TextBuild`` is
            given the item's own text too.

    Returns:
        A reader that gives the list of built objects; ``null`` counts as no items.
    """
    with_text = build.build if isinstance(build, TextBuild) else None

    def read_items(text: str, start: int) -> tuple[list[BuiltT], int]:
        if text.startswith("null", start):
            return [], start + len("null")
        built: list[BuiltT] = []
        index = _after_space(text, _after(text, start, "["))
        if text.startswith("]", index):
            return built, index + 1
        while True:
            first = index
            item, index = read_value(text, first)
            built.append(build(item) if with_text is None else with_text(item, text[first:index]))
            if text.startswith(",{", index):  # as the service writes: no spaces
                index += 1
                continue
            index = _after_space(text, index)
            if text.startswith("]", index):
                return built, index + 1
            index = _after_space(text, _after(text, index, ","))

    return read_items


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
