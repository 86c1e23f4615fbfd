"""Deletes tables with all their items: ``manage.py dynamo_droptables``."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from django_dynamodb.management.base import Record, TableCommand, title
from django_dynamodb.management.targets import Target
from django_dynamodb.tables import lifecycle


class Command(TableCommand):
    """Asks for the name of each alias, deletes all tables, then waits for each to be gone."""

    help = (
        "Deletes the tables of models, sessions and caches, with all their items. Says first which they are and where, "
        "and wants the name of the alias typed."
    )

    def prepare(self, targets: list[Target]) -> None:
        """Asks for each alias, before any table is deleted."""
        if not self.options["interactive"] or self.options["dry_run"]:
            return
        for alias, group in groupby(targets, key=lambda target: target.connection.alias):
            self.ask(question(alias, list(group)), alias)

    def records(self, targets: list[Target]) -> Iterator[Record]:
        """Deletes, or says what would be deleted."""
        if self.options["dry_run"]:
            yield from (self.attempt(target, lambda _: {"deleted": None}) for target in targets)
            return
        started = [(target, self.attempt(target, deleted)) for target in targets]
        for target, record in started:
            yield {**record, **self.attempt(target, self.gone)} if record.get("deleted") else record

    def gone(self, target: Target) -> Record:
        """Waits until a table is gone."""
        lifecycle.wait_deleted(target.table, progress=self.watch(target, lifecycle.NOT_FOUND))
        return {}

    def lines(self, record: Record) -> Iterator[str]:
        """Words what was done."""
        if record["deleted"] is None:
            yield f"  would delete {title(record)}"
        elif record["deleted"]:
            yield self.style.SUCCESS(f"  deleted  {title(record)}")
        else:
            yield f"  missing  {title(record)}"


def deleted(target: Target) -> Record:
    """Deletes a table and does not wait until it is gone."""
    return {"deleted": lifecycle.delete(target.table)}


def question(alias: str, targets: list[Target]) -> str:
    """Words the question about the tables of one alias."""
    tables = "\n".join(f"    {target.name} ({', '.join(target.labels)})" for target in targets)
    return (
        f"These tables will be deleted, with all their items:\n\n  {targets[0].connection.describe()}\n{tables}\n\n"
        f"There is no way back but a backup. Type the name of the alias, {alias}, to delete them: "
    )
