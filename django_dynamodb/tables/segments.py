"""Reads the segments of a scan at the same time, a thread for each, in bounded memory; and says how far each has come.

A worker keeps the page it has read until there is room for it, and there is room for one: of n workers at most n + 2
pages are in memory, one more than each holds and the one the consumer looks at.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import AbstractContextManager, closing
from contextvars import copy_context
from dataclasses import replace
from threading import Condition, Event, Thread, current_thread
from types import TracebackType
from typing import Final, Generic, TypeAlias, TypeVar

from django_dynamodb.coroutines import aside
from django_dynamodb.exceptions import InvalidValueError
from django_dynamodb.operations.searches import PageResult, Scan
from django_dynamodb.records import record
from django_dynamodb.tables.cursor import Search
from django_dynamodb.tables.paging import Bounds, read_pages, with_key
from django_dynamodb.tables.table import Table
from django_dynamodb.types import Item, Key

T = TypeVar("T")
Within: TypeAlias = Callable[[], AbstractContextManager[None]]
"""Makes the block that a worker works in, entered and left in its thread."""

MOST_SEGMENTS: Final = 256
"""Threads of one scan, ours and not the service's, which cuts a table in up to a million parts: a process that decodes
pages is busy with far fewer."""


@record(frozen=True, kw_only=True, slots=True)
class Progress:
    """How far the segments of a search have been read.

    Args:
        starts: For each segment the key to read on behind; None at its beginning.
        finished: The segments that were read to their end.
    """

    starts: tuple[Key | None, ...]
    finished: frozenset[int] = frozenset()

    @classmethod
    def none(cls, total: int) -> Progress:
        """Nothing read yet.

        Args:
            total: How many segments there are.

        Raises:
            InvalidValueError: None at all, or more than threads make sense.
        """
        if not 1 <= total <= MOST_SEGMENTS:
            raise InvalidValueError(f"{total} segments: a parallel scan has 1 to {MOST_SEGMENTS}, a thread for each.")
        return cls(starts=(None,) * total)

    @property
    def left(self) -> list[int]:
        """The segments that are not finished."""
        return [segment for segment in range(len(self.starts)) if segment not in self.finished]

    def behind(self, segment: int, last_key: Key | None) -> Progress:
        """The progress after one more page.

        Args:
            segment: Whose page it is.
            last_key: The page's last key; None finishes the segment.
        """
        if last_key is None:
            return replace(self, finished=self.finished | {segment})
        return replace(self, starts=(*self.starts[:segment], last_key, *self.starts[segment + 1 :]))


@record(frozen=True, kw_only=True, slots=True)
class SegmentPage(Generic[T]):
    """One page of one segment.

    Args:
        segment: Whose page it is, from 0.
        page: The page.
        progress: How far all segments have been handed out, this page included.
    """

    segment: int
    page: PageResult[T]
    progress: Progress


def divided(search: Search, total: int) -> Search:
    """A search as its first segment asks it: whole, if it is cut in one.

    Args:
        search: The search, without start and limit.
        total: How many segments there are.

    Returns:
        The search; only a ``Scan`` can be cut.
    """
    return replace(search, segment=0, total_segments=total) if isinstance(search, Scan) and total > 1 else search


def read_segments(
    table: Table,
    search: Search,
    bounds: Bounds,
    build: Callable[[Item], T],
    *,
    progress: Progress,
    halt: Event,
    within: Within,
) -> Generator[SegmentPage[T], None, None]:
    """Reads what is left of each segment; pages of a segment come in order, those of several in any.

    One segment is read in the thread that consumes it. Workers see the context variables of the consumer as they are
    when the first page is asked for. They end when everything is read, when one of them fails, and when the consumer
    closes the iterator, which then waits for the calls under way.

    Args:
        table: The table.
        search: The search, without start and limit.
        bounds: How much each segment reads, and in what steps.
        build: Makes of each item what is returned; called by the workers.
        progress: Where each segment begins; as many as it has are read.
        halt: Set when the workers are to end, for whatever lets them wait.
        within: Makes the block that each worker works in.

    Yields:
        The pages, the empty ones included.

    Raises:
        ServiceError: What the service answered; a note names the segment.
    """
    total = len(progress.starts)
    search = replace(search, projection=with_key(table.schema, search.index, search.projection, bounds))
    readers = {
        number: read_pages(table, _part(search, number, progress.starts[number], total), bounds, build)
        for number in progress.left
    }
    with closing(_at_once(readers, total, halt, within) if len(readers) > 1 else _alone(readers)) as found:
        for number, page in found:
            progress = progress.behind(number, page.last_key)
            yield SegmentPage(segment=number, page=page, progress=progress)


def _part(search: Search, segment: int, start: Key | None, total: int) -> Search:
    """One segment from a key on."""
    part = divided(search, total)
    part = replace(part, segment=segment) if isinstance(part, Scan) and total > 1 else part
    return replace(part, start=start)


def _alone(readers: Mapping[int, Iterator[PageResult[T]]]) -> Generator[tuple[int, PageResult[T]], None, None]:
    """Reads the only segment that is left, or none, without a thread."""
    for number, pages in readers.items():
        for page in pages:
            yield number, page


def _at_once(
    readers: Mapping[int, Iterator[PageResult[T]]], total: int, halt: Event, within: Within
) -> Generator[tuple[int, PageResult[T]], None, None]:
    """Reads each segment in a thread; whatever ends this ends them."""
    channel: _Channel[T] = _Channel(len(readers))
    workers = []
    try:
        for number, pages in readers.items():
            work = _Work(channel, number, pages, f"Segment {number} of {total} of a parallel scan.", within)
            worker = Thread(target=copy_context().run, args=(work,), name=f"scan-{number}-of-{total}", daemon=True)
            worker.start()
            workers.append(worker)
        while (result := aside(channel.take)) is not None:
            yield result
    finally:
        halt.set()
        channel.close()
        for worker in workers:
            if worker is not current_thread():  # the collector may close a forgotten iterator in any thread
                aside(worker.join)


class _Channel(Generic[T]):
    """Hands the pages of several workers to one consumer, one after the other."""

    def __init__(self, workers: int) -> None:
        self._changed = Condition()
        self._held: list[tuple[int, PageResult[T]]] = []
        self._failure: BaseException | None = None
        self._workers = workers
        self._open = True

    def put(self, number: int, page: PageResult[T]) -> bool:
        """Waits for room; says whether anyone wants more."""
        with self._changed:
            self._changed.wait_for(lambda: not self._open or not self._held)
            if self._open:
                self._held.append((number, page))
                self._changed.notify_all()
            return self._open

    def leave(self, failure: BaseException | None) -> None:
        """One worker less; the first failure is the one that is raised."""
        with self._changed:
            self._workers -= 1
            self._failure = self._failure or failure
            self._changed.notify_all()

    def take(self) -> tuple[int, PageResult[T]] | None:
        """Waits for a page; None when there are no more.

        Raises:
            BaseException: What a worker failed with; a page that is ready then is not handed out.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._held or self._failure is not None or not self._workers)
            if self._failure is not None:
                raise self._failure
            if not self._held:
                return None
            self._changed.notify_all()
            return self._held.pop()

    def close(self) -> None:
        """Nobody wants any more."""
        with self._changed:
            self._open = False
            self._changed.notify_all()


class _Work(Generic[T]):
    """What one worker does: reads a segment, and reports how that ended, whatever it was."""

    def __init__(
        self,
        channel: _Channel[T],
        number: int,
        pages: Iterator[PageResult[T]],
        note: str,
        within: Within,
    ) -> None:
        self._channel = channel
        self._number = number
        self._pages = pages
        self._note = note
        self._within = within

    def __call__(self) -> None:
        with self:
            self._read()

    def _read(self) -> None:
        with self._within():
            for page in self._pages:
                if not self._channel.put(self._number, page):
                    return

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        """Hands any error to the consumer, who raises it: that is its way on, not its end."""
        if error is not None:
            error.add_note(self._note)
        self._channel.leave(error)
        return True
