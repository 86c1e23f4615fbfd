"""Adds what reading much takes: segments in parallel, a rate, batches to resume behind, and the service's own count."""

from __future__ import annotations

from collections.abc import AsyncIterator, Generator, Iterator
from contextlib import aclosing, closing
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from django.db import models

from django_dynamodb.exceptions import UnsupportedError
from django_dynamodb.models.asynchrony import iterate, run_read
from django_dynamodb.models.cursors import decode_progress, encode_progress
from django_dynamodb.models.nodes import EVERYTHING
from django_dynamodb.models.query import ItemQuery
from django_dynamodb.models.reads import Build, Columns, NoRead, Paced, QueryRead, Read, ScanRead, Stream
from django_dynamodb.records import record
from django_dynamodb.tables import lifecycle
from django_dynamodb.tables.cursor import fingerprint
from django_dynamodb.tables.pace import validate_rate
from django_dynamodb.tables.segments import Progress, SegmentPage, divided
from django_dynamodb.tables.table import Table

M = TypeVar("M", bound=models.Model)
T = TypeVar("T")


@record(frozen=True, kw_only=True, slots=True)
class ReadBatch(Generic[T]):
    """The rows of one call of the service.

    Args:
        items: The rows, in the shape of the query set; there may be none, when a filter dropped them all.
        cursor: How far everything has been handed out, this batch included; signed text, for ``resume``.
        segment: The part of a parallel scan they are from; 0 where there is one part.
    """

    items: list[T]
    cursor: str
    segment: int

    def __iter__(self) -> Iterator[T]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


class Scaled(Generic[M]):
    """The methods of a query set for what is large; ``self`` is the query set this is mixed into."""

    def parallel(self: Any, segments: int) -> Any:
        """Reads a scan in so many segments at the same time, each in a thread of its own.

        At most ``segments + 2`` pages of up to 1 MB are in memory. Rows come in no order. The threads end with the
        reading, however it ends.

        Args:
            segments: How many, from 1 to 256; some two for each core are plenty.

        Returns:
            A query set; anything but a scan is refused when it runs.

        Raises:
            InvalidValueError: Another number of segments.
        """
        Progress.none(segments)
        clone = self._chain()
        clone.query.segments = segments
        return clone

    def rate(self: Any, *, read_units: float) -> Any:
        """Reads no faster than so many capacity units a second, counted by what the service reports for each call.

        Each run of the query set keeps the rate by itself; the segments of a parallel scan share it. After throttling
        it is halved, and recovers.

        Args:
            read_units: Read capacity units a second. A page of 1 MB takes 128, consistently 256, at once; a small
                ``page_size`` makes it even.

        Returns:
            A query set.

        Raises:
            InvalidValueError: A rate that is not above 0.
        """
        validate_rate(read_units)
        clone = self._chain()
        clone.query.read_units = read_units
        return clone

    def batches(self: Any, resume: str | None = None) -> Generator[ReadBatch[M], None, None]:
        """Row after row as ``iterator()``, but a call's worth at a time, each with a cursor to go on behind it.

        A job that keeps the cursor of each batch it is done with loses no item when it breaks off; the batch it was at
        is read again. An item that is changed meanwhile may be met as it was or as it is, as in every scan.

        Args:
            resume: The cursor of the last batch that was done, of the same query set with the same number of segments;
                None or an empty text begins.

        Returns:
            The batches; none, without a call, when the cursor is that of the last one.

        Raises:
            InvalidCursorError: The cursor was changed, or belongs to another query.
            UnsupportedError: A read by keys, which is resumed by slicing the list of keys.
        """
        if self.query.is_sliced:
            raise TypeError("Cannot read a query in batches once a slice has been taken; stop when there are enough.")
        read = self._dynamo_read()
        if isinstance(read, NoRead):
            return _no_batches()
        if not isinstance(read, QueryRead | ScanRead):
            raise UnsupportedError(
                f"{self.model._meta.label}: a read by keys has no batches to resume; slice the list of keys, and read "
                "one part at a time."
            )
        return _batches(self, BatchedRead.of(read, self.model, self._dynamo_table(), resume))

    async def abatches(self: Any, resume: str | None = None) -> AsyncIterator[ReadBatch[M]]:
        """Asynchronous version of ``batches``."""
        async with aclosing(iterate([self.model], self.batches(resume), chunk=1)) as found:
            async for batch in found:
                yield batch

    def approximate_count(self: Any) -> int:
        """How many items the table or the index named had when the service last counted, about every six hours.

        No item is read: it is one DescribeTable, and costs nothing. Items that have expired count until the service
        deletes them. An index counts the items that are in it.

        Raises:
            UnsupportedError: Filters, a slice or a consistent read: the service counts whole tables and indexes.
        """
        query = self.query
        if query.node != EVERYTHING or query.is_sliced or query.consistent:
            raise UnsupportedError(
                f"{self.model._meta.label}: approximate_count() is the service's own number, of a whole table or index "
                "some hours ago: without filters, slices and consistent(). count() reads and counts what matches."
            )
        known = [index.name for index in self.model._meta.mapper.schema.indexes]
        if query.index is not None and query.index not in known:
            raise UnsupportedError(
                f"{self.model._meta.label} has no index {query.index!r}; it has: {', '.join(known) or 'none'}."
            )
        return lifecycle.item_count(self._dynamo_table(), query.index)

    async def aapproximate_count(self: Any) -> int:
        """Asynchronous version of ``approximate_count``."""
        return await run_read(self.model, self.approximate_count)


