"""Records the two verbs that act on many items at once, all or nothing."""

from __future__ import annotations

from typing import ClassVar, Final, TypeAlias

from django_dynamodb.exceptions import InvalidValueError
from django_dynamodb.expressions.conditions import Condition
from django_dynamodb.limits import TRANSACTION_ACTIONS
from django_dynamodb.operations.items import DeleteItem, GetItem, PutItem, UpdateItem
from django_dynamodb.operations.json import encoded, json_text, loads
from django_dynamodb.operations.operation import Capacity, Verb, add_clauses, add_present
from django_dynamodb.records import record
from django_dynamodb.types import Item, Key, Payload

TOKEN_LENGTH: Final = 36
"""Longest client request token. Source: API reference, TransactWriteItems."""


@record(frozen=True, kw_only=True, slots=True)
class ConditionCheck:
    """Asks a condition of an item that the transaction does not write; only inside a transaction."""

    table: str
    key: Key
    condition: Condition
    return_stored: bool = False
    """Whether a failed condition brings the stored item with its error."""

    def payload(self) -> Payload:
        """The action as the service spells it."""
        payload: Payload = {"TableName": self.table, "Key": self.key}
        add_present(payload, {"ReturnValuesOnConditionCheckFailure": "ALL_OLD" if self.return_stored else None})
        add_clauses(payload, {"ConditionExpression": self.condition})
        return payload


Action: TypeAlias = PutItem | UpdateItem | DeleteItem | ConditionCheck
"""One action of a writing transaction."""

ACTION_NAMES: Final[dict[type, str]] = {
    PutItem: "Put",
    UpdateItem: "Update",
    DeleteItem: "Delete",
    ConditionCheck: "ConditionCheck",
}
"""Record → the service's name of the action."""


@record(frozen=True, kw_only=True, slots=True)
class TransactWriteItems(Verb):
    """Writes up to 100 items of any tables, or none of them.

    Args:
        actions: What to do; each item once.
        token: Makes a repeated call within ten minutes do nothing again; at most 36 characters.

    Raises:
        InvalidValueError: No action, more than 100, or a token of a wrong length.
    """

    name: ClassVar[str] = "TransactWriteItems"

    actions: tuple[Action, ...]
    token: str | None = None
    capacity: Capacity | None = None

    def __post_init__(self) -> None:
        validate_count(len(self.actions))
        if self.token is not None and not 1 <= len(self.token) <= TOKEN_LENGTH:
            raise InvalidValueError(
                f"A client request token has 1 to {TOKEN_LENGTH} characters, not {len(self.token)}."
            )

    def payload(self) -> Payload:
        """The request as the service spells it."""
        actions = [{ACTION_NAMES[type(action)]: action.payload()} for action in self.actions]
        payload: Payload = {"TransactItems": actions}
        add_present(payload, {"ClientRequestToken": self.token, "ReturnConsumedCapacity": self.capacity})
        return payload

    def body(self) -> bytes:
        """The request as it is sent."""
        actions = ",".join(
            [
                f'{{"Put":{action.text()}}}'
                if isinstance(action, PutItem)
                else f'{{"{ACTION_NAMES[type(action)]}":{json_text(action.payload())}}}'
                for action in self.actions
            ]
        )
        rest: Payload = {}
        add_present(rest, {"ClientRequestToken": self.token, "ReturnConsumedCapacity": self.capacity})
        return encoded(f'{{"TransactItems":[{actions}]{"," if rest else ""}{json_text(rest)[1:]}')

    def result(self, body: bytes) -> None:
        """Nothing: that there is an answer says that all was written."""


@record(frozen=True, kw_only=True, slots=True)
class TransactGetItems(Verb):
    """Reads up to 100 items of any tables as they stood at one moment.

    Raises:
        InvalidValueError: No item, or more than 100.
    """

    name: ClassVar[str] = "TransactGetItems"

    gets: tuple[GetItem, ...]
    capacity: Capacity | None = None

    def __post_init__(self) -> None:
        validate_count(len(self.gets))

    def payload(self) -> Payload:
        """The request as the service spells it."""
        payload: Payload = {"TransactItems": [{"Get": get.payload()} for get in self.gets]}
        add_present(payload, {"ReturnConsumedCapacity": self.capacity})
        return payload

    def result(self, body: bytes) -> list[Item | None]:
        """The items in the order they were asked for; None for a key without an item."""
        return [answer.get("Item") for answer in loads(body)["Responses"]]


def validate_count(count: int) -> None:
    """Refuses an empty transaction and one that is too large.

    Args:
        count: The number of actions.

    Raises:
        InvalidValueError: Not 1 to ``limits.TRANSACTION_ACTIONS``.
    """
    if not 1 <= count <= TRANSACTION_ACTIONS:
        raise InvalidValueError(
            f"A transaction has 1 to {TRANSACTION_ACTIONS} actions, not {count}; split it, or write in batches."
        )
