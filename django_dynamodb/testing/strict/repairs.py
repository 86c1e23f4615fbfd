"""Gives the answers that the service gives where moto gives others: last keys, repeated transactions, long reads."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from threading import Lock
from typing import Final

from django_dynamodb.exceptions import ServiceError
from django_dynamodb.testing.strict.keys import Keys
from django_dynamodb.types import Payload, Sender
from django_dynamodb.wire.faults import fault

MOTO_READS: Final = 25
"""How many items moto reads in one transaction; the service reads 100."""

TOKEN_SECONDS: Final = 600.0
"""How long a token of a transaction is known; source: API reference, ``ClientRequestToken``."""

RESHAPING: Final = ("FilterExpression", "ProjectionExpression", "Select")
"""What makes the items of an answer other than those that were read."""

_PLACEHOLDER: Final = re.compile(r"[#:]\w+")


def with_last_key(operation: str, payload: Payload, body: bytes, keys: Keys | None, send: Sender) -> bytes:
    """Adds the LastEvaluatedKey that moto leaves out when as many items were read as the limit allows.

    Args:
        operation: Query or Scan.
        payload: The request.
        body: moto's answer.
        keys: The keys of the table; None when there is no such table.
        send: Asks moto.

    Returns:
        The answer, with the key of the last item that was read.
    """
    answer = json.loads(body)
    limit = payload.get("Limit")
    if keys is None or limit is None or answer.get("LastEvaluatedKey") or answer.get("ScannedCount") != limit:
        return body
    if any(member in payload for member in RESHAPING):  # ask for all attributes of all that were read
        read = json.loads(send(operation, json.dumps(_reading_all(payload)).encode()))["Items"]
    else:
        read = answer["Items"]
    last = read[-1]
    answer["LastEvaluatedKey"] = {name: last[name] for name in keys.position(payload.get("IndexName"))}
    return json.dumps(answer).encode()


def _reading_all(payload: Payload) -> Payload:
    """The same search for all that it reads, with the placeholders that are left in it."""
    plain = {member: value for member, value in payload.items() if member not in RESHAPING}
    used = set(_PLACEHOLDER.findall(payload.get("KeyConditionExpression", "")))
    for member in ("ExpressionAttributeNames", "ExpressionAttributeValues"):
        meanings = {mark: meaning for mark, meaning in plain.pop(member, {}).items() if mark in used}
        if meanings:
            plain[member] = meanings
    return plain


def read_in_parts(payload: Payload, send: Sender) -> bytes:
    """Reads a transaction of more items than moto takes.

    Args:
        payload: The request.
        send: Asks moto.

    Returns:
        One answer for all.
    """
    actions, responses = payload["TransactItems"], []
    for start in range(0, len(actions), MOTO_READS):
        part = {**payload, "TransactItems": actions[start : start + MOTO_READS]}
        answer = json.loads(send("TransactGetItems", json.dumps(part).encode()))
        responses += answer["Responses"]
    return json.dumps({**answer, "Responses": responses}).encode()


class Tokens:
    """Remembers transactions by their tokens: a second one does nothing, and another one is refused.

    Args:
        clock: Gives seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: dict[str, tuple[float, str, bytes]] = {}
        self._lock = Lock()

    def write(self, payload: Payload, send: Sender) -> bytes:
        """Makes a TransactWriteItems call, unless it was made before.

        Args:
            payload: The request.
            send: Asks moto.

        Returns:
            The answer, the former one to a repeated call.

        Raises:
            RequestRejectedError: The token was used for another transaction.
            ServiceError: What moto answered.
        """
        body = json.dumps(payload).encode()
        token = payload.get("ClientRequestToken")
        if token is None:
            return send("TransactWriteItems", body)
        what = json.dumps(payload["TransactItems"], sort_keys=True)
        with self._lock:
            now = self._clock()
            made, before, answer = self._known.get(token, (now - TOKEN_SECONDS, what, b""))
            if now - made >= TOKEN_SECONDS:
                answer = send("TransactWriteItems", body)
                self._known[token] = now, what, answer
            elif before != what:
                raise _mismatch()
            return answer


def _mismatch() -> ServiceError:
    return fault(
        operation="TransactWriteItems",
        code="IdempotentParameterMismatchException",
        message="The token was used for another transaction",
        status=400,
    )
