"""Runs DynamoDB on this machine, alone or around another command."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import ManagementUtility, call_command, get_commands
from django.core.management.base import BaseCommand, CommandError, CommandParser

from django_dynamodb import conf
from django_dynamodb.exceptions import DynamoDBError
from django_dynamodb.local import pointing
from django_dynamodb.local.hosting import Host, Wish, hosted

SNAPSHOT = "dynamodb.snapshot.jsonl"
"""The default snapshot file, in BASE_DIR where the settings have it, else in the current directory."""

FORGETTING = frozenset({"test"})
"""Inner commands whose data nobody wants afterwards: they get an empty engine unless a file is named."""

LOG_REQUESTS = 3
"""The verbosity that shows each request of the engine."""

HOW_TO_USE = """\
Point other programs at it:     export {variable}={url}
`manage.py dynamo_local COMMAND` from another terminal finds it by itself. Stop with Ctrl-C."""


class Command(BaseCommand):
    """Starts the engine, makes the tables, loads fixtures, runs the inner command or waits."""

    help = (
        "Runs DynamoDB on this machine and points the project at it. With a command (dynamo_local runserver 8000) "
        "the engine runs as long as that command, without one until Ctrl-C. Data survive in the snapshot file."
    )
    requires_system_checks: list[str] = []  # the inner command has its own

    def add_arguments(self, parser: CommandParser) -> None:
        """Adds the options."""
        parser.add_argument("--port", type=int, default=0, help="TCP port on 127.0.0.1 (default: a free one)")
        keeping = parser.add_mutually_exclusive_group()
        keeping.add_argument("--snapshot", metavar="FILE", help=f"keeps the data (default: {SNAPSHOT} in BASE_DIR)")
        keeping.add_argument("--no-snapshot", action="store_true", help="forgets the data at the end")
        parser.add_argument(
            "--save-every", type=_seconds, default=10.0, metavar="SECONDS", help="saves while it runs (default: 10)"
        )
        parser.add_argument(
            "--fixture", action="append", default=[], metavar="F", help="loads a fixture; may be given several times"
        )
        parser.add_argument("inner", nargs=argparse.REMAINDER, metavar="command", help="a command, with its arguments")

    def handle(self, **options: Any) -> None:
        """Runs the engine around the inner command, or until Ctrl-C.

        Raises:
            CommandError: The port is in use, the snapshot is damaged, moto is not installed.
        """
        if check_forgetting(options):
            self.report(f"{options['inner'][0]}: an empty engine, forgotten at the end; --snapshot FILE keeps the data")
        wish = Wish(
            port=options["port"],
            snapshot=_snapshot(options),
            save_every=options["save_every"],
            log_requests=options["verbosity"] >= LOG_REQUESTS,
        )
        try:
            with hosted(wish, self.report) as host, pointing.pointed_at(host.url):
                self.prepare(host, options)
                self.run(host, options["inner"])
        except DynamoDBError as error:
            raise CommandError(str(error)) from error

    def report(self, line: str) -> None:
        """Writes a line of progress to stderr, uncoloured."""
        self.stderr.write(line, style_func=str)

    def prepare(self, host: Host, options: dict[str, Any]) -> None:
        """Makes what is missing of the tables, and loads the fixtures."""
        verbosity = options["verbosity"] if host.origin == "here" else 0
        progress = options.get("stderr") or sys.stderr
        if "dynamo_createtables" in get_commands():
            call_command("dynamo_createtables", "--noinput", verbosity=verbosity, stdout=progress)
        if options["fixture"]:
            call_command("loaddata", *options["fixture"], verbosity=verbosity, stdout=progress)

    def run(self, host: Host, inner: list[str]) -> None:
        """Runs the inner command, or waits."""
        if inner:
            self.report(f"DynamoDB at {host.url}")
            _run_inner([sys.argv[0], *inner])
            return
        self.stdout.write(host.url)
        self.report(HOW_TO_USE.format(variable=conf.LOCAL_ENDPOINT, url=host.url))
        if host.origin == "here":
            _wait()


def _run_inner(arguments: list[str]) -> None:
    """Runs the inner command in this process.

    An autoreloader starts the process again from ``sys.argv``. The child finds the engine by its environment, so it is
    given the inner command alone: it then survives a syntax error as it does without this command around it.
    """
    before = sys.argv
    sys.argv = arguments
    try:
        ManagementUtility(arguments).execute()
    finally:
        sys.argv = before


def check_forgetting(options: dict[str, Any]) -> bool:
    """Whether the inner command gets an engine of its own although no option says so."""
    named = options["no_snapshot"] or options["snapshot"]
    return not named and not FORGETTING.isdisjoint(options["inner"][:1])


def _snapshot(options: dict[str, Any]) -> Path | None:
    """The absolute path of the snapshot file, None without one."""
    if options["no_snapshot"] or check_forgetting(options):
        return None
    folder = Path(getattr(settings, "BASE_DIR", "."))
    return Path(options["snapshot"] or folder / SNAPSHOT).resolve()


def _seconds(text: str) -> float:
    """A positive number of seconds."""
    seconds = float(text)
    if not 0 < seconds < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is no positive number of seconds")
    return seconds


def _wait() -> None:
    """Waits until Ctrl-C or a signal; short sleeps, because Windows tells of Ctrl-C only between them."""
    try:
        while True:
            time.sleep(1)
    except KeyboardInterrupt:
        pass
