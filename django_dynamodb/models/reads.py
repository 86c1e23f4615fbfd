"""States each way of reading as an immutable record that runs against a table: what a plan comes to."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import replace
from itertools import chain, islice
from threading import Event
from typing import Any, ClassVar, Protocol

from django_dynamodb.exceptions import UnsupportedError
from django_dynamodb.expressions.conditions import Condition
from django_dynamodb.expressions.keys import KeyCondition
from django_dynamodb.expressions.paths import Path
from django_dynamodb.expressions.projections import Projection
from django_dynamodb.models.entities import Entity
from django_dynamodb.models.expiry import Expiry
from django_dynamodb.models.pacing import paced
from django_dynamodb.models.workers import as_here
from django_dynamodb.records import record
from django_dynamodb.tables import batches, pages
from django_dynamodb.tables.cursor import Search, start_names
from django_dynamodb.tables.paging import Bounds
from django_dynamodb.tables.schema import TableSchema
from django_dynamodb.tables.searches import query_search, scan_search
from django_dynamodb.tables.segments import Progress, SegmentPage, read_segments
from django_dynamodb.tables.table import Table
from django_dynamodb.types import Item, Key

Build = Callable[[Item], Any]
Columns = tuple[str, ...] | None
"""The attributes to bring back; None for all."""
Stream = Generator[SegmentPage[Any], None, None]
"""The pages of all segments; closing it ends the reading."""


class Read(Protocol):
    """What every read can do."""

    @property
    def verb(self) -> str:
        """The service's name of the call."""

    @property
    def cost(self) -> str:
        """The cost class: what is read, and so paid for."""

    @property
    def held(self) -> frozenset[str] | None:
        """The attributes there are to be had; None for all."""

    def rows(self, table: Table, build: Build, columns: Columns) -> Iterator[Any]:
        """Reads and builds, lazily."""

    def count(self, table: Table) -> int:
        """How many items match, without bringing them here."""


@record(frozen=True, kw_only=True, slots=True)
class NoRead:
    """Nothing can match."""

    verb: ClassVar[str] = "nothing"
    cost: ClassVar[str] = "no call"
    held: ClassVar[None] = None

    def find(self, table: Table, columns: Columns = None) -> None:
        """No item."""

    def rows(self, table: Table, build: Build, columns: Columns) -> Iterator[Any]:
        """No rows."""
        return iter(())

    def count(self, table: Table) -> int:
        """None."""
        return 0


@record(frozen=True, kw_only=True, slots=True)
class Paced:
    """What all reads that make calls have: a rate.

    Args:
        read_units: Read capacity units a second; None is as fast as it goes.
    """

    read_units: float | None = None

    def reach(self, table: Table, halt: Event | None = None) -> Table:
        """The table, at the rate of this read; a rate is kept by one run of it.

        Args:
            table: The table.
            halt: Set when nobody is to wait any longer.
        """
        return paced(table, read_units=self.read_units, halt=halt)


@record(frozen=True, kw_only=True, slots=True)
class GetRead(Paced):
    """One item by its whole key."""

    verb: ClassVar[str] = "GetItem"
    cost: ClassVar[str] = "one item"
    held: ClassVar[None] = None

    key: Key
    consistent: bool
    expiry: Expiry | None = None
    entity: Entity | None = None

    def find(self, table: Table, columns: Columns = None) -> Item | None:
        """The item, if it is there."""
        expiry, entity = self.expiry, self.entity
        columns = columns if expiry is None else expiry.widened(columns)
        columns = columns if entity is None else entity.widened(columns)
        table = table if self.read_units is None else self.reach(table)
        projection = None if columns is None else _projection(columns)
        item = table.get(self.key, consistent=self.consistent, projection=projection, checked=True)
        if item is None or (entity is not None and entity.check_foreign(item)):
            return None
        return item if expiry is None or not expiry.check_passed(item) else None

    def rows(self, table: Table, build: Build, columns: Columns) -> Iterator[Any]:
        """The item, if it is there, built."""
        item = self.find(table, columns)
        if item is not None:
            yield build(item)

    def count(self, table: Table) -> int:
        """1 or 0."""
        names = tuple(table.schema.key_of(self.key))
        return sum(1 for _ in self.rows(table, _anything, names))


