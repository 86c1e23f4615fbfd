"""Turns one search into as many calls as it takes, and ends it at the item that was asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any, TypeVar

from django_dynamodb.exceptions import InvalidValueError
from django_dynamodb.expressions.paths import Path
from django_dynamodb.expressions.projections import Projection
from django_dynamodb.operations.searches import PageResult, Query, Scan
from django_dynamodb.records import record
from django_dynamodb.tables.cursor import start_names
from django_dynamodb.tables.schema import TableSchema
from django_dynamodb.tables.table import Table
from django_dynamodb.types import Item, Key, TextBuild

T = TypeVar("T")


@record(frozen=True, kw_only=True, slots=True)
class Bounds:
    """How much to read, and in what steps.

    Args:
        limit: How many items to return in all; None is all there are.
        page_size: The most items the service reads in one call; None leaves it at 1 MB.
        selective: Whether a filter drops items, so that the service must read more than it returns.

    Raises:
        InvalidValueError: A limit below 0 or a page size below 1.
    """

    limit: int | None = None
    page_size: int | None = None
    selective: bool = False

    def __post_init__(self) -> None:
        if self.limit is not None and self.limit < 0:
            raise InvalidValueError(f"limit={self.limit}: it is a number of items, from 0.")
        if self.page_size is not None and self.page_size < 1:
            raise InvalidValueError(f"page_size={self.page_size}: a call reads at least 1 item.")

    def step(self, wanted: int | None) -> int | None:
        """How many items the next call may read, while so many are still wanted."""
        if wanted is None or self.selective:
            return self.page_size
        return wanted if self.page_size is None else min(wanted, self.page_size)


def identity(item: Item) -> Any:
    """Builds nothing: hands the item on as it came.

    Args:
        item: The item.

    Returns:
        The same item.
    """
    return item


def read_pages(
    table: Table, request: Query | Scan, bounds: Bounds, build: Callable[[Item], T]
) -> Iterator[PageResult[T]]:
    """Reads page after page until the last one, or until enough items were returned.

    Args:
        table: The table.
        request: The search, without its limit.
        bounds: How much to read.
        build: Makes of each item what is returned.

    Yields:
        The pages, the empty ones included.
    """
    wanted, start = bounds.limit, request.start
    while wanted is None or wanted > 0:
        step = bounds.step(wanted)
        call = request if (start, step) == (request.start, request.limit) else replace(request, start=start, limit=step)
        if wanted is None:
            page = call.result(table.answer(call), build)
        else:
            page = _cut_page(table, call, build, wanted) if bounds.selective else call.result(table.answer(call), build)
            wanted -= len(page.items)
        start = page.last_key
        yield page
        if start is None:
            return


def _cut_page(table: Table, call: Query | Scan, build: Callable[[Item], T], wanted: int) -> PageResult[T]:
    """Reads a page that may hold more than is wanted; what is over is left for whoever goes on from its last key."""
    names = start_names(table.schema, call.index)
    page = call.result(table.answer(call), keyed(build, names))
    kept = page.items[:wanted]
    cut = len(kept) < len(page.items)
    return PageResult(
        items=[built for _, built in kept],
        count=len(kept),
        scanned=page.scanned,
        last_key=kept[-1][0] if cut else page.last_key,
        consumed=page.consumed,
    )


def keyed(build: Callable[[Item], T], names: Iterable[str]) -> Callable[[Item], tuple[Key, T]]:
    """Builds with each item the key to read on behind it.

    Args:
        build: Makes of an item what is returned.
        names: The attributes of that key.

    Returns:
        A builder of the key and what ``build`` made, with the text of the item where ``build`` takes it.
    """
    names = tuple(names)
    if isinstance(build, TextBuild):
        with_text = build.build
        return TextBuild(lambda item, text: ({name: item[name] for name in names}, with_text(item, text)))
    return lambda item: ({name: item[name] for name in names}, build(item))


def with_key(
    schema: TableSchema, index: str | None, projection: Projection | None, bounds: Bounds
) -> Projection | None:
    """Adds the key to a projection where a page may be cut, since its last item must tell where to go on.

    Args:
        schema: The table.
        index: The index that is read; None is the table itself.
        projection: The attributes to bring back; None is all.
        bounds: How much to read.

    Returns:
        The projection to ask for.
    """
    if projection is None or bounds.limit is None or not bounds.selective:
        return projection
    return with_names(projection, start_names(schema, index))


def with_names(projection: Projection, names: Iterable[str]) -> Projection:
    """Adds attributes to a projection that it does not name yet.

    Args:
        projection: The attributes to bring back.
        names: Names of further attributes.

    Returns:
        The wider projection.
    """
    held = {path.attribute for path in projection.paths}
    return Projection((*projection.paths, *(Path(name) for name in names if name not in held)))
