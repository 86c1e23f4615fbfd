"""Creates the tables that are missing: ``manage.py dynamo_createtables``."""

from __future__ import annotations

import json
from collections.abc import Iterator

from django.core.management.base import CommandError, CommandParser

from django_dynamodb.exceptions import TableNotFoundError
from django_dynamodb.management.base import Record, TableCommand, title
from django_dynamodb.management.examination import check_key, examine
from django_dynamodb.management.targets import Target
from django_dynamodb.tables import counters, lifecycle


class Command(TableCommand):
    """Creates all missing tables first, then waits for each and finishes it."""

    help = (
        "Creates the tables of models, sessions and caches that are missing, with their indexes, expiry and counter "
        "items. Tables that exist are never changed, but for a missing expiry or counter item; in what they differ "
        "from their description is reported."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Adds ``--check``."""
        super().add_arguments(parser)
        parser.add_argument(
            "--check", action="store_true", help="creates nothing; exits 1 if a table is missing or differs"
        )

    def prepare(self, targets: list[Target]) -> None:
        """Refuses tables that two models describe differently."""
        for target in targets:
            if target.rivals:
                raise CommandError(
                    f"{target.labels[0]} and {', '.join(target.rivals)} share table {target.name!r} but describe it "
                    "differently; nothing was created. Let them inherit one class Table, or name two tables."
                )

    def records(self, targets: list[Target]) -> Iterator[Record]:
        """Plans, checks or creates."""
        if self.options["dry_run"]:
            yield from (self.attempt(target, planned) for target in targets)
        elif self.options["check"]:
            yield from (self.attempt(target, compared) for target in targets)
        else:
            started = [(target, self.attempt(target, begun)) for target in targets]
            for target, record in started:
                yield record if "error" in record else {**record, **self.attempt(target, self.finished)}

    def finished(self, target: Target) -> Record:
        """Waits for a table and adds to it what it lacks."""
        lifecycle.wait_active(target.table, progress=self.watch(target, lifecycle.ACTIVE))
        expiry, counter = completed(target)
        return {"expiry_enabled": expiry, "counter_created": counter, "differences": examine(target).differences}

    def lines(self, record: Record) -> Iterator[str]:
        """Words what was done."""
        if "request" in record:
            yield f"  would create {title(record)}"
            yield json.dumps(record["request"], indent=2)
            yield from (f"  then {step}" for step in record["then"])
            return
        yield self._verdict(record)
        if record.get("expiry_enabled"):
            yield "           enabled its expiry"
        if record.get("counter_created"):
            yield "           wrote its counter item at 0"
        for difference in record["differences"]:
            yield self.style.WARNING(f"           differs: {difference}")

    def conclude(self, records: list[Record]) -> None:
        """Fails with the errors there were, and with ``--check`` for what is missing or differs."""
        super().conclude(records)
        if self.options["check"] and not self.options["dry_run"]:
            wrong = [record["table"] for record in records if record["missing"] or record["differences"]]
            if wrong:
                raise CommandError(f"Missing, or other than their models: {', '.join(wrong)}.")

    def _verdict(self, record: Record) -> str:
        """The first line of a table."""
        if record.get("missing"):
            return self.style.ERROR(f"  missing  {title(record)}")
        if record.get("created"):
            return self.style.SUCCESS(f"  created  {title(record)}")
        return f"  exists   {title(record)}"


def planned(target: Target) -> Record:
    """Words the request that would create a table; nothing is sent."""
    schema = target.table.schema
    then = [f"enable expiry by {schema.ttl!r}"] if schema.ttl else []
    then += ["write the counter item at 0, unless there is one"] if schema.counter else []
    return {"request": lifecycle.creation(schema).payload(), "then": then}


def compared(target: Target) -> Record:
    """Compares a table with its model; nothing is changed."""
    found = examine(target)
    return {"missing": found.state is None, "differences": found.differences}


def begun(target: Target) -> Record:
    """Creates a table if it is missing, and does not wait for it."""
    missing = lifecycle.describe(target.table) is None
    return {"created": missing and lifecycle.create(target.table)}


def completed(target: Target) -> tuple[bool, bool]:
    """Enables the expiry, and writes the counter item, where they are missing; says what was done of the two."""
    table, state = target.table, lifecycle.describe(target.table)
    if state is None:
        raise TableNotFoundError(f"Table {target.name!r} was deleted meanwhile.", table=target.name)
    expiry = state.ttl is None and lifecycle.enable_ttl(table)  # another expiry is a difference, and reported
    counter = table.schema.counter and check_key(target, state) and counters.create(table)
    return expiry, counter
