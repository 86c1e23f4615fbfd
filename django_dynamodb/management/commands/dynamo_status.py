"""Shows the tables of models as they stand: ``manage.py dynamo_status``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

from django.core.management.base import CommandError, CommandParser
from django.template.defaultfilters import filesizeformat

from django_dynamodb.management.base import Record, TableCommand, title
from django_dynamodb.management.examination import Finding, examine
from django_dynamodb.management.targets import Target
from django_dynamodb.tables.lifecycle import TableState

MISSING = "MISSING"
"""The status of a table that is not there; the service has none for it."""


class Command(TableCommand):
    """Reads only. A table that may not be looked at is told from one that is missing."""

    help = (
        "Shows each table: its status, size, indexes, billing, expiry and counter, and in what it differs from its "
        "model. Changes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Adds ``--check``."""
        super().add_arguments(parser)
        parser.add_argument("--check", action="store_true", help="exits 1 if a table is missing or differs")

    def records(self, targets: list[Target]) -> Iterator[Record]:
        """Looks at each table."""
        for target in targets:
            yield self.attempt(target, looked_at)

    def lines(self, record: Record) -> Iterator[str]:
        """Words what was found."""
        if record["status"] == MISSING:
            yield self.style.ERROR(f"  {title(record)}: missing; manage.py dynamo_createtables creates it")
            return
        yield f"  {title(record)}: {record['status']}"
        for name, value in _rows(record):
            yield f"    {name:<8} {value}"
        for difference in record["differences"]:
            yield self.style.WARNING(f"    differs  {difference}")

    def conclude(self, records: list[Record]) -> None:
        """Fails with the errors there were, and with ``--check`` for what is missing or differs."""
        super().conclude(records)
        if self.options["check"]:
            wrong = [record["table"] for record in records if record["status"] == MISSING or record["differences"]]
            if wrong:
                raise CommandError(f"Missing, or other than their models: {', '.join(wrong)}.")


def looked_at(target: Target) -> Record:
    """Describes a table."""
    found = examine(target)
    record: Record = {"status": MISSING, "differences": found.differences}
    return record if found.state is None else {**record, **_state(found.state), **_counter(target, found)}


def _state(state: TableState) -> Record:
    """The table as it stands; names are those of ``--format json``."""
    return {
        "status": state.status,
        "item_count": state.item_count,
        "size_bytes": state.size_bytes,
        "indexes": [asdict(index) for index in state.indexes],
        "units": state.units,
        "ttl": state.ttl,
        "stream": state.stream,
    }


def _counter(target: Target, found: Finding) -> Record:
    """The counter, of tables that have one."""
    if not target.table.schema.counter:
        return {}
    return {"counter": found.counter, "counter_denied": found.denied}


def _rows(record: Record) -> Iterator[tuple[str, str]]:
    """What is said of a table that exists."""
    size = filesizeformat(record["size_bytes"]).replace("\xa0", " ")
    yield "items", f"about {record['item_count']}, {size}; the service counts about every 6 hours"
    if record["indexes"]:
        yield "indexes", ", ".join(f"{index['name']} {index['status'] or 'local'}" for index in record["indexes"])
    yield "billing", _billing(record["units"])
    if record["ttl"]:
        yield "expiry", f"by {record['ttl']!r}"
    if record["stream"]:
        yield "stream", record["stream"]
    if "counter" in record:
        yield "counter", _counted(record)


def _billing(units: tuple[int, int] | None) -> str:
    return "on demand" if units is None else f"provisioned, {units[0]} read and {units[1]} write units"


def _counted(record: Record) -> str:
    if record["counter_denied"]:
        return "access denied: reading it needs dynamodb:GetItem"
    return "none" if record["counter"] is None else str(record["counter"])
