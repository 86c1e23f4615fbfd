"""Compiles the attributes of one table into one loader and one dumper of whole items.

What runs for each attribute of each item is written out in two loops over plain tuples; nothing is looked up twice.
The loader reads the content under the expected tag at once. Only what fails there (NULL, another tag, a content that
cannot be read) takes the codec's checked way, which words the error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

from django_dynamodb.codec.scalars import UNREADABLE, ValueCodec, as_it_is
from django_dynamodb.codec.values import malformed_error
from django_dynamodb.exceptions import InvalidValueError, SchemaError
from django_dynamodb.types import AttributeValue, Item


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
        self._load_plan = tuple(_load_step(attribute) for attribute in attributes)
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
        for name, slot, tag, read, missing, check in self._load_plan:
            av = stored(name)
            if av is None:
                values[slot] = missing()
            elif tag is None:
                values[slot] = check(av)
            else:
                try:
                    content = av[tag]
                    values[slot] = content if read is None else read(content)
                except UNREADABLE:
                    values[slot] = check(av)
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


LoadStep: TypeAlias = tuple[
    str, str, str | None, Callable[[Any], Any] | None, Callable[[], Any], Callable[[AttributeValue], Any]
]
"""Name, slot, tag (None: checked always), reader of its content (None: as it is), value when absent, checked way."""


def _load_step(attribute: AttributeCodec) -> LoadStep:
    """Lays out what loading one attribute needs."""
    codec = attribute.codec
    tag = None if codec.read is None else codec.tag
    read = None if codec.read is as_it_is else codec.read
    return attribute.name, attribute.slot, tag, read, attribute.missing, partial(_checked, attribute)


def _checked(attribute: AttributeCodec, av: AttributeValue) -> Any:
    """Reads a value that may be NULL, or not be what it should."""
    try:
        return attribute.missing() if "NULL" in av else attribute.codec.decode(av)
    except InvalidValueError as error:
        raise _located(error, attribute.slot) from error
    except TypeError as error:
        if isinstance(av, dict):
            raise
        raise _located(malformed_error(av), attribute.slot) from error


def _located(error: InvalidValueError, slot: str) -> InvalidValueError:
    """The same error, named after the slot."""
    return type(error)(f"{slot}: {error}")


def _validate_unique(what: str, names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise SchemaError(f"Two attributes have the {what} {name!r}: give each its own.")
        seen.add(name)
