"""Lets one copy of synchronous code wait as a coroutine does: no thread, and nothing blocks the event loop.

``run`` calls a function in a greenlet, which has a stack of its own. Where that code would wait it calls ``wait``,
which leaves the stack as it stands, hands the awaitable to the coroutine that called ``run``, and comes back with the
outcome. The function shares the task's context variables, is cancelled with the task, and may call anything. A lock of
``threading`` must not be held across ``wait``: another task of the same thread would wait for it for ever.

greenlet is imported by the first ``run``, so that synchronous projects never load it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AbstractContextManager
from inspect import iscoroutine
from itertools import islice
from types import TracebackType
from typing import Any, Final, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")

_MARK: Final = "runs_for_a_coroutine"
"""The attribute that tells the greenlets of ``run`` from others."""

_current: Callable[[], Any] | None = None
"""``greenlet.getcurrent``, once the first ``run`` has loaded it."""


def active() -> bool:
    """Says whether this code was called by ``run``, so that it may call ``wait``.

    Returns:
        False in a plain thread, and in a coroutine itself.
    """
    return _current is not None and hasattr(_current(), _MARK)


def wait(awaitable: Awaitable[T]) -> T:
    """Suspends the enclosing task until something is done.

    Args:
        awaitable: A coroutine, future or anything else that could stand after ``await``.

    Returns:
        Its result.

    Raises:
        RuntimeError: Outside of ``run``.
        BaseException: What the awaitable raises, or what the task is cancelled with meanwhile.
    """
    if _current is None or not hasattr(here := _current(), _MARK):
        if iscoroutine(awaitable):
            awaitable.close()
        raise RuntimeError("There is no coroutine to wait for this: call it through coroutines.run, or await it.")
    result: T = here.parent.switch(awaitable)
    return result


async def run(function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """Calls synchronous code that may ``wait``.

    Args:
        function: The code. It runs in this thread, so what blocks in it but does not ``wait`` blocks the event loop.
        *args: Its arguments.
        **kwargs: Its arguments by name.

    Returns:
        What the function returns.

    Raises:
        BaseException: What the function raises; a ``StopIteration`` becomes ``RuntimeError``, as in any coroutine.
    """
    here = (_current or _load())()
    child = _child(function)
    child.gr_context = here.gr_context  # the task's own context, not a copy: what is set in it is seen by both
    answer = child.switch(*args, **kwargs)
    while not child.dead:
        with _Outcome() as outcome:
            outcome.value = await answer
        # whoever resumes this coroutine takes the next awaitable: not always who began it, as with eager tasks
        child.parent = (_current or _load())()
        answer = child.switch(outcome.value) if outcome.error is None else child.throw(outcome.error)
    result: R = answer
    return result


async def iterate(iterable: Iterable[T], chunk: int = 1) -> AsyncIterator[T]:
    """Goes through an iterable whose code may ``wait``.

    Args:
        iterable: Such as a generator. It is closed when this ends early, if it can be.
        chunk: How many are taken in one ``run``, from 1. They are handed on when all are there.

    Yields:
        What the iterable gives, in its order.

    Raises:
        BaseException: What the iterable raises.
    """
    iterator = await run(iter, iterable)
    try:
        while taken := await run(list, islice(iterator, chunk)):
            for one in taken:
                yield one
    finally:
        close = getattr(iterator, "close", None)
        if close is not None:
            await run(close)


class _Outcome(AbstractContextManager["_Outcome"]):
    """Takes what becomes of an ``await``, cancellation included, to where it is waited for: there it is raised."""

    def __init__(self) -> None:
        self.value: Any = None
        self.error: BaseException | None = None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> bool:
        self.error = error
        return True


def _child(function: Callable[..., Any]) -> Any:
    """Makes the greenlet of one ``run``; its parent is the current one."""
    from greenlet import greenlet  # noqa: PLC0415 - imported on first use

    child = greenlet(function)
    setattr(child, _MARK, True)
    return child


def _load() -> Callable[[], Any]:
    """Imports greenlet."""
    from greenlet import getcurrent  # noqa: PLC0415 - imported on first use

    global _current  # noqa: PLW0603 - tells active() whether there can be a greenlet of ours at all
    _current = getcurrent
    return getcurrent
