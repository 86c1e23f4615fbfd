"""States where the items stand in an answer, for those who read it item by item."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from django_dynamodb.records import record
from django_dynamodb.types import Item


@record(frozen=True, slots=True)
class ItemsOf:
    """A list of items, each to be built as soon as it is read.

    Args:
        build: Makes what the caller wants out of one item. A ``TextBuild`` is given the item's own text too.
    """

    build: Callable[[Item], Any]


Frame: TypeAlias = "Mapping[str, Frame | ItemsOf]"
"""Members of an object that hold items, or objects that do; the other members become plain Python values."""
