"""Runs cases in turns and in random order, so that a machine that changes speed does so for all of them.

A loop of plain Python is timed right before and after each turn; the turn is scaled to the median speed of the run.
"""

from __future__ import annotations

import gc
import os
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median, quantiles
from time import perf_counter, process_time
from typing import Any, Final, Protocol

TURN_SECONDS: Final = 0.05
"""How long one turn of a case lasts: short against changes of speed, long against the clock's step."""

CALIBRATION_LOOPS: Final = 30_000
"""About a millisecond of plain Python."""

Repeat = Callable[[int], None]
"""Does a call that many times."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Turn:
    """What one turn took.

    Args:
        cpu: Microseconds of the process's CPU per call, the kernel's part included.
        wall: Microseconds from call to answer.
        speed: Seconds the calibration took around it.
    """

    cpu: float
    wall: float
    speed: float


class Runner(Protocol):
    """Does a case's turns, here or in another process."""

    def prepare(self, turn_seconds: float) -> int:
        """Warms the case up; returns the calls that fill a turn."""

    def take(self, calls: int) -> Turn:
        """Takes one turn."""


class Local:
    """Does the turns in this process.

    Args:
        repeat: Does the call a number of times.
    """

    def __init__(self, repeat: Repeat) -> None:
        self._repeat = repeat

    def prepare(self, turn_seconds: float) -> int:
        """Doubles the calls until they fill half a turn."""
        self._repeat(1)
        calls = 1
        while True:
            started = perf_counter()
            self._repeat(calls)
            took = perf_counter() - started
            if took >= turn_seconds / 2:
                return max(1, round(calls * turn_seconds / took))
            calls *= 2

    def take(self, calls: int) -> Turn:
        """Takes one turn, with the garbage of what was before it collected."""
        gc.collect()
        before = _calibration()
        wall, cpu = perf_counter(), process_time()
        self._repeat(calls)
        cpu, wall = process_time() - cpu, perf_counter() - wall
        return Turn(cpu=cpu / calls * 1e6, wall=wall / calls * 1e6, speed=(before + _calibration()) / 2)


@contextmanager
def one_core() -> Iterator[None]:
    """Keeps this process, and those it starts, on one core, where the system lets it.

    Only one of them has work at a time. On cores of their own, who sends also pays for waking the other core, 10 to 20
    µs that differ from turn to turn; a service on another machine asks nobody for that.
    """
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(allowed)})  # the first core serves the system's interrupts
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)


def repeated(call: Callable[[], Any]) -> Repeat:
    """Makes of a call what does it a number of times."""

    def repeat(calls: int) -> None:
        for _ in range(calls):
            call()

    return repeat


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """One operation as one peer does it.

    Args:
        operation: The operation, such as ``"Query 100"``.
        peer: Who does it.
        runner: Takes its turns.
        shape: The shape of its items.
    """

    operation: str
    peer: str
    runner: Runner
    shape: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """What one call of a case costs, medians over the rounds.

    Args:
        shape: The shape of the items.
        operation: The operation.
        peer: Who does it.
        cpu: Microseconds of the client's CPU, the kernel's part included.
        wall: Microseconds from call to answer.
        spread: Distance of the quartiles of ``cpu``, as a part of its median.
        calls: Calls per turn.
    """

    shape: str
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
    taken: list[Turn] = field(default_factory=list)

    def figure(self, usual: float) -> Figure:
        """Sums the turns up at the usual speed of the run."""
        cpu = [turn.cpu * usual / turn.speed for turn in self.taken]
        wall = [turn.wall * usual / turn.speed for turn in self.taken]
        low, middle, high = quantiles(cpu, n=4, method="inclusive") if len(cpu) > 1 else cpu * 3
        return Figure(
            shape=self.case.shape,
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
    all_turns = [_Turns(case=case, calls=case.runner.prepare(turn_seconds)) for case in cases]
    for _ in range(rounds):
        for turns in random.sample(all_turns, len(all_turns)):
            turns.taken.append(turns.case.runner.take(turns.calls))
    usual = median(turn.speed for turns in all_turns for turn in turns.taken) if all_turns else 0.0
    return [turns.figure(usual) for turns in all_turns]


def find(figures: Sequence[Figure], shape: str, operation: str, peer: str) -> Figure | None:
    """The figure of one case; None when it was not measured."""
    for figure in figures:
        if (figure.shape, figure.operation, figure.peer) == (shape, operation, peer):
            return figure
    return None


def ratio(figures: Sequence[Figure], figure: Figure, base: str) -> float | None:
    """Compares a figure with that of another peer for the same operation and shape.

    Args:
        figures: All figures of the run.
        figure: One of them.
        base: The peer to compare with.

    Returns:
        How many times the figure's CPU the base takes: 2.0 means the base takes twice as much; None when the base does
        not do the operation.
    """
    other = find(figures, figure.shape, figure.operation, base)
    return None if other is None else other.cpu / figure.cpu


def _calibration() -> float:
    """Times the same plain Python each time."""
    started = process_time()
    total = 0
    for number in range(CALIBRATION_LOOPS):
        total += number & 7
    return process_time() - started
