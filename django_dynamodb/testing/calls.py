"""Reads from a request which tables it names, and what it does to them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from django_dynamodb.exceptions import InvalidValueError, TestSafetyError, UnsupportedError
from django_dynamodb.expressions.statements import parse_select

TABLELESS: Final = frozenset({"DescribeEndpoints", "DescribeLimits", "ListTables"})
"""Operations that concern no table in particular."""

WRITES: Final = frozenset({"BatchWriteItem", "DeleteItem", "PutItem", "TransactWriteItems", "UpdateItem"})
"""Operations that change items."""

ALTERATIONS: Final = frozenset({"CreateTable", "DeleteTable", "UpdateTable", "UpdateTimeToLive"})
"""Operations that change tables themselves."""


def table_names(operation: str, body: bytes) -> frozenset[str]:
    """Lists the tables a request names.

    Args:
        operation: The service's name of the call, such as ``"GetItem"``.
        body: The request as JSON.

    Returns:
        The tables' names; a table given by its ARN is listed by the name in it.

    Raises:
        TestSafetyError: When the tables of such a request cannot be told, as with PartiQL that writes, or backups.
    """
    if operation in TABLELESS:
        return frozenset()
    payload = json.loads(body)
    read = READERS.get(operation, _single)
    try:
        return frozenset(map(_name, read(payload)))
    except (KeyError, TypeError) as error:
        raise TestSafetyError(
            f"{operation} in a test: which tables it uses cannot be told, so it is refused. Nothing was sent.",
            operation=operation,
        ) from error


def _single(payload: Mapping[str, Any]) -> list[str]:
    return [payload["TableName"]]


def _batch(payload: Mapping[str, Any]) -> list[str]:
    return list(payload["RequestItems"])


def _transaction(payload: Mapping[str, Any]) -> list[str]:
    return [action["TableName"] for entry in payload["TransactItems"] for action in entry.values()]


def _statement(payload: Mapping[str, Any]) -> list[str]:
    """The table of a SELECT; what writes, or cannot be read, names none that could be relied on."""
    try:
        return [parse_select(payload["Statement"]).table]
    except (InvalidValueError, UnsupportedError) as error:
        raise KeyError("Statement") from error


def _name(table: str) -> str:
    """Takes the name out of ``arn:aws:dynamodb:REGION:ACCOUNT:table/NAME``."""
    return table.split("/")[1] if table.startswith("arn:") else table


READERS: Final[Mapping[str, Callable[[Mapping[str, Any]], list[str]]]] = {
    "BatchGetItem": _batch,
    "BatchWriteItem": _batch,
    "ExecuteStatement": _statement,
    "TransactGetItems": _transaction,
    "TransactWriteItems": _transaction,
}
"""How the table names are read, where a request does not name a single one in ``TableName``."""
