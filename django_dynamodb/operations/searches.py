"""Records the verbs that read many items in order: Query and Scan."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Generic, Literal, TypeAlias, TypeVar

from django_dynamodb.exceptions import InvalidValueError
from django_dynamodb.expressions.conditions import Condition
from django_dynamodb.expressions.keys import KeyCondition
from django_dynamodb.expressions.projections import Projection
from django_dynamodb.operations.frames import ItemsOf
from django_dynamodb.operations.json import read_document
from django_dynamodb.operations.operation import Capacity, Verb, add_clauses, add_present
from django_dynamodb.records import record
from django_dynamodb.types import Item, Key, Payload

T = TypeVar("T")

Select: TypeAlias = Literal["ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES", "COUNT"]
"""What a search brings back, where no projection says it; COUNT brings numbers only."""


@record(frozen=True, kw_only=True, slots=True)
class PageResult(Generic[T]):
    """One page of a search."""

    items: list[T]
    """What was built from the items, in the order of the service; empty for a count."""

    count: int
    """Items that passed the filter."""

    scanned: int
    """Items read before the filter; these are paid for."""

    last_key: Key | None
    """Where the next page starts; None on the last one. A page may be empty and yet have a next one."""

    consumed: Payload | None = None
    """The consumed capacity, when it was asked for."""


@record(frozen=True, kw_only=True, slots=True)
class Query(Verb):
    """Reads items of one partition, in the order of the sort key.

    Raises:
        InvalidValueError: A limit below 1.
    """

    name: ClassVar[str] = "Query"

    table: str
    key_condition: KeyCondition
    index: str | None = None
    filter: Condition | None = None
    projection: Projection | None = None
    select: Select | None = None
    consistent: bool = False
    forward: bool = True
    limit: int | None = None
    """Most items read by this call, before the filter."""
    start: Key | None = None
    """The ``last_key`` of the page before."""
    capacity: Capacity | None = None

    def __post_init__(self) -> None:
        _validate_limit(self.limit)

    def payload(self) -> Payload:
        """The request as the service spells it."""
        payload: Payload = {"TableName": self.table}
        _add_search_members(payload, self)
        if not self.forward:
            payload["ScanIndexForward"] = False
        clauses = {
            "KeyConditionExpression": self.key_condition,
            "FilterExpression": self.filter,
            "ProjectionExpression": self.projection,
        }
        add_clauses(payload, clauses)
        return payload

    def result(self, body: bytes, build: Callable[[Item], T]) -> PageResult[T]:
        """The page, each item handed to ``build`` as it is read."""
        return _page(body, build)


@record(frozen=True, kw_only=True, slots=True)
class Scan(Verb):
    """Reads a whole table or index, or one segment of it, in no useful order.

    Raises:
        InvalidValueError: A limit below 1, or a segment that is none of the total.
    """

    name: ClassVar[str] = "Scan"

    table: str
    index: str | None = None
    filter: Condition | None = None
    projection: Projection | None = None
    select: Select | None = None
    consistent: bool = False
    limit: int | None = None
    """Most items read by this call, before the filter."""
    start: Key | None = None
    """The ``last_key`` of the page before, in the same segment."""
    segment: int | None = None
    """Which part of a parallel scan, from 0."""
    total_segments: int | None = None
    """Parts of a parallel scan."""
    capacity: Capacity | None = None

    def __post_init__(self) -> None:
        _validate_limit(self.limit)
        if self.segment is not None or self.total_segments is not None:
            _validate_segment(self.segment, self.total_segments)

    def payload(self) -> Payload:
        """The request as the service spells it."""
        payload: Payload = {"TableName": self.table}
        _add_search_members(payload, self)
        if self.total_segments is not None:
            payload |= {"Segment": self.segment, "TotalSegments": self.total_segments}
        add_clauses(payload, {"FilterExpression": self.filter, "ProjectionExpression": self.projection})
        return payload

    def result(self, body: bytes, build: Callable[[Item], T]) -> PageResult[T]:
        """The page, each item handed to ``build`` as it is read."""
        return _page(body, build)


def _add_search_members(payload: Payload, search: Query | Scan) -> None:
    """What both searches may ask."""
    add_present(
        payload,
        {
            "IndexName": search.index,
            "Select": search.select,
            "ConsistentRead": search.consistent,
            "Limit": search.limit,
            "ExclusiveStartKey": search.start,
            "ReturnConsumedCapacity": search.capacity,
        },
    )


def _page(body: bytes, build: Callable[[Item], T]) -> PageResult[T]:
    """What both searches answer."""
    answer = read_document(body, {"Items": ItemsOf(build)})
    items: list[T] = answer.get("Items", [])
    count = answer.get("Count", len(items))
    return PageResult(
        items=items,
        count=count,
        scanned=answer.get("ScannedCount", count),
        last_key=answer.get("LastEvaluatedKey") or None,
        consumed=answer.get("ConsumedCapacity"),
    )


def _validate_limit(limit: int | None) -> None:
    """A limit is at least 1 (botocore's model of the service, ``PositiveIntegerObject``)."""
    if limit is not None and limit < 1:
        raise InvalidValueError(f"A call reads at least 1 item, not {limit}.")


def _validate_segment(segment: int | None, total: int | None) -> None:
    """Segments count from 0 up to below their total."""
    if segment is None or total is None or not 0 <= segment < total:
        raise InvalidValueError(f"There is no segment {segment} of {total}; segments count from 0 below their total.")
