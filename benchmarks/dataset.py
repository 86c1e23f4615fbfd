"""States the one item shape every benchmark reads and writes: twelve attributes of mixed types.

An item is about 950 bytes of JSON. The items are written as the service would give them back: numbers without trailing
zeros, sets sorted. So what a peer makes of an item can be turned back and compared letter by letter.
"""

from __future__ import annotations

from decimal import Decimal
from random import Random
from typing import Any, Final

TABLE: Final = "bench"
PARTITION: Final = "customer-000000"
PAGE_OF_QUERY: Final = 100
PAGE_OF_SCAN: Final = 1_000
NOTE_CHARACTERS: Final = 400

_WORDS: Final = ("table", "item", "key", "index", "page", "query", "scan", "text", "map", "stream", "token", "order")


def make_item(number: int) -> dict[str, Any]:
    """Makes one item, always the same for the same number.

    Args:
        number: From 0.

    Returns:
        The item as DynamoDB JSON.
    """
    random = Random(number)
    note = " ".join(random.choices(_WORDS, k=NOTE_CHARACTERS // 4))[:NOTE_CHARACTERS].strip()
    total = Decimal(random.randrange(100, 1_000_000)) / 100
    return {
        "customer": {"S": PARTITION},
        "number": {"S": f"order-{number:08d}"},
        "name": {"S": f"Zoë Example {number}"},
        "email": {"S": f"customer{number}@example.com"},
        "pieces": {"N": str(1 + number % 60)},
        "total": {"N": format(total.normalize(), "f")},
        "paid": {"BOOL": number % 3 != 0},
        "labels": {"SS": sorted(f"label-{number % 3 + step}" for step in range(3))},
        "scores": {"L": [{"N": str(random.randrange(1_000))} for _ in range(5)]},
        "address": {
            "M": {
                "street": {"S": f"{number} Main Street"},
                "city": {"S": "Springfield"},
                "postcode": {"S": f"{10_000 + number}"},
                "floor": {"N": str(number % 40)},
            }
        },
        "placed": {"S": f"2024-{1 + number % 12:02d}-{1 + number % 28:02d}T{number % 24:02d}:30:15.123456+00:00"},
        "note": {"S": note},
    }
