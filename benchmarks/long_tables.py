"""Makes up the pages of a table of a million items, for streams and for scans in parallel."""

from __future__ import annotations

import json
import re
from typing import Final

from benchmarks.answers import with_head
from benchmarks.dataset import PAGE_OF_SCAN, make_item
from benchmarks.shapes import MIXED, PARTITION, PARTITION_KEY, SORT_KEY

STREAM: Final = "bench-stream"
STREAM_ITEMS: Final = 1_000_000
"""How many items the table is made of; only the keys of its pages differ."""

SEGMENTED: Final = "bench-segmented"
SEGMENT_PAGES: Final = 25
"""Pages of each of four segments; one alone has four times as many."""
SERVER_SECONDS: Final = 0.04
"""What the service takes for a page of a segment: about what a full page of 1 MB takes it."""

LONG_TABLES: Final = {STREAM: 0.0, SEGMENTED: SERVER_SECONDS}
"""Table to the seconds its pages take."""

_START: Final = re.compile(rb'"ExclusiveStartKey".*?order-(\d+)', re.DOTALL)
_SEGMENTS: Final = re.compile(rb'"TotalSegments"\s*:\s*(\d+)')
_ITEMS: Final = json.dumps([make_item(number, MIXED) for number in range(PAGE_OF_SCAN)], separators=(",", ":")).encode()


def long_page(table: str, body: bytes) -> bytes:
    """Answers one Scan.

    Args:
        table: ``STREAM`` or ``SEGMENTED``.
        body: The request, whose start key says how far the reader is.

    Returns:
        The page, with a last key unless the table, or the segment, ends.
    """
    start = _START.search(body)
    done = (int(start[1]) if start else 0) + PAGE_OF_SCAN
    pages = STREAM_ITEMS // PAGE_OF_SCAN
    if table == SEGMENTED:
        segments = _SEGMENTS.search(body)
        pages = SEGMENT_PAGES * 4 // (int(segments[1]) if segments else 1)
    count = str(PAGE_OF_SCAN).encode()
    last = b""
    if done < pages * PAGE_OF_SCAN:
        key = {PARTITION_KEY: {"S": PARTITION}, SORT_KEY: {"S": f"order-{done:08d}"}}
        last = b',"LastEvaluatedKey":' + json.dumps(key).encode()
    return with_head(b'{"Count":' + count + b',"Items":' + _ITEMS + b',"ScannedCount":' + count + last + b"}")
