"""Reads the items of one table into structures made for it by msgspec, which makes no dictionary for each attribute.

An item of twelve attributes is read and loaded in four fifths of the time. What is not as the codecs expect it, such as
a NULL or another tag, is left to the reader of dictionaries, which reads the item again and has the word.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final

import msgspec

from django_dynamodb.codec.attributes import TableCodec
from django_dynamodb.codec.codecs import UNREADABLE, ValueCodec
from django_dynamodb.codec.source import member, member_loader

UNFIT: Final = (msgspec.MsgspecError, *UNREADABLE)
"""What reading by ``reader`` raises for an item that is left to the other one."""

_CONTENTS: Final[Mapping[str, Any]] = {
    "S": str,
    "N": str,
    "B": str,
    "BOOL": bool,
    "SS": list[str],
    "NS": list[str],
    "BS": list[str],
    "L": list[Any],
    "M": dict[str, Any],
}
"""Tag to the type of its content in JSON. Source: API reference, "AttributeValue"."""

_TAGGED: Final[Mapping[str, Any]] = {
    tag: msgspec.defstruct(f"Tagged{tag}", [(tag, content)], gc=False) for tag, content in _CONTENTS.items()
}
"""Tag to an attribute value of that tag."""


_UNNAMEABLE: Final = re.compile(r'[\\"\x00-\x1f]')
"""What a member may not have in its name. Source: msgspec's documentation, "Structs", on renaming."""


@lru_cache(maxsize=512)  # a project has fewer models than this
def reader(codec: TableCodec) -> Callable[[Any], dict[str, Any]] | None:
    """Makes the function that reads the items of a table.

    Args:
        codec: The codecs of its attributes.

    Returns:
        JSON → slot to value, as ``codec.load`` gives it for the item. It raises one of ``UNFIT`` where that is not
        sure. None for a table with an attribute that no structure has a name for.
    """
    attributes = codec.attributes
    if any(_UNNAMEABLE.search(attribute.name) for attribute in attributes):
        return None
    members: list[Any] = [(member(number), _type_of(a.codec), msgspec.UNSET) for number, a in enumerate(attributes)]
    names = {member(number): a.name for number, a in enumerate(attributes)}
    item = msgspec.defstruct("Item", members, rename=names, gc=False)
    return member_loader(attributes, msgspec.UNSET, msgspec.json.Decoder(item).decode)


def _type_of(codec: ValueCodec) -> Any:
    """What a member holds: a value of the one tag that can be read, else whatever there is."""
    return Any if codec.read is None else _TAGGED[codec.tag or ""] | msgspec.UnsetType
