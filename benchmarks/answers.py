"""Prepares the whole answer to each operation once: bytes of HTTP with the headers the service sends."""

from __future__ import annotations

import json
from typing import Any, Final
from zlib import crc32

from benchmarks.dataset import PAGE_OF_QUERY, PAGE_OF_SCAN, make_item

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


def canned_answers() -> dict[str, bytes]:
    """Builds the answer to each operation.

    Returns:
        Operation to answer. A new operation is a new row.
    """
    items = [make_item(number) for number in range(PAGE_OF_SCAN)]
    bodies = {
        "GetItem": {"Item": items[0]},
        "PutItem": {},
        "Query": _page(items[:PAGE_OF_QUERY]),
        "Scan": _page(items),
    }
    return {operation: as_http(body) for operation, body in bodies.items()}


def unknown_answer(operation: str) -> bytes:
    """Builds the answer to an operation that has none, as the service words it.

    Args:
        operation: What was asked.

    Returns:
        The answer.
    """
    code = "com.amazon.coral.service#UnknownOperationException"
    return as_http({"__type": code, "message": f"no canned answer to {operation!r}"}, "400 Bad Request")


def as_http(body: dict[str, Any], status: str = "200 OK") -> bytes:
    """Wraps a body in an answer.

    Args:
        body: The JSON object.
        status: HTTP status and reason.

    Returns:
        The bytes to send.
    """
    content = json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode()
    return _HEAD.format(status=status, length=len(content), checksum=crc32(content)).encode() + content


def _page(items: list[dict[str, Any]]) -> dict[str, Any]:
    return {"Count": len(items), "Items": items, "ScannedCount": len(items)}
