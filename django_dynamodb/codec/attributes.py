"""Compiles the attributes of one table into a loader, two dumpers of whole items and a sieve of what is to be dumped.

The loader reads the content under the expected tag at once. Only an item in which that fails (NULL, another tag, a
content that cannot be read) takes the codecs' checked way, attribute by attribute, which words the error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django_dynamodb.codec.codecs import ValueCodec
from django_dynamodb.codec.source import dumper, loader, sieve, text_dumper
from django_dynamodb.codec.values import malformed_error
from django_dynamodb.exceptions import InvalidValueError, SchemaError
from django_dynamodb.records import record
from django_dynamodb.types import AttributeValue, Item


@record(frozen=True, kw_only=True, slots=True)
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

    __slots__ = ("attributes", "dump", "dump_text", "load", "sift")

    def __init__(self, attributes: Sequence[AttributeCodec]) -> None:
        _validate_unique("name", [attribute.name for attribute in attributes])
        _validate_unique("slot", [attribute.slot for attribute in attributes])
        self.attributes = tuple(attributes)
        self.load = loader(self.attributes, self._load_checked)
        """Item → slot to Python value, one for each attribute of the table, in their order; attributes the table does
        not know are passed over. Raises InvalidValueError, which starts with the slot, for what cannot be read."""
        self.dump = dumper(self.attributes, _located)
        """Slot to Python value → item; slots that are not there are left out, and so are None and empty values. Raises
        InvalidTypeError, which starts with the slot, for a type the attribute cannot hold, and InvalidValueError for
        what cannot be stored for another reason."""
        self.dump_text = text_dumper(self.attributes, _located)
        """The same → the JSON of what ``dump`` returns, compact, in half the time of an item and its JSON."""
        self.sift = sieve(self.attributes)
        """The same and the item as stored → the slots that may be changed, with their values, in the order of the
        attributes; what the item surely holds already is passed over in a fraction of the time of encoding it."""

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
    return type(error)(f"{slot}: {error}", attribute=slot)


def _validate_unique(what: str, names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise SchemaError(f"Two attributes have the {what} {name!r}: give each its own.")
        seen.add(name)
