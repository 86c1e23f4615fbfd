"""Stands before moto: refuses what the service would refuse, and mends what moto answers otherwise."""

from __future__ import annotations

import json

from django_dynamodb.connection import Connection
from django_dynamodb.exceptions import InvalidValueError, ServiceError, TableNotFoundError
from django_dynamodb.testing.calls import ALTERATIONS
from django_dynamodb.testing.strict import repairs
from django_dynamodb.testing.strict.keys import Keys
from django_dynamodb.testing.strict.requests import RULES, validate
from django_dynamodb.types import Payload, Sender
from django_dynamodb.wire.faults import fault
from django_dynamodb.wire.names import table_of

SEARCHES = frozenset({"Query", "Scan"})


class Strict:
    """A layer for the place of the wire: what it raises looks like the service's answer."""

    def __init__(self) -> None:
        self._tokens = repairs.Tokens()

    def __call__(self, connection: Connection, send: Sender) -> Sender:
        """Stands before moto.

        Args:
            connection: The connection that leads to it.
            send: Asks moto.

        Returns:
            A sender.
        """
        known: dict[str, Keys] = {}

        def described(table: str) -> Keys | None:
            if table not in known:
                try:
                    answer = send("DescribeTable", json.dumps({"TableName": table}).encode())
                except TableNotFoundError:
                    return None  # moto says so itself, to the call that is made
                known[table] = Keys.of(json.loads(answer)["Table"])
            return known[table]

        def strict(operation: str, body: bytes, /) -> bytes:
            if operation in ALTERATIONS:
                known.clear()
            if operation not in RULES:
                return send(operation, body)
            payload = json.loads(body)
            try:
                validate(operation, payload, described)
            except InvalidValueError as error:
                raise refusal(operation, body, str(error)) from error
            answer = self._answer(operation, payload, send)
            if operation in SEARCHES:
                return repairs.with_last_key(operation, payload, answer, described(payload["TableName"]), send)
            return answer

        return strict

    def _answer(self, operation: str, payload: Payload, send: Sender) -> bytes:
        if operation == "TransactWriteItems":
            return self._tokens.write(payload, send)
        if operation == "TransactGetItems":
            return repairs.read_in_parts(payload, send)
        return send(operation, json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode())


def refusal(operation: str, body: bytes, message: str) -> ServiceError:
    """The error the wire makes of a ValidationException.

    Args:
        operation: The service's name of the call.
        body: The request.
        message: What is wrong.

    Returns:
        The exception, not yet raised.
    """
    return fault(
        operation=operation,
        code="ValidationException",
        message=message,
        status=400,
        table=table_of(body),
        key=json.loads(body).get("Key"),
        body=json.dumps({"__type": "com.amazon.coral.validate#ValidationException", "message": message}).encode(),
    )
