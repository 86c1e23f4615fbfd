"""States what this package promises against each peer, and says of a run what is reached."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from benchmarks.harness import Figure, find

OURS: Final = "django-dynamodb"
MSGSPEC: Final = "django-dynamodb, msgspec"
ASYNC: Final = "django-dynamodb, async"
ASYNC_MSGSPEC: Final = "django-dynamodb, async, msgspec"


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """One promise.

    Args:
        operation: The operation.
        ours: Which of our rows.
        against: The peer, or the floor.
        times: The peer's CPU divided by ours at least; for the floor, ours divided by its at most.
    """

    operation: str
    ours: str
    against: str
    times: float

    def reached_by(self, figures: Sequence[Figure], shape: str) -> tuple[float, bool] | None:
        """What the run gave, and whether that is enough; None where it was not measured."""
        ours, other = (find(figures, shape, self.operation, peer) for peer in (self.ours, self.against))
        if ours is None or other is None:
            return None
        if self.against == "floor":
            return ours.cpu / other.cpu, ours.cpu / other.cpu <= self.times
        return other.cpu / ours.cpu, other.cpu / ours.cpu >= self.times


_ROWS: Final = (
    # operation, boto3 client, PynamoDB, pydynox, aiodynamo, floor; a pair is without and with msgspec
    ("GetItem", 12, 13, 3, 3, 2.5),
    ("PutItem", 15, 16, 3, 3.5, 2.5),
    ("UpdateItem", 11, 12, 3, 3, 3),
    ("Query 100", (5, 6), (8, 10), 2.5, (1.4, 1.7), (3.3, 2.7)),
    ("Scan 1,000", (4.5, 5.5), (7, 9), 2.5, (1.4, 1.7), (2.7, 2.2)),
    ("BatchGet 100", 5.5, 8, 2.5, 1.5, 3.6),
    ("BatchWrite 25", 11, 11, 3, 2.7, None),
)
_AGAINST: Final = ("boto3 client", "PynamoDB", "pydynox", "aiodynamo", "floor")


def _targets() -> Iterator[Target]:
    for operation, *cells in _ROWS:
        for against, cell in zip(_AGAINST, cells, strict=True):
            pair = cell if isinstance(cell, tuple) else (cell,)
            rows = (ASYNC, ASYNC_MSGSPEC) if against == "aiodynamo" else (OURS, MSGSPEC)
            for ours, times in zip(rows, pair, strict=False):
                if times is not None:
                    yield Target(operation=str(operation), ours=ours, against=against, times=float(times))


TARGETS: Final = tuple(_targets())
"""For the mixed shape."""


def verdicts(figures: Sequence[Figure], shape: str) -> list[tuple[str, ...]]:
    """Compares a run with the targets.

    Args:
        figures: The figures.
        shape: The shape they hold for.

    Returns:
        Rows of operation, ours, against, target, measured and verdict; without those not measured.
    """
    rows: list[tuple[str, ...]] = []
    for target in TARGETS:
        if (outcome := target.reached_by(figures, shape)) is not None:
            measured, reached = outcome
            sign = "≤" if target.against == "floor" else "≥"
            verdict = "reached" if reached else "not reached"
            goal = f"{sign} {target.times:g}x"
            rows.append((target.operation, target.ours, target.against, goal, f"{measured:.1f}x", verdict))
    return rows
