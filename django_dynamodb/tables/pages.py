"""Reads many items page by page: queries of one partition and scans of the whole table, and their counts.

Three numbers are kept apart: ``limit`` is how many items come back in all, ``page_size`` how many items the service
reads in one call, and the service's own page ends at 1 MB. A page may be empty and still not be the last: only a page
without a last key is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any, TypeVar

from django_dynamodb.expressions.conditions import Condition
from django_dynamodb.expressions.keys import KeyCondition
from django_dynamodb.expressions.projections import Projection
from django_dynamodb.operations.searches import PageResult
from django_dynamodb.tables.cursor import Search
from django_dynamodb.tables.paging import Bounds, identity, read_pages, with_key
from django_dynamodb.tables.searches import query_search, scan_search
from django_dynamodb.tables.table import Table
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
    search = query_search(
        table.schema,
        key_condition,
        index=index,
        filter=filter,
        projection=projection,
        consistent=consistent,
        forward=forward,
    )
    return read(table, search, selective=filter is not None, limit=limit, page_size=page_size, start=start, build=build)


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
    search = scan_search(table.schema, index=index, filter=filter, projection=projection, consistent=consistent)
    part = replace(search, segment=segment, total_segments=total_segments)
    return read(table, part, selective=filter is not None, limit=limit, page_size=page_size, start=start, build=build)


def read(
    table: Table,
    search: Search,
    *,
    selective: bool,
    limit: int | None = None,
    page_size: int | None = None,
    start: Key | None = None,
    build: Callable[[Item], T] = identity,
) -> Iterator[PageResult[T]]:
    """Reads what a search finds; ``query`` and ``scan`` end here.

    Args:
        table: The table.
        search: The search, without start and limit.
        selective: Whether its filter drops items of the caller's; the counter item is no reason to read more.
        limit: How many items to return in all; None is all there are.
        page_size: The most items the service reads in one call; None leaves it at 1 MB.
        start: The last key of an earlier page, to go on behind it.
        build: Makes of each item what is returned.

    Returns:
        The pages, lazily, the empty ones included.

    Raises:
        InvalidValueError: A limit below 0 or a page size below 1.
        ServiceError: What the service answered, from the iterator.
    """
    bounds = Bounds(limit=limit, page_size=page_size, selective=selective)
    projection = with_key(table.schema, search.index, search.projection, bounds)
    return read_pages(table, replace(search, projection=projection, start=start), bounds, build)


def count(table: Table, search: Search, *, limit: int | None = None, page_size: int | None = None) -> int:
    """Counts what a search finds; the items are read, and paid for, but not transferred.

    Args:
        table: The table.
        search: The search, without limit.
        limit: Where to stop counting; None is at the end.
        page_size: The most items the service reads in one call; None leaves it at 1 MB.

    Returns:
        How many there are, at most ``limit``.

    Raises:
        InvalidValueError: A limit or page size below 1.
        ServiceError: What the service answered.
    """
    return counted(read_pages(table, *counting(search, limit, page_size), identity), limit)


def counting(search: Search, limit: int | None, page_size: int | None) -> tuple[Search, Bounds]:
    """Turns a search into one that counts.

    Args:
        search: The search, without limit.
        limit: Where counting is going to stop; None is at the end.
        page_size: The most items the service reads in one call; None leaves it at 1 MB.

    Returns:
        The search that brings back numbers only, and how much each call may read: without a filter none reads more
        than is still to be counted at most.
    """
    step = Bounds(page_size=page_size).step(limit if search.filter is None else None)
    return replace(search, select="COUNT", projection=None), Bounds(page_size=step)


def counted(pages: Iterable[PageResult[Any]], limit: int | None) -> int:
    """Adds up the pages of a search that counts, and stops at the limit.

    Args:
        pages: The pages.
        limit: The most there is to count.

    Returns:
        The sum, at most ``limit``.
    """
    found = 0
    for page in pages:
        found += page.count
        if limit is not None and found >= limit:
            return limit
    return found
