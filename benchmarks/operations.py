"""Lists the operations that are measured, and checks that a peer read and wrote what it should."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any, Final
from urllib.parse import urlsplit

from benchmarks.dataset import (
    ACTIONS_OF_TRANSACTION,
    BATCH_OF_READS,
    BATCH_OF_WRITES,
    PAGE_OF_QUERY,
    PAGE_OF_SCAN,
    canonical,
    from_item,
)
from benchmarks.endpoint import LAST_REQUEST
from benchmarks.shapes import PARTITION_KEY, SORT_KEY, Shape


@dataclass(frozen=True, kw_only=True, slots=True)
class Operation:
    """What one call of an operation must bring about.

    Args:
        reads: How many items come back: always the first ones of the dataset.
        writes: How many whole items are sent: the first ones too.
        verb: The operation of the service that must arrive last; empty for any.
    """

    reads: int = 0
    writes: int = 0
    verb: str = ""


OPERATIONS: Final[Mapping[str, Operation]] = {
    "GetItem": Operation(reads=1),
    "PutItem": Operation(writes=1, verb="PutItem"),
    "UpdateItem": Operation(),
    "Query 100": Operation(reads=PAGE_OF_QUERY),
    "Scan 1,000": Operation(reads=PAGE_OF_SCAN),
    "BatchGet 100": Operation(reads=BATCH_OF_READS),
    "BatchWrite 25": Operation(writes=BATCH_OF_WRITES, verb="BatchWriteItem"),
    "TransactWrite 10": Operation(writes=ACTIONS_OF_TRANSACTION, verb="TransactWriteItems"),
    "Conditional save": Operation(),
    "Autoincrement": Operation(verb="PutItem"),
}
"""By the names of the report. "Autoincrement" is measured on the flat shape alone: its item is the same for all."""


class WrongAnswerError(ValueError):
    """A peer did not read or write what the dataset says."""


def validate_answer(label: str, operation: str, shape: Shape, found: Sequence[Mapping[str, Any]]) -> None:
    """Compares what a peer read with the dataset, item by item.

    Args:
        label: Who did it.
        operation: What was asked.
        shape: The shape of the items.
        found: The items that came back, as plain values.

    Raises:
        WrongAnswerError: It is not what the endpoint said.
    """
    _compare(f"{label}, {operation}: read", shape, found, OPERATIONS[operation].reads)


def validate_request(
    label: str,
    operation: str,
    shape: Shape,
    sent: tuple[str, str],
    *,
    whole: bool = True,
    sets_are_lists: bool = False,
) -> None:
    """Compares what a peer sent with the dataset, so that no library is timed for writing less.

    Args:
        label: Who did it.
        operation: What was asked.
        shape: The shape of the items.
        sent: Operation and body of the last request.
        whole: False for a library that writes by updates: then only the call itself is looked at.
        sets_are_lists: The library stores sets as lists.

    Raises:
        WrongAnswerError: It is not what the dataset holds.
    """
    expected, (verb, body) = OPERATIONS[operation], sent
    if expected.verb and whole and verb != expected.verb:
        raise WrongAnswerError(f"{label}, {operation}: sent {verb}, not {expected.verb}.")
    if operation == "Conditional save" and '"ConditionExpression"' not in body:
        raise WrongAnswerError(f"{label}, {operation}: sent no condition.")
    if expected.writes and whole:
        items = [from_item(item) for item in _written(body)]
        if sets_are_lists:
            items = [_with_sets(item, shape) for item in items]
        _compare(f"{label}, {operation}: sent", shape, items, expected.writes)


def last_request(endpoint: str) -> tuple[str, str]:
    """Asks the endpoint what it was asked last.

    Args:
        endpoint: Its address.

    Returns:
        Operation and body.
    """
    connection = HTTPConnection(urlsplit(endpoint).netloc)
    connection.request("POST", "/", b"", {"X-Amz-Target": f"Benchmark.{LAST_REQUEST}"})
    answer = json.loads(connection.getresponse().read())
    connection.close()
    return answer["operation"], answer["body"]


def _written(body: str) -> list[dict[str, Any]]:
    """The whole items of a PutItem, BatchWriteItem or TransactWriteItems, in the order of their keys."""
    request = json.loads(body)
    if "Item" in request:
        return [request["Item"]]
    actions = request.get("TransactItems") or [each for puts in request["RequestItems"].values() for each in puts]
    items = [(action.get("Put") or action["PutRequest"])["Item"] for action in actions]
    return sorted(items, key=lambda item: item[SORT_KEY]["S"])


def _with_sets(item: dict[str, Any], shape: Shape) -> dict[str, Any]:
    return {name: set(value) if shape.kinds.get(name) == "texts" else value for name, value in item.items()}


def _compare(what: str, shape: Shape, found: Sequence[Mapping[str, Any]], count: int) -> None:
    if len(found) != count:
        raise WrongAnswerError(f"{what} {len(found)} items, not {count}.")
    for number, item in enumerate(found):
        one, other = canonical(item, shape), canonical(shape.values(number), shape)
        if one != other:
            names = sorted(name for name in {*one, *other} if one.get(name) != other.get(name))
            pairs = "; ".join(f"{name}: {one.get(name)!r}, not {other.get(name)!r}" for name in names)
            raise WrongAnswerError(f"{what} item {number} ({item.get(PARTITION_KEY)!r}) as {pairs}.")
