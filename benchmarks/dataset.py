"""Writes values as DynamoDB JSON and reads them back, and brings what peers return to one form that can be compared."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

from benchmarks.shapes import MIXED, Shape

PAGE_OF_QUERY: Final = 100
PAGE_OF_SCAN: Final = 1_000
BATCH_OF_READS: Final = 100
BATCH_OF_WRITES: Final = 25
ACTIONS_OF_TRANSACTION: Final = 10

TICKETS: Final = "bench-tickets"
"""The table of the autoincrement insert; its items have an ``id``, a ``name`` and ``pieces``."""

COUNTER: Final = "__max_hash_key__"
"""The attribute that counts, in the item under hash key -1."""


def make_item(number: int, shape: Shape = MIXED) -> dict[str, Any]:
    """Makes one item as the service would give it: numbers without trailing zeros, sets sorted.

    Args:
        number: From 0.
        shape: Which shape.

    Returns:
        The item as DynamoDB JSON.
    """
    return {name: to_attribute_value(value) for name, value in shape.values(number).items()}


def to_attribute_value(value: Any) -> dict[str, Any]:
    """Writes one value.

    Args:
        value: A string, number, boolean, moment, string set, list or map.

    Returns:
        The tagged value.

    Raises:
        TypeError: The value is of no such type.
    """
    for kind, tag, write in _TAGS:
        if isinstance(value, kind):
            return {tag: write(value)}
    raise TypeError(f"{value!r}: the dataset has no {type(value).__name__}")


_TAGS: Final[tuple[tuple[type, str, Callable[[Any], Any]], ...]] = (
    (str, "S", str),
    (bool, "BOOL", bool),
    (int, "N", str),
    (Decimal, "N", lambda value: format(value.normalize(), "f")),
    (datetime, "S", lambda value: value.astimezone(UTC).isoformat(timespec="microseconds")),
    (set, "SS", sorted),
    (list, "L", lambda value: [to_attribute_value(each) for each in value]),
    (dict, "M", lambda value: {name: to_attribute_value(each) for name, each in value.items()}),
)
"""Type, tag and how the content is written; a boolean is a whole number too, so it comes before."""


def from_attribute_value(tagged: Mapping[str, Any]) -> Any:
    """Reads one tagged value; numbers are read as whole numbers where they are.

    Args:
        tagged: The tagged value.

    Returns:
        The plain value; moments stay text.
    """
    ((tag, content),) = tagged.items()
    match tag:
        case "N":
            return Decimal(content) if "." in content or "e" in content.lower() else int(content)
        case "SS":
            return set(content)
        case "L":
            return [from_attribute_value(each) for each in content]
        case "M":
            return {name: from_attribute_value(each) for name, each in content.items()}
    return content


def from_item(item: Mapping[str, Any]) -> dict[str, Any]:
    """Reads a whole item."""
    return {name: from_attribute_value(tagged) for name, tagged in item.items()}


def canonical(values: Mapping[str, Any], shape: Shape) -> dict[str, Any]:
    """Brings an item to the form that is compared, whatever types a library chose.

    Args:
        values: Attribute to value.
        shape: Says which attributes are moments.

    Returns:
        Numbers as ``Decimal`` of their digits, moments in UTC, sets frozen.
    """
    return {name: _canonical(value, shape.kinds.get(name) == "moment") for name, value in values.items()}


def _canonical(value: Any, is_moment: bool = False) -> Any:
    if is_moment:
        value = (datetime.fromisoformat(value) if isinstance(value, str) else value).astimezone(UTC)
    elif isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        value = Decimal(str(value)).normalize()
    elif isinstance(value, set | frozenset):
        value = frozenset(value)
    elif isinstance(value, list | tuple):
        value = [_canonical(each) for each in value]
    elif isinstance(value, Mapping):
        value = {name: _canonical(each) for name, each in value.items()}
    return value
