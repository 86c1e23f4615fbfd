"""Measures long scans, each in a process of its own: peak memory of a stream, and items a second of four threads.

``python -m benchmarks.long_scans SCAN ENDPOINT`` does one scan and prints what it measured as JSON.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter, process_time
from typing import Any, Final

from benchmarks.crew import ROOT, SETTLED
from benchmarks.dataset import PAGE_OF_SCAN
from benchmarks.endpoint import running_endpoint
from benchmarks.long_tables import SEGMENTED, STREAM, STREAM_ITEMS
from benchmarks.peers.peer import CREDENTIALS, REGION
from benchmarks.report import environment_line, markdown

THREADS: Final = 4
_MEGABYTE: Final = 1024 * 1024
_UNIT: Final = 1 if sys.platform == "darwin" else 1024
"""Bytes of ``ru_maxrss``'s unit: bytes on macOS, kibibytes elsewhere."""

Facts = dict[str, float]


def stream_report(rounds: int = 1, turn: float = 0.0) -> str:
    """Reads a million items one by one, with this package and with boto3's paginator.

    Args:
        rounds: Not used: one stream says it.
        turn: Not used.

    Returns:
        A table: items, the process's peak behind the first two pages and at the end in MB, seconds of CPU.
    """
    rows = [
        (
            name,
            f"{facts['items']:,.0f}",
            f"{facts['start'] / _MEGABYTE:.1f}",
            f"{facts['end'] / _MEGABYTE:.1f}",
            f"{facts['cpu']:.1f}",
        )
        for name, facts in _all_facts({"django-dynamodb, iterator()": "stream-ours", "boto3 client": "stream-boto3"})
    ]
    return f"{environment_line()}\n\n{markdown(('stream', 'items', 'first peak MB', 'last peak MB', 'CPU s'), rows)}"


def segments_report(rounds: int = 3, turn: float = 0.0) -> str:
    """Scans a table in one thread and in four.

    Args:
        rounds: Scans of each kind, of which the fastest counts.
        turn: Not used.

    Returns:
        A table: threads and items a second.
    """
    scans = {
        "django-dynamodb, 1 thread": "segments-ours-1",
        f"django-dynamodb, {THREADS} threads": f"segments-ours-{THREADS}",
        "boto3 client, 1 thread": "segments-boto3-1",
        f"boto3 client, {THREADS} threads": f"segments-boto3-{THREADS}",
    }
    best: dict[str, float] = {}
    for _ in range(rounds):
        for name, facts in _all_facts(scans):
            best[name] = max(best.get(name, 0.0), facts["items"] / facts["wall"] if facts["wall"] else 0.0)
    rows = [(name, f"{best[name]:,.0f}" if best[name] else "not in this version") for name in scans]
    return f"{environment_line()}\n\n{markdown(('scan, 40 ms a page', 'items a second'), rows)}"


def _all_facts(scans: Mapping[str, str]) -> Iterator[tuple[str, Facts]]:
    """Each scan once, in a process of its own."""
    environment = {**os.environ, **SETTLED, "PYTHONPATH": str(ROOT)}
    with running_endpoint() as endpoint:
        for name, scan in scans.items():
            command = [sys.executable, "-m", "benchmarks.long_scans", scan, endpoint]
            done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
            yield name, json.loads(done.stdout)


def _peak() -> float:
    return float(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _UNIT)


def _streamed(rows: Iterator[Any]) -> Facts:
    """Lets rows go by; the first peak is that behind the second page, when all is warm."""
    count, cpu, start = 0, process_time(), 0.0
    for count, _row in enumerate(rows, 1):
        if count == 2 * PAGE_OF_SCAN:
            start = _peak()
    if count != STREAM_ITEMS:
        raise ValueError(f"{count} items went by, not {STREAM_ITEMS}")
    return {"items": count, "start": start, "end": _peak(), "cpu": process_time() - cpu}


def _ours_streamed(endpoint: str) -> Facts:
    from benchmarks.model import stream_model  # noqa: PLC0415 - not where boto3 is measured

    return _streamed(iter(stream_model(endpoint).objects.scan().iterator()))


def _client(endpoint: str) -> Any:
    import boto3  # noqa: PLC0415 - not where this package is measured

    return boto3.client("dynamodb", region_name=REGION, endpoint_url=endpoint, **CREDENTIALS)


def _boto3_streamed(endpoint: str) -> Facts:
    pages = _client(endpoint).get_paginator("scan").paginate(TableName=STREAM)
    return _streamed(item for page in pages for item in page["Items"])


def _ours_segmented(endpoint: str, threads: int) -> Facts:
    from benchmarks.model import open_client, segmented_model  # noqa: PLC0415 - not where boto3 is measured

    model = segmented_model(endpoint)
    open_client(model)  # as boto3's is, before time is taken
    scan = model.objects.scan()
    if threads > 1:
        if not hasattr(scan, "parallel"):
            return {"items": 0, "wall": 0.0}
        scan = scan.parallel(threads)
    started = perf_counter()
    items = sum(1 for _ in scan.iterator())
    return {"items": items, "wall": perf_counter() - started}


def _boto3_segmented(endpoint: str, threads: int) -> Facts:
    paginator = _client(endpoint).get_paginator("scan")

    def segment(number: int) -> int:
        options = {"Segment": number, "TotalSegments": threads} if threads > 1 else {}
        return sum(len(page["Items"]) for page in paginator.paginate(TableName=SEGMENTED, **options))

    started = perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        items = sum(pool.map(segment, range(threads)))
    return {"items": items, "wall": perf_counter() - started}


SCANS: Final[Mapping[str, Callable[[str], Facts]]] = {
    "stream-ours": _ours_streamed,
    "stream-boto3": _boto3_streamed,
    "segments-ours-1": lambda endpoint: _ours_segmented(endpoint, 1),
    f"segments-ours-{THREADS}": lambda endpoint: _ours_segmented(endpoint, THREADS),
    "segments-boto3-1": lambda endpoint: _boto3_segmented(endpoint, 1),
    f"segments-boto3-{THREADS}": lambda endpoint: _boto3_segmented(endpoint, THREADS),
}
"""What the command line can ask for."""

if __name__ == "__main__":
    print(json.dumps(SCANS[sys.argv[1]](sys.argv[2])))
