"""Makes any engine fail as the service may: throttling, outages, lost replies, unfinished batches, conflicts.

A fault stands where the wire stands (``connections.add_layer(..., at_wire=True)``): what it raises is what is left when
the wire's own retries are spent, and the access log, receipts and assertions see it as the service's answer. Batches
with something left, and transactions cancelled by conflicts or throttling, are sent again by this package itself; in
the block of a fault it does so without waiting (``connections.pausing``), as often as with the real pauses.

Faults are of the whole process: other threads meet them too.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Final, TypeAlias

from botocore.exceptions import ReadTimeoutError

from django_dynamodb.connection import Connection
from django_dynamodb.connections import connections
from django_dynamodb.exceptions import ServiceError
from django_dynamodb.testing.calls import ALTERATIONS, TABLELESS
from django_dynamodb.types import Sender
from django_dynamodb.wire.faults import fault
from django_dynamodb.wire.names import key_of, table_of
from django_dynamodb.wire.outages import outage
from django_dynamodb.wire.receipts import DIRECTIONS
from django_dynamodb.wire.retry import FullJitter

ALL: Final = frozenset(DIRECTIONS) | ALTERATIONS | TABLELESS | {"DescribeTable", "DescribeTimeToLive"}
"""The operations a fault can be asked for."""

TRANSACTIONS: Final = frozenset({"TransactGetItems", "TransactWriteItems"})
CONFLICTING: Final = TRANSACTIONS | {"DeleteItem", "PutItem", "UpdateItem"}
"""Operations that a running transaction can refuse. Source: developer guide, "Transaction conflict handling"."""

LEFT: Final[Mapping[str, str]] = {"BatchGetItem": "UnprocessedKeys", "BatchWriteItem": "UnprocessedItems"}
"""Operations that may leave something, and the member of the answer that says what."""

NOTHING_DONE: Final[Mapping[str, bytes]] = {"BatchGetItem": b'{"Responses":{}}', "BatchWriteItem": b"{}"}
"""What those answer when they did nothing at all, beside that member."""

INSTANT: Final = FullJitter(sleep=lambda seconds: None)
"""Grants as many retries as the real pause, and takes no time."""

Answer: TypeAlias = Callable[[Connection, Sender, str, bytes], bytes]
"""Answers a call in the wire's stead: given the connection, the wire, the operation and the request."""


@dataclass(kw_only=True, slots=True)
class Fault:
    """A layer that answers some calls itself.

    Args:
        answer: What it does.
        operations: Which operations it is for.
        times: To how many calls it happens.
        after: How many calls of those operations go through before.
    """

    answer: Answer
    operations: frozenset[str]
    times: int
    after: int = 0
    happened: int = 0
    """To how many calls it happened so far."""
    _lock: Any = field(default_factory=Lock, repr=False)

    def __call__(self, connection: Connection, send: Sender) -> Sender:
        """Stands before the wire.

        Args:
            connection: The connection the wire belongs to.
            send: The wire.

        Returns:
            A sender.
        """

        def faulty(operation: str, body: bytes, /) -> bytes:
            if operation in self.operations and self._strikes():
                return self.answer(connection, send, operation, body)
            return send(operation, body)

        return faulty

    def _strikes(self) -> bool:
        """Counts a call, and says whether the fault happens to it."""
        with self._lock:
            if self.after:
                self.after -= 1
                return False
            strikes = self.happened < self.times
            self.happened += strikes
            return strikes


@contextmanager
def throttled(times: int = 1, operation: str | None = None, *, after: int = 0) -> Iterator[Fault]:
    """Refuses calls as being over the throughput: ``ThrottledError``; nothing is done.

    A transaction is cancelled for that reason, and sent again.

    Args:
        times: To how many calls it happens.
        operation: The only operation it happens to, such as ``"PutItem"``.
        after: How many of those calls go through before.

    Returns:
        A context manager; it gives the ``Fault``, whose ``happened`` counts.
    """
    with _standing(Fault(answer=_throttle, operations=_operations(operation, ALL), times=times, after=after)) as made:
        yield made


@contextmanager
def unavailable(
    times: int = 1, operation: str | None = None, *, after_write: bool = False, after: int = 0
) -> Iterator[Fault]:
    """Lets the service fail: ``ServiceUnavailableError`` and nothing done, or ``ConnectionFailedError`` after all.

    Args:
        times: To how many calls it happens.
        operation: The only operation it happens to, such as ``"PutItem"``.
        after_write: The call goes through, and its reply is lost.
        after: How many of those calls go through before.

    Returns:
        A context manager; it gives the ``Fault``, whose ``happened`` counts.
    """
    answer = _lose if after_write else _fail
    with _standing(Fault(answer=answer, operations=_operations(operation, ALL), times=times, after=after)) as made:
        yield made


