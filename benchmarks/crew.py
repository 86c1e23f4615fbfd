"""Starts the peers' processes and gives them their orders, one at a time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

from benchmarks.harness import Case, Turn
from benchmarks.operations import OPERATIONS
from benchmarks.peers import PEERS, installed_version

ROOT: Final = Path(__file__).parents[1]

SETTLED: Final = {
    "AWS_ACCESS_KEY_ID": "benchmark",
    "AWS_SECRET_ACCESS_KEY": "benchmark",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "AWS_REGION": "eu-west-1",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
}
"""For libraries that read their settings from the environment alone; nothing of this machine's own is read."""


class PeerError(RuntimeError):
    """A peer's process ended, or a check in it failed; its own words are on standard error."""


class Worker:
    """A peer's process.

    Args:
        slug: Which peer.
        process: The process.
    """

    def __init__(self, slug: str, process: subprocess.Popen[str]) -> None:
        self.slug = slug
        self.label = PEERS[slug].label
        self._process = process
        hello = self.order("hello")
        self.operations: list[str] = hello["operations"]
        self.version: str | None = hello["version"]

    def order(self, do: str, **details: Any) -> dict[str, Any]:
        """Gives one order and waits for its report.

        Raises:
            PeerError: The process ended instead.
        """
        if self._process.stdin is None or self._process.stdout is None:
            raise PeerError(f"{self.slug}: has no pipes")
        try:
            self._process.stdin.write(json.dumps({"do": do, **details}) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            line = ""
        else:
            line = self._process.stdout.readline()
        if not line:
            raise PeerError(f"{self.slug}: ended at {do} {details}; its error is above")
        report: dict[str, Any] = json.loads(line)
        return report


class Remote:
    """Takes a case's turns in its peer's process.

    Args:
        worker: The process.
        operation: The operation.
    """

    def __init__(self, worker: Worker, operation: str) -> None:
        self._worker, self._operation = worker, operation

    def prepare(self, turn_seconds: float) -> int:
        """Warms the case up there."""
        calls: int = self._worker.order("prepare", operation=self._operation, seconds=turn_seconds)["calls"]
        return calls

    def take(self, calls: int) -> Turn:
        """Takes one turn there."""
        return Turn(**self._worker.order("take", operation=self._operation, calls=calls))


@contextmanager
def workers(slugs: Sequence[str], endpoint: str, shape: str, pythons: Mapping[str, str]) -> Iterator[list[Worker]]:
    """Starts one process for each peer, and ends them afterwards.

    Args:
        slugs: The peers.
        endpoint: The endpoint's address.
        shape: The shape's name.
        pythons: Peer to the interpreter that has it, for packages that cannot be installed beside the others.

    Yields:
        The processes, in the order of the peers.
    """
    environment = {**os.environ, **SETTLED, "PYTHONPATH": str(ROOT)}
    with ExitStack() as stack:
        crew = []
        for slug in slugs:
            command = [pythons.get(slug, sys.executable), "-m", "benchmarks.worker", slug, endpoint, shape]
            process = subprocess.Popen(
                command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
            )
            stack.enter_context(process)  # closes the pipes, at which the process ends, and waits for it
            crew.append(Worker(slug, process))
        yield crew


def checked_cases(crew: Sequence[Worker], operations: Sequence[str], shape: str) -> list[Case]:
    """Lets every peer do every operation once, checked, and makes cases of them.

    Args:
        crew: The peers' processes.
        operations: The operations wanted.
        shape: The shape's name.

    Returns:
        The cases, by operation; without those of a peer whose accelerator nothing used.
    """
    in_use: dict[str, bool] = {}
    for worker in crew:
        for operation in worker.operations:
            if operation in operations:
                in_use[worker.slug] = worker.order("check", operation=operation)["in_use"]
    return [
        Case(operation=operation, peer=worker.label, runner=Remote(worker, operation), shape=shape)
        for operation in OPERATIONS
        if operation in operations
        for worker in crew
        if operation in worker.operations and in_use[worker.slug]
    ]


def absent(slugs: Sequence[str], pythons: Mapping[str, str]) -> list[str]:
    """The peers whose package is installed nowhere.

    Args:
        slugs: The peers.
        pythons: Peer to the interpreter that has it.
    """
    return [slug for slug in slugs if slug not in pythons and installed_version(PEERS[slug].package) is None]
