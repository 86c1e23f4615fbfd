"""Brings stored items to the present version of their models: ``manage.py dynamo_migrateitems``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from django.core.management.base import CommandError, CommandParser

from django_dynamodb.management.backfill import Backfill, Work, counting_work, migrating_work
from django_dynamodb.management.base import Record, TableCommand, title
from django_dynamodb.management.numbers import number
from django_dynamodb.management.progress import Progress, Tally
from django_dynamodb.management.targets import Target
from django_dynamodb.models.migrations import ItemMigrations

SEGMENTS: Final = 1_000_000
"""Into how many parts a table can be cut. Source: API reference, Scan, TotalSegments."""


class Command(TableCommand):
    """Reads whole tables; each write is conditional on the item being what was read, so that it can be done again."""

    help = (
        "Reads every item of the tables whose models have migrations of items, and writes those of an older version "
        "back in the present one. Safe while others write, and to be run again; --state goes on after a crash."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Adds what is done, and how."""
        super().add_arguments(parser)
        parser.add_argument("--plan", action="store_true", help="counts the items of each version; reads them all")
        parser.add_argument("--segments", type=number, metavar="N", help="reads N parts at a time; default: 1")
        parser.add_argument("--page-size", type=number, metavar="N", help="items of one call; default: 1 MB")
        parser.add_argument("--state", type=Path, metavar="FILE", help="keeps the progress there, and goes on from it")

    def prepare(self, targets: list[Target]) -> None:
        """Refuses options that contradict each other, and declarations that cannot work."""
        if self.options["state"] and (self.options["dry_run"] or self.options["plan"]):
            raise CommandError("--state is for a run that writes; leave it out with --dry-run and --plan.")
        if (self.options["segments"] or 1) > SEGMENTS:
            raise CommandError(f"--segments is {self.options['segments']}; DynamoDB allows {SEGMENTS:,}.")
        for target in _versioned(targets):
            migrations: ItemMigrations = _only_model(target)._meta.item_migrations
            if migrations.faults:
                raise CommandError(f"{migrations.label}: {migrations.faults[0]}")

    def records(self, targets: list[Target]) -> Iterator[Record]:
        """Reads each table; the file goes when all of them are done."""
        found = _versioned(targets)
        if not found:
            self.progress("None of the models has migrations of items.")
        self._progress = Progress(self.options["state"], self.options["segments"])
        stopped = False
        for target in found:
            record = self.attempt(target, self.migrated)
            stopped = stopped or "error" in record
            yield record
        if not stopped:
            self._progress.forget()

    def migrated(self, target: Target) -> Record:
        """Reads one table to its end."""
        model = _only_model(target)
        migrations: ItemMigrations = model._meta.item_migrations
        connection = target.connection
        run = self._progress.run(
            f"{connection.alias}/{target.name}",
            {"region": connection.region, "endpoint": connection.endpoint, "version": migrations.latest},
        )
        backfill = Backfill(target.table, self._work(target, model), run, self.options["page_size"])
        tally = backfill.finish(lambda tally: self.progress(f"{target.name}: {_counts(tally, self._verb())}"))
        return {"version": migrations.latest, "mode": self._mode(), **tally.as_record()}

    def lines(self, record: Record) -> Iterator[str]:
        """Words what was done."""
        model_version = f"to version {record['version']}"
        yield f"  {title(record)} {model_version}: {_counts(record, self._verb())}"
        for version, count in sorted(record["versions"].items(), key=lambda pair: int(pair[0])):
            yield f"    version {version:<6} {count}"
        for failure in record["failures"]:
            yield self.style.ERROR(f"    failed   {failure['error']}")
        if (unlisted := record["failed"] - len(record["failures"])) > 0:
            yield self.style.ERROR(f"    failed   and {unlisted} more")

    def conclude(self, records: list[Record]) -> None:
        """Fails with the errors there were, and for items that could not be migrated."""
        super().conclude(records)
        if failed := sum(record["failed"] for record in records):
            raise CommandError(f"{failed} items could not be migrated; mend them or the migrations, and run it again.")

    def _work(self, target: Target, model: Any) -> Work:
        if self.options["plan"]:
            return counting_work(model)
        return migrating_work(model, target.table, dry_run=self.options["dry_run"])

    def _mode(self) -> str:
        return "plan" if self.options["plan"] else "dry-run" if self.options["dry_run"] else "migrate"

    def _verb(self) -> str:
        return "migrated" if self._mode() == "migrate" else "to migrate"


def _versioned(targets: list[Target]) -> list[Target]:
    """The tables some of whose models have versions of items."""
    return [target for target in targets if any(model._meta.item_migrations.active for model in target.models)]


def _only_model(target: Target) -> Any:
    """The model of a table; of several, nothing tells whose an item is."""
    if len(target.models) > 1:
        raise CommandError(
            f"{target.name} is the table of {', '.join(target.labels)}; nothing tells which of them an item "
            "belongs to. Read the objects of the one model in a script, and save them."
        )
    return target.models[0]


def _counts(tally: Tally | Record, verb: str) -> str:
    counts = tally.as_record() if isinstance(tally, Tally) else tally
    found = f"{counts['read']} read, {counts['migrated']} {verb}, {counts['current']} current"
    rest = [f"{counts[name]} {name}" for name in ("gone", "conflicts", "failed") if counts[name]]
    return ", ".join([found, *rest])
