"""Writes one line to the access log for each call of the service; values never appear in it."""

from __future__ import annotations

import json
import logging
from time import perf_counter
from typing import Any

from django_dynamodb.exceptions import ServiceError
from django_dynamodb.types import Sender
from django_dynamodb.wire.names import index_of, table_of


def logged(send: Sender, logger: logging.Logger) -> Sender:
    """Wraps a sender so that each call leaves one DEBUG line: operation, table, index, milliseconds, units, error.

    The same facts stand on the record as attributes (``operation``, ``table``, ``index``, ``duration_ms``, ``units``,
    ``error_code``) for formatters that write fields. While DEBUG is off a call costs one cached level check.

    Args:
        send: The sender to wrap.
        logger: Where the lines go.

    Returns:
        The wrapped sender.
    """

    def call(operation: str, body: bytes, /) -> bytes:
        if not logger.isEnabledFor(logging.DEBUG):
            return send(operation, body)
        started = perf_counter()
        try:
            reply = send(operation, body)
        except ServiceError as error:
            _write(logger, operation, body, started, error_code=error.code or type(error).__name__)
            raise
        _write(logger, operation, body, started, units=_units(reply))
        return reply

    return call


def _write(
    logger: logging.Logger,
    operation: str,
    body: bytes,
    started: float,
    *,
    units: float | None = None,
    error_code: str | None = None,
) -> None:
    """Writes the line of one call."""
    facts: dict[str, Any] = {
        "operation": operation,
        "table": table_of(body),
        "index": index_of(body),
        "duration_ms": round((perf_counter() - started) * 1000, 2),
        "units": units,
        "error_code": error_code,
    }
    line = " ".join(f"{name}={fact}" for name, fact in facts.items() if fact is not None)
    logger.debug("%s", line, extra=facts)


def _units(reply: bytes) -> float | None:
    """Adds up the capacity units an answer reports, None when it reports none."""
    if b'"ConsumedCapacity"' not in reply:
        return None
    consumed = json.loads(reply).get("ConsumedCapacity") or ()
    tables = [consumed] if isinstance(consumed, dict) else consumed
    return sum((table.get("CapacityUnits", 0.0) for table in tables), 0.0)
