"""Records the verbs of a single item: GetItem, PutItem, UpdateItem, DeleteItem."""

from __future__ import annotations

from typing import ClassVar, Final, Literal, TypeAlias

from django_dynamodb.expressions.conditions import Condition
from django_dynamodb.expressions.projections import Projection
from django_dynamodb.expressions.updates import AnyUpdate
from django_dynamodb.operations.json import dumps, encoded, item_text, json_text, loads, quoted, read_value
from django_dynamodb.operations.operation import Capacity, Verb, add_clauses, add_present
from django_dynamodb.operations.shapes import update_text
from django_dynamodb.records import record
from django_dynamodb.types import Item, ItemText, Key, Payload, Put, item_in

OldOrNone: TypeAlias = Literal["NONE", "ALL_OLD"]
"""What a put or delete brings back: nothing, or the item it replaced."""

Returning: TypeAlias = Literal["NONE", "ALL_OLD", "ALL_NEW", "UPDATED_OLD", "UPDATED_NEW"]
"""What an update brings back: nothing, the whole item, or the attributes it wrote; before or after."""


@record(frozen=True, kw_only=True, slots=True)
class ItemResult:
    """What a call on one item answered."""

    item: Item | None
    """The item or attributes asked for; None when there is none, or none was asked for."""

    consumed: Payload | None = None
    """The consumed capacity, when it was asked for."""


EMPTY: Final = b"{}"
"""The body of an answer that says only that it is done."""

NOTHING: Final = ItemResult(item=None)
"""The same in our words."""


@record(frozen=True, kw_only=True, slots=True)
class GetItem(Verb):
    """Reads one item by its key."""

    name: ClassVar[str] = "GetItem"

    table: str
    key: Key
    consistent: bool = False
    projection: Projection | None = None
    capacity: Capacity | None = None

    def payload(self) -> Payload:
        """The request as the service spells it."""
        payload: Payload = {"TableName": self.table, "Key": self.key}
        add_present(payload, {"ConsistentRead": self.consistent, "ReturnConsumedCapacity": self.capacity})
        if self.projection is not None:
            add_clauses(payload, {"ProjectionExpression": self.projection})
        return payload

    def body(self) -> bytes:
        """The request as it is sent."""
        if self.projection is not None or self.capacity is not None:
            return dumps(self.payload())
        return get_body(self.table, self.key, consistent=self.consistent)

    def result(self, body: bytes) -> ItemResult:
        """The item, or None when the key has none."""
        answer = loads(body)
        return ItemResult(item=answer.get("Item"), consumed=answer.get("ConsumedCapacity"))


@record(frozen=True, kw_only=True, slots=True)
class PutItem(Verb):
    """Writes one whole item, in place of what stands under its key."""

    name: ClassVar[str] = "PutItem"

    table: str
    item: Put
    condition: Condition | None = None
    returning: OldOrNone = "NONE"
    return_stored: bool = False
    """Whether a failed condition brings the stored item with its error."""
    capacity: Capacity | None = None

    def payload(self) -> Payload:
        """The request as the service spells it."""
        return self._around({"TableName": self.table, "Item": item_in(self.item)})

    def text(self) -> str:
        """The JSON of ``payload()``."""
        item = self.item
        if not isinstance(item, ItemText):
            return json_text(self.payload())
        head = f'{{"TableName":{quoted(self.table)},"Item":{item.text}'
        if self.condition is None and self.returning == "NONE" and not self.return_stored and self.capacity is None:
            return head + "}"
        return f"{head},{json_text(self._around({}))[1:]}"

    def body(self) -> bytes:
        """The request as it is sent."""
        return encoded(self.text())

    def _around(self, payload: Payload) -> Payload:
        """Adds all but table and item."""
        _add_write_members(payload, self)
        if self.condition is not None:
            add_clauses(payload, {"ConditionExpression": self.condition})
        return payload

    def result(self, body: bytes) -> ItemResult:
        """The item that was replaced, when it was asked for."""
        return _write_result(body)


