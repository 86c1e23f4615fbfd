"""Reads an answer full of items one item at a time by msgspec, which scans JSON twice as fast as the standard library.

``msgspec`` is optional (the extra ``fast``); ``operations.json`` chooses. What it reads is what the standard library
reads, which a property test holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from django_dynamodb.operations.frames import Frame, ItemsOf
from django_dynamodb.operations.structs import UNFIT, reader
from django_dynamodb.types import TextBuild

_members: Final = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_entries: Final = msgspec.json.Decoder(list[msgspec.Raw] | None).decode
_value: Final = msgspec.json.Decoder().decode


def read_value(body: bytes) -> Any:
    """Reads any JSON value.

    Args:
        body: JSON in UTF-8.

    Returns:
        Plain Python values.

    Raises:
        ValueError: The body is no JSON.
    """
    return _value(body)


def read_document(body: bytes, frame: Frame) -> dict[str, Any]:
    """Reads a JSON object whose items are built one by one.

    Args:
        body: JSON in UTF-8.
        frame: Where the items stand.

    Returns:
        The members by name.

    Raises:
        ValueError: The body is no JSON object.
    """
    return {name: _read(raw, frame.get(name)) for name, raw in _members(body).items()}


def _read(raw: msgspec.Raw, part: Frame | ItemsOf | None) -> Any:
    """Reads one member, by what the frame says of it."""
    if part is None:
        return _value(raw)
    return read_document(raw, part) if isinstance(part, Mapping) else _built(raw, part)


def _built(raw: msgspec.Raw, items: ItemsOf) -> list[Any]:
    """Builds a list of items; ``null`` counts as none."""
    build, entries = items.build, _entries(raw) or ()
    if not isinstance(build, TextBuild):
        return [build(_value(entry)) for entry in entries]
    with_text, values = build.build, build.values
    read = None if values is None else reader(values.codec)
    if values is None or read is None:
        return [with_text(_value(entry), bytes(entry)) for entry in entries]
    fill, made = values.build, []
    for entry in entries:
        text = bytes(entry)
        try:
            found = read(entry)
        except UNFIT:
            made.append(with_text(_value(entry), text))
        else:
            made.append(fill(found, text))
    return made
