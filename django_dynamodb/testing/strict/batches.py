"""Refuses batches and transactions that the service refuses: their number, their doubles, their size."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from django_dynamodb.exceptions import InvalidValueError
from django_dynamodb.testing.strict.keys import Keys
from django_dynamodb.types import Item, Payload

TRANSACTION_BYTES: Final = 4 * 1024 * 1024
"""Largest transaction; source: developer guide, "Constraints in Amazon DynamoDB", measured here as JSON."""

TOKEN_CHARACTERS: Final = 36
"""Longest token of a transaction; source: API reference, ``ClientRequestToken``."""


def validate_count(what: str, count: int, most: int) -> None:
    """Refuses a batch that is empty or too large.

    Args:
        what: The member of the request.
        count: How many entries it has.
        most: How many it may have.

    Raises:
        InvalidValueError: There are none, or too many.
    """
    if not 1 <= count <= most:
        raise InvalidValueError(f"1 validation error detected: {what} has {count} entries; it has 1 to {most}")


def validate_differing(marks: Iterable[tuple[str, Item]], message: str) -> None:
    """Refuses two entries about one item.

    Args:
        marks: The table and key of each entry, numbers in the service's spelling.
        message: What the service says of it.

    Raises:
        InvalidValueError: Two are the same.
    """
    seen = set()
    for table, key in marks:
        mark = table, json.dumps(key, sort_keys=True)
        if mark in seen:
            raise InvalidValueError(message)
        seen.add(mark)


def validate_transaction_size(payload: Payload) -> None:
    """Refuses a transaction over 4 MB.

    Args:
        payload: The request.

    Raises:
        InvalidValueError: It is larger.
    """
    size = len(json.dumps(payload["TransactItems"], ensure_ascii=False, separators=(",", ":")).encode())
    if size > TRANSACTION_BYTES:
        raise InvalidValueError(f"Transaction request of {size} bytes; the most is {TRANSACTION_BYTES}")


def validate_token(token: str | None) -> None:
    """Refuses a token of a transaction that is none.

    Args:
        token: The token; None when there is none.

    Raises:
        InvalidValueError: It is empty or too long.
    """
    if token is not None and not 1 <= len(token) <= TOKEN_CHARACTERS:
        raise InvalidValueError(f"ClientRequestToken has {len(token)} characters; it has 1 to {TOKEN_CHARACTERS}")


def key_in(keys: Keys, entry: Mapping[str, Any]) -> Item:
    """The key of an entry: its own, or that of the item it puts.

    Args:
        keys: The keys of its table.
        entry: A put, delete, update, check or get.
    """
    if "Key" in entry:
        return dict(entry["Key"])
    return {name: entry["Item"][name] for name in keys.table}
