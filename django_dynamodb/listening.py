"""Knows who is told of the calls of the service: of this thread or task, process-wide, and in the log."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial

from django_dynamodb.signals import call_finished
from django_dynamodb.wire.access import written_to
from django_dynamodb.wire.receipts import Listener, Receipt

access_logger = logging.getLogger("django_dynamodb.access")
_write_access = written_to(access_logger)

LISTENERS: ContextVar[tuple[Listener, ...]] = ContextVar("django_dynamodb.listeners", default=())
"""Who is told of the calls of this thread or task."""


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Tells a listener of every call within a block, on any connection, and asks the service for their units.

    Args:
        listener: Called after each call of this thread or task, and of the tasks begun in the block.

    Returns:
        A context manager; blocks may be nested, and each listener is told.
    """
    token = LISTENERS.set((*LISTENERS.get(), listener))
    try:
        yield
    finally:
        LISTENERS.reset(token)


def listeners(sender: type) -> tuple[Listener, ...]:
    """Those who listen now: of this thread or task, the receivers of the signal, the access log while DEBUG is on.

    Args:
        sender: Whose calls they are, for the signal.

    Returns:
        All of them; a call is asked for its units only where there are some.
    """
    told = LISTENERS.get()
    if call_finished.receivers:  # a look at a list costs less than has_listeners(), which takes a lock
        told = (*told, partial(_signal, sender))
    return (*told, _write_access) if access_logger.isEnabledFor(logging.DEBUG) else told


def _signal(sender: type, receipt: Receipt) -> None:
    """Tells the receivers of ``call_finished``: one that fails is logged, and the call it heard of stands."""
    call_finished.send_robust(sender=sender, using=receipt.using, receipt=receipt)
