"""Writes the items of a dump into a table: ``manage.py dynamo_load``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from django_dynamodb.management import loading
from django_dynamodb.management.base import Record, TableCommand, title
from django_dynamodb.management.dumpfile import Header, opened, read_items
from django_dynamodb.management.meter import Meter
from django_dynamodb.management.numbers import number, rate
from django_dynamodb.management.statefile import StateFile
from django_dynamodb.management.targets import Target
from django_dynamodb.models.pacing import paced


class Command(TableCommand):
    """Reads a few hundred items at a time, and notes how far it is after each such round."""

    help = (
        "Writes the items of a dump by dynamo_dump into the table of the same models, or of the label given; items "
        "that exist are replaced. --state goes on after a crash."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Adds the dump, and how it is written."""
        parser.add_argument("dump", metavar="FILE", help="a dump; - is stdin, .gz is unpacked")
        super().add_arguments(parser)
        parser.add_argument(
            "--on-conflict",
            choices=("replace", "skip", "fail"),
            default="replace",
            help="what is done with an item whose key is taken; default: replace. The others write one item a call",
        )
        parser.add_argument("--force", action="store_true", help="takes a dump of other models with the same keys")
        parser.add_argument(
            "--workers", type=number, default=1, metavar="N", help="makes N calls at a time; default: 1"
        )
        parser.add_argument("--write-units", type=rate, metavar="N", help="write capacity units a second at most")
        parser.add_argument("--state", type=Path, metavar="FILE", help="keeps the progress there, and goes on from it")

    def handle(self, *labels: str, **options: Any) -> None:
        """Opens the dump, whose header names the table unless a label does."""
        if options["state"] and options["dry_run"]:
            raise CommandError("--state is for a run that writes; leave it out with --dry-run.")
        with ExitStack() as stack:
            self._lines = stack.enter_context(opened(options["dump"], options.get("stdin")))
            self._header = Header.of(next(self._lines, ""), options["dump"])
            super().handle(*(labels or self._header.models[:1]), **options)

    def prepare(self, targets: list[Target]) -> None:
        """Refuses a dump that does not fit the table."""
        if len(targets) != 1:
            raise CommandError(f"A dump is loaded into one table; {len(targets)} are chosen. Name one.")
        (target,) = targets
        loading.validate_header(self._header, target.table, target.labels, force=self.options["force"])

    def records(self, targets: list[Target]) -> Iterator[Record]:
        """Loads the one table."""
        yield self.attempt(targets[0], self.loaded)

    def loaded(self, target: Target) -> Record:
        """Loads a table, or only reads the dump to its end."""
        record = {"dump": self.options["dump"], "dry_run": self.options["dry_run"]}
        items = read_items(self._lines, self.options["dump"])
        if self.options["dry_run"]:
            return {**record, **asdict(loading.Course(read=sum(1 for _ in items)))}
        meter = Meter(self.stderr, target.name, None)
        try:
            return {**record, **asdict(self._finish(target, items, meter))}
        finally:
            meter.end()

    def lines(self, record: Record) -> Iterator[str]:
        """Words what was done."""
        if record["dry_run"]:
            yield f"  would load {title(record)}: {record['read']} items"
            return
        rest = [f"{record[name]} {name}" for name in ("skipped", "same") if record[name]]
        counts = ", ".join([f"{record['read']} read", f"{record['written']} written", *rest])
        yield self.style.SUCCESS(f"  loaded   {title(record)}: {counts}")

    def _finish(self, target: Target, items: Any, meter: Meter) -> loading.Course:
        options = self.options
        state = StateFile(options["state"], loading.FORM)
        identity = {
            "dump": asdict(self._header),
            "table": target.name,
            "region": target.connection.region,
            "endpoint": target.connection.endpoint,
            "on_conflict": options["on_conflict"],
        }
        table = paced(target.table, write_units=options["write_units"])
        load = loading.Load(
            table, options["on_conflict"], options["workers"], lambda course: state.save(course.record(identity))
        )
        course = load.finish(items, loading.begin(state, identity), meter.show)
        state.forget()
        return course
