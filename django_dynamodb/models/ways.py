"""States the ways in, by the key of the table or of an index, and how much of a filter each one serves.

A partition key is given whole and exactly. The attributes of a sort key are used from the left: any number of them
exactly, then at most one by a range or a prefix, and none behind a gap. Only the key of a global index has several.
Source: developer guide, "Multi-attribute keys pattern".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, TypeGuard

from django_dynamodb.models.keys import CompositeKey
from django_dynamodb.models.mapper import column
from django_dynamodb.models.nodes import FieldValue, Node, Test, is_exact, tests_in
from django_dynamodb.records import record
from django_dynamodb.tables.schema import IndexSchema, KeyAttribute, TableSchema

SORT_LOOKUPS: Final = frozenset({"exact", "lt", "lte", "gt", "gte", "range", "startswith"})
"""What a key condition can ask of a sort key. Source: developer guide, "Key condition expressions for query"."""


@record(frozen=True, kw_only=True, slots=True)
class WayIn:
    """One way in: the table's own key or an index, and how much of the filter it serves.

    Args:
        index: The index; None for the table itself.
        keys: Its key attributes, partition first.
        given: The tests that give key attributes exactly: the whole partition key, then the sort key from the left.
        ahead: The sort attributes behind those, by which what is read is sorted.
        sort: The test of the first of them, if there is one.
        rest: What is left of the filter.
    """

    index: IndexSchema | None
    keys: tuple[KeyAttribute, ...]
    given: tuple[Test, ...]
    ahead: tuple[KeyAttribute, ...]
    sort: Test | None
    rest: tuple[Node, ...]

    @property
    def rank(self) -> tuple[int, bool]:
        """Higher is better: more tests served by the key, is the table itself."""
        return (len(self.given) + (self.sort is not None), self.index is None)

    @property
    def names(self) -> frozenset[str]:
        """The names of its key attributes."""
        return frozenset(key.name for key in self.keys)

    @property
    def fixed(self) -> frozenset[str]:
        """The names of the key attributes that have one value in all that is read."""
        return frozenset(column(test.field) for test in self.given)

    @property
    def next_sort(self) -> str | None:
        """The attribute that a range can be asked of."""
        return self.ahead[0].name if self.ahead else None

    def key_filters(self, table_keys: Sequence[KeyAttribute]) -> Iterator[Test]:
        """The tests among the rest that no Query takes, since they are of its key.

        Args:
            table_keys: The key attributes of the table, of which a test of ``pk`` is.
        """
        for part in self.rest:
            for test in tests_in(part):
                asked = {key.name for key in table_keys} if isinstance(test.field, CompositeKey) else {column_of(test)}
                if asked & self.names:
                    yield test


def way_through(schema: TableSchema, index: IndexSchema | None, parts: Sequence[Node]) -> WayIn | None:
    """The way in through the table or an index.

    Args:
        schema: The table.
        index: One of its indexes; None for the table's own key.
        parts: What must all hold.

    Returns:
        The way; None when the partition key is not given whole.
    """
    partitions, ahead = (schema.keys[:1], schema.keys[1:]) if index is None else (index.partitions, index.sorts)
    keys = (*partitions, *ahead)
    given = [test for key in partitions if (test := _given(parts, key)) is not None]
    if len(given) < len(partitions):
        return None
    while ahead and (test := _given(parts, ahead[0])) is not None:
        given.append(test)
        ahead = ahead[1:]
    sort = next((part for part in parts if ahead and asks_sort(part, ahead[0].name)), None)
    served: tuple[Node | None, ...] = (*given, sort)
    rest = tuple(part for part in parts if part not in served and not asks_presence(keys, part))
    return WayIn(index=index, keys=keys, given=tuple(given), ahead=ahead, sort=sort, rest=rest)


def asks_sort(part: Node, name: str) -> TypeGuard[Test]:
    """Whether a part is a test that a key condition can make of a sort attribute.

    Args:
        part: A part of a filter.
        name: The attribute.
    """
    return (
        isinstance(part, Test)
        and part.lookup in SORT_LOOKUPS
        and column_of(part) == name
        and not isinstance(part.value, FieldValue)
    )


def asks_presence(keys: Sequence[KeyAttribute], part: Node) -> bool:
    """Whether a part says only that a key attribute is there, as it is in all that a key or index holds.

    Args:
        keys: The key attributes.
        part: A part of a filter.
    """
    return (
        isinstance(part, Test)
        and part.lookup == "isnull"
        and not part.value
        and column_of(part) in {key.name for key in keys}
    )


def column_of(test: Test) -> str | None:
    """The attribute a test is of; None for ``pk``, which is several."""
    return None if isinstance(test.field, CompositeKey) else column(test.field)


def _given(parts: Sequence[Node], key: KeyAttribute) -> Test | None:
    """The test that gives a key attribute exactly."""
    return next((part for part in parts if is_exact(part) and column_of(part) == key.name), None)
