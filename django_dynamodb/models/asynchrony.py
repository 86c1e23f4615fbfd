"""Decides where asynchronous methods run: on the event loop, or in a thread where a project's code might block.

The package's own code waits for the event loop at each call of the service. What a project adds to a model may use SQL,
which Django refuses on a loop, or block: a method runs in a thread, as all of Django's do, where it would call

- a constructor, ``from_db``, ``from_item`` or ``refresh_from_db`` of the project's own, or a receiver of ``pre_init``
  or ``post_init``: one hop to the thread, not one for each row;
- for a write, also a ``save``, ``save_base``, ``delete`` or ``to_item`` of its own, or the storage of a file field.

Receivers of the other signals and prefetches alone go to the thread, and the rest stays on the loop. It is the thread
that ``sync_to_async`` gives to all that uses SQL.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Coroutine, Iterable
from contextlib import aclosing
from functools import lru_cache, partial
from itertools import islice
from typing import Any, Final, ParamSpec, TypeVar

from asgiref.sync import sync_to_async
from django.db.models import FileField
from django.db.models.signals import ModelSignal

from django_dynamodb import coroutines
from django_dynamodb.connections import connections
from django_dynamodb.models.hooks import overrides
from django_dynamodb.models.loader import needs_constructor

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")

HANDED: Final = 100
"""Rows that an asynchronous iterator takes at a time: a turn costs some 10 µs in a thread, and nobody waits long for
the first."""

READS: Final = ("from_item", "refresh_from_db")
WRITES: Final = ("delete", "save", "save_base", "to_item")
"""The hooks of a model that a project may redefine, beside its constructor."""


def reading_may_block(model: Any) -> bool:
    """Whether reading objects of a model calls a project's code.

    Args:
        model: A DynamoDB model class; the classes that share its items count too.
    """
    entity = model._meta.mapper.entity
    if entity is None:  # as most models are, and a loop over one takes as long as the question
        return needs_constructor(model) or _redefines(model, READS)
    return any(needs_constructor(kind) or _redefines(kind, READS) for kind in (model, *entity.family.values()))


def writing_may_block(model: Any) -> bool:
    """Whether writing objects of a model, which may read them before, calls a project's code, signals aside.

    Args:
        model: As for ``reading_may_block``.
    """
    return reading_may_block(model) or _project_writes(model)


def run_read(model: Any, function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Coroutine[Any, Any, R]:
    """Calls a method that reads, where it blocks no event loop.

    Args:
        model: The DynamoDB model class whose objects are read.
        function: The method.
        *args: Its arguments.
        **kwargs: Its arguments by name.

    Returns:
        A coroutine that returns what it returns.
    """
    if reading_may_block(model):
        return sync_to_async(function)(*args, **kwargs)
    return connections[model._meta.dynamodb.using].run(function, *args, **kwargs)


def run_write(model: Any, function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Coroutine[Any, Any, R]:
    """As ``run_read``, for a method that writes objects of the model."""
    if writing_may_block(model):
        return sync_to_async(function)(*args, **kwargs)
    return connections[model._meta.dynamodb.using].run(function, *args, **kwargs)


async def iterate(models: Iterable[Any], rows: Iterable[T], chunk: int = HANDED) -> AsyncGenerator[T, None]:
    """Goes through what is read, and closes it when this ends early.

    Args:
        models: The DynamoDB model classes whose objects are read.
        rows: What is read as it is needed, such as a generator.
        chunk: How many are taken at a time, from 1.

    Yields:
        The rows.
    """
    if not any(map(reading_may_block, models)):
        async with aclosing(coroutines.iterate(rows, chunk)) as found:
            async for row in found:
                yield row
        return
    iterator = iter(rows)
    take = sync_to_async(lambda: list(islice(iterator, chunk)))
    try:
        while taken := await take():
            for row in taken:
                yield row
    finally:  # here, not by the collector: the threads of a parallel scan are waited for
        close = getattr(iterator, "close", None)
        if close is not None:
            await sync_to_async(close)()


def announce(signal: ModelSignal, **sent: Any) -> None:
    """Sends a signal; for a coroutine its receivers are called in the thread that SQL belongs to.

    Args:
        signal: The signal.
        **sent: The sender, and what its receivers are told.

    Raises:
        BaseException: What a receiver raises.
    """
    if signal.receivers and signal.has_listeners(sent["sender"]):  # a look at a list costs less than the lock
        beside(partial(signal.send, **sent))


def beside(function: Callable[[], R]) -> R:
    """Calls what may use SQL; for a coroutine in the thread that SQL belongs to.

    Args:
        function: What to call.

    Returns:
        What it returns.

    Raises:
        BaseException: What it raises.
    """
    return coroutines.wait(sync_to_async(function)()) if coroutines.active() else function()


@lru_cache(maxsize=1024)  # asking takes 2 µs, and is done for each call; classes do not change
def _redefines(model: Any, names: tuple[str, ...]) -> bool:
    return any(overrides(model, name) for name in names)


def _project_writes(model: Any) -> bool:
    """Whether a write of what is read of a model calls a project's code, or the storage of files."""
    entity = model._meta.mapper.entity
    if entity is None:
        return _stores_by_itself(model)
    return any(map(_stores_by_itself, (model, *entity.family.values())))


@lru_cache(maxsize=512)  # likewise
def _stores_by_itself(model: Any) -> bool:
    return _redefines(model, WRITES) or any(isinstance(field, FileField) for field in model._meta.concrete_fields)