@contextmanager
def unprocessed(times: int = 1, operation: str | None = None, *, after: int = 0) -> Iterator[Fault]:
    """Lets batches be done by half: the first half of the entries is done, the rest left; of one entry, that one.

    What is left is sent again, without waiting, as long as the retries last: ten times without any progress.

    Args:
        times: To how many calls it happens.
        operation: ``"BatchGetItem"`` or ``"BatchWriteItem"``; both without it.
        after: How many of those calls go through before.

    Returns:
        A context manager; it gives the ``Fault``, whose ``happened`` counts.
    """
    operations = _operations(operation, frozenset(LEFT))
    with _standing(Fault(answer=_leave, operations=operations, times=times, after=after)) as made:
        yield made


@contextmanager
def conflict(times: int = 1, operation: str | None = None, *, after: int = 0) -> Iterator[Fault]:
    """Lets another transaction hold the item: ``TransactionConflictError``; nothing is done.

    A transaction is cancelled for that reason, and sent again.

    Args:
        times: To how many calls it happens.
        operation: The only operation it happens to: a write of one item, or a transaction.
        after: How many of those calls go through before.

    Returns:
        A context manager; it gives the ``Fault``, whose ``happened`` counts.
    """
    operations = _operations(operation, CONFLICTING)
    with _standing(Fault(answer=_collide, operations=operations, times=times, after=after)) as made:
        yield made


@contextmanager
def _standing(made: Fault) -> Iterator[Fault]:
    """Puts a fault before every connection's wire, and takes the time out of pauses."""
    connections.add_layer(made, at_wire=True)
    try:
        with connections.pausing(INSTANT):
            yield made
    finally:
        connections.remove_layer(made, at_wire=True)


def _operations(operation: str | None, possible: frozenset[str]) -> frozenset[str]:
    """The operations a fault is for; a misspelt one would make a test that tests nothing."""
    if operation is None:
        return possible
    if operation not in possible:
        raise ValueError(f"{operation!r} cannot fail this way; these can: {', '.join(sorted(possible))}.")
    return frozenset({operation})


def _throttle(connection: Connection, send: Sender, operation: str, body: bytes) -> bytes:
    if operation in TRANSACTIONS:
        raise _cancellation(operation, body, "ProvisionedThroughputExceeded")
    raise _refusal(operation, body, "ProvisionedThroughputExceededException")


def _fail(connection: Connection, send: Sender, operation: str, body: bytes) -> bytes:
    raise _refusal(operation, body, "InternalServerError", status=500)


def _lose(connection: Connection, send: Sender, operation: str, body: bytes) -> bytes:
    """Makes the call and forgets what came back, a refusal too."""
    lost = outage(ReadTimeoutError(endpoint_url=connection.endpoint), operation=operation, table=table_of(body))
    try:
        send(operation, body)
    except ServiceError as refusal:
        raise lost from refusal
    raise lost


def _leave(connection: Connection, send: Sender, operation: str, body: bytes) -> bytes:
    """Sends the first half of a batch."""
    payload = json.loads(body)
    done, left = _halved(payload["RequestItems"])
    request = _encoded({**payload, "RequestItems": done})
    answer = json.loads(send(operation, request) if done else NOTHING_DONE[operation])
    unfinished = answer.get(LEFT[operation]) or {}
    for table, of_table in left.items():
        entries = _entries(unfinished.get(table, [])) + _entries(of_table)
        unfinished[table] = _with_entries(of_table, entries)
    return _encoded({**answer, LEFT[operation]: unfinished})


def _collide(connection: Connection, send: Sender, operation: str, body: bytes) -> bytes:
    if operation in TRANSACTIONS:
        raise _cancellation(operation, body, "TransactionConflict")
    raise _refusal(operation, body, "TransactionConflictException")


def _cancellation(operation: str, body: bytes, reason: str) -> ServiceError:
    """The refusal of a transaction for the sake of its first action."""
    actions = json.loads(body)["TransactItems"]
    reasons = [{"Code": reason, "Message": "injected by a test"}, *({"Code": "None"} for _ in actions[1:])]
    return _refusal(operation, body, "TransactionCanceledException", CancellationReasons=reasons)


def _refusal(operation: str, body: bytes, code: str, *, status: int = 400, **members: Any) -> ServiceError:
    """The error the wire makes of such an answer."""
    return fault(
        operation=operation,
        code=code,
        message="injected by a test",
        status=status,
        table=table_of(body),
        key=key_of(body),
        body=_encoded({"__type": f"com.amazonaws.dynamodb.v20120810#{code}", **members}),
    )


def _halved(requests: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The entries of a batch that are done and those that are left, by table."""
    room = sum(len(_entries(of_table)) for of_table in requests.values()) // 2
    done, left = {}, {}
    for table, of_table in requests.items():
        entries = _entries(of_table)
        if entries[:room]:
            done[table] = _with_entries(of_table, entries[:room])
        if entries[room:]:
            left[table] = _with_entries(of_table, entries[room:])
        room = max(0, room - len(entries))
    return done, left


def _entries(of_table: Any) -> list[Any]:
    """The entries for one table: keys to get stand beside what is wanted of them."""
    return list(of_table["Keys"] if isinstance(of_table, dict) else of_table)


def _with_entries(of_table: Any, entries: list[Any]) -> Any:
    return {**of_table, "Keys": entries} if isinstance(of_table, dict) else entries


def _encoded(payload: Mapping[str, Any]) -> bytes:
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
