"""Says whether a way in yields the order that was asked for, and in which direction it is read."""

from __future__ import annotations

from typing import Any

from django_dynamodb.exceptions import UnsupportedError
from django_dynamodb.models.mapper import Mapper, column
from django_dynamodb.models.query import ItemQuery
from django_dynamodb.models.ways import WayIn


class Sorting:
    """The order that one query asks for.

    Args:
        query: What was asked for.
    """

    def __init__(self, query: ItemQuery) -> None:
        self.query = query
        self.meta: Any = query.model._meta
        self.mapper: Mapper = self.meta.mapper

    def serves(self, way: WayIn) -> bool:
        """Whether the way yields the order asked for.

        Args:
            way: A way in. What it reads is sorted by the sort attributes that are not given exactly, all in one
                direction.
        """
        asked = self._open(way)
        if not asked:
            return True
        columns = tuple(self._column(name) for name in asked)
        return columns == tuple(key.name for key in way.ahead[: len(columns)]) and len(_directions(asked)) <= 1

    def forward(self, way: WayIn) -> bool:
        """Whether the way is read in ascending order.

        Raises:
            UnsupportedError: An order was asked for that it does not yield.
        """
        if not self._names():
            return self.query.standard_ordering
        if not self.serves(way):
            self.refuse(self._reason(way))
            return self.query.standard_ordering
        asked = self._open(way) or self._names()
        return any(map(_descends, asked[-1:])) != self.query.standard_ordering

    def refuse(self, reason: str) -> None:
        """Raises when an order was asked for that nothing gives.

        Args:
            reason: Why not.
        """
        if self.query.order_by or not self.query.standard_ordering:
            raise UnsupportedError(
                f"{self.mapper.label}: {self._asked()} cannot be served: {reason}. DynamoDB orders by the sort "
                "key of the partition or index that is queried; query one, or sort the result in Python."
            )

    def _names(self) -> tuple[str, ...]:
        """What order was asked for, by ``order_by()`` or within a partition by ``Meta.ordering``."""
        if self.query.order_by or not self.query.default_ordering:
            return self.query.order_by
        return tuple(name for name in self.meta.ordering if isinstance(name, str))

    def _open(self, way: WayIn) -> tuple[str, ...]:
        """What order was asked for by attributes that have more than one value there."""
        return tuple(name for name in self._names() if self._column(name) not in way.fixed)

    def _column(self, name: str) -> str:
        name = name.lstrip("-+")
        return self.mapper.schema.keys[-1].name if name == "pk" else column(self.mapper.find(name))

    def _reason(self, way: WayIn) -> str:
        if len(_directions(self._open(way))) > 1:
            return "the attributes of a sort key are read in one direction, all up or all down"
        names = ", ".join(repr(key.name) for key in way.ahead)
        return f"this Query is ordered by {names}" if names else "there is no sort key"

    def _asked(self) -> str:
        """What the caller may have written: Django's methods for one object of an order end here too."""
        single = self.query.high_mark == 1
        if not self.query.order_by:
            return "reverse() or last()" if single else "reverse()"
        asked = f"order_by({', '.join(map(repr, self.query.order_by))})"
        return f"{asked} (earliest() and latest() order too)" if single else asked


def _descends(name: str) -> bool:
    return name.startswith("-")


def _directions(names: tuple[str, ...]) -> set[bool]:
    return set(map(_descends, names))