def at_scale(read: Read, query: ItemQuery) -> Read:
    """A plan with the segments and the rate that were asked for.

    Args:
        read: The plan.
        query: What was asked for.

    Raises:
        UnsupportedError: Segments of anything but a scan.
    """
    if query.read_units is not None and isinstance(read, Paced):
        read = replace(read, read_units=query.read_units)
    if query.segments is None or isinstance(read, NoRead):
        return read
    if not isinstance(read, ScanRead):
        raise UnsupportedError(
            f"{query.model._meta.label}: parallel() cuts a scan into segments, but this is a {read.verb}, which has "
            "none. Leave parallel() out, or read everything by scan(...).parallel(...)."
        )
    return replace(read, segments=query.segments)


@dataclass(kw_only=True, slots=True)
class BatchedRead:
    """Reads one batch after the other in the place of the whole, and keeps how far it came."""

    read: QueryRead | ScanRead
    fingerprint: str
    progress: Progress
    pages: Stream | None = None
    last: SegmentPage[Any] | None = None
    """The page of the batch at hand; None behind the last one."""

    @classmethod
    def of(cls, read: QueryRead | ScanRead, model: Any, table: Table, resume: str | None) -> BatchedRead:
        """Begins, or goes on behind a cursor."""
        total, label = read.segments if isinstance(read, ScanRead) else 1, model._meta.label
        timeless = replace(read, expiry=None).search(table.schema, None)
        mark = fingerprint(table.schema, divided(timeless, total), label)
        progress = decode_progress(resume, mark, label) if resume else Progress.none(total)
        return cls(read=read, fingerprint=mark, progress=progress)

    @property
    def held(self) -> frozenset[str] | None:
        """What the whole read holds."""
        return self.read.held

    @property
    def cursor(self) -> str:
        """How far everything has been handed out."""
        return encode_progress(self.progress, self.fingerprint)

    def rows(self, table: Table, build: Build, columns: Columns) -> Iterator[Any]:
        """The items of the next batch; those of the first one decide how items are built."""
        if self.pages is None:
            self.pages = self.read.stream(table, build, columns, self.progress)
        self.last = next(self.pages, None)
        if self.last is None:
            return iter(())
        self.progress = self.last.progress
        return iter(self.last.page.items)

    def close(self) -> None:
        """Ends the reading."""
        if self.pages is not None:
            self.pages.close()


def _no_batches() -> Generator[ReadBatch[Any], None, None]:
    yield from ()


def _batches(queryset: Any, part: BatchedRead) -> Generator[ReadBatch[Any], None, None]:
    """Each batch is a query set of its own, so that rows have its shape and related objects come along."""
    with closing(part):
        while True:
            clone = queryset._chain()
            clone._dynamo_part = part
            items = list(clone)
            if part.last is None:
                return
            yield ReadBatch(items=items, cursor=part.cursor, segment=part.last.segment)