@record(frozen=True, kw_only=True, slots=True)
class BatchRead(Paced):
    """Items by a list of keys, in the order of the list; absent ones are left out."""

    verb: ClassVar[str] = "BatchGetItem"
    cost: ClassVar[str] = "one item per key"
    held: ClassVar[None] = None

    keys: tuple[Key, ...]
    consistent: bool
    limit: int | None
    expiry: Expiry | None = None
    entity: Entity | None = None

    def rows(self, table: Table, build: Build, columns: Columns) -> Iterator[Any]:
        """The items found."""
        if self.entity is not None:
            build, columns = self.entity.sifted(build), self.entity.widened(columns)
        if self.expiry is not None:
            build, columns = self.expiry.sifted(build), self.expiry.widened(columns)
        found = batches.get_many(
            self.reach(table),
            self.keys,
            consistent=self.consistent,
            projection=_projection(columns),
            build=build,
            checked=True,
        )
        return islice((row for row in found if row is not None), self.limit)

    def count(self, table: Table) -> int:
        """How many of the keys exist."""
        names = tuple(attribute.name for attribute in table.schema.keys)
        return sum(1 for _ in self.rows(table, _anything, names))


@record(frozen=True, kw_only=True, slots=True)
class QueryRead(Paced):
    """Items of one partition of the table or an index, in the order of its sort key."""

    verb: ClassVar[str] = "Query"
    cost: ClassVar[str] = "the items of one partition that the key condition selects"

    condition: KeyCondition
    index: str | None
    projected: frozenset[str] | None
    filter: Condition | None
    consistent: bool
    forward: bool
    limit: int | None
    page_size: int | None
    expiry: Expiry | None = None
    sort: str | None = None

    @property
    def held(self) -> frozenset[str] | None:
        """What the index holds."""
        return self.projected

    @property
    def living(self) -> tuple[KeyCondition, Condition | None]:
        """Key condition and filter, without what has expired; a key is in no filter."""
        if self.expiry is None:
            return self.condition, self.filter
        narrowed = self.expiry.narrowed(self.condition, self.sort) or self.condition
        if self.expiry.attribute in {*dict(self.condition.given), self.sort}:
            return narrowed, self.filter
        return self.condition, self.expiry.filtered(self.filter)

    def rows(self, table: Table, build: Build, columns: Columns) -> Iterator[Any]:
        """The items, page after page."""
        condition, living = self.living
        found = pages.query(
            self.reach(table), condition, index=self.index, filter=living, projection=_projection(columns),
            consistent=self.consistent, forward=self.forward, limit=self.limit, page_size=self.page_size, build=build,
        )  # fmt: skip
        return chain.from_iterable(page.items for page in found)

    def search(self, schema: TableSchema, columns: Columns) -> Search:
        """The request, for whoever reads a part of it."""
        condition, living = self.living
        if condition is not self.condition:
            raise UnsupportedError(
                f"Table {schema.name!r}: {self.sort!r} is sort key and time of expiry, so that a page that was begun "
                "later would not fit the one before. Read the pages with_expired(), and leave out in Python what has."
            )
        return query_search(
            schema, condition, index=self.index, filter=living,
            projection=_with_start(schema, self.index, columns), consistent=self.consistent, forward=self.forward,
        )  # fmt: skip

    def count(self, table: Table) -> int:
        """Counted by the service."""
        condition, living = self.living
        search = query_search(
            table.schema, condition, index=self.index, filter=living, consistent=self.consistent, forward=self.forward
        )
        return pages.count(self.reach(table), search, limit=self.limit, page_size=self.page_size)

    def stream(self, table: Table, build: Build, columns: Columns, progress: Progress) -> Stream:
        """The pages behind a progress; a Query is read in one piece."""
        search = self.search(table.schema, columns)
        return _stream(self, table, search, Bounds(page_size=self.page_size), build=build, progress=progress)


