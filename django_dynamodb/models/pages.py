"""Reads a query set page by page, each page from a signed cursor on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeAlias, TypeVar

from django.db import models

from django_dynamodb.exceptions import InvalidKeyError, UnsupportedError
from django_dynamodb.models.asynchrony import run_read
from django_dynamodb.models.cursors import decode_cursor, encode_cursor
from django_dynamodb.models.hydration import HydratedRead
from django_dynamodb.models.reads import BatchRead, Build, Columns, QueryRead, ScanRead
from django_dynamodb.models.state import state_of
from django_dynamodb.tables.cursor import START, Position, Search, fingerprint, start_names
from django_dynamodb.tables.portions import Portion, Window, read_portion
from django_dynamodb.tables.table import Table

M = TypeVar("M", bound=models.Model)
T = TypeVar("T")

After: TypeAlias = str | Position | models.Model | None
"""Where a page begins: a cursor, a position, behind an object, or at the beginning."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Page(Generic[T]):
    """Some rows of a query set, and the ways on and back.

    Args:
        items: The rows, in the order and shape of the query set.
        next: The cursor of the page behind; None where nothing follows.
        previous: The cursor of the page before; None on the first page, and always for a scan.
        stopped_at_budget: Whether ``max_read`` was used up before it was known if more follows: the page may be short,
            and what its cursor leads to may be empty.
    """

    items: list[T]
    next: str | None = None
    previous: str | None = None
    stopped_at_budget: bool = False

    @property
    def has_next(self) -> bool:
        """Whether there is a page behind."""
        return self.next is not None

    @property
    def has_previous(self) -> bool:
        """Whether there is a page before."""
        return self.previous is not None

    def __iter__(self) -> Iterator[T]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


class Paged(Generic[M]):
    """The methods of a query set that read one page."""

    _dynamo_part: Any = None
    """What the query set reads instead of everything: a ``PageRead``."""

    def page(self, size: int = 25, after: str | M | None = None, max_read: int | None = None) -> Page[M]:
        """Some rows, and the cursors of the pages before and behind; nothing is counted or skipped.

        Args:
            size: The most rows to return; fewer come at the end only, or when the budget ends.
            after: The ``next`` or ``previous`` of another page of this query set; or an object, stored or not, to go
                on behind. None or an empty text is the first page.
            max_read: The most items the service may read for this page: those a filter drops, and the one that tells
                whether more follow, included. None is as many as it takes.

        Returns:
            The page; rows are in the shape of the query set.

        Raises:
            InvalidCursorError: The cursor was changed, or belongs to another query; a view answers 404.
            InvalidKeyError: The object lacks a key of the index, or is of another partition.
            InvalidValueError: A size or budget below 1.
            UnsupportedError: A list of keys, which is paged by slicing the list.
        """
        return read_page(self, after, size, max_read)

    async def apage(self, size: int = 25, after: str | M | None = None, max_read: int | None = None) -> Page[M]:
        """Asynchronous version of ``page``."""
        queryset: Any = self
        page: Page[M] = await run_read(queryset.model, self.page, size, after, max_read)
        return page


def read_page(queryset: Any, after: After, size: int, max_read: int | None) -> Page[Any]:
    """Reads one page of a query set, whatever is cached of it.

    Args:
        queryset: A query set of a DynamoDB model.
        after: Where to begin.
        size: The most rows to return.
        max_read: The most items the service may read.

    Returns:
        The page.

    Raises:
        RequestError: As ``Paged.page`` says.
    """
    clone = queryset._chain()
    if clone.query.is_sliced:
        raise TypeError("Cannot page a query once a slice has been taken; give the number of rows as size.")
    label, window = clone.model._meta.label, Window(size=size, page_size=clone.query.page_size, max_read=max_read)
    read = clone._dynamo_read()
    if isinstance(read, ScanRead) and read.segments > 1:
        raise UnsupportedError(
            f"{label}: pages have an order, segments have none; read batches(), or do not say parallel()."
        )
    if isinstance(read, BatchRead):
        raise UnsupportedError(f"{label}: a list of keys has no pages; slice the list, and read one part at a time.")
    whole = read if isinstance(read, HydratedRead) else None
    if whole is not None:
        read = whole.source
    if not isinstance(read, QueryRead | ScanRead):
        if after and isinstance(after, str):
            decode_cursor(after, NO_SEARCH, label)
        return Page(items=list(clone))
    part = clone._dynamo_part = PageRead(read=read, whole=whole, model=clone.model, after=after, window=window)
    return part.page(list(clone))


NO_SEARCH = ""
"""The fingerprint of what makes no search, so that no cursor belongs to it."""


@dataclass(kw_only=True, slots=True)
class PageRead:
    """Reads one page of a search in the place of the whole, and keeps where it ended."""

    read: QueryRead | ScanRead
    whole: HydratedRead | None
    """What reads the items behind an index, after ``hydrate()``."""
    model: Any
    after: After
    window: Window
    fingerprint: str = field(init=False)
    portion: Portion[Any] = field(init=False)

    @property
    def held(self) -> frozenset[str] | None:
        """What the whole search holds."""
        return self.read.held if self.whole is None else self.whole.held

    def rows(self, table: Table, build: Build, columns: Columns) -> Iterator[Any]:
        """The items of the page."""
        asked = columns if self.whole is None else tuple(attribute.name for attribute in table.schema.keys)
        search = self.read.search(table.schema, asked)
        timeless = replace(self.read, expiry=None).search(table.schema, asked)
        self.fingerprint = fingerprint(table.schema, timeless, self.model._meta.label)
        made = build if self.whole is None else table.schema.key_of
        self.portion = read_portion(self.read.reach(table), search, self._begin(table, search), self.window, made)
        if self.whole is None:
            return iter(self.portion.rows)
        return iter(self.whole.items(table, self.portion.rows, build, columns))

    def page(self, items: list[Any]) -> Page[Any]:
        """What was read, with cursors."""
        return Page(
            items=items,
            next=self._cursor(self.portion.behind),
            previous=self._cursor(self.portion.before),
            stopped_at_budget=self.portion.stopped,
        )

    def _cursor(self, position: Position | None) -> str | None:
        return None if position is None else encode_cursor(position, self.fingerprint)

    def _begin(self, table: Table, search: Search) -> Position:
        if self.after is None or self.after == "":
            return START
        if isinstance(self.after, Position):
            return self.after
        if isinstance(self.after, self.model._meta.concrete_model):
            return self._behind(self.after, start_names(table.schema, search.index))
        return decode_cursor(self.after, self.fingerprint, self.model._meta.label)

    def _behind(self, row: Any, names: tuple[str, ...]) -> Position:
        """The position of an object, by its key attributes."""
        mapper = self.model._meta.mapper
        attnames = [mapper.field_of(name).attname for name in names]
        state = state_of(row)
        if state.migrated is not None:  # its place is that of the item as stored
            key = {name: av for name, av in (state.item or {}).items() if name in names}
        else:
            key = mapper.dump({attname: getattr(row, attname) for attname in attnames})
        if absent := [name for name in names if name not in key]:
            raise InvalidKeyError(f"{mapper.label}: after= is an object without {', '.join(absent)}; it has no place.")
        given = self.read.condition.given if isinstance(self.read, QueryRead) else ()
        if any(key[name] != value for name, value in given):
            raise InvalidKeyError(f"{mapper.label}: after= is an object of another partition than the one queried.")
        return Position(key=key)
