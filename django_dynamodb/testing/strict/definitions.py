"""Refuses definitions of tables that the service refuses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from django_dynamodb import limits
from django_dynamodb.exceptions import InvalidValueError
from django_dynamodb.types import Payload

_NAME: Final = re.compile(rf"[a-zA-Z0-9_.-]{{{limits.TABLE_NAME_MIN},{limits.TABLE_NAME_MAX}}}")


def validate_creation(payload: Payload) -> None:
    """Checks a CreateTable request.

    Args:
        payload: The request.

    Raises:
        InvalidValueError: The service would answer with a ValidationException.
    """
    local = payload.get("LocalSecondaryIndexes") or ()
    of_all = payload.get("GlobalSecondaryIndexes") or ()
    for name in (payload["TableName"], *(index["IndexName"] for index in (*local, *of_all))):
        if not _NAME.fullmatch(name):
            raise InvalidValueError(f"Invalid table/index name {name!r}: 3 to 255 characters of a-zA-Z0-9_.-")
    for what, indexes, most in (
        ("LocalSecondaryIndex", local, limits.LOCAL_INDEXES),
        ("GlobalSecondaryIndex", of_all, limits.GLOBAL_INDEXES),
    ):
        if len(indexes) > most:
            raise InvalidValueError(f"Number of {what} exceeds per-table limit of {most}")
    if local and not _sorted(payload):
        raise InvalidValueError("Table KeySchema does not have a range key, which is required for local indexes")
    for index in local:
        if not _sorted(index):
            raise InvalidValueError(f"Index KeySchema does not have a range key for index: {index['IndexName']}")


def validate_change(payload: Payload) -> None:
    """Checks an UpdateTable request.

    Args:
        payload: The request.

    Raises:
        InvalidValueError: The service would answer with a ValidationException.
    """
    changes = payload.get("GlobalSecondaryIndexUpdates") or ()
    if sum("Create" in change or "Delete" in change for change in changes) > 1:
        raise InvalidValueError("Only 1 online index can be created or deleted simultaneously per table")


def _sorted(described: Mapping[str, Any]) -> bool:
    return any(element["KeyType"] == "RANGE" for element in described["KeySchema"])
