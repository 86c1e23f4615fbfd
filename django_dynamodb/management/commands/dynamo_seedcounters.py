"""Shows and raises the counters of autoincrement tables: ``manage.py dynamo_seedcounters``."""

from __future__ import annotations

from argparse import ArgumentTypeError
from collections.abc import Iterator

from django.core.management.base import CommandError, CommandParser

from django_dynamodb.management.base import Record, TableCommand, title
from django_dynamodb.management.targets import Target
from django_dynamodb.tables import counters


class Command(TableCommand):
    """Never lowers a counter, whatever other writers do meanwhile."""

    help = (
        "Shows the counters of tables with an AutoIncrementField. With --from-max or --to it raises them, so that "
        "numbers in use are not given out again; a counter is never lowered. Safe while others write."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Adds the two ways to raise."""
        super().add_arguments(parser)
        ways = parser.add_mutually_exclusive_group()
        ways.add_argument("--from-max", action="store_true", help="raises to the highest key in use; reads every key")
        ways.add_argument("--to", type=_number, metavar="N", help="raises the counter of one model to N")

    def prepare(self, targets: list[Target]) -> None:
        """Keeps a number given by hand to one table."""
        count = len(_counted(targets))
        if self.options["to"] is not None and count != 1:
            raise CommandError(f"--to is for one model with an AutoIncrementField; {count} are chosen. Name one.")

    def records(self, targets: list[Target]) -> Iterator[Record]:
        """Reads, and raises where that was asked for."""
        for target in _counted(targets):
            yield self.attempt(target, self.raised)

    def raised(self, target: Target) -> Record:
        """Raises one counter, or says what would be done."""
        before = counters.read(target.table)
        wanted = self._wanted(target)
        record: Record = {"from": before, "wanted": wanted, "to": before, "dry_run": self.options["dry_run"]}
        if wanted is None or (before is not None and before >= wanted):
            return record
        standing = wanted if self.options["dry_run"] else counters.raise_to(target.table, wanted)
        return {**record, "to": standing}

    def lines(self, record: Record) -> Iterator[str]:
        """Words what was done."""
        before, wanted, after = record["from"], record["wanted"], record["to"]
        if after is None:
            yield self.style.WARNING(f"  missing  {title(record)}: no counter item yet")
        elif wanted is None:
            yield f"  counter  {title(record)}: {after}"
        elif after == before or after > wanted:
            what = "the highest key is" if self.options["from_max"] else "asked for"
            yield f"  kept     {title(record)}: {after}, {what} {wanted}"
        else:
            verb = "would raise" if record["dry_run"] else "raised"
            start = "nothing" if before is None else before
            yield self.style.SUCCESS(f"  {verb:<8} {title(record)}: {start} → {after}")

    def _wanted(self, target: Target) -> int | None:
        """The number below which none may be given out any more."""
        if self.options["from_max"]:
            self.progress(f"{target.name}: reading every key")
            return counters.highest(target.table)
        to: int | None = self.options["to"]
        return to


def _counted(targets: list[Target]) -> list[Target]:
    """The tables with a counter."""
    return [target for target in targets if target.table.schema.counter]


def _number(text: str) -> int:
    """A number a counter can have."""
    if not text.isdecimal():
        raise ArgumentTypeError(f"{text!r} is no whole number from 0 on")
    return int(text)
