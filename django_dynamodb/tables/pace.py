"""Keeps calls to so many capacity units a second, for all threads that share it, by what each call really used.

A bucket of tokens that may go into debt: nobody knows what a call costs before it is answered. A call takes what the
last ones cost on average, waits until no debt is left, and gives back or pays the difference with its answer. So over
any time no more is used than the rate allows, and what the calls under way cost beyond the average.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Final

from django_dynamodb.exceptions import InvalidValueError

WEIGHT: Final = 0.25
"""How much the last call counts in the average: some ten calls back count for nothing."""

SLOWEST: Final = 1 / 16
"""The part of the rate that throttling leaves at least, so that the work goes on."""

MOST_SECONDS: Final = 1.0
"""The longest wait without another look: meanwhile answers may have given something back."""

LEAST_SECONDS: Final = 0.001
"""The shortest wait: a millisecond is as exact as a rate needs to be."""

RECOVERY: Final = 1 / 16
"""The part of the rate that each call without throttling brings back."""


class Pace:
    """Capacity units a second.

    Args:
        units: How many.
        clock: Gives seconds.
        sleep: Waits for a number of seconds; returns True when it was woken because the work is to end.

    Raises:
        InvalidValueError: No units at all.
    """

    def __init__(self, units: float, *, clock: Callable[[], float], sleep: Callable[[float], bool | None]) -> None:
        validate_rate(units)
        self._units = units
        self._clock = clock
        self._sleep = sleep
        self._lock = Lock()
        self._share = 1.0
        self._average = float(units)  # one call at first, since nobody knows what they cost
        self._balance = 0.0
        self._at = clock()

    @property
    def rate(self) -> float:
        """Units a second as they are now: fewer than asked for after throttling."""
        return self._units * self._share

    def take(self) -> float:
        """Waits until a call may be made.

        Returns:
            What was taken for it, for ``settle``.

        Raises:
            Halted: The work is to end.
        """
        while True:
            with self._lock:
                self._refill()
                if self._balance >= 0:
                    self._balance -= self._average
                    return self._average
                seconds = -self._balance / self.rate
            if self._sleep(min(max(seconds, LEAST_SECONDS), MOST_SECONDS)):
                raise Halted

    def settle(self, taken: float, used: float) -> None:
        """Counts what a call used.

        Args:
            taken: What ``take`` returned.
            used: What the service reports.
        """
        with self._lock:
            self._refill()
            self._balance += taken - used
            self._average += WEIGHT * (used - self._average)
            self._share = min(1.0, self._share + RECOVERY)

    def slow_down(self, taken: float) -> None:
        """Halves the rate after the service refused a call for want of throughput; it recovers call by call.

        Args:
            taken: What ``take`` returned; a refused call uses nothing.
        """
        with self._lock:
            self._refill()
            self._balance += taken
            self._share = max(SLOWEST, self._share / 2)

    def _refill(self) -> None:
        """Adds what the time brought: a second's worth at most is saved up."""
        now = self._clock()
        self._balance = min(self._units, self._balance + (now - self._at) * self.rate)
        self._at = now


def validate_rate(units: float) -> None:
    """Refuses what is no rate.

    Args:
        units: Capacity units a second.

    Raises:
        InvalidValueError: It is not above 0, or without end.
    """
    if not 0 < units < float("inf"):
        raise InvalidValueError(f"A rate of {units!r} units a second: it is a number above 0.")


class Halted(BaseException):
    """A worker that waited is to end; nobody but the one who ends it may catch this."""
