"""States the item shapes that are read and written: small and flat, twelve mixed attributes, wide and nested.

A shape is a table of attribute to kind, from which each peer declares its model.
Values are always the same for the same number.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any, Final

KINDS: Final = ("text", "integer", "decimal", "boolean", "moment", "texts", "numbers", "map")
"""String, whole number, exact number, boolean, date with time, string set, list of numbers, map."""

PARTITION_KEY: Final = "customer"
SORT_KEY: Final = "number"
PARTITION: Final = "customer-000000"

_WORDS: Final = ("table", "item", "key", "index", "page", "query", "scan", "text", "map", "stream", "token", "order")
_FIRST_MOMENT: Final = datetime(2024, 1, 2, 3, 30, 15, 123456, UTC)

Values = dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Shape:
    """One kind of item.

    Args:
        name: The shape's name, as the command line has it.
        title: What the report says of it.
        kinds: Attribute to kind, keys first; every shape has ``name`` (text) and ``pieces`` (integer) to change.
        special: Attributes whose values are not those of their kind.
    """

    name: str
    title: str
    kinds: Mapping[str, str]
    special: Mapping[str, Callable[[int, Random], Any]]

    @property
    def table(self) -> str:
        """The table's name, by which the endpoint knows the shape."""
        return f"bench-{self.name}"

    def values(self, number: int) -> Values:
        """Makes one item as Python values.

        Args:
            number: From 0.

        Returns:
            Attribute to value.
        """
        random = Random(number)
        values: Values = {PARTITION_KEY: PARTITION, SORT_KEY: f"order-{number:08d}"}
        for name, kind in self.kinds.items():
            if name not in values:
                make = self.special.get(name) or _MAKERS[kind]
                values[name] = make(number, random)
        return values


def _words(characters: int) -> Callable[[int, Random], str]:
    return lambda _number, random: " ".join(random.choices(_WORDS, k=characters // 4))[:characters].strip()


def _address(number: int, _random: Random) -> Values:
    street = f"{number} Main Street"
    return {"street": street, "city": "Springfield", "postcode": f"{10_000 + number}", "floor": number % 40}


def _tree(number: int, random: Random) -> Values:
    """Three levels of maps and lists."""
    return {
        "kind": random.choice(_WORDS),
        "parts": [{"sku": f"sku-{number}-{part}", "count": random.randrange(1, 9)} for part in range(4)],
        "route": {"from": _address(number, random), "to": _address(number + 1, random), "open": number % 2 == 0},
    }


_MAKERS: Final[Mapping[str, Callable[[int, Random], Any]]] = {
    "text": _words(24),
    "integer": lambda number, random: random.randrange(1_000_000) + number % 7,
    "decimal": lambda _number, random: Decimal(random.randrange(100, 1_000_000)) / 100,
    "boolean": lambda number, _random: number % 3 != 0,
    "moment": lambda number, random: _FIRST_MOMENT + timedelta(hours=number, seconds=random.randrange(3_600)),
    "texts": lambda number, _random: {f"label-{number % 3 + step}" for step in range(3)},
    "numbers": lambda _number, random: [random.randrange(1_000) for _ in range(5)],
    "map": _tree,
}

_KEYS: Final = {PARTITION_KEY: "text", SORT_KEY: "text", "name": "text"}
_NAMES: Final[Mapping[str, Callable[[int, Random], Any]]] = {
    "name": lambda number, _random: f"Zoë Example {number}",
    "pieces": lambda number, _random: 1 + number % 60,
}

FLAT: Final = Shape(
    name="flat",
    title="small and flat: 5 attributes, 2 of them keys",
    kinds={**_KEYS, "pieces": "integer", "paid": "boolean"},
    special=_NAMES,
)
MIXED: Final = Shape(
    name="mixed",
    title="mixed: 12 attributes with a set, a list and a map",
    kinds={
        **_KEYS,
        "email": "text",
        "pieces": "integer",
        "total": "decimal",
        "paid": "boolean",
        "labels": "texts",
        "scores": "numbers",
        "address": "map",
        "placed": "moment",
        "note": "text",
    },
    special={
        **_NAMES,
        "email": lambda number, _random: f"customer{number}@example.com",
        "address": _address,
        "note": _words(400),
    },
)
WIDE: Final = Shape(
    name="wide",
    title="wide and nested: 40 attributes, maps three deep",
    kinds={
        **_KEYS,
        "pieces": "integer",
        **{f"text{place}": "text" for place in range(12)},
        **{f"integer{place}": "integer" for place in range(8)},
        **{f"decimal{place}": "decimal" for place in range(5)},
        **{f"flag{place}": "boolean" for place in range(4)},
        **{f"moment{place}": "moment" for place in range(3)},
        "labels": "texts",
        "scores": "numbers",
        "tree": "map",
        "forest": "map",
    },
    special=_NAMES,
)
SHAPES: Final[Mapping[str, Shape]] = {shape.name: shape for shape in (FLAT, MIXED, WIDE)}
"""By name. A new shape is a new row."""
