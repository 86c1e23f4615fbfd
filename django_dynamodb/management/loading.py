"""Writes the items of a dump into a table, round by round, so that a later run can go on behind any of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import asdict, replace
from itertools import islice
from typing import Any, Final, Literal, TypeAlias

from django.core.management.base import CommandError

from django_dynamodb import limits
from django_dynamodb.exceptions import ConditionFailedError
from django_dynamodb.expressions.conditions import NotExists
from django_dynamodb.expressions.paths import Path
from django_dynamodb.management.dumpfile import Header, keys_of
from django_dynamodb.management.statefile import StateFile
from django_dynamodb.records import record
from django_dynamodb.tables import batches, counters
from django_dynamodb.tables.schema import COUNTER_KEY
from django_dynamodb.tables.table import Table
from django_dynamodb.types import Item

FORM: Final = "load-1"
"""The form of the state file."""

ROUND: Final = 4
"""Chunks for each writer between two looks at the clock and the state file: the pause between rounds is short of it."""

Conflict: TypeAlias = Literal["replace", "skip", "fail"]
"""What is done with an item whose key is taken."""


@record(frozen=True, kw_only=True, slots=True)
class Course:
    """How far a load is.

    Args:
        read: How many items of the dump are done.
        written: How many of them were written.
        skipped: How many were left out, since their keys were taken.
        same: How many were there already, just as they are in the dump.
        highest: The highest key, where the table numbers its items.
    """

    read: int = 0
    written: int = 0
    skipped: int = 0
    same: int = 0
    highest: int = 0

    def plus(self, other: Course) -> Course:
        """Both together."""
        return Course(
            read=self.read + other.read,
            written=self.written + other.written,
            skipped=self.skipped + other.skipped,
            same=self.same + other.same,
            highest=max(self.highest, other.highest),
        )

    def record(self, identity: dict[str, Any]) -> dict[str, Any]:
        """The course as the state file keeps it."""
        return {"identity": identity, "course": asdict(self)}


def begin(state: StateFile, identity: dict[str, Any]) -> Course:
    """Takes up the course that an earlier run kept, or begins one.

    Args:
        state: Where it was kept.
        identity: What must be the same, such as the dump and the table.

    Raises:
        CommandError: The file tells of another load.
    """
    kept = state.read()
    if not kept:
        return Course()
    if kept["identity"] != identity:
        raise CommandError(
            f"{state.path} is of another load ({kept['identity']}, now {identity}). Delete it to begin anew."
        )
    return Course(**kept["course"])


def validate_header(header: Header, table: Table, labels: list[str], *, force: bool) -> None:
    """Refuses a dump of other keys, and one of other models unless that is meant.

    Args:
        header: What the dump says of itself.
        table: Where it is to go.
        labels: The labels of that table.
        force: Whether other models are meant.

    Raises:
        CommandError: It does not fit.
    """
    keys = keys_of(table.schema)
    if header.keys != keys or list(header.keys) != list(keys):
        raise CommandError(
            f"The dump is of table {header.table!r}, whose key is {header.keys}; the key of {table.schema.name!r} is "
            f"{keys}. Nothing was written."
        )
    if not force and set(header.models).isdisjoint(labels):
        raise CommandError(
            f"The dump is of {', '.join(header.models)}, and {table.schema.name!r} is the table of "
            f"{', '.join(labels)}. Give --force if that is meant. Nothing was written."
        )


class Load:
    """One load into one table.

    Args:
        table: The table, its calls paced or not.
        conflict: What is done with an item whose key is taken.
        workers: How many calls are made at a time.
        keep: Keeps the course after each round.
    """

    def __init__(self, table: Table, conflict: Conflict, workers: int, keep: Callable[[Course], None]) -> None:
        self._table = table
        self._conflict = conflict
        self._workers = workers
        self._keep = keep
        self._identify = batches.identifier(table.schema)
        self._absent = NotExists(Path(table.schema.partition.name))

    def finish(self, items: Iterator[Item], course: Course, report: Callable[[int], None]) -> Course:
        """Writes what is left, and raises the counter of a table that numbers its items.

        Args:
            items: All items of the dump.
            course: How far it is.
            report: Told after each round how many items are done.

        Returns:
            What came of it, earlier runs included.

        Raises:
            CommandError: The dump cannot be read on, or a key is taken by another item and that is to fail.
            ServiceError: What the service answered; the rounds before are kept.
            InvalidValueError: The table cannot hold an item.
        """
        for _ in islice(items, course.read):
            pass  # done by an earlier run
        with ThreadPoolExecutor(max_workers=self._workers) as pool:
            for chunks in self._rounds(items):
                writes = [pool.submit(copy_context().run, self._write, chunk) for chunk in chunks]
                for write in writes:
                    course = course.plus(write.result())
                self._keep(course)
                report(course.read)
        if self._table.schema.counter:
            counters.create(self._table)
            counters.raise_to(self._table, course.highest)
        return course

    def _rounds(self, items: Iterator[Item]) -> Iterator[list[list[Item]]]:
        """As many chunks as are written at a time; a key that comes again begins the next round."""
        most = limits.BATCH_WRITE_REQUESTS * ROUND * self._workers
        held: dict[Any, Item] = {}
        for item in items:
            mark = self._identify(item) if item.keys() >= {key.name for key in self._table.schema.keys} else id(item)
            if mark in held or len(held) == most:
                yield _chunks(list(held.values()))
                held = {}
            held[mark] = item
        if held:
            yield _chunks(list(held.values()))

    def _write(self, chunk: list[Item]) -> Course:
        """Writes one chunk."""
        name = self._table.schema.partition.name
        items = [item for item in chunk if not (self._table.schema.counter and item.get(name) == COUNTER_KEY)]
        highest = max((int(item[name]["N"]) for item in items), default=0) if self._table.schema.counter else 0
        done = Course(read=len(chunk), highest=highest)
        if self._conflict == "replace":
            return replace(done, written=batches.write_many(self._table, items))
        for item in items:
            done = done.plus(self._put(item))
        return done

    def _put(self, item: Item) -> Course:
        """Writes one item if its key is free."""
        try:
            self._table.put(item, condition=self._absent, return_stored=True)
        except ConditionFailedError as error:
            if error.item == item:
                return Course(same=1)
            if self._conflict == "skip":
                return Course(skipped=1)
            raise CommandError(
                f"The key {self._table.schema.key_of(item)} of {self._table.schema.name!r} is taken by another item. "
                "Items before it were written; give --on-conflict replace or skip to go on."
            ) from error
        return Course(written=1)


def _chunks(items: list[Item]) -> list[list[Item]]:
    """As many items as one call takes."""
    size = limits.BATCH_WRITE_REQUESTS
    return [items[start : start + size] for start in range(0, len(items), size)]
