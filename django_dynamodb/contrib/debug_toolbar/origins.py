"""Finds the lines of a project that a call comes from, also where an event loop, a thread or a greenlet lies between.

A plain call has them on its stack. Below ``sync_to_async`` the stack is that of another thread, and the task that waits
for it has them; below a greenlet they are on the stack that its parent left.
"""

from __future__ import annotations

import inspect
import sys
from asyncio import Task
from collections.abc import Collection, Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, Final

HIDDEN: Final = frozenset(
    {
        "asgiref",
        "asyncio",
        "concurrent",
        "contextlib",
        "daphne",
        "debug_toolbar",
        "django",
        "django_dynamodb",
        "gunicorn",
        "hypercorn",
        "runpy",
        "socketserver",
        "threading",
        "uvicorn",
        "wsgiref",
    }
)
"""Packages that are no part of a project: what carries a request to its view, and a query to us."""

LINES: Final = 8
"""How many lines are kept of a call; the innermost says most."""


def origin(task: Task[Any] | None = None, hidden: Collection[str] = ()) -> list[str]:
    """Finds where the code that runs now was called from.

    Args:
        task: The task of the request, if it has one.
        hidden: More modules to leave out, with what is in them.

    Returns:
        Lines such as ``shop/views.py:41 in basket``, the innermost first.
    """
    found = chain(_below(inspect.currentframe()), _greenlet_parents(), _awaiting(task))
    return [_line(frame.f_code, number) for frame, number in islice(_shown(found, hidden), LINES)]


def _shown(frames: Iterable[FrameType], hidden: Collection[str]) -> Iterator[tuple[FrameType, int]]:
    """Leaves out what is no part of a project."""
    for frame in frames:
        module = str(frame.f_globals.get("__name__", ""))
        parts = module.split(".")
        if parts[0] not in HIDDEN and not any(".".join(parts[:end]) in hidden for end in range(1, len(parts) + 1)):
            yield frame, frame.f_lineno


def _below(frame: FrameType | None) -> Iterator[FrameType]:
    """Goes down a stack, the innermost frame first."""
    while frame is not None:
        yield frame
        frame = frame.f_back


def _greenlet_parents() -> Iterator[FrameType]:
    """Goes through the stacks that the parents of a greenlet left."""
    greenlet = sys.modules.get("greenlet")
    current = greenlet.getcurrent().parent if greenlet is not None else None
    while current is not None:
        yield from _below(current.gr_frame)
        current = current.parent


def _awaiting(task: Task[Any] | None) -> Iterator[FrameType]:
    """Goes through the coroutines of a task that waits for another thread, the innermost first."""
    frames: list[FrameType] = []
    waiting: Any = None if task is None else task.get_coro()
    while inspect.iscoroutine(waiting):
        if waiting.cr_frame is not None and not waiting.cr_running:
            frames.append(waiting.cr_frame)
        waiting = waiting.cr_await
    return reversed(frames)


def _line(code: CodeType, number: int) -> str:
    """Names a line by its path from the working directory, if it is below it."""
    path, here = Path(code.co_filename), Path.cwd()
    shown = path.relative_to(here) if path.is_relative_to(here) else path
    return f"{shown}:{number} in {code.co_name}"
