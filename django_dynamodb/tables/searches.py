"""States searches: what a Query or a Scan asks of the service, whatever part of it is read."""

from __future__ import annotations

from django_dynamodb.exceptions import UnsupportedError
from django_dynamodb.expressions.conditions import And, Compare, Condition
from django_dynamodb.expressions.keys import KeyCondition
from django_dynamodb.expressions.paths import Path
from django_dynamodb.expressions.projections import Projection
from django_dynamodb.operations.searches import Query, Scan
from django_dynamodb.tables.schema import COUNTER_KEY, TableSchema
from django_dynamodb.tables.validation import validate_key_condition


def query_search(
    schema: TableSchema,
    key_condition: KeyCondition,
    *,
    index: str | None = None,
    filter: Condition | None = None,  # noqa: A002 -- DynamoDB's own word
    projection: Projection | None = None,
    consistent: bool = False,
    forward: bool = True,
) -> Query:
    """States the search of one partition, whatever part of it is read.

    Args:
        schema: The table.
        key_condition: The partition, and a range of the sort key.
        index: The index to read; None is the table itself.
        filter: What items must be to come back.
        projection: The attributes to bring back.
        consistent: Whether to see every write finished before, at twice the cost; not on a global index.
        forward: Whether the sort key ascends.

    Returns:
        The request.

    Raises:
        InvalidKeyError: The key condition names a value no key can have.
        SchemaError: The table has no such index.
        UnsupportedError: A consistent read of a global index.
    """
    validate_key_condition(schema, index, key_condition)
    _validate_read(schema, index, consistent)
    return Query(
        table=schema.name,
        key_condition=key_condition,
        index=index,
        filter=filter,
        projection=projection,
        consistent=consistent,
        forward=forward,
    )


def scan_search(
    schema: TableSchema,
    *,
    index: str | None = None,
    filter: Condition | None = None,  # noqa: A002 -- DynamoDB's own word
    projection: Projection | None = None,
    consistent: bool = False,
) -> Scan:
    """States the search of a whole table or index, whatever part of it is read.

    Args:
        schema: The table.
        index: The index to read; None is the table itself.
        filter: What items must be to come back.
        projection: The attributes to bring back.
        consistent: Whether to see every write finished before, at twice the cost; not on a global index.

    Returns:
        The request; it hides the counter item.

    Raises:
        SchemaError: The table has no such index.
        UnsupportedError: A consistent read of a global index.
    """
    _validate_read(schema, index, consistent)
    return Scan(
        table=schema.name,
        index=index,
        filter=_without_counter(schema, filter),
        projection=projection,
        consistent=consistent,
    )


def _without_counter(schema: TableSchema, condition: Condition | None) -> Condition | None:
    """The filter, and that an item is not the counter of an autoincrement table (SEED row 22)."""
    if not schema.counter:
        return condition
    hidden = Compare(Path(schema.partition.name), "<>", COUNTER_KEY)
    return hidden if condition is None else And(condition, hidden)


def _validate_read(schema: TableSchema, index: str | None, consistent: bool) -> None:
    if index is not None and not schema.index(index).local and consistent:
        raise UnsupportedError(
            f"Table {schema.name!r}: global index {index!r} cannot be read consistently; read the table or a local "
            "index, or leave consistent out.",
            table=schema.name,
        )
