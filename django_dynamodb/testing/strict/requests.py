"""Checks the request of each operation as a whole: its parts, values, keys and expressions, in the service's order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from django_dynamodb import limits
from django_dynamodb.exceptions import InvalidValueError
from django_dynamodb.testing.strict.batches import (
    key_in,
    validate_count,
    validate_differing,
    validate_token,
    validate_transaction_size,
)
from django_dynamodb.testing.strict.definitions import validate_change, validate_creation
from django_dynamodb.testing.strict.expressions import Expression, read_expressions
from django_dynamodb.testing.strict.keys import Keys
from django_dynamodb.testing.strict.values import normalize, normalized_item
from django_dynamodb.types import Payload

Describe: TypeAlias = Callable[[str], Keys | None]
"""Tells the keys of a table; None when there is no such table."""

MOST_SEGMENTS: Final = 1_000_000
"""Into how many parts a table can be cut. Source: API reference, Scan, ``TotalSegments``."""

DOUBLE_IN_BATCH: Final = "Provided list of item keys contains duplicates"
DOUBLE_IN_TRANSACTION: Final = "Transaction request cannot include multiple operations on one item"


def validate(operation: str, payload: Payload, describe: Describe) -> None:
    """Checks a request, and puts its numbers in the service's own spelling.

    Args:
        operation: The service's name of the call.
        payload: The request; changed in place.
        describe: Tells the keys of a table.

    Raises:
        InvalidValueError: The service would answer with a ValidationException.
    """
    rule = RULES.get(operation)
    if rule is not None:
        rule(payload, describe)


def _validate_part(part: dict[str, Any], describe: Describe) -> list[Expression]:
    """Checks what is about one item of one table, or a search in it."""
    normalize(part)
    expressions = read_expressions(part)
    keys = describe(part["TableName"])
    if keys is not None:
        if "Key" in part:
            keys.validate_key(part["Key"])
        if "Item" in part:
            keys.validate_item(part["Item"])
        names = part.get("ExpressionAttributeNames") or {}
        for expression in expressions:
            if expression.member == "UpdateExpression":
                keys.validate_update(expression, names)
    return expressions


def _validate_single(payload: Payload, describe: Describe) -> None:
    _validate_part(payload, describe)


def _validate_search(payload: Payload, describe: Describe) -> None:
    expressions = _validate_part(payload, describe)
    keys, index = describe(payload["TableName"]), payload.get("IndexName")
    if keys is None:
        return
    keys.read(index)
    names, values = payload.get("ExpressionAttributeNames") or {}, payload.get("ExpressionAttributeValues") or {}
    for expression in expressions:
        if expression.member == "KeyConditionExpression":
            keys.validate_conditions(index, expression, names, values)
            read_by_key = [other for other in expressions if other.member == "FilterExpression"]
            for condition in read_by_key:
                keys.validate_filter(index, condition, names)


def _validate_scan(payload: Payload, describe: Describe) -> None:
    segment, total = payload.get("Segment"), payload.get("TotalSegments")
    if (segment is None) != (total is None):
        raise InvalidValueError("Segment and TotalSegments are given together or not at all")
    if segment is not None and total is not None and not 0 <= segment < total <= MOST_SEGMENTS:
        raise InvalidValueError(
            f"The Segment parameter is zero-based and must be less than TotalSegments: {segment} of {total}"
        )
    _validate_search(payload, describe)


def _validate_batch_get(payload: Payload, describe: Describe) -> None:
    requests = payload.get("RequestItems") or {}
    validate_count("RequestItems", sum(len(part["Keys"]) for part in requests.values()), limits.BATCH_GET_KEYS)
    for table, part in requests.items():
        validate_count(f"The Keys of table {table!r}", len(part["Keys"]), limits.BATCH_GET_KEYS)
        part["Keys"] = [normalized_item(key) for key in part["Keys"]]
        read_expressions(part)
        if keys := describe(table):
            for key in part["Keys"]:
                keys.validate_key(key)
        validate_differing(((table, key) for key in part["Keys"]), DOUBLE_IN_BATCH)


def _validate_batch_write(payload: Payload, describe: Describe) -> None:
    requests = payload.get("RequestItems") or {}
    validate_count("RequestItems", sum(map(len, requests.values())), limits.BATCH_WRITE_REQUESTS)
    for table, entries in requests.items():
        validate_count(f"The requests of table {table!r}", len(entries), limits.BATCH_WRITE_REQUESTS)
        writes = [write for entry in entries for write in entry.values()]
        for write in writes:
            _validate_part({"TableName": table} | write, describe)
            normalize(write)
        if keys := describe(table):
            validate_differing(((table, key_in(keys, write)) for write in writes), DOUBLE_IN_BATCH)


def _validate_transaction(payload: Payload, describe: Describe) -> None:
    validate_token(payload.get("ClientRequestToken"))
    actions = [action for entry in payload["TransactItems"] for action in entry.values()]
    validate_count("TransactItems", len(actions), limits.TRANSACTION_ACTIONS)
    validate_transaction_size(payload)
    marks = []
    for action in actions:
        _validate_part(action, describe)
        if keys := describe(action["TableName"]):
            marks.append((action["TableName"], key_in(keys, action)))
    validate_differing(marks, DOUBLE_IN_TRANSACTION)


def _validate_creation(payload: Payload, describe: Describe) -> None:
    validate_creation(payload)


def _validate_change(payload: Payload, describe: Describe) -> None:
    validate_change(payload)


RULES: Final[Mapping[str, Callable[[Payload, Describe], None]]] = {
    "BatchGetItem": _validate_batch_get,
    "BatchWriteItem": _validate_batch_write,
    "CreateTable": _validate_creation,
    "DeleteItem": _validate_single,
    "GetItem": _validate_single,
    "PutItem": _validate_single,
    "Query": _validate_search,
    "Scan": _validate_scan,
    "TransactGetItems": _validate_transaction,
    "TransactWriteItems": _validate_transaction,
    "UpdateItem": _validate_single,
    "UpdateTable": _validate_change,
}
"""Operation to what checks it."""
