"""Runs transactions over any tables of one connection: all or nothing, retried while others are in the way."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

from django_dynamodb.exceptions import CancellationReason, ServiceError, TransactionCanceledError
from django_dynamodb.expressions.conditions import Condition
from django_dynamodb.expressions.projections import Projection
from django_dynamodb.expressions.updates import AnyUpdate
from django_dynamodb.limits import ITEM_BYTES
from django_dynamodb.operations.items import DeleteItem, GetItem, PutItem, UpdateItem
from django_dynamodb.operations.transactions import (
    ACTION_NAMES,
    Action,
    ConditionCheck,
    TransactGetItems,
    TransactWriteItems,
)
from django_dynamodb.tables.table import Table
from django_dynamodb.tables.validation import (
    validate_index_values,
    validate_item_size,
    validate_key,
    validate_key_values,
    validate_update,
)
from django_dynamodb.types import Item, ItemText, Key, Pause, Put, Sender, keys_in

__all__ = ["Action", "GetItem", "check", "delete", "get", "put", "read", "update", "write"]

CANCELLED: Final = "TransactionCanceledException"
INNOCENT: Final = "None"
"""The code the service gives an action that was not at fault."""

PASSING: Final = frozenset({INNOCENT, "TransactionConflict", "ProvisionedThroughputExceeded", "ThrottlingError"})
"""Reasons that may be gone at the next attempt. Source: API reference, TransactionCanceledException."""


def put(table: Table, item: Put, *, condition: Condition | None = None) -> Action:
    """Writes one whole item.

    Args:
        table: The item's table.
        item: The item, or its text.
        condition: What must hold of the stored item.

    Raises:
        InvalidKeyError: The key is one no item can have.
        InvalidValueError: The value of an index key is one no index can have.
        ItemTooLargeError: The item is over 400 KB.
    """
    schema, most = table.schema, None
    if isinstance(item, ItemText):
        most = len(item.text) if item.text.isascii() else len(item.text.encode())
    else:
        validate_key_values(schema, item)
    if schema.index_key_rules:
        validate_index_values(schema, keys_in(item))
    if most is None or most > ITEM_BYTES:
        validate_item_size(schema, item, most)
    return PutItem(table=schema.name, item=item, condition=condition, return_stored=condition is not None)


def update(table: Table, key: Key, change: AnyUpdate, *, condition: Condition | None = None) -> Action:
    """Changes attributes of one item.

    Args:
        table: The item's table.
        key: The item's key.
        change: The changes.
        condition: What must hold of the stored item.

    Raises:
        InvalidKeyError: The key is one no item can have, or the update changes it.
        InvalidValueError: The value of an index key is one no index can have.
    """
    validate_key(table.schema, key)
    validate_update(table.schema, change)
    stored = condition is not None
    return UpdateItem(table=table.schema.name, key=key, update=change, condition=condition, return_stored=stored)


def delete(table: Table, key: Key, *, condition: Condition | None = None) -> Action:
    """Deletes one item.

    Args:
        table: The item's table.
        key: The item's key.
        condition: What must hold of the stored item.

    Raises:
        InvalidKeyError: The key is one no item can have.
    """
    validate_key(table.schema, key)
    return DeleteItem(table=table.schema.name, key=key, condition=condition, return_stored=condition is not None)


def check(table: Table, key: Key, *, condition: Condition) -> Action:
    """Asks a condition of an item that the transaction does not write.

    Args:
        table: The item's table.
        key: The item's key.
        condition: What must hold of the stored item.

    Raises:
        InvalidKeyError: The key is one no item can have.
    """
    validate_key(table.schema, key)
    return ConditionCheck(table=table.schema.name, key=key, condition=condition, return_stored=True)


def get(table: Table, key: Key, *, projection: Projection | None = None) -> GetItem:
    """Reads one item.

    Args:
        table: The item's table.
        key: The item's key.
        projection: The attributes to bring back; None is all.

    Raises:
        InvalidKeyError: The key is one no item can have.
    """
    validate_key(table.schema, key)
    return GetItem(table=table.schema.name, key=key, projection=projection)


def write(send: Sender, pause: Pause, actions: Sequence[Action], *, token: str) -> None:
    """Does all actions, or none.

    Args:
        send: The seam to the network.
        pause: Waits between attempts while another transaction holds an item.
        actions: 1 to 100, each on an item of its own.
        token: Makes a repeated call do nothing again for ten minutes; the same for every attempt.

    Raises:
        TransactionCanceledError: An action failed; ``reasons`` says which and why. Nothing was written.
        InvalidValueError: No action or too many; nothing was sent.
        ServiceError: What the service answered otherwise.
    """
    request = TransactWriteItems(actions=tuple(actions), token=token)
    _attempt(send, pause, request, [_place(action) for action in actions])


def read(send: Sender, pause: Pause, gets: Sequence[GetItem]) -> list[Item | None]:
    """Reads items as they stood at one moment.

    Args:
        send: The seam to the network.
        pause: Waits between attempts while a writing transaction holds an item.
        gets: 1 to 100.

    Returns:
        The items in the order of the gets; None for a key without an item.

    Raises:
        TransactionCanceledError: A get failed; ``reasons`` says which and why.
        InvalidValueError: No get or too many; nothing was sent.
        ServiceError: What the service answered otherwise.
    """
    request = TransactGetItems(gets=tuple(gets))
    return request.result(_attempt(send, pause, request, [("Get", get.table, get.key) for get in gets]))


def _attempt(
    send: Sender, pause: Pause, request: TransactWriteItems | TransactGetItems, places: list[tuple[str, str, Item]]
) -> bytes:
    """Sends the request until it is done, hopeless, or the retries are spent."""
    body = request.body()
    attempt = 0
    while True:
        try:
            return send(request.name, body)
        except ServiceError as error:
            if error.code != CANCELLED:
                raise
            cancelled = _cancelled(error, places)
            attempt += 1
            if not _passes(cancelled) or not pause(attempt):
                raise cancelled from error


def _passes(error: TransactionCanceledError) -> bool:
    """Whether nothing but other transactions or throughput was in the way."""
    return bool(error.reasons) and all((reason.code or INNOCENT) in PASSING for reason in error.reasons)


def _cancelled(error: ServiceError, places: list[tuple[str, str, Item]]) -> TransactionCanceledError:
    """The error with a reason for each action, in our words."""
    given: list[dict[str, Any]] = json.loads(error.body or b"{}").get("CancellationReasons") or []
    reasons = [
        CancellationReason(
            action=action,
            table=table,
            key=key,
            code=None if reason.get("Code") in {None, INNOCENT} else reason["Code"],
            message=reason.get("Message") or "",
            item=reason.get("Item"),
        )
        for (action, table, key), reason in zip(places, given, strict=False)
    ]
    faults = [f"{reason.action} on {reason.table}: {reason.code}" for reason in reasons if reason.code]
    return TransactionCanceledError(
        f"The transaction was cancelled, nothing of it was done: {'; '.join(faults) or error}.",
        reasons=reasons,
        operation=error.operation,
        code=error.code,
        request_id=error.request_id,
        status=error.status,
        body=error.body,
    )


def _place(action: Action) -> tuple[str, str, Item]:
    """What the action does, and where; the key of a put is in its item."""
    key = getattr(action, "key", None)
    return ACTION_NAMES[type(action)], action.table, key if key is not None else keys_in(action.item)  # type: ignore[union-attr]
