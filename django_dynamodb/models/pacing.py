"""Keeps the calls on a table to a rate in capacity units, by the units that the service reports for each."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from threading import Event
from typing import Any

from django_dynamodb.coroutines import aside, rest
from django_dynamodb.exceptions import ThrottledError, UnsupportedError
from django_dynamodb.listening import listening
from django_dynamodb.tables.pace import Pace
from django_dynamodb.tables.table import Table
from django_dynamodb.types import Sender

clock = time.monotonic
"""Gives seconds."""


def sleeping(halt: Event | None) -> Callable[[float], bool | None]:
    """Waits for a number of seconds.

    Args:
        halt: What wakes whoever waits; None for nothing.

    Returns:
        A function of the seconds; it returns True when it was woken.
    """
    return rest if halt is None else partial(aside, halt.wait)


def paced(
    table: Table,
    *,
    read_units: float | None = None,
    write_units: float | None = None,
    halt: Event | None = None,
) -> Table:
    """A table whose calls wait for their turn.

    A throttled call slows the rate down and is made again after a pause, as long as pauses are granted.

    Args:
        table: The table.
        read_units: Read capacity units a second; None is as fast as it goes.
        write_units: Write capacity units a second; likewise.
        halt: Set when the work is to end.

    Returns:
        The table, with another sender if there is a rate.

    Raises:
        InvalidValueError: A rate that is not above 0.
    """
    for name, units in (("read_units", read_units), ("write_units", write_units)):
        if units is not None:
            pace = Pace(units, clock=clock, sleep=sleeping(halt))
            table = replace(table, send=_paced_sender(table, pace, name))
    return table


def _paced_sender(table: Table, pace: Pace, name: str) -> Sender:
    """A sender that waits for its turn before each call."""

    def send(operation: str, body: bytes, /) -> bytes:
        attempt = 0
        while True:
            taken = pace.take()
            receipts: list[Any] = []
            try:
                with listening(receipts.append):
                    reply = table.send(operation, body)
            except ThrottledError:
                pace.slow_down(taken)
                attempt += 1
                if not table.pause(attempt):
                    raise
                continue
            pace.settle(taken, _used(receipts, name, operation, table))
            return reply

    return send


def _used(receipts: list[Any], name: str, operation: str, table: Table) -> float:
    """What the service reports for a call; an endpoint that reports nothing cannot be held to a rate."""
    if not any(receipt.shares for receipt in receipts):
        raise UnsupportedError(
            f"{operation} on table {table.schema.name!r}: this endpoint reports no consumed capacity, so {name} cannot "
            "be kept; leave it out, and set page_size and sleep between pages instead.",
            table=table.schema.name,
            operation=operation,
        )
    return sum(float(getattr(receipt, name)) for receipt in receipts)
