"""Draws on a terminal how far a command is, in one line that is written over."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final

WIDTH: Final = 24
"""Characters of the bar."""

SECONDS: Final = 0.2
"""Between two drawings: as often as one can read it."""


class Meter:
    """One line on a terminal; nothing elsewhere.

    Args:
        out: Where to draw, such as stderr.
        title: What is worked on.
        total: How many items there may be; None or 0 when nobody knows.
        clock: Gives seconds.
    """

    def __init__(self, out: Any, title: str, total: int | None, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._out = out
        self._title = title
        self._total = total
        self._clock = clock
        self._begun = clock()
        self._drawn: float | None = None
        self._first: int | None = None
        self._shows = bool(out.isatty())

    def show(self, done: int) -> None:
        """Draws the line, unless that was done just now.

        Args:
            done: How many items are done, those of earlier runs included.
        """
        now = self._clock()
        self._first = done if self._first is None else self._first
        if self._shows and (self._drawn is None or now - self._drawn >= SECONDS):
            self._drawn = now
            self._out.write(f"\r{self._line(done, now)}\x1b[K")
            self._out.flush()

    def end(self) -> None:
        """Takes the line away."""
        if self._drawn is not None:
            self._out.write("\r\x1b[K")
            self._out.flush()

    def _line(self, done: int, now: float) -> str:
        rate = (done - (self._first or 0)) / max(now - self._begun, SECONDS)
        if not self._total:
            return f"{self._title}: {done:,} items, {rate:,.0f}/s"
        part = min(done / self._total, 1.0)
        bar = "#" * int(part * WIDTH)
        return f"{self._title} [{bar:<{WIDTH}}] {part:4.0%} {done:,} of about {self._total:,} items, {rate:,.0f}/s"
