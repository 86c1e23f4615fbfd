"""Writes the items of a table into a file: ``manage.py dynamo_dump``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser, OutputWrapper

from django_dynamodb.management import dumping
from django_dynamodb.management.base import Record, TableCommand, title
from django_dynamodb.management.dumpfile import STANDARD, DumpFile, Header, Output, Stream, keys_of
from django_dynamodb.management.meter import Meter
from django_dynamodb.management.numbers import number, rate
from django_dynamodb.management.statefile import StateFile
from django_dynamodb.management.targets import Target
from django_dynamodb.tables import lifecycle


class Command(TableCommand):
    """Reads pages and writes each before it reads the next of that segment, in constant memory."""

    help = (
        "Writes every item of one table as it is stored, one JSON line each: exact for numbers, sets and binary, and "
        "with attributes no model knows. Read back by dynamo_load; --state goes on after a crash."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Adds where to, what, and how fast."""
        super().add_arguments(parser)
        parser.add_argument("-o", "--output", default=STANDARD, metavar="FILE", help="default: -, stdout; .gz packs")
        parser.add_argument("--key", metavar="VALUE", help="only this partition; the key as it is stored")
        parser.add_argument("--segments", type=number, metavar="N", help="reads N parts at a time; default: 1")
        parser.add_argument("--page-size", type=number, metavar="N", help="items of one call; default: 1 MB")
        parser.add_argument("--read-units", type=rate, metavar="N", help="read capacity units a second at most")
        parser.add_argument("--eventual", action="store_true", help="reads at half the cost, and may miss late writes")
        parser.add_argument("--state", type=Path, metavar="FILE", help="keeps the progress there, and goes on from it")

    def handle(self, *labels: str, **options: Any) -> None:
        """Sends words to stderr where the dump goes to stdout."""
        self._data: Any = self.stdout
        if options["output"] == STANDARD:
            err: Any = self.stderr
            self.stdout = OutputWrapper(err._out)  # without the colour of errors
        super().handle(*labels, **options)

    def prepare(self, targets: list[Target]) -> None:
        """Refuses anything but one table, and options that contradict each other."""
        if len(targets) != 1:
            names = ", ".join(target.labels[0] for target in targets) or "none"
            raise CommandError(f"A dump is of one table; name one. Chosen are: {names}.")
        if self.options["state"] and self.options["output"] == STANDARD:
            raise CommandError("--state needs --output FILE: what went to stdout cannot be taken back.")
        dumping.validate_segments(self.options["key"], self.options["segments"])

    def records(self, targets: list[Target]) -> Iterator[Record]:
        """Dumps the one table."""
        yield self.attempt(targets[0], self.dumped)

    def dumped(self, target: Target) -> Record:
        """Dumps a table, or says what the service last counted in it."""
        record = {"output": self.options["output"], "dry_run": self.options["dry_run"]}
        about = lifecycle.item_count(target.table)
        if self.options["dry_run"]:
            return {**record, "items": about}
        meter = Meter(self.stderr, target.name, None if self.options["key"] else about)
        try:
            return {**record, "items": self._finish(target, meter)}
        finally:
            meter.end()

    def lines(self, record: Record) -> Iterator[str]:
        """Words what was done."""
        if record["dry_run"]:
            yield f"  would dump {title(record)}: about {record['items']} items"
        else:
            yield self.style.SUCCESS(f"  dumped   {title(record)}: {record['items']} items to {record['output']}")

    def _finish(self, target: Target, meter: Meter) -> int:
        options = self.options
        header = Header(table=target.name, models=target.labels, keys=keys_of(target.table.schema))
        state = StateFile(options["state"], dumping.FORM)
        identity = {
            "table": target.name,
            "region": target.connection.region,
            "endpoint": target.connection.endpoint,
            "output": options["output"],
            "key": options["key"],
        }
        course = dumping.begin(state, identity, options["segments"])
        search = dumping.search_of(target.table.schema, options["key"], consistent=not options["eventual"])
        with ExitStack() as stack:
            output: Output = Stream(self._data)
            if options["output"] != STANDARD:
                output = stack.enter_context(closing(DumpFile(Path(options["output"]), course.end)))
            dump = dumping.Dump(target.table, search, header, output, lambda made: state.save(made.record(identity)))
            written = dump.finish(course, options["page_size"], options["read_units"], meter.show)
        state.forget()
        return written