@record(frozen=True, kw_only=True, slots=True)
class UpdateItem(Verb):
    """Changes attributes of one item; makes the item when the key has none and no condition forbids it."""

    name: ClassVar[str] = "UpdateItem"

    table: str
    key: Key
    update: AnyUpdate | None = None
    condition: Condition | None = None
    returning: Returning = "NONE"
    return_stored: bool = False
    """Whether a failed condition brings the stored item with its error."""
    capacity: Capacity | None = None

    def payload(self) -> Payload:
        """The request as the service spells it; an empty update is left out."""
        return {"TableName": self.table, "Key": self.key, **self._members()}

    def body(self) -> bytes:
        """The request as it is sent."""
        options = self.returning, self.return_stored, self.capacity
        found = update_text(self.update, self.condition, options, self._members)
        if found is None:
            return dumps(self.payload())
        members, values = found
        given = f',"ExpressionAttributeValues":{item_text(values)}' if values else ""
        start = f'{{"TableName":{quoted(self.table)},"Key":{item_text(self.key)}'
        return encoded(f"{start},{members}{given}}}" if members else f"{start}}}")

    def _members(self) -> Payload:
        """All but table and key."""
        payload: Payload = {}
        _add_write_members(payload, self)
        add_clauses(payload, {"UpdateExpression": self.update, "ConditionExpression": self.condition})
        return payload

    def result(self, body: bytes) -> ItemResult:
        """The item or attributes that were asked for."""
        return _write_result(body)


@record(frozen=True, kw_only=True, slots=True)
class DeleteItem(Verb):
    """Deletes one item; a key without an item is no error."""

    name: ClassVar[str] = "DeleteItem"

    table: str
    key: Key
    condition: Condition | None = None
    returning: OldOrNone = "NONE"
    return_stored: bool = False
    """Whether a failed condition brings the stored item with its error."""
    capacity: Capacity | None = None

    def payload(self) -> Payload:
        """The request as the service spells it."""
        payload: Payload = {"TableName": self.table, "Key": self.key}
        _add_write_members(payload, self)
        if self.condition is not None:
            add_clauses(payload, {"ConditionExpression": self.condition})
        return payload

    def result(self, body: bytes) -> ItemResult:
        """The item that was deleted, when it was asked for."""
        return _write_result(body)


def get_body(table: str, key: Key, *, consistent: bool) -> bytes:
    """The body of a GetItem that asks for the whole item.

    Args:
        table: The table.
        key: The item's key.
        consistent: Whether to see every write finished before.

    Returns:
        That of ``GetItem(table=table, key=key, consistent=consistent)``.

    Raises:
        InvalidValueError: A text with half a surrogate pair.
    """
    rest = ',"ConsistentRead":true}' if consistent else "}"
    return encoded(f'{{"TableName":{quoted(table)},"Key":{item_text(key)}{rest}')


def found_item(body: bytes) -> Item | None:
    """The item in the answer to a GetItem.

    Args:
        body: The answer.

    Returns:
        The item; None when the key has none.
    """
    item: Item | None = read_value(body).get("Item")
    return item


def put_body(table: str, item: ItemText) -> bytes:
    """The body of a PutItem that asks for nothing besides.

    Args:
        table: The table.
        item: The item.

    Returns:
        That of ``PutItem(table=table, item=item)``.

    Raises:
        InvalidValueError: A text with half a surrogate pair.
    """
    return encoded(f'{{"TableName":{quoted(table)},"Item":{item.text}}}')


def _add_write_members(payload: Payload, write: PutItem | UpdateItem | DeleteItem) -> None:
    """What all writes of one item may ask to be told."""
    add_present(
        payload,
        {
            "ReturnValues": None if write.returning == "NONE" else write.returning,
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD" if write.return_stored else None,
            "ReturnConsumedCapacity": write.capacity,
        },
    )


def _write_result(body: bytes) -> ItemResult:
    """What all writes of one item may answer."""
    if body == EMPTY:
        return NOTHING
    answer = loads(body)
    return ItemResult(item=answer.get("Attributes"), consumed=answer.get("ConsumedCapacity"))
