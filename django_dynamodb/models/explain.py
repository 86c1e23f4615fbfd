"""Shows the request a query set would send, by running its plan against a sender that sends nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from django_dynamodb.models.reads import BatchRead, GetRead, QueryRead, ScanRead


class _Recorded(BaseException):
    """Ends the run with the first request; no handler of ordinary errors may catch it."""

    def __init__(self, operation: str, body: bytes) -> None:
        super().__init__(operation)
        self.operation = operation
        self.body = body


def _record(operation: str, body: bytes, /) -> bytes:
    raise _Recorded(operation, body)


def explain(queryset: Any) -> str:
    """Text about the first request of a query set.

    Args:
        queryset: A query set of a DynamoDB model.

    Returns:
        Verb, table, index, consistency and cost class, then the request as JSON.
    """
    read = queryset._dynamo_read()
    table = replace(queryset._dynamo_table(), send=_record)
    _only, columns = queryset._dynamo_wanted(read)
    lines = [f"{read.verb} on {table.schema.name}: {read.cost}"]
    if isinstance(read, QueryRead | ScanRead):
        lines.append(f"index: {read.index or 'the table itself'}")
    if isinstance(read, GetRead | BatchRead | QueryRead | ScanRead) and read.expiry is not None:
        when = "by the service" if isinstance(read, QueryRead | ScanRead) else "after reading"
        lines.append(f"expired items: left out {when}")
    try:
        for _row in read.rows(table, lambda item: item, columns):
            break
    except _Recorded as recorded:
        lines.append(json.dumps(json.loads(recorded.body), indent=2, ensure_ascii=False))
    return "\n".join(lines)
