"""States what every operation record can do, and what the records share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Literal, Protocol, TypeAlias, TypeVar

from django_dynamodb.expressions.placeholders import Placeholders
from django_dynamodb.operations.json import dumps
from django_dynamodb.types import Item, Payload

ResultT_co = TypeVar("ResultT_co", covariant=True)
BuiltT = TypeVar("BuiltT")

Capacity: TypeAlias = Literal["INDEXES", "TOTAL"]
"""How finely the service reports the consumed capacity: per index, or one figure."""


class Request(Protocol):
    """The way down: a call of the service, ready to send."""

    name: ClassVar[str]
    """The service's name of the call, such as ``"GetItem"``."""

    def payload(self) -> Payload:
        """The request as the service spells it."""

    def body(self) -> bytes:
        """The request as it is sent."""


class Spelled(Protocol):
    """What can say how the service spells it."""

    def payload(self) -> Payload:
        """The request as the service spells it."""


class Verb:
    """Base of the records of calls: the body is the JSON of the payload, unless a verb has a shorter way to it."""

    __slots__ = ()

    def body(self: Spelled) -> bytes:
        """The request as it is sent."""
        return dumps(self.payload())


class Operation(Request, Protocol[ResultT_co]):
    """A call whose answer needs nothing but its body."""

    def result(self, body: bytes, /) -> ResultT_co:
        """Reads the answer.

        Args:
            body: The body of a successful answer.

        Returns:
            What the answer says, in our words.
        """


class BuildingOperation(Request, Protocol):
    """A call that answers with many items, each handed to a builder as it is read."""

    def result(self, body: bytes, build: Callable[[Item], BuiltT], /) -> Any:
        """Reads the answer.

        Args:
            body: The body of a successful answer.
            build: Makes what the caller wants out of one item.

        Returns:
            A record with the built objects.
        """


class Clause(Protocol):
    """A part of a request in DynamoDB's expression language."""

    def render(self, placeholders: Placeholders, /) -> str:
        """Writes the expression, and notes its names and values; empty to leave it out."""


def add_present(payload: Payload, members: Mapping[str, Any]) -> None:
    """Adds the members that say something.

    Args:
        payload: The request; changed.
        members: The service's name of a member to its value; None and False leave the member out.
    """
    for name, value in members.items():
        if value is not None and value is not False:
            payload[name] = value


def add_clauses(payload: Payload, clauses: Mapping[str, Clause | None]) -> None:
    """Adds expressions, with one pool of names and values for all of them.

    Args:
        payload: The request; changed.
        clauses: The service's name of an expression to its node; None and empty ones leave the member out.

    Raises:
        InvalidValueError: An expression over the service's limits.
    """
    placeholders = Placeholders()
    for name, clause in clauses.items():
        if clause is not None and (text := clause.render(placeholders)):
            payload[name] = text
    if names := placeholders.names():
        payload["ExpressionAttributeNames"] = names
    if values := placeholders.values():
        payload["ExpressionAttributeValues"] = values