@record(frozen=True, kw_only=True, slots=True)
class ScanRead(Paced):
    """The whole table or index, in no order."""

    verb: ClassVar[str] = "Scan"

    filter: Condition | None
    index: str | None
    projected: frozenset[str] | None
    consistent: bool
    limit: int | None
    page_size: int | None
    expiry: Expiry | None = None
    segments: int = 1
    """In how many parts it is read at the same time."""

    @property
    def held(self) -> frozenset[str] | None:
        """What the index holds."""
        return self.projected

    @property
    def cost(self) -> str:
        """Everything, whatever the filter drops."""
        return "the whole table" if self.index is None else "the whole index"

    @property
    def living(self) -> Condition | None:
        """The filter, without what has expired."""
        return self.filter if self.expiry is None else self.expiry.filtered(self.filter)

    def rows(self, table: Table, build: Build, columns: Columns) -> Iterator[Any]:
        """The items, page after page."""
        search = scan_search(
            table.schema, index=self.index, filter=self.living, projection=_projection(columns),
            consistent=self.consistent,
        )  # fmt: skip
        bounds = Bounds(limit=self.limit, page_size=self.page_size, selective=self.living is not None)
        with closing(_stream(self, table, search, bounds, build=build, progress=Progress.none(self.segments))) as found:
            yield from islice(chain.from_iterable(part.page.items for part in found), self.limit)

    def search(self, schema: TableSchema, columns: Columns) -> Search:
        """The request, for whoever reads a part of it."""
        return scan_search(
            schema, index=self.index, filter=self.living, projection=_with_start(schema, self.index, columns),
            consistent=self.consistent,
        )  # fmt: skip

    def count(self, table: Table) -> int:
        """Counted by the service, which reads everything to do so."""
        search = scan_search(table.schema, index=self.index, filter=self.living, consistent=self.consistent)
        counting, bounds = pages.counting(search, self.limit, self.page_size)
        with closing(
            _stream(self, table, counting, bounds, build=_anything, progress=Progress.none(self.segments))
        ) as found:
            return pages.counted((part.page for part in found), self.limit)

    def stream(self, table: Table, build: Build, columns: Columns, progress: Progress) -> Stream:
        """The pages behind a progress, of all segments."""
        search = self.search(table.schema, columns)
        return _stream(self, table, search, Bounds(page_size=self.page_size), build=build, progress=progress)


def _stream(read: Paced, table: Table, search: Search, bounds: Bounds, *, build: Build, progress: Progress) -> Stream:
    """Reads on behind a progress."""
    halt = Event()
    return read_segments(read.reach(table, halt), search, bounds, build, progress=progress, halt=halt, within=as_here())


def of_entity(read: Read, entity: Entity | None) -> Read:
    """The same read by key, of one model's items in a table of several; a Query or Scan has it in its filter.

    Args:
        read: What a plan comes to.
        entity: The model's; None where the table is its own.
    """
    by_key = entity is not None and isinstance(read, GetRead | BatchRead)
    return replace(read, entity=entity) if by_key else read  # type: ignore[type-var]  # a dataclass, as by_key says


def _projection(columns: Columns) -> Projection | None:
    return None if columns is None else Projection(tuple(map(Path, columns)))


def _with_start(schema: TableSchema, index: str | None, columns: Columns) -> Projection | None:
    """The attributes to bring back, and those of a key to start from."""
    return None if columns is None else _projection(tuple(dict.fromkeys((*columns, *start_names(schema, index)))))


def _anything(item: Item) -> Item:
    return item
