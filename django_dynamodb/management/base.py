"""Gives the commands that work on tables their common options, their two forms of output and their errors."""

from __future__ import annotations

import json
import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeAlias

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.connection import ConnectionDoesNotExist

from django_dynamodb.connections import connections
from django_dynamodb.exceptions import AccessDeniedError, ConnectionFailedError, DynamoDBError
from django_dynamodb.management.targets import Target, choose

Record: TypeAlias = dict[str, Any]
"""What a command has to say of one table, ready for JSON: alias, table, models, and what it found or did."""


class TableCommand(BaseCommand, ABC):
    """Base of the commands: a subclass yields one record for each table, and words it for people.

    Tables that fail do not stop the others; at the end the command fails with all their errors. No answer at all from
    the service stops it at once.
    """

    requires_system_checks = ("dynamodb",)
    stealth_options = ("stdin",)

    def add_arguments(self, parser: CommandParser) -> None:
        """Adds the common options."""
        parser.add_argument(
            "args",
            metavar="label",
            nargs="*",
            help="apps, models, sessions, caches (forum forum.Thread caches.default); default: all",
        )
        parser.add_argument("--using", metavar="ALIAS", help="only tables of this alias; default: all aliases")
        parser.add_argument("--dry-run", action="store_true", help="says what would be done, and does nothing")
        parser.add_argument("--noinput", "--no-input", action="store_false", dest="interactive", help="asks nothing")
        parser.add_argument("--format", choices=("text", "json"), default="text", help="default: text")

    def handle(self, *labels: str, **options: Any) -> None:
        """Chooses the tables, works on them, and shows what came of it.

        Raises:
            CommandError: For a wrong option, or when something failed.
        """
        self.options = options
        try:
            targets = choose(labels, options["using"])
            self.prepare(targets)
            records = [self._shown(record) for record in self.records(targets)]
        except (ConnectionDoesNotExist, DynamoDBError, ImproperlyConfigured) as error:
            raise CommandError(str(error)) from error
        if options["format"] == "json":
            self.stdout.write(json.dumps({"aliases": _places(targets), "tables": records}, indent=2))
        elif not targets:
            self.progress("No model, session engine or cache has a table in DynamoDB.")
        self.conclude(records)

    # -- what a command says for itself ---------------------------------------------------------------------------

    def prepare(self, targets: list[Target]) -> None:
        """Refuses what cannot be, and asks what must be asked, before anything is done."""

    @abstractmethod
    def records(self, targets: list[Target]) -> Iterator[Record]:
        """Works on the tables and yields a record of each."""

    @abstractmethod
    def lines(self, record: Record) -> Iterable[str]:
        """Words a record that has no error."""

    def conclude(self, records: list[Record]) -> None:
        """Fails with the errors there were."""
        if errors := [f"{record['table']}: {record['error']}" for record in records if "error" in record]:
            raise CommandError("\n".join(errors))

    # -- what they share ------------------------------------------------------------------------------------------

    def attempt(self, target: Target, work: Callable[[Target], Record]) -> Record:
        """Works on one table.

        Args:
            target: The table.
            work: Returns what to say beside alias, table and models.

        Returns:
            The record; with ``error``, and the kind of error, when the table failed.

        Raises:
            ConnectionFailedError: No answer; the other tables would have none either.
        """
        record = {"alias": target.connection.alias, "table": target.name, "models": target.labels}
        try:
            return {**record, **work(target)}
        except ConnectionFailedError:
            raise
        except DynamoDBError as error:
            return {**record, "error": str(error), "kind": type(error).__name__}

    def progress(self, line: str) -> None:
        """Writes a line of progress to stderr, uncoloured; nothing with ``-v 0``."""
        if self.options["verbosity"] > 0:
            self.stderr.write(line, style_func=str)

    def watch(self, target: Target, until: str) -> Callable[[str], None]:
        """Makes a function that reports a table's status whenever it changes; not where there was nothing to wait for.

        Args:
            target: The table.
            until: The status that is waited for.
        """
        last = until

        def look(status: str) -> None:
            nonlocal last
            if status != last:
                self.progress(f"{target.name}: {status}")
                last = status

        return look

    def ask(self, question: str, answer: str) -> None:
        """Asks on the terminal, on stderr, and wants exactly this answer.

        Args:
            question: Ends where the answer is typed.
            answer: What must be typed.

        Raises:
            CommandError: For another answer, and where nobody could give one.
        """
        stdin = self.options.get("stdin") or sys.stdin
        if stdin is None or not stdin.isatty():  # a service has none
            raise CommandError("There is no terminal to ask on: give --noinput to go on without asking.")
        self.stderr.write(question, style_func=str, ending="")
        self.stderr.flush()
        try:
            typed = stdin.readline().strip()
        except KeyboardInterrupt as stop:
            raise CommandError("\nCancelled; nothing was done.") from stop
        if typed != answer:
            raise CommandError(f"{typed!r} is not {answer!r}; nothing was done.")

    def _shown(self, record: Record) -> Record:
        """Prints a record, under a line that says where it leads whenever that changes."""
        if self.options["format"] == "text" and self.options["verbosity"] > 0:
            alias = record["alias"]
            if alias != getattr(self, "_heading", None):
                self.stdout.write(self.style.MIGRATE_HEADING(connections[alias].describe()))
                self._heading = alias
            for line in [self._failure(record)] if "error" in record else self.lines(record):
                self.stdout.write(line)
        return record

    def _failure(self, record: Record) -> str:
        """Words a record with an error; the error itself ends the command."""
        verdict = "denied" if record["kind"] == AccessDeniedError.__name__ else "failed"
        return self.style.ERROR(f"  {verdict}   {title(record)}: {record['kind']}")


def title(record: Record) -> str:
    """Names a table with its models.

    Args:
        record: Any record.

    Returns:
        Such as ``live-threads (forum.Thread)``.
    """
    return f"{record['table']} ({', '.join(record['models'])})"


def _places(targets: list[Target]) -> dict[str, Record]:
    """Where each alias leads."""
    used = {target.connection.alias: target.connection for target in targets}
    return {alias: {"region": found.region, "endpoint": found.endpoint} for alias, found in used.items()}
