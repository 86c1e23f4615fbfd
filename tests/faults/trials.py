"""Does one piece of work under one fault, and counts what became of its items."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from django_dynamodb.exceptions import (
    ConnectionFailedError,
    ServiceError,
    ServiceUnavailableError,
    UnprocessedItemsError,
)
from django_dynamodb.testing.faults import Fault
from tests.faults.scenarios import Work

TIMES = (1, 2, 30)
"""Faults in a row: what retries survive, and what spends them."""


@dataclass(kw_only=True, slots=True)
class Figures:
    """What trials of one scenario and one kind of fault add up to."""

    trials: int = 0
    faults: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    done: int = 0
    """Items written, or read, that were not before."""
    lost: int = 0
    """Items said to be done that are not."""
    untold: int = 0
    """Items changed, or in a state nobody asked for, while the error says nothing of it."""
    again: Counter[str] = field(default_factory=Counter)
    """What came of calling again after an error."""

    def row(self, scenario: str, fault: str) -> str:
        """One row of the page."""
        cells = (scenario, fault, self.trials, self.faults, _listed(self.outcomes), self.done, self.lost,
                 self.untold, _listed(self.again))  # fmt: skip
        return f"| {' | '.join(map(str, cells))} |"


def attempt(work: Work) -> ServiceError | None:
    """Does the work and gives the error it ended with."""
    try:
        work.run()
    except ServiceError as error:
        return error
    return None


def values(work: Work, state: dict[str, Any]) -> dict[str, Any]:
    """What a state says of the items of the work."""
    return {name: state.get(name) for name in work.wanted}


def trial(figures: Figures, work: Work, make: Callable[[], AbstractContextManager[Fault]]) -> None:
    """Adds one trial."""
    before = values(work, work.state())
    with make() as fault:
        error = attempt(work)
    now = values(work, work.state())
    done = {name for name, value in now.items() if value == work.wanted[name]}
    changed = {name for name, value in now.items() if value != before[name]}
    figures.trials += 1
    figures.faults += fault.happened
    figures.outcomes[_name(error)] += 1
    figures.done += len(done & changed)
    figures.lost += len(now) - len(done) if error is None else max(0, _claimed(error) - len(done & changed))
    figures.untold += len(changed - done) + (0 if error is None or _tells(error, changed, set(now)) else len(changed))
    if error is not None:
        figures.again[_repeated(work)] += 1


def _repeated(work: Work) -> str:
    """Says how the same call ends without the fault."""
    error = attempt(work)
    if error is not None:
        return type(error).__name__
    return "done" if values(work, work.state()) == work.wanted else "done twice"


def _claimed(error: ServiceError) -> int:
    """How many items an error says were done."""
    if isinstance(error, UnprocessedItemsError):
        return error.written
    notes = [note for note in getattr(error, "__notes__", ()) if "were written or deleted before" in note]
    return int(notes[0].split()[0]) if notes else 0


def _tells(error: ServiceError, changed: set[str], every: set[str]) -> bool:
    """Whether an error accounts for the items that were changed: names the rest, counts them, or warns of them."""
    if isinstance(error, UnprocessedItemsError):
        return {left["subject"]["S"] for left in (*error.items, *error.keys)} == every - changed
    return isinstance(error, ConnectionFailedError | ServiceUnavailableError) or _claimed(error) == len(changed)


def _name(error: ServiceError | None) -> str:
    return "done" if error is None else type(error).__name__


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{count} {what}" for what, count in sorted(counts.items())) or "none"
