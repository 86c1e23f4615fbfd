"""Measures the memory of reading a million items: the peak behind the first page against that at the end.

``python -m benchmarks.streaming`` reads a table that an endpoint in a process of its own makes up page by page, 1,000
items of the benchmarks' shape a page; ``--items`` and ``--segments`` change how many and how. Two figures are printed:
the peak of the whole process (``ru_maxrss``), and what Python's allocator holds at most (``tracemalloc``, in a run of
its own over a twentieth of the items, since it takes many times as long). It exits with 1 when either grows by more
than 32 MB after the first pages.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from benchmarks.answers import as_http
from benchmarks.dataset import PAGE_OF_SCAN, make_item
from benchmarks.endpoint import END_OF_HEAD
from benchmarks.model import order_model

MOST_GROWTH: Final = 32.0
"""MB by which the peak may grow between the first page and the end."""

TRACED_PART: Final = 20
"""The allocator is watched over this part of the items."""

MB: Final = 1024 * 1024
PLACE: Final = "number"


class Pages(asyncio.Protocol):
    """Answers each Scan with the next page of its segment; a start key says how many pages came before.

    Args:
        pages: How many pages each segment has.
    """

    _page = [make_item(number) for number in range(PAGE_OF_SCAN)]

    def __init__(self, pages: int) -> None:
        self._pages = pages
        self._received = b""
        self._transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keeps the way back."""
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answers a request when it is complete."""
        self._received += data
        head, _, body = self._received.partition(END_OF_HEAD)
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0] or 0)
        if head and len(body) >= length:
            self._received = b""
            self._transport.write(self._answer(json.loads(body[:length])))

    def _answer(self, request: dict[str, Any]) -> bytes:
        start = request.get("ExclusiveStartKey", {PLACE: {"S": "0"}})
        done = int(start[PLACE]["S"]) + 1
        answer = {"Count": PAGE_OF_SCAN, "Items": self._page, "ScannedCount": PAGE_OF_SCAN}
        if done < self._pages:
            answer["LastEvaluatedKey"] = {"customer": {"S": "c"}, PLACE: {"S": str(done)}}
        return as_http(answer)


@contextmanager
def endpoint(pages: int) -> Iterator[str]:
    """Starts an endpoint that has so many pages a segment, in a process of its own.

    Args:
        pages: How many.

    Yields:
        Its address.
    """
    command = [sys.executable, "-m", "benchmarks.streaming", "--serve", str(pages)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process.stdout.readline().strip() if process.stdout else ""
        finally:
            if process.stdin:
                process.stdin.close()


async def serve(pages: int) -> None:
    """Serves on a free port of this machine until standard input ends."""
    server = await asyncio.get_running_loop().create_server(lambda: Pages(pages), "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    print(f"http://{host}:{port}", flush=True)
    await asyncio.to_thread(sys.stdin.read)
    server.close()


def measure(items: int, segments: int, *, traced: bool) -> dict[str, float]:
    """Reads all items, and looks at the peak behind the first page and at the end.

    Args:
        items: How many.
        segments: In how many segments.
        traced: Whether to ask the allocator, not the process.

    Returns:
        Items, seconds, and both peaks in MB.
    """
    with endpoint(items // PAGE_OF_SCAN // segments) as address:
        rows = order_model(address).objects.scan().parallel(segments).iterator()
        if traced:
            tracemalloc.start()
        began, read, first = time.perf_counter(), 0, 0.0
        for read, _row in enumerate(rows, start=1):
            if read == PAGE_OF_SCAN * (segments + 2):  # the pages that may be in memory at once
                first = _peak(traced=traced)
        return {"items": read, "seconds": time.perf_counter() - began, "first": first, "end": _peak(traced=traced)}


def _peak(*, traced: bool) -> float:
    """The most memory so far, in MB."""
    return (
        tracemalloc.get_traced_memory()[1] / MB if traced else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    )


def _child(arguments: argparse.Namespace, *, traced: bool) -> dict[str, float]:
    """One measurement in a fresh process, since a peak never falls."""
    command = [sys.executable, "-m", "benchmarks.streaming", "--measure", "traced" if traced else "process"]
    command += [
        "--items",
        str(arguments.items // (TRACED_PART if traced else 1)),
        "--segments",
        str(arguments.segments),
    ]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def main() -> None:
    """Prints both figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=1_000_000)
    parser.add_argument("--segments", type=int, default=1)
    parser.add_argument("--serve", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--measure", choices=["traced", "process"], help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.serve:
        asyncio.run(serve(arguments.serve))
        return
    if arguments.measure:
        print(json.dumps(measure(arguments.items, arguments.segments, traced=arguments.measure == "traced")))
        return
    grown = 0.0
    for name, traced in (("process", False), ("allocator", True)):
        found = _child(arguments, traced=traced)
        grown = max(grown, found["end"] - found["first"])
        print(
            f"{name}: {found['items']:,.0f} items, {arguments.segments} segments, {found['seconds']:.0f} s; "
            f"peak {found['first']:.1f} MB after the first pages, {found['end']:.1f} MB at the end"
        )
    sys.exit(int(grown > MOST_GROWTH))


if __name__ == "__main__":
    main()
