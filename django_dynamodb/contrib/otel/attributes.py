"""Spells what a call is and was as OpenTelemetry's attributes; no value of an item or a key is among them.

Source: semantic conventions 1.44, "AWS DynamoDB client operations", "AWS SDK client spans" and "Database client spans".
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, TypeAlias
from urllib.parse import urlsplit

from django_dynamodb.capacity import Receipt, TableUnits
from django_dynamodb.connection import Connection

AttributeValue: TypeAlias = str | int | bool | list[str]
Attributes: TypeAlias = dict[str, AttributeValue]

SYSTEM: Final = {
    "db.system.name": "aws.dynamodb",
    "rpc.system": "aws-api",
    "rpc.system.name": "aws-api",
    "rpc.service": "DynamoDB",
}
"""What is the same for all calls; ``rpc.system`` and ``rpc.service`` are older names that tools still read."""

OPTIONS: Final[Mapping[str, str]] = {
    "ConsistentRead": "aws.dynamodb.consistent_read",
    "IndexName": "aws.dynamodb.index_name",
    "Limit": "aws.dynamodb.limit",
    "ScanIndexForward": "aws.dynamodb.scan_forward",
    "Segment": "aws.dynamodb.segment",
    "Select": "aws.dynamodb.select",
    "TotalSegments": "aws.dynamodb.total_segments",
}
"""Members of requests that read, to attributes of the same meaning."""

READS: Final = frozenset({"GetItem", "Query", "Scan"})
"""The requests that have such members: they are small, for what they hold of items are keys and conditions."""

BATCHES: Final = frozenset({"BatchGetItem", "BatchWriteItem"})

_TABLE: Final = re.compile(rb'"TableName"\s*:\s*"([^"\\]+)"')
"""Finds the table and nothing else: an attribute of that name is followed by a tagged value, not by text."""


def of_connection(connection: Connection) -> Attributes:
    """Says where calls go.

    Args:
        connection: Their connection; it is opened.

    Returns:
        Address, port and region.

    Raises:
        ImproperlyConfigured: When the settings do not make a client.
    """
    place = urlsplit(connection.endpoint)
    found: Attributes = {"cloud.region": connection.region}
    if place.hostname:
        found["server.address"] = place.hostname
    if place.port:
        found["server.port"] = place.port
    return found


def of_request(operation: str, body: bytes) -> Attributes:
    """Says what is about to be asked.

    Args:
        operation: The service's name of the call.
        body: The request as JSON.

    Returns:
        Operation, tables and options.
    """
    found: Attributes = {**SYSTEM, "db.operation.name": operation, "rpc.method": operation}
    if tables := list(dict.fromkeys(_tables(operation, body))):
        found["aws.dynamodb.table_names"] = tables
    if len(tables) == 1:
        found["db.collection.name"] = tables[0]
    if operation in READS:
        request = json.loads(body)
        found |= {name: request[member] for member, name in OPTIONS.items() if member in request}
    return found


def of_receipt(receipt: Receipt) -> Attributes:
    """Says what a call was and cost.

    Args:
        receipt: Its receipt.

    Returns:
        Units, counts, the id of the request, how often it was sent again, and the code of a refusal.
    """
    facts: Mapping[str, AttributeValue | None] = {
        "aws.dynamodb.consumed_capacity": [_consumed(share) for share in receipt.shares] or None,
        "aws.dynamodb.count": receipt.returned,
        "aws.dynamodb.scanned_count": receipt.scanned,
        "aws.request_id": receipt.request_id,
        "http.request.resend_count": receipt.retries or None,
        "db.response.status_code": receipt.error,
        "error.type": receipt.error,
    }
    return {name: fact for name, fact in facts.items() if fact is not None}


def _tables(operation: str, body: bytes) -> Iterator[str]:
    """Goes through the tables of a request."""
    if operation in BATCHES:
        yield from json.loads(body)["RequestItems"]
    for name in _TABLE.findall(body):
        yield name.decode()


def _consumed(share: TableUnits) -> str:
    """Writes what was used of a table as the service would."""
    entry: dict[str, Any] = {"TableName": share.table, "CapacityUnits": share.read_units + share.write_units}
    sides: Mapping[str, Callable[[TableUnits], float]] = {
        "ReadCapacityUnits": lambda units: units.read_units,
        "WriteCapacityUnits": lambda units: units.write_units,
    }
    return json.dumps(entry | {name: side(share) for name, side in sides.items() if side(share)})
