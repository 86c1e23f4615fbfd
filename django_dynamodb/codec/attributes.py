"""Compiles the attributes of one table into a loader, two dumpers of whole items and a sieve of what is to be dumped.

The loader reads the content under the expected tag at once. Only an item in which that fails (NULL, another tag, a
content that cannot be read) takes the codecs' checked way, attribute by attribute, which words the error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django_dynamodb.codec.scalars import ValueCodec
from django_dynamodb.codec.source import dumper, loader, sieve, text_dumper
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
        missing: Gives the value of an attribute that is absent or NULL: a new one each time, if it can be changed.
        is_empty: Tells which values, beside None, are left out of the item; None for no others.
    """

    name: str
    slot: str
    codec: ValueCodec
    missing: Callable[[], Any]
    is_empty: Callable[[Any], bool] | None = None


class TableCodec:
    """Loads and dumps the items of one table.

    Args:
        attributes: One codec for each attribute.

    Raises:
        SchemaError: Two attributes share a name or a slot.
    """

    __slots__ = ("_dump", "_dump_text", "_load", "_sift", "attributes")

    def __init__(self, attributes: Sequence[AttributeCodec]) -> None:
        _validate_unique("name", [attribute.name for attribute in attributes])
        _validate_unique("slot", [attribute.slot for attribute in attributes])
        self.attributes = tuple(attributes)
        self._load = loader(self.attributes, self._load_checked)
        self._dump = dumper(self.attributes, _located)
        self._dump_text = text_dumper(self.attributes, _located)
        self._sift = sieve(self.attributes)

    def load(self, item: Item) -> dict[str, Any]:
        """Reads an item.

        Args:
            item: The item; attributes the table does not know are passed over.

        Returns:
            Slot to Python value, one for each attribute of the table, in their order.

        Raises:
            InvalidValueError: A value cannot be read; the message starts with the slot.
        """
        return self._load(item)

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
        return self._dump(values)

    def dump_text(self, values: Mapping[str, Any]) -> str:
        """Writes the text of an item, which takes half the time of an item and its JSON.

        Args:
            values: As for ``dump``.

        Returns:
            The JSON of what ``dump`` returns, compact.

        Raises:
            InvalidTypeError: As ``dump``.
            InvalidValueError: As ``dump``.
        """
        return self._dump_text(values)

    def sift(self, values: Mapping[str, Any], item: Item) -> dict[str, Any]:
        """Passes over the values that an item surely holds already, in a fraction of the time that encoding takes.

        Args:
            values: As for ``dump``.
            item: The item as stored.

        Returns:
            The slots that may be changed, with their values, in the order of the attributes.
        """
        return self._sift(values, item)

    def _load_checked(self, item: Item) -> dict[str, Any]:
        """Reads an item that holds NULL, or is not what it should be."""
        return {attribute.slot: _checked(attribute, item.get(attribute.name)) for attribute in self.attributes}


def _checked(attribute: AttributeCodec, av: AttributeValue | None) -> Any:
    """Reads a value that may be absent or NULL, or not be what it should."""
    try:
        return attribute.missing() if av is None or "NULL" in av else attribute.codec.decode(av)
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
