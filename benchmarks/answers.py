"""Prepares the whole answer to each operation once: bytes of HTTP with the headers the service sends."""

from __future__ import annotations

import json
from typing import Any, Final
from zlib import crc32

from benchmarks.dataset import BATCH_OF_READS, COUNTER, PAGE_OF_QUERY, PAGE_OF_SCAN, TICKETS, make_item
from benchmarks.shapes import SHAPES, Shape

_HEAD: Final = (
    "HTTP/1.1 {status}\r\n"
    "Server: Server\r\n"
    "Date: Mon, 01 Jan 2024 00:00:00 GMT\r\n"
    "Content-Type: application/x-amz-json-1.0\r\n"
    "Content-Length: {length}\r\n"
    "Connection: keep-alive\r\n"
    "x-amzn-RequestId: 0123456789ABCDEFGHIJKLMNOPQRSTUVVV4KQNSO5AEMVJF66Q9ASUAAJG\r\n"
    "x-amz-crc32: {checksum}\r\n\r\n"
)

ALL_NEW: Final = "ALL_NEW"
"""Follows the operation's name where an update asks for the item back."""

Answers = dict[tuple[str, str], bytes]
"""(table, operation) to answer."""


def canned_answers() -> Answers:
    """Builds the answer to each operation on each table.

    Returns:
        The answers. A new operation is a new row.
    """
    answers: Answers = {}
    for shape in SHAPES.values():
        for operation, body in _bodies(shape).items():
            answers[shape.table, operation] = as_http(body)
    counted = as_http({"Attributes": {COUNTER: {"N": "7"}}})
    answers |= {(TICKETS, "UpdateItem"): counted, (TICKETS, "UpdateItem" + ALL_NEW): counted}
    answers[TICKETS, "PutItem"] = as_http({})
    return answers


def _bodies(shape: Shape) -> dict[str, dict[str, Any]]:
    items = [make_item(number, shape) for number in range(PAGE_OF_SCAN)]
    return {
        "GetItem": {"Item": items[0]},
        "PutItem": {},
        "UpdateItem": {},
        "UpdateItem" + ALL_NEW: {"Attributes": items[0]},
        "Query": page(items[:PAGE_OF_QUERY]),
        "Scan": page(items),
        "BatchGetItem": {"Responses": {shape.table: items[:BATCH_OF_READS]}, "UnprocessedKeys": {}},
        "BatchWriteItem": {"UnprocessedItems": {}},
        "TransactWriteItems": {},
    }


def page(items: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    """Words a page of a Query or Scan."""
    return {"Count": len(items), "Items": items, "ScannedCount": len(items), **more}


def unknown_answer(operation: str, table: str = "") -> bytes:
    """Builds the answer to an operation that has none, as the service words it.

    Args:
        operation: What was asked.
        table: Of which table.

    Returns:
        The answer.
    """
    code = "com.amazon.coral.service#UnknownOperationException"
    message = f"no canned answer to {operation!r} of table {table!r}"
    return as_http({"__type": code, "message": message}, "400 Bad Request")


def as_http(body: dict[str, Any], status: str = "200 OK") -> bytes:
    """Wraps a body in an answer.

    Args:
        body: The JSON object.
        status: HTTP status and reason.

    Returns:
        The bytes to send.
    """
    return with_head(json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode(), status)


def with_head(content: bytes, status: str = "200 OK") -> bytes:
    """Puts the head before a body."""
    return _HEAD.format(status=status, length=len(content), checksum=crc32(content)).encode() + content
