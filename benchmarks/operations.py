"""Lists the operations that are measured, and checks that a peer's answers to them are right."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from benchmarks.dataset import PAGE_OF_QUERY, PAGE_OF_SCAN, make_item
from benchmarks.peers.peer import Peer

OPERATIONS: Final[Mapping[str, int]] = {
    "GetItem": 1,
    "PutItem": 0,
    "Query 100": PAGE_OF_QUERY,
    "Scan 1,000": PAGE_OF_SCAN,
}
"""Operation to the number of items that come back: always the first ones of the dataset."""


def validate_answer(peer: Peer, operation: str, answer: Any) -> None:
    """Compares an answer with the dataset, item by item and letter by letter.

    Args:
        peer: Who did it.
        operation: What was asked.
        answer: What came back.

    Raises:
        ValueError: It is not what the endpoint said.
    """
    found = peer.items(operation, answer)
    expected = [make_item(number) for number in range(OPERATIONS[operation])]
    if len(found) != len(expected):
        raise ValueError(f"{peer.name}, {operation}: {len(found)} items came back, not {len(expected)}.")
    for number, (one, other) in enumerate(zip(found, expected, strict=True)):
        if one != other:
            raise ValueError(f"{peer.name}, {operation}: item {number} came back as {one}, not as {other}.")
