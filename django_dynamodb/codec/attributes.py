"""Compiles the attributes of one table into one loader and one dumper of whole items.

What runs for each attribute of each item is written out in two loops over plain tuples; nothing is looked up twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django_dynamodb.codec.scalars import ValueCodec
from django_dynamodb.codec.values import malformed_error
from django_dynamodb.exceptions import InvalidValueError, SchemaError
from django_dynamodb.types import Item


@dataclass(frozen=True, kw_only=True, slots=True)
class AttributeCodec:
    """How one attribute of an item becomes one Python value, and back.

    Args:
        name: The attribute in the item.
        slot: The name of the value in Python.
        codec: The encoding of values that are there.
        missing: Gives the value of an attribute that is absent or NULL.
        is_empty: Tells which values, beside None, are left out of the item.
    """

    name: str
    slot: str
    codec: ValueCodec
    missing: Callable[[], Any]
    is_empty: Callable[[Any], bool]


class TableCodec:
    """Loads and dumps the items of one table.

    Args:
        attributes: One codec for each attribute.

    Raises:
        SchemaError: Two attributes share a name or a slot.
    """

    __slots__ = ("_dump_plan", "_load_plan", "attributes")

    def __init__(self, attributes: Sequence[AttributeCodec]) -> None:
        _validate_unique("name", [attribute.name for attribute in attributes])
        _validate_unique("slot", [attribute.slot for attribute in attributes])
        self.attributes = tuple(attributes)
        self._load_plan = tuple((a.name, a.slot, a.codec.decode, a.missing) for a in attributes)
        self._dump_plan = tuple((a.slot, a.name, a.codec.encode, a.is_empty) for a in attributes)

    def load(self, item: Item) -> dict[str, Any]:
        """Reads an item.

        Args:
            item: The item; attributes the table does not know are passed over.

        Returns:
            Slot to Python value, one for each attribute of the table, in their order.

        Raises:
            InvalidValueError: A value cannot be read; the message starts with the slot.
        """
        values: dict[str, Any] = {}
        stored = item.get
        slot, av = "", None
        try:
            for name, slot, decode, missing in self._load_plan:
                av = stored(name)
                values[slot] = missing() if av is None or "NULL" in av else decode(av)
        except InvalidValueError as error:
            raise _located(error, slot) from error
        except TypeError as error:
            if isinstance(av, dict):
                raise
            raise _located(malformed_error(av), slot) from error
        return values

    def dump(self, values: Mapping[str, Any]) -> Item:
        """Writes an item.

        Args:
            values: Slot to Python value; slots that are not there are left out, and so are None and empty values.

        Returns:
            The item.

        Raises:
            InvalidTypeError: A value has a type the attribute cannot hold; the message starts with the slot.
            InvalidValueError: A value cannot be stored for another reason; likewise.
        """
        item: Item = {}
        given = values.get
        slot = ""
        try:
            for slot, name, encode, is_empty in self._dump_plan:
                value = given(slot)
                if value is not None and not is_empty(value):
                    item[name] = encode(value)
        except InvalidValueError as error:
            raise _located(error, slot) from error
        return item


def _located(error: InvalidValueError, slot: str) -> InvalidValueError:
    """The same error, named after the slot."""
    return type(error)(f"{slot}: {error}")


def _validate_unique(what: str, names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise SchemaError(f"Two attributes have the {what} {name!r}: give each its own.")
        seen.add(name)
