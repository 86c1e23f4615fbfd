"""Reads and writes single items of one table."""

from __future__ import annotations

from typing import TypeVar

from django_dynamodb.exceptions import ServiceError
from django_dynamodb.expressions.conditions import Condition
from django_dynamodb.expressions.projections import Projection
from django_dynamodb.expressions.updates import AnyUpdate
from django_dynamodb.limits import ITEM_BYTES
from django_dynamodb.operations.items import (
    EMPTY,
    DeleteItem,
    GetItem,
    OldOrNone,
    PutItem,
    Returning,
    UpdateItem,
    found_item,
    get_body,
    put_body,
)
from django_dynamodb.operations.operation import Operation, Request
from django_dynamodb.records import record
from django_dynamodb.tables.schema import TableSchema
from django_dynamodb.tables.validation import (
    validate_index_values,
    validate_item_size,
    validate_key,
    validate_key_values,
    validate_update,
)
from django_dynamodb.types import Item, ItemText, Key, Pause, Put, Sender

ResultT = TypeVar("ResultT")


@record(frozen=True, kw_only=True, slots=True)
class Table:
    """One table, reached through a sender.

    Args:
        schema: What the table looks like.
        send: The seam to the network.
        pause: Waits between the attempts of batches and of waiting for the table.
    """

    schema: TableSchema
    send: Sender
    pause: Pause

    def call(self, operation: Operation[ResultT]) -> ResultT:
        """Makes one call of the service.

        Args:
            operation: The call.

        Returns:
            What the answer says.

        Raises:
            ServiceError: What the service answered otherwise.
        """
        return operation.result(self.send(operation.name, operation.body()))

    def answer(self, request: Request) -> bytes:
        """Makes one call of the service whose answer somebody else reads.

        Args:
            request: The call.

        Returns:
            The answer's body.

        Raises:
            ServiceError: What the service answered otherwise.
        """
        return self.send(request.name, request.body())

    def get(
        self, key: Key, *, consistent: bool = False, projection: Projection | None = None, checked: bool = False
    ) -> Item | None:
        """Reads one item.

        Args:
            key: The item's key.
            consistent: Whether to see every write finished before, at twice the cost.
            projection: The attributes to bring back; None is all.
            checked: Whether the key is known to be one, as those are that a model's codec wrote.

        Returns:
            The item, or None when there is none of that key.

        Raises:
            InvalidKeyError: The key is one no item can have; nothing was sent.
            ServiceError: What the service answered otherwise.
        """
        schema = self.schema
        if not checked and not schema.is_sure_key(key):
            validate_key(schema, key)
        if projection is None:
            body = get_body(schema.name, key, consistent=consistent)
        else:
            body = GetItem(table=schema.name, key=key, consistent=consistent, projection=projection).body()
        try:
            return found_item(self.send(GetItem.name, body))
        except ServiceError as error:
            error.key = key
            raise

    def put(self, item: Put, *, condition: Condition | None = None, return_stored: bool = False) -> None:
        """Writes one whole item, in place of what is stored under its key.

        Args:
            item: The item, or its text.
            condition: What must hold of the stored item.
            return_stored: Whether a failed condition brings back the stored item, as ``error.item``.

        Raises:
            InvalidKeyError: The key is one no item can have; nothing was sent.
            InvalidValueError: The value of an index key is one no index can have; nothing was sent.
            ItemTooLargeError: The item is over 400 KB; nothing was sent.
            ConditionFailedError: The condition does not hold.
            ServiceError: What the service answered otherwise.
        """
        schema, text = self.schema, item if isinstance(item, ItemText) else None
        keys: Item = item if text is None else text.keys  # type: ignore[assignment]  # an item, as it is no text
        if text is None and not schema.has_sure_key(keys):
            validate_key_values(schema, keys)
        if schema.index_key_rules:
            validate_index_values(schema, keys)
        if text is not None and condition is None and not return_stored:
            body = put_body(schema.name, text)
        else:
            body = PutItem(table=schema.name, item=item, condition=condition, return_stored=return_stored).body()
        if len(body) > ITEM_BYTES:
            validate_item_size(schema, item, len(body))
        try:
            self.send(PutItem.name, body)  # nothing was asked for, so the answer says nothing
        except ServiceError as error:
            error.key = schema.key_of(keys)
            raise

    def update(
        self,
        key: Key,
        update: AnyUpdate,
        *,
        condition: Condition | None = None,
        returning: Returning = "NONE",
        return_stored: bool = False,
    ) -> Item | None:
        """Changes attributes of one item, and creates the item when there is none unless the condition forbids it.

        Args:
            key: The item's key.
            update: The changes.
            condition: What must hold of the stored item.
            returning: What to bring back.
            return_stored: Whether a failed condition brings back the stored item, as ``error.item``.

        Returns:
            What was asked for; None when nothing was, or there is nothing.

        Raises:
            InvalidKeyError: The key is one no item can have, or the update changes it; nothing was sent.
            InvalidValueError: The value of an index key is one no index can have; nothing was sent.
            ConditionFailedError: The condition does not hold.
            ServiceError: What the service answered otherwise.
        """
        schema = self.schema
        if not schema.is_sure_key(key):
            validate_key(schema, key)
        validate_update(schema, update)
        operation = UpdateItem(
            table=schema.name,
            key=key,
            update=update,
            condition=condition,
            returning=returning,
            return_stored=return_stored,
        )
        body = operation.body()
        try:
            answer = self.send(operation.name, body)
        except ServiceError as error:
            error.key = key
            raise
        return None if answer == EMPTY else operation.result(answer).item

    def delete(
        self,
        key: Key,
        *,
        condition: Condition | None = None,
        returning: OldOrNone = "NONE",
        return_stored: bool = False,
    ) -> Item | None:
        """Deletes one item; nothing happens when there is none, unless the condition asks for one.

        Args:
            key: The item's key.
            condition: What must hold of the stored item.
            returning: Whether to bring back what was deleted.
            return_stored: Whether a failed condition brings back the stored item, as ``error.item``.

        Returns:
            What was deleted, when asked for and found.

        Raises:
            InvalidKeyError: The key is one no item can have; nothing was sent.
            ConditionFailedError: The condition does not hold.
            ServiceError: What the service answered otherwise.
        """
        validate_key(self.schema, key)
        operation = DeleteItem(
            table=self.schema.name, key=key, condition=condition, returning=returning, return_stored=return_stored
        )
        body = operation.body()
        try:
            return operation.result(self.send(operation.name, body)).item
        except ServiceError as error:
            error.key = key
            raise
