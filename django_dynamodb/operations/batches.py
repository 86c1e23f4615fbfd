"""Records the verbs that read or write many single items: BatchGetItem and BatchWriteItem, of one table each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Generic, TypeVar

from django_dynamodb.exceptions import InvalidValueError
from django_dynamodb.expressions.projections import Projection
from django_dynamodb.limits import BATCH_GET_KEYS, BATCH_WRITE_REQUESTS
from django_dynamodb.operations.frames import ItemsOf
from django_dynamodb.operations.json import dumps, encoded, json_text, keys_text, loads, quoted, read_document
from django_dynamodb.operations.operation import Capacity, Verb, add_clauses, add_present
from django_dynamodb.records import record
from django_dynamodb.types import Item, ItemText, Key, Payload, Put, item_in

T = TypeVar("T")


@record(frozen=True, kw_only=True, slots=True)
class BatchGetResult(Generic[T]):
    """What a batch read answered."""

    items: list[T]
    """What was built from the items found, in no order at all."""

    unprocessed: list[Key]
    """Keys the service did not get to; ask again."""

    consumed: Payload | None = None
    """The consumed capacity, when it was asked for."""


@record(frozen=True, kw_only=True, slots=True)
class BatchGetItem(Verb):
    """Reads up to ``limits.BATCH_GET_KEYS`` items of one table by their keys.

    Raises:
        InvalidValueError: No key, or too many; the message gives their number.
    """

    name: ClassVar[str] = "BatchGetItem"

    table: str
    keys: Sequence[Key]
    consistent: bool = False
    projection: Projection | None = None
    capacity: Capacity | None = None

    def __post_init__(self) -> None:
        _validate_number(len(self.keys), BATCH_GET_KEYS, "keys")

    def payload(self) -> Payload:
        """The request as the service spells it."""
        of_table: Payload = {"Keys": list(self.keys)}
        add_present(of_table, {"ConsistentRead": self.consistent})
        add_clauses(of_table, {"ProjectionExpression": self.projection})
        payload: Payload = {"RequestItems": {self.table: of_table}}
        add_present(payload, {"ReturnConsumedCapacity": self.capacity})
        return payload

    def body(self) -> bytes:
        """The request as it is sent."""
        if self.projection is not None or self.capacity is not None:
            return dumps(self.payload())
        rest = ',"ConsistentRead":true' if self.consistent else ""
        return encoded(f'{{"RequestItems":{{{quoted(self.table)}:{{"Keys":[{keys_text(self.keys)}]{rest}}}}}}}')

    def result(self, body: bytes, build: Callable[[Item], T]) -> BatchGetResult[T]:
        """What was found, each item handed to ``build`` as it is read, and the keys that are left."""
        answer = read_document(body, {"Responses": {self.table: ItemsOf(build)}})
        left = answer.get("UnprocessedKeys", {}).get(self.table, {})
        return BatchGetResult(
            items=answer.get("Responses", {}).get(self.table, []),
            unprocessed=left.get("Keys", []),
            consumed=_consumed(answer),
        )


@record(frozen=True, kw_only=True, slots=True)
class BatchWriteResult:
    """What a batch write left undone."""

    unprocessed_puts: list[Item]
    """Items the service did not get to; send them again."""

    unprocessed_deletes: list[Key]
    """Keys the service did not get to; send them again."""

    consumed: Payload | None = None
    """The consumed capacity, when it was asked for."""


@record(frozen=True, kw_only=True, slots=True)
class BatchWriteItem(Verb):
    """Puts and deletes up to ``limits.BATCH_WRITE_REQUESTS`` items of one table, each for itself.

    Raises:
        InvalidValueError: Nothing to write, or too much; the message gives the number.
    """

    name: ClassVar[str] = "BatchWriteItem"

    table: str
    puts: Sequence[Put] = ()
    deletes: Sequence[Key] = ()
    capacity: Capacity | None = None

    def __post_init__(self) -> None:
        _validate_number(len(self.puts) + len(self.deletes), BATCH_WRITE_REQUESTS, "puts and deletes")

    def payload(self) -> Payload:
        """The request as the service spells it: the puts, then the deletes."""
        requests: list[Payload] = [{"PutRequest": {"Item": item_in(item)}} for item in self.puts]
        requests += [{"DeleteRequest": {"Key": key}} for key in self.deletes]
        payload: Payload = {"RequestItems": {self.table: requests}}
        add_present(payload, {"ReturnConsumedCapacity": self.capacity})
        return payload

    def body(self) -> bytes:
        """The request as it is sent."""
        texts = [item.text if isinstance(item, ItemText) else json_text(item) for item in self.puts]
        requests = [f'{{"PutRequest":{{"Item":{text}}}}}' for text in texts]
        requests += [f'{{"DeleteRequest":{{"Key":{json_text(key)}}}}}' for key in self.deletes]
        capacity = f',"ReturnConsumedCapacity":"{self.capacity}"' if self.capacity else ""
        return encoded(f'{{"RequestItems":{{{json_text(self.table)}:[{",".join(requests)}]}}{capacity}}}')

    def result(self, body: bytes) -> BatchWriteResult:
        """What is left to write."""
        answer = loads(body)
        left: list[Payload] = answer.get("UnprocessedItems", {}).get(self.table, [])
        return BatchWriteResult(
            unprocessed_puts=[request["PutRequest"]["Item"] for request in left if "PutRequest" in request],
            unprocessed_deletes=[request["DeleteRequest"]["Key"] for request in left if "DeleteRequest" in request],
            consumed=_consumed(answer),
        )


def _consumed(answer: Payload) -> Payload | None:
    """The capacity of the one table; the service lists one entry per table."""
    entries: list[dict[str, Any]] = answer.get("ConsumedCapacity") or []
    return entries[0] if entries else None


def _validate_number(number: int, most: int, what: str) -> None:
    """A batch has at least one entry and no more than the service takes."""
    if not 1 <= number <= most:
        raise InvalidValueError(f"A batch of {number} {what}; DynamoDB takes 1 to {most}: chunk them by {most}.")
