"""Writes the items of a table into a dump, page by page, so that a later run can go on behind any of them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from threading import Event
from typing import Any

from django.core.management.base import CommandError

from django_dynamodb.exceptions import InvalidValueError
from django_dynamodb.expressions.keys import KeyCondition
from django_dynamodb.management.dumpfile import Header, Output, end_line, item_line
from django_dynamodb.management.statefile import StateFile
from django_dynamodb.models.pacing import paced
from django_dynamodb.models.workers import as_here
from django_dynamodb.records import record
from django_dynamodb.tables.cursor import Search
from django_dynamodb.tables.paging import Bounds
from django_dynamodb.tables.schema import TableSchema
from django_dynamodb.tables.searches import query_search, scan_search
from django_dynamodb.tables.segments import Progress, SegmentPage, read_segments
from django_dynamodb.tables.table import Table
from django_dynamodb.types import TextBuild

FORM = "dump-1"
"""The form of the state file."""


@record(frozen=True, kw_only=True, slots=True)
class Course:
    """How far a dump is.

    Args:
        progress: How far each segment is.
        items: How many items are written.
        end: Where the file ended then; 0 where nothing can be taken back.
    """

    progress: Progress
    items: int = 0
    end: int = 0

    def record(self, identity: dict[str, Any]) -> dict[str, Any]:
        """The course as the state file keeps it."""
        return {
            "identity": identity,
            "items": self.items,
            "end": self.end,
            "starts": list(self.progress.starts),
            "finished": sorted(self.progress.finished),
        }


def begin(state: StateFile, identity: dict[str, Any], segments: int | None) -> Course:
    """Takes up the course that an earlier run kept, or begins one.

    Args:
        state: Where it was kept.
        identity: What must be the same, such as the table and the file.
        segments: Into how many parts the table is cut; None leaves it at what they were, else 1.

    Raises:
        CommandError: The file tells of another dump, or of another number of segments.
        InvalidValueError: No number of segments that makes sense.
    """
    kept = state.read()
    if not kept:
        return Course(progress=Progress.none(segments or 1))
    if kept["identity"] != identity:
        raise CommandError(
            f"{state.path} is of another dump ({kept['identity']}, now {identity}). Delete it to begin anew."
        )
    if segments not in {None, len(kept["starts"])}:
        raise CommandError(f"{state.path} was begun with --segments {len(kept['starts'])}, which cannot change.")
    progress = Progress(starts=tuple(kept["starts"]), finished=frozenset(kept["finished"]))
    return Course(progress=progress, items=kept["items"], end=kept["end"])


def search_of(schema: TableSchema, partition: str | None, *, consistent: bool) -> Search:
    """What is dumped: the table, or one partition of it.

    Args:
        schema: The table.
        partition: The partition key as it is stored, as text; None for all.
        consistent: Whether to see every write finished before.

    Raises:
        CommandError: The partition key is binary.
    """
    if partition is None:
        return scan_search(schema, consistent=consistent)
    if schema.partition.type == "B":
        raise CommandError(f"--key: the partition key {schema.partition.name!r} is binary; no text can give it.")
    value = {str(schema.partition.type): partition}
    return query_search(schema, KeyCondition((schema.partition.name, value)), consistent=consistent)


class Dump:
    """One dump of one table.

    Args:
        table: The table.
        search: What of it is dumped.
        header: The first line.
        output: Where it goes.
        keep: Keeps the course after each page.
    """

    def __init__(
        self, table: Table, search: Search, header: Header, output: Output, keep: Callable[[Course], None]
    ) -> None:
        self._table = table
        self._search = search
        self._header = header
        self._output = output
        self._keep = keep

    def finish(
        self, course: Course, page_size: int | None, read_units: float | None, report: Callable[[int], None]
    ) -> int:
        """Writes what is left.

        Args:
            course: How far it is.
            page_size: The most items of one call; None is 1 MB.
            read_units: Read capacity units a second; None is as fast as it goes.
            report: Told after each page how many items are written.

        Returns:
            How many items the dump has.

        Raises:
            ServiceError: What the service answered; what was written stays.
        """
        if not course.end:
            course = self._written(course, [self._header.line()], course.progress, 0)
        halt = Event()
        found = read_segments(
            paced(self._table, read_units=read_units, halt=halt),
            self._search,
            Bounds(page_size=page_size),
            TextBuild(item_line),
            progress=course.progress,
            halt=halt,
            within=as_here(),
        )
        with closing(found) as pages:
            for page in pages:
                course = self._with_page(course, page)
                report(course.items)
        self._output.write([end_line(course.items)])
        return course.items

    def _with_page(self, course: Course, found: SegmentPage[str]) -> Course:
        lines = found.page.items
        return self._written(course, lines, found.progress, len(lines))

    def _written(self, course: Course, lines: list[str], progress: Progress, items: int) -> Course:
        """Writes, and then keeps how far that is: what a crash leaves between the two is cut off by the next run."""
        end = self._output.write(lines)
        course = Course(progress=progress, items=course.items + items, end=end or 0)
        self._keep(course)
        return course


def validate_segments(partition: str | None, segments: int | None) -> None:
    """Refuses segments of a partition, which the service cannot cut.

    Args:
        partition: The partition; None is the whole table.
        segments: Into how many parts.

    Raises:
        CommandError: Both are given.
        InvalidValueError: No number of segments that makes sense.
    """
    if partition is not None and segments not in {None, 1}:
        raise CommandError("--segments cuts a whole table; one partition, --key, is read in one piece.")
    try:
        Progress.none(segments or 1)
    except InvalidValueError as error:
        raise CommandError(f"--segments: {error}") from error
