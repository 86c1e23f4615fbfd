"""Lets one copy of synchronous code wait as a coroutine does: no thread, and nothing blocks the event loop.

``run`` calls a function in a greenlet, which has a stack of its own. Where that code would wait it calls ``wait``,
which leaves the stack as it stands, hands the awaitable to the coroutine that called ``run``, and comes back with the
outcome. The function shares the task's context variables, is cancelled with the task, and may call anything. A lock of
``threading`` must not be held across ``wait``: another task of the same thread would wait for it for ever.

greenlet is imported by the first ``run``, so that synchronous projects never load it.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from inspect import iscoroutine
from itertools import islice
from typing import Any, Final, NoReturn, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")

_MARK: Final = "runs_for_a_coroutine"
"""The attribute that tells the greenlets of ``run`` from others."""

IDLE_STACKS: Final = 64
"""How many stacks a thread keeps for the next ``run``: a new one takes 10 to 40 µs, one that waits takes 1 µs and holds
some 16 KB."""

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


def rest(seconds: float) -> None:
    """Waits; within ``run`` the event loop goes on meanwhile.

    Args:
        seconds: How long.
    """
    if active():
        wait(asyncio.sleep(seconds))
    else:
        time.sleep(seconds)


def aside(function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """Calls what blocks and cannot ``wait``; within ``run`` in a thread, so that the event loop goes on meanwhile.

    Args:
        function: What to call; in a thread it sees the task's context variables, and what it sets is lost.
        *args: Its arguments.
        **kwargs: Its arguments by name.

    Returns:
        What it returns.

    Raises:
        BaseException: What it raises.
    """
    return wait(asyncio.to_thread(function, *args, **kwargs)) if active() else function(*args, **kwargs)


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
    current = _current or _load()
    here, idle = current(), _STACKS.idle
    stack = idle.pop() if idle else _stack()
    stack.parent = here
    stack.gr_context = here.gr_context  # the task's own context, not a copy: what is set in it is seen by both
    answer = stack.switch([function, args, kwargs])
    while type(answer) is not _Outcome:
        try:
            value = await answer
        except BaseException as error:  # noqa: BLE001 - raised in the stack that waits, cancellation included
            stack.parent = current()
            answer = stack.throw(error)
        else:
            # whoever resumes this coroutine takes the next awaitable: not always who began it, as with eager tasks
            stack.parent = current()
            answer = stack.switch(value)
    stack.gr_context = None
    if len(idle) < IDLE_STACKS:
        idle.append(stack)
    if answer.error is not None:
        answer.fail()
    result: R = answer.value
    answer.value = None  # the stack holds the outcome until its next call
    return result


async def iterate(iterable: Iterable[T], chunk: int = 1) -> AsyncGenerator[T, None]:
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


class _Outcome:
    """Takes what became of a call to the stack that waits for it."""

    __slots__ = ("error", "value")

    def __init__(self, value: Any, error: BaseException | None) -> None:
        self.value = value
        self.error = error

    def fail(self) -> NoReturn:
        """Raises the error, and keeps it no longer."""
        error, self.error = self.error, None
        assert error is not None
        try:
            raise error
        finally:
            del error  # its traceback holds this frame


class _Stacks(threading.local):
    """The stacks of a thread that wait for a function to call."""

    def __init__(self) -> None:
        self.idle: list[Any] = []


_STACKS = _Stacks()


def _stack() -> Any:
    """Makes a stack."""
    from greenlet import greenlet  # noqa: PLC0415 - imported on first use

    stack = greenlet(_serve)
    setattr(stack, _MARK, True)
    return stack


def _serve(job: list[Any]) -> None:
    """Calls one function after the other, on one stack."""
    from greenlet import GreenletExit, getcurrent  # noqa: PLC0415 - imported on first use

    here: Any = getcurrent()
    while True:
        outcome = _call(job)
        if isinstance(outcome.error, GreenletExit):  # nobody will come back to this stack
            return
        job = here.parent.switch(outcome)


def _call(job: list[Any]) -> _Outcome:
    """Calls a function; the job is emptied, so that a waiting stack keeps nothing alive."""
    function, args, kwargs = job
    job.clear()
    try:
        return _Outcome(function(*args, **kwargs), None)
    except BaseException as error:  # noqa: BLE001 - raised in the coroutine that waits
        return _Outcome(None, error)


def _load() -> Callable[[], Any]:
    """Imports greenlet."""
    from greenlet import getcurrent  # noqa: PLC0415 - imported on first use

    global _current  # noqa: PLW0603 - tells active() whether there can be a greenlet of ours at all
    _current = getcurrent
    return getcurrent
