"""Reads one portion of a search: so many items behind a position, and no more than a budget allows.

One item more than is wanted tells whether there is anything behind, which costs less than a call that finds nothing.
With a filter nobody knows how many items must be read for that: the first call reads twice as many as are wanted, and
each further call twice as many as the one before, so that neither calls nor items are ever many more than needed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final, Generic, TypeVar

from django_dynamodb.exceptions import InvalidValueError
from django_dynamodb.operations.searches import Scan
from django_dynamodb.records import record
from django_dynamodb.tables.cursor import Position, Search, start_names, started
from django_dynamodb.tables.paging import keyed
from django_dynamodb.tables.table import Table
from django_dynamodb.types import Item, Key

T = TypeVar("T")

MOST_A_CALL: Final = 1 << 20
"""As many items as a page of 1 MB has bytes: the service ends it sooner.

Source: developer guide, "Paginating table query results".
"""


@record(frozen=True, kw_only=True, slots=True)
class Window:
    """How much to read.

    Args:
        size: The most items to return.
        page_size: The most items the service reads in one call; None leaves it to the window.
        max_read: The most items the service reads in all; None is as many as it takes.

    Raises:
        InvalidValueError: One of them is below 1.
    """

    size: int
    page_size: int | None = None
    max_read: int | None = None

    def __post_init__(self) -> None:
        for name, number in (("size", self.size), ("page_size", self.page_size), ("max_read", self.max_read)):
            if number is not None and number < 1:
                raise InvalidValueError(f"{name}={number}: it is a number of items, from 1.")


@record(frozen=True, kw_only=True, slots=True)
class Portion(Generic[T]):
    """What was read.

    Args:
        rows: What was built from the items, in the order of the search, whichever way they were read.
        before: Where to read on against the order of the search; None where nothing is known to be.
        behind: Where to read on in its order; likewise.
        stopped: Whether the budget ended before it was known if more follows, so that there may be fewer rows than
            wanted, and nothing at the next position.
    """

    rows: list[T]
    before: Position | None
    behind: Position | None
    stopped: bool


@record(frozen=True, kw_only=True, slots=True)
class _Collected(Generic[T]):
    """Items with their keys, in the order they were read, and where the service stopped; None at the end."""

    items: list[tuple[Key, T]]
    last_key: Key | None


def read_portion(
    table: Table, search: Search, position: Position, window: Window, build: Callable[[Item], T]
) -> Portion[T]:
    """Reads items from a position on.

    Args:
        table: The table.
        search: The search, in its own order, without start and limit; its projection holds ``start_names``.
        position: Where to begin, and in which direction.
        window: How much to read.
        build: Makes of each item what is returned.

    Returns:
        The items, and the positions at both ends.

    Raises:
        InvalidCursorError: A scan that should go backwards.
        ServiceError: What the service answered.
    """
    names = start_names(table.schema, search.index)
    found = _collect(table, started(search, position), window, keyed(build, names))
    kept = found.items[: window.size]
    full = len(kept) < len(found.items)
    onwards = _place(kept[-1][0] if full else found.last_key, backwards=position.backwards)
    back = None
    if position.key is not None and not isinstance(search, Scan):
        edge = kept[0][0] if kept else found.last_key  # the last key of no items was not shown: it can be left out
        back = Position(key=edge, backwards=not position.backwards)
    rows = [row for _, row in kept]
    stopped = not full and found.last_key is not None
    if position.backwards:
        return Portion(rows=rows[::-1], before=onwards, behind=back, stopped=stopped)
    return Portion(rows=rows, before=back, behind=onwards, stopped=stopped)


def _place(key: Key | None, *, backwards: bool) -> Position | None:
    return None if key is None else Position(key=key, backwards=backwards)


def _collect(table: Table, search: Search, window: Window, build: Callable[[Item], tuple[Key, T]]) -> _Collected[T]:
    """Reads until one item more than wanted is there, or the end or the budget is reached."""
    wanted, left, ahead = window.size + 1, window.max_read, 1
    items: list[tuple[Key, T]] = []
    while True:
        ahead = min(ahead * 2, MOST_A_CALL)
        step = wanted - len(items) if search.filter is None else min(wanted * ahead, MOST_A_CALL)
        limit = min(number for number in (step, window.page_size, left) if number is not None)
        call = replace(search, limit=limit)
        page = call.result(table.answer(call), build)
        items += page.items
        left = None if left is None else left - page.scanned
        if page.last_key is None or len(items) >= wanted or (left is not None and left < 1):
            return _Collected(items=items, last_key=page.last_key)
        search = replace(search, start=page.last_key)
