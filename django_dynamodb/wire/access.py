"""Writes one line to the access log for each call of the service; values never appear in it."""

from __future__ import annotations

import logging
from typing import Any

from django_dynamodb.wire.receipts import Listener, Receipt


def written_to(logger: logging.Logger) -> Listener:
    """Makes a listener that leaves one DEBUG line for each call.

    It says operation, table, index, milliseconds, units, retries, error, and the service's id of the request.
    The same facts stand on the record as attributes (``operation``, ``table``, ``index``, ``duration_ms``, ``units``,
    ``retries``, ``error_code``, ``request_id``) for formatters that write fields; the line has no retries where there
    were none.

    Args:
        logger: Where the lines go.

    Returns:
        The listener.
    """

    def write(receipt: Receipt) -> None:
        facts: dict[str, Any] = {
            "operation": receipt.operation,
            "table": receipt.table,
            "index": receipt.index,
            "duration_ms": round(receipt.ms, 2),
            "units": receipt.read_units + receipt.write_units if receipt.shares else None,
            "retries": receipt.retries,
            "error_code": receipt.error,
            "request_id": receipt.request_id,
        }
        shown = {**facts, "retries": receipt.retries or None}
        line = " ".join(f"{name}={fact}" for name, fact in shown.items() if fact is not None)
        logger.debug("%s", line, extra=facts)

    return write
