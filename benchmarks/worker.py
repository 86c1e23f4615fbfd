"""Measures one peer in a process of its own: ``python -m benchmarks.worker PEER ENDPOINT SHAPE``.

Peers patch botocore, start threads and run event loops; in processes of their own they cannot meet.
The parent says by a line of JSON when to take a turn, so no two peers ever run at once.
CPU time is that of this process, all threads included.
"""

from __future__ import annotations

import asyncio
import gc
import json
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from importlib.abc import MetaPathFinder
from typing import IO, Any, Final

from benchmarks.harness import Local, Repeat, repeated
from benchmarks.operations import OPERATIONS, last_request, validate_answer, validate_request
from benchmarks.peers import PEERS, Entry, installed_version
from benchmarks.peers.peer import Peer
from benchmarks.shapes import SHAPES

READS_BEFORE_FREEZE: Final = 3
"""Calls that fill a library's caches before what it holds is taken out of the collector's sight."""


class Blocked(MetaPathFinder):
    """Lets nobody import one module.

    Args:
        name: The module.
    """

    def __init__(self, name: str) -> None:
        self._name = name

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> None:
        """Raises for the module, leaves the others to the next finder."""
        if fullname.partition(".")[0] == self._name:
            raise ModuleNotFoundError(f"No module named {fullname!r}: not in this process", name=fullname)


class Measured:
    """One peer and what it can do.

    Args:
        entry: Which peer.
        peer: The peer itself.
        run: Runs a coroutine in the peer's event loop.
    """

    def __init__(self, entry: Entry, peer: Peer, run: Callable[[Any], Any]) -> None:
        self._entry, self._peer, self._run = entry, peer, run
        self._calls = peer.calls()

    def hello(self) -> dict[str, Any]:
        """What the parent must know."""
        return {"operations": list(self._calls), "version": installed_version(self._entry.package)}

    def check(self, operation: str) -> dict[str, Any]:
        """Does an operation a few times and compares what was read and sent with the dataset."""
        peer, label, call = self._peer, self._entry.label, self._calls[operation]
        for _ in range(READS_BEFORE_FREEZE):
            answer = self._run(call()) if peer.asynchronous else call()
        sent = last_request(peer.endpoint)
        validate_request(
            label,
            operation,
            peer.shape,
            sent,
            whole=peer.writes_whole_items,
            sets_are_lists=peer.sets_are_lists,
        )
        if OPERATIONS[operation].reads:
            validate_answer(label, operation, peer.shape, peer.items(answer))
        return {"in_use": not self._entry.wanted or self._entry.wanted in sys.modules}

    def prepare(self, operation: str, seconds: float) -> dict[str, Any]:
        """Finds how many calls fill a turn."""
        calls = Local(self._repeat(operation)).prepare(seconds)
        gc.collect()
        gc.freeze()
        return {"calls": calls}

    def take(self, operation: str, calls: int) -> dict[str, Any]:
        """Takes a turn."""
        return asdict(Local(self._repeat(operation)).take(calls))

    def _repeat(self, operation: str) -> Repeat:
        call = self._calls[operation]
        if not self._peer.asynchronous:
            return repeated(call)

        async def repeat(calls: int) -> None:
            for _ in range(calls):
                await call()

        return lambda calls: self._run(repeat(calls))


@contextmanager
def measured(slug: str, endpoint: str, shape: str) -> Iterator[Measured]:
    """Makes a peer ready, and closes it afterwards.

    Args:
        slug: Which peer.
        endpoint: The endpoint's address.
        shape: The shape's name.
    """
    entry = PEERS[slug]
    if entry.blocked:
        sys.meta_path.insert(0, Blocked(entry.blocked))
    peer = entry.load()(endpoint, SHAPES[shape])
    with asyncio.Runner() as runner:
        runner.run(peer.connect())
        yield Measured(entry, peer, runner.run)
        runner.run(peer.close())


def serve(measured_peer: Measured, orders: IO[str], reports: IO[str]) -> None:
    """Does what the parent says until it hangs up."""
    doing: Mapping[str, Callable[..., dict[str, Any]]] = {
        "hello": measured_peer.hello,
        "check": measured_peer.check,
        "prepare": measured_peer.prepare,
        "take": measured_peer.take,
    }
    for line in orders:
        order = json.loads(line)
        reports.write(json.dumps(doing[order.pop("do")](**order)) + "\n")
        reports.flush()


def main() -> None:
    """Keeps standard output for the reports alone: what libraries print goes to standard error."""
    warnings.simplefilter("ignore")  # other libraries' deprecations are not what is measured
    reports, sys.stdout = sys.stdout, sys.stderr
    with measured(*sys.argv[1:4]) as measured_peer:
        serve(measured_peer, sys.stdin, reports)


if __name__ == "__main__":
    main()
