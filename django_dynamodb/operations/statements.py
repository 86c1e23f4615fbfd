"""Records the verb that runs a PartiQL statement."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, Generic, TypeVar

from django_dynamodb.operations.frames import ItemsOf
from django_dynamodb.operations.json import read_document
from django_dynamodb.operations.operation import Capacity, Verb, add_present
from django_dynamodb.records import record
from django_dynamodb.types import AttributeValue, Item, Payload

T = TypeVar("T")


@record(frozen=True, kw_only=True, slots=True)
class StatementResult(Generic[T]):
    """One page of what a statement found."""

    items: list[T]
    """What was built from the items."""
    next_token: str | None
    """What the next call goes on with; None on the last page. A page may be empty and yet have a next one."""
    consumed: Payload | None = None
    """The consumed capacity, when it was asked for."""


@record(frozen=True, kw_only=True, slots=True)
class ExecuteStatement(Verb):
    """Runs one PartiQL statement, or goes on with it."""

    name: ClassVar[str] = "ExecuteStatement"

    statement: str
    parameters: Sequence[AttributeValue] = ()
    consistent: bool = False
    limit: int | None = None
    """Most items read by this call, before the filter."""
    token: str | None = None
    """The ``next_token`` of the page before, of the same statement and parameters."""
    capacity: Capacity | None = None

    def payload(self) -> Payload:
        """The request as the service spells it."""
        payload: Payload = {"Statement": self.statement}
        members = {
            "Parameters": list(self.parameters) or None,
            "ConsistentRead": self.consistent,
            "Limit": self.limit,
            "NextToken": self.token,
            "ReturnConsumedCapacity": self.capacity,
        }
        add_present(payload, members)
        return payload

    def result(self, body: bytes, build: Callable[[Item], T]) -> StatementResult[T]:
        """The page, each item handed to ``build`` as it is read."""
        answer = read_document(body, {"Items": ItemsOf(build)})
        return StatementResult(
            items=answer.get("Items", []),
            next_token=answer.get("NextToken") or None,
            consumed=answer.get("ConsumedCapacity"),
        )
