"""Keeps how far the migration of each table is, in memory or in a file that a later run takes up."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from django.core.management.base import CommandError

from django_dynamodb.management.statefile import StateFile
from django_dynamodb.models.upgrades import Upgrade
from django_dynamodb.records import record
from django_dynamodb.types import Key

FORMAT: Final = 1
"""The form of the file; another one is not read."""

COUNTS: Final = ("read", "migrated", "current", "gone", "conflicts", "failed")
"""The numbers of a tally, in the order they are shown."""

FAILURES: Final = 1_000
"""How many failures are listed; all are counted."""


@record(frozen=True, kw_only=True, slots=True)
class Failure:
    """One item that was left as it is.

    Args:
        key: Its key.
        error: What was wrong.
        kind: The class of the error.
    """

    key: Key
    error: str
    kind: str


@dataclass(kw_only=True, slots=True)
class Tally:
    """What came of the items so far.

    Args:
        read: All of them.
        migrated: Written in the present version.
        current: Were in it.
        gone: Were deleted meanwhile.
        conflicts: How often somebody else changed an item in between.
        failed: Could not be migrated.
        versions: How many were found in each version.
        failures: The first of those that failed.
    """

    read: int = 0
    migrated: int = 0
    current: int = 0
    gone: int = 0
    conflicts: int = 0
    failed: int = 0
    versions: Counter[str] = field(default_factory=Counter)
    failures: list[Failure] = field(default_factory=list)

    def add(self, upgrade: Upgrade) -> None:
        """Counts an item."""
        self.read += 1
        self.conflicts += upgrade.conflicts
        self.versions[str(upgrade.found)] += 1
        setattr(self, upgrade.outcome, getattr(self, upgrade.outcome) + 1)

    def fail(self, failure: Failure) -> None:
        """Counts an item that failed."""
        self.read += 1
        self.failed += 1
        self.failures.append(failure)

    def as_record(self) -> dict[str, Any]:
        """The counts as JSON knows values."""
        failures = [asdict(failure) for failure in self.failures]
        counts = {name: getattr(self, name) for name in COUNTS}
        return {**counts, "versions": dict(self.versions), "failures": failures}

    def merge(self, other: Tally) -> None:
        """Adds what came of other items."""
        for name in COUNTS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.versions.update(other.versions)
        self.failures = [*self.failures, *other.failures][:FAILURES]


class Run:
    """How far the segments of one table are; may be advanced from several threads.

    Args:
        segments: Into how many parts the table is cut.
        save: Keeps what ``as_record`` gives, after each page.
    """

    def __init__(self, segments: int, save: Callable[[], None]) -> None:
        self.segments = segments
        self.tally = Tally()
        self._save = save
        self._cursors: dict[int, Key | None] = dict.fromkeys(range(segments))
        self._lock = threading.Lock()

    def open_segments(self) -> list[int]:
        """The segments that are not read to their end."""
        return list(self._cursors)

    def cursor(self, segment: int) -> Key | None:
        """Where a segment goes on; None is its beginning."""
        return self._cursors[segment]

    def advance(self, segment: int, last_key: Key | None, tally: Tally) -> None:
        """Notes that a page is done.

        Args:
            segment: Its segment.
            last_key: Where the next one begins; None when there is none.
            tally: What came of its items.
        """
        with self._lock:
            self.tally.merge(tally)
            if last_key is None:
                del self._cursors[segment]
            else:
                self._cursors[segment] = last_key
            self._save()

    def as_record(self) -> dict[str, Any]:
        """The run as JSON knows values."""
        open_segments = {str(segment): cursor for segment, cursor in self._cursors.items()}
        return {"segments": self.segments, "open": open_segments, "tally": self.tally.as_record()}

    def take_up(self, record: Mapping[str, Any]) -> None:
        """Goes on where an earlier run ended."""
        self.segments = record["segments"]
        self._cursors = {int(segment): cursor for segment, cursor in record["open"].items()}
        tally = dict(record["tally"])
        failures = [Failure(**failure) for failure in tally.pop("failures")]
        self.tally = Tally(**{**tally, "versions": Counter(tally["versions"])}, failures=failures)


class Progress:
    """The runs of one command, kept in a file where one is named.

    Args:
        path: The file; None keeps nothing. One that exists is taken up.
        segments: Into how many parts tables are cut; None leaves it at what the file says, else 1.

    Raises:
        CommandError: The file is none of ours, or cannot be read.
    """

    def __init__(self, path: Path | None, segments: int | None) -> None:
        self._file = StateFile(path, FORMAT)
        self._segments = segments
        self._runs: dict[str, tuple[dict[str, Any], Run]] = {}
        self._earlier: dict[str, Any] = self._file.read().get("tables", {})

    def run(self, name: str, identity: dict[str, Any]) -> Run:
        """The run of one table, new or taken up.

        Args:
            name: Names the table among those of the command.
            identity: What must be the same for a run to be taken up, such as the version that is migrated to.

        Raises:
            CommandError: The file tells of another table, another version, or another number of segments.
        """
        run = Run(self._segments or 1, self._save)
        earlier = self._earlier.get(name)
        if earlier is not None:
            if earlier["identity"] != identity:
                raise CommandError(
                    f"{self._file.path} is of another migration of {name} ({earlier['identity']}, now {identity}). "
                    "Delete it to begin anew; what is migrated already is passed over."
                )
            run.take_up(earlier["run"])
            if self._segments not in {None, run.segments}:
                raise CommandError(f"{self._file.path} was begun with --segments {run.segments}, which cannot change.")
        self._runs[name] = identity, run
        return run

    def forget(self) -> None:
        """Deletes the file, unless it tells of tables that were left out this time: everything else is done."""
        if self._earlier.keys() <= self._runs.keys():
            self._file.forget()

    def _save(self) -> None:
        tables = self._earlier | {
            name: {"identity": identity, "run": run.as_record()} for name, (identity, run) in self._runs.items()
        }
        self._file.save({"tables": tables})
