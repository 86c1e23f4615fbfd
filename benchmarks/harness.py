"""Runs cases in turns and in random order, so that a machine that changes speed does so for all of them.

A loop of plain Python is timed right before and after each turn; the turn is scaled to the median speed of the run.
"""

from __future__ import annotations

import gc
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from statistics import median, quantiles
from time import perf_counter, process_time
from typing import Any, Final

TURN_SECONDS: Final = 0.05
"""How long one turn of a case lasts: short against changes of speed, long against the clock's step."""

CALIBRATION_LOOPS: Final = 30_000
"""About a millisecond of plain Python."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """One operation as one peer does it.

    Args:
        operation: The operation, such as ``"Query 100"``.
        peer: Who does it.
        call: Does it once and returns the answer.
    """

    operation: str
    peer: str
    call: Callable[[], Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """What one call of a case costs, medians over the rounds.

    Args:
        operation: The operation.
        peer: Who does it.
        cpu: Microseconds of the client's CPU, the kernel's part included.
        wall: Microseconds from call to answer.
        spread: Distance of the quartiles of ``cpu``, as a part of its median.
        calls: Calls per turn.
    """

    operation: str
    peer: str
    cpu: float
    wall: float
    spread: float
    calls: int


@dataclass(kw_only=True, slots=True)
class _Turns:
    """The turns of one case as they are taken."""

    case: Case
    calls: int
    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)
    speed: list[float] = field(default_factory=list)

    def take(self) -> None:
        """Takes one turn."""
        call, calls = self.case.call, self.calls
        before = _calibration()
        wall, cpu = perf_counter(), process_time()
        for _ in range(calls):
            call()
        cpu, wall = process_time() - cpu, perf_counter() - wall
        self.speed.append((before + _calibration()) / 2)
        self.cpu.append(cpu / calls * 1e6)
        self.wall.append(wall / calls * 1e6)

    def figure(self, usual: float) -> Figure:
        """Sums the turns up at the usual speed of the run."""
        cpu = [value * usual / speed for value, speed in zip(self.cpu, self.speed, strict=True)]
        wall = [value * usual / speed for value, speed in zip(self.wall, self.speed, strict=True)]
        low, middle, high = quantiles(cpu, n=4, method="inclusive") if len(cpu) > 1 else cpu * 3
        return Figure(
            operation=self.case.operation,
            peer=self.case.peer,
            cpu=middle,
            wall=median(wall),
            spread=(high - low) / middle,
            calls=self.calls,
        )


def measure(cases: Iterable[Case], *, rounds: int, turn_seconds: float = TURN_SECONDS) -> list[Figure]:
    """Measures cases against each other.

    Args:
        cases: What to measure.
        rounds: Turns of each case, from 1.
        turn_seconds: How long a turn lasts at least.

    Returns:
        One figure for each case, in their order.
    """
    all_turns = [_Turns(case=case, calls=_calls_per_turn(case, turn_seconds)) for case in cases]
    gc.collect()
    gc.freeze()
    for _ in range(rounds):
        for turns in random.sample(all_turns, len(all_turns)):
            turns.take()
    gc.unfreeze()
    usual = median(speed for turns in all_turns for speed in turns.speed)
    return [turns.figure(usual) for turns in all_turns]


def ratio(figures: Sequence[Figure], figure: Figure, base: str) -> float | None:
    """Tells how many times more CPU a figure is than a base.

    Args:
        figures: All figures of the run.
        figure: One of them.
        base: The peer to compare with.

    Returns:
        The ratio of the medians; None when the base does not do the operation.
    """
    for other in figures:
        if other.operation == figure.operation and other.peer == base:
            return figure.cpu / other.cpu
    return None


def _calls_per_turn(case: Case, turn_seconds: float) -> int:
    """How many calls fill a turn; the calls made to find out warm the case up."""
    case.call()
    calls = 1
    while True:
        started = perf_counter()
        for _ in range(calls):
            case.call()
        took = perf_counter() - started
        if took >= turn_seconds / 2:
            return max(1, round(calls * turn_seconds / took))
        calls *= 2


def _calibration() -> float:
    """Times the same plain Python each time."""
    started = process_time()
    total = 0
    for number in range(CALIBRATION_LOOPS):
        total += number & 7
    return process_time() - started
