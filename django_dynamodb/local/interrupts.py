"""Turns the signals that end a process into an orderly end, and keeps them away from the last save."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

ENDING = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name))
"""Signals that would end the process without its ``finally`` blocks; SIGINT is Python's KeyboardInterrupt already."""

EXIT_OFFSET = 128
"""What a shell adds to a signal's number to make an exit status."""


@contextmanager
def orderly() -> Iterator[None]:
    """Makes those signals raise SystemExit within the block."""
    with _handling(ENDING, _leave):
        yield


@contextmanager
def shielded() -> Iterator[None]:
    """Ignores those signals and Ctrl-C within the block: a second, impatient one must not cost data."""
    with _handling((signal.SIGINT, *ENDING), signal.SIG_IGN):
        yield


def _leave(number: int, frame: FrameType | None) -> None:
    raise SystemExit(EXIT_OFFSET + number)


@contextmanager
def _handling(numbers: tuple[signal.Signals, ...], handler: Callable[..., Any] | signal.Handlers) -> Iterator[None]:
    """Sets a handler and puts the old ones back; only the main thread may, elsewhere nothing changes."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, handler) for number in numbers}
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)
