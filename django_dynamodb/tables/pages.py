"""Reads many items page by page: queries of one partition and scans of the whole table, and their counts.

Three numbers are kept apart: ``limit`` is how many items come back in all, ``page_size`` how many items the service
reads in one call, and the service's own page ends at 1 MB. A page may be empty and still not be the last: only a page
without a last key is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TypeVar

from django_dynamodb.exceptions import UnsupportedError
from django_dynamodb.expressions.conditions import And, Compare, Condition
from django_dynamodb.expressions.keys import KeyCondition
from django_dynamodb.expressions.paths import Path
from django_dynamodb.expressions.projections import Projection
from django_dynamodb.operations.searches import PageResult, Query, Scan
from django_dynamodb.tables.paging import Bounds, identity, read_pages, with_key
from django_dynamodb.tables.schema import COUNTER_KEY, TableSchema
from django_dynamodb.tables.table import Table
from django_dynamodb.tables.validation import validate_key_condition
from django_dynamodb.types import Item, Key

T = TypeVar("T")


def query(
    table: Table,
    key_condition: KeyCondition,
    *,
    index: str | None = None,
    filter: Condition | None = None,  # noqa: A002 -- DynamoDB's own word
    projection: Projection | None = None,
    consistent: bool = False,
    forward: bool = True,
    limit: int | None = None,
    page_size: int | None = None,
    start: Key | None = None,
    build: Callable[[Item], T] = identity,
) -> Iterator[PageResult[T]]:
    """Reads the items of one partition, in the order of the sort key.

    Nothing is read before the first page is asked for. Without a filter no item is read that is not returned.

    Args:
        table: The table.
        key_condition: The partition, and a range of the sort key.
        index: The index to read; None is the table itself.
        filter: What items must be to come back; what it drops is read, and paid for, all the same.
        projection: The attributes to bring back; with both ``filter`` and ``limit`` the key comes back too, since the
            last key of a page that is cut short is the key of its last item.
        consistent: Whether to see every write finished before, at twice the cost; not on a global index.
        forward: Whether the sort key ascends.
        limit: How many items to return in all; None is all there are.
        page_size: The most items the service reads in one call; None leaves it at 1 MB.
        start: The last key of an earlier page, to go on behind it.
        build: Makes of each item what is returned.

    Returns:
        The pages, lazily, the empty ones included; their last keys go into ``start``.

    Raises:
        InvalidKeyError: The key condition names a value no key can have.
        InvalidValueError: A limit below 0 or a page size below 1.
        SchemaError: The table has no such index.
        UnsupportedError: A consistent read of a global index.
        ServiceError: What the service answered otherwise, from the iterator.
    """
    bounds = Bounds(limit=limit, page_size=page_size, selective=filter is not None)
    request = query_search(
        table.schema,
        key_condition,
        index=index,
        filter=filter,
        projection=with_key(table.schema, index, projection, bounds),
        consistent=consistent,
        forward=forward,
    )
    return read_pages(table, replace(request, start=start), bounds, build)


def scan(
    table: Table,
    *,
    index: str | None = None,
    filter: Condition | None = None,  # noqa: A002 -- DynamoDB's own word
    projection: Projection | None = None,
    consistent: bool = False,
    limit: int | None = None,
    page_size: int | None = None,
    start: Key | None = None,
    segment: int | None = None,
    total_segments: int | None = None,
    build: Callable[[Item], T] = identity,
) -> Iterator[PageResult[T]]:
    """Reads the whole table or index, in no order; the counter item of an autoincrement table never comes back.

    Args:
        table: The table.
        index: The index to read; None is the table itself.
        filter: What items must be to come back; what it drops is read, and paid for, all the same.
        projection: The attributes to bring back; as in ``query``.
        consistent: Whether to see every write finished before, at twice the cost; not on a global index.
        limit: How many items to return in all; None is all there are.
        page_size: The most items the service reads in one call; None leaves it at 1 MB.
        start: The last key of an earlier page of the same segment, to go on behind it.
        segment: Which part of the table to read, from 0; with ``total_segments``.
        total_segments: Into how many parts the table is cut, for parallel scans.
        build: Makes of each item what is returned.

    Returns:
        The pages, lazily, the empty ones included; their last keys go into ``start``.

    Raises:
        InvalidValueError: A limit below 0, a page size below 1, or a segment that does not exist.
        SchemaError: The table has no such index.
        UnsupportedError: A consistent read of a global index.
        ServiceError: What the service answered otherwise, from the iterator.
    """
    bounds = Bounds(limit=limit, page_size=page_size, selective=filter is not None)
    request = scan_search(
        table.schema,
        index=index,
        filter=filter,
        projection=with_key(table.schema, index, projection, bounds),
        consistent=consistent,
    )
    part = replace(request, start=start, segment=segment, total_segments=total_segments)
    return read_pages(table, part, bounds, build)


def count_query(
    table: Table,
    key_condition: KeyCondition,
    *,
    index: str | None = None,
    filter: Condition | None = None,  # noqa: A002 -- DynamoDB's own word
    consistent: bool = False,
) -> int:
    """Counts items of one partition; they are read, and paid for, but not transferred.

    Args:
        table: The table.
        key_condition: The partition, and a range of the sort key.
        index: The index to read; None is the table itself.
        filter: What items must be to count.
        consistent: Whether to see every write finished before, at twice the cost; not on a global index.

    Returns:
        How many there are.

    Raises:
        InvalidKeyError: The key condition names a value no key can have.
        SchemaError: The table has no such index.
        UnsupportedError: A consistent read of a global index.
        ServiceError: What the service answered otherwise.
    """
    request = query_search(table.schema, key_condition, index=index, filter=filter, consistent=consistent)
    return _count(table, request)


def count_scan(
    table: Table,
    *,
    index: str | None = None,
    filter: Condition | None = None,  # noqa: A002 -- DynamoDB's own word
    consistent: bool = False,
) -> int:
    """Counts items of the whole table or index; the counter item does not count.

    Args:
        table: The table.
        index: The index to read; None is the table itself.
        filter: What items must be to count.
        consistent: Whether to see every write finished before, at twice the cost; not on a global index.

    Returns:
        How many there are.

    Raises:
        SchemaError: The table has no such index.
        UnsupportedError: A consistent read of a global index.
        ServiceError: What the service answered otherwise.
    """
    return _count(table, scan_search(table.schema, index=index, filter=filter, consistent=consistent))


def query_search(
    schema: TableSchema,
    key_condition: KeyCondition,
    *,
    index: str | None = None,
    filter: Condition | None = None,  # noqa: A002 -- DynamoDB's own word
    projection: Projection | None = None,
    consistent: bool = False,
    forward: bool = True,
) -> Query:
    """States the search of one partition, whatever part of it is read.

    Args:
        schema: The table.
        key_condition: The partition, and a range of the sort key.
        index: The index to read; None is the table itself.
        filter: What items must be to come back.
        projection: The attributes to bring back.
        consistent: Whether to see every write finished before, at twice the cost; not on a global index.
        forward: Whether the sort key ascends.

    Returns:
        The request.

    Raises:
        InvalidKeyError: The key condition names a value no key can have.
        SchemaError: The table has no such index.
        UnsupportedError: A consistent read of a global index.
    """
    validate_key_condition(schema, index, key_condition)
    _validate_read(schema, index, consistent)
    return Query(
        table=schema.name,
        key_condition=key_condition,
        index=index,
        filter=filter,
        projection=projection,
        consistent=consistent,
        forward=forward,
    )


def scan_search(
    schema: TableSchema,
    *,
    index: str | None = None,
    filter: Condition | None = None,  # noqa: A002 -- DynamoDB's own word
    projection: Projection | None = None,
    consistent: bool = False,
) -> Scan:
    """States the search of a whole table or index, whatever part of it is read.

    Args:
        schema: The table.
        index: The index to read; None is the table itself.
        filter: What items must be to come back.
        projection: The attributes to bring back.
        consistent: Whether to see every write finished before, at twice the cost; not on a global index.

    Returns:
        The request; it hides the counter item.

    Raises:
        SchemaError: The table has no such index.
        UnsupportedError: A consistent read of a global index.
    """
    _validate_read(schema, index, consistent)
    return Scan(
        table=schema.name,
        index=index,
        filter=_without_counter(schema, filter),
        projection=projection,
        consistent=consistent,
    )


def _count(table: Table, request: Query | Scan) -> int:
    """Counts what a search finds, by the service."""
    return sum(page.count for page in read_pages(table, replace(request, select="COUNT"), Bounds(), identity))


def _without_counter(schema: TableSchema, condition: Condition | None) -> Condition | None:
    """The filter, and that an item is not the counter of an autoincrement table (SEED row 22)."""
    if not schema.counter:
        return condition
    hidden = Compare(Path(schema.partition.name), "<>", COUNTER_KEY)
    return hidden if condition is None else And(condition, hidden)


def _validate_read(schema: TableSchema, index: str | None, consistent: bool) -> None:
    if index is not None and not schema.index(index).local and consistent:
        raise UnsupportedError(
            f"Table {schema.name!r}: global index {index!r} cannot be read consistently; read the table or a local "
            "index, or leave consistent out.",
            table=schema.name,
        )
