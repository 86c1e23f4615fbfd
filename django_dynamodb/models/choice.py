"""Chooses the way in by a partition key: the index that was named, or the one that serves most of the filter."""

from __future__ import annotations

from collections.abc import Sequence

from django_dynamodb.exceptions import SchemaError, UnsupportedError
from django_dynamodb.models.mapper import Mapper
from django_dynamodb.models.nodes import Node, is_exact
from django_dynamodb.models.query import ItemQuery
from django_dynamodb.models.sorting import Sorting
from django_dynamodb.models.ways import WayIn, asks_presence, asks_sort, column_of, way_through
from django_dynamodb.tables.schema import IndexSchema


class Choice:
    """The ways in that one query has.

    Args:
        query: What was asked for.
        parts: What must all hold.
        sorting: The order asked for.
    """

    def __init__(self, query: ItemQuery, parts: Sequence[Node], sorting: Sorting) -> None:
        self.query = query
        self.parts = parts
        self.sorting = sorting
        self.mapper: Mapper = query.model._meta.mapper

    def way(self) -> WayIn | None:
        """The best way in.

        Returns:
            The way; None when no partition key is given, and no index is named.

        Raises:
            UnsupportedError: The index that is named cannot serve, or two serve equally well.
        """
        if self.query.index is not None:
            return self._through_named(self.query.index)
        schema = self.mapper.schema
        through = (way_through(schema, index, self.parts) for index in (None, *schema.indexes))
        ways = [way for way in through if way is not None and (way.index is None or self._serves(way.index))]
        if len(ways) <= 1:
            return ways[0] if ways else None
        ways = [way for way in ways if not any(way.key_filters(schema.keys))] or ways
        if self.query.order_by:
            ways = [way for way in ways if self.sorting.serves(way)] or ways[:1]
        return self._best(ways)

    def index(self, name: str) -> IndexSchema:
        """An index that was named.

        Args:
            name: Its name.

        Raises:
            UnsupportedError: There is none, or it cannot be read consistently as asked.
        """
        try:
            index = self.mapper.schema.index(name)
        except SchemaError as error:
            names = ", ".join(index.name for index in self.mapper.schema.indexes) or "none"
            raise UnsupportedError(f"{self.mapper.label} has no index {name!r}; it has: {names}.") from error
        if self.query.consistent and not index.local:
            raise UnsupportedError(
                f"{self.mapper.label}: the global index {name!r} cannot be read consistently; ask without "
                "consistent(), or read the table by its key."
            )
        return index

    def unchosen(self) -> list[IndexSchema]:
        """The indexes that could serve the filter, but are not chosen by themselves."""
        schema = self.mapper.schema
        return [
            index
            for index in schema.indexes
            if not self._serves(index) and way_through(schema, index, self.parts) is not None
        ]

    def _best(self, ways: Sequence[WayIn]) -> WayIn:
        """The one that serves most; two that serve alike are refused."""
        best = max(way.rank for way in ways)
        found = [way for way in ways if way.rank == best]
        if len(found) > 1:
            names = " or ".join(f'.index("{way.index.name}")' for way in found if way.index)
            raise UnsupportedError(f"{self.mapper.label}: two indexes serve this filter equally well; choose {names}.")
        return found[0]

    def _through_named(self, name: str) -> WayIn | None:
        index = self.index(name)
        way = way_through(self.mapper.schema, index, self.parts)
        if way is not None or not self.parts:
            return way  # without any filter everything in the index was asked for
        given = {column_of(part) for part in self.parts if is_exact(part)}
        fields = [self.mapper.field_of(key.name).name for key in index.partitions if key.name not in given]
        whole = "its whole" if len(index.partitions) > 1 else "its"
        raise UnsupportedError(
            f"{self.mapper.label}: index {name!r} is queried by {whole} partition key; add the filter "
            f"{', '.join(f'{field}=<value>' for field in fields)}, or call scan() to read all of it."
        )

    def _serves(self, index: IndexSchema) -> bool:
        """Whether an index may be chosen without being named: it hides neither attributes, writes nor items."""
        return index.projection == "ALL" and (index.local or not self.query.consistent) and self._holds_all(index)

    def _holds_all(self, index: IndexSchema) -> bool:
        """Whether no matching item can be missing from the index for want of a part of its sort key."""
        for key in index.sorts:
            empty = self.mapper.check_optional(self.mapper.field_of(key.name))
            if empty and not any(asks_sort(part, key.name) or asks_presence((key,), part) for part in self.parts):
                return False
        return True
