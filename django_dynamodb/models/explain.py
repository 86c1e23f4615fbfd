"""Shows the request a query set would send, by running its plan against a sender that sends nothing.

The expressions are shown with the names of the attributes in them, and with placeholders for the values.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from django_dynamodb.models.hydration import HydratedRead
from django_dynamodb.models.reads import BatchRead, GetRead, QueryRead, Read, ScanRead

EXPRESSIONS: Final = (
    ("key condition", "KeyConditionExpression"),
    ("filter", "FilterExpression"),
    ("attributes", "ProjectionExpression"),
)
"""What is shown of a request, and its name there."""

ALIAS: Final = re.compile(r"#\w+")
"""The placeholder of a name."""


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
        Verb, table and cost class; index, consistency, key condition, filter and attributes; the request as JSON.
    """
    read = queryset._dynamo_read()
    table = replace(queryset._dynamo_table(), send=_record)
    _only, columns = queryset._dynamo_wanted(read)
    lines = [f"{read.verb} on {table.schema.name}: {read.cost}"]
    search = read.source if isinstance(read, HydratedRead) else read
    if isinstance(search, QueryRead | ScanRead):
        lines.append(f"index: {search.index or 'the table itself'}")
    if isinstance(search, GetRead | BatchRead | QueryRead | ScanRead):
        lines.append(f"read: {'consistent' if search.consistent else 'eventually consistent'}")
        lines += _expiry(read, search)
    try:
        for _row in read.rows(table, lambda item: item, columns):
            break
    except _Recorded as recorded:
        request = json.loads(recorded.body)
        lines += _expressions(request)
        if search.held is not None and columns is None and search is read:
            lines.append(f"attributes: what the index holds, {', '.join(sorted(search.held))}")
        lines.append(json.dumps(request, indent=2, ensure_ascii=False))
    return "\n".join(lines)


def _expiry(read: Read, search: Read) -> Iterator[str]:
    """How expired items are left out, where they are."""
    if getattr(search, "expiry", None) is not None and isinstance(search, QueryRead | ScanRead):
        yield "expired items: left out by the service"
    elif getattr(read, "expiry", None) is not None:
        yield "expired items: left out after reading"


def _expressions(request: dict[str, Any]) -> Iterator[str]:
    """What is asked, in the names of the attributes."""
    of_table = next(iter(request.get("RequestItems", {}).values()), request)
    names = of_table.get("ExpressionAttributeNames", {})
    for title, member in EXPRESSIONS:
        if member in of_table:
            yield f"{title}: {ALIAS.sub(lambda alias: names[alias[0]], of_table[member])}"
