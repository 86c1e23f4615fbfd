"""Creates, watches and deletes a table, and compares it with its schema."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields
from typing import Final

from django_dynamodb.exceptions import SchemaError, TableInUseError, TableNotFoundError
from django_dynamodb.operations.descriptions import TableDescription
from django_dynamodb.operations.tables import CreateTable, DeleteTable, DescribeTable, IndexRequest
from django_dynamodb.operations.ttl import DescribeTimeToLive, UpdateTimeToLive
from django_dynamodb.tables import counters
from django_dynamodb.tables.schema import IndexSchema, TableSchema
from django_dynamodb.tables.state import TableState, differences, index_units, units
from django_dynamodb.tables.table import Table

__all__ = [
    "TableState",
    "create",
    "creation",
    "delete",
    "describe",
    "differences",
    "enable_ttl",
    "ensure",
    "item_count",
    "wait_active",
    "wait_deleted",
]

ACTIVE: Final = "ACTIVE"
SETTLED: Final = frozenset({ACTIVE, "UPDATING"})
"""Statuses in which a table knows its expiry; any other has no answer to that."""

ENABLED: Final = frozenset({"ENABLED", "ENABLING"})
NOT_FOUND: Final = "NOT FOUND"
"""What is reported of a table that is not there; the service has no status for it."""

STEADY_ATTEMPT: Final = 6
"""The attempt after which the pauses between two looks grow no more (1.6 s at most, as the wire pauses), and after
which a table that is still not found is missing, not new."""

LOOKS: Final = 600
"""Looks at a table before giving up, some eight minutes; botocore's waiters give up after 500 s."""


def create(table: Table) -> bool:
    """Creates the table with its indexes and its stream.

    Expiry and the counter item need an active table: ``enable_ttl`` and ``counters.create`` come after
    ``wait_active``, or ``ensure`` does it all.

    Args:
        table: The table.

    Returns:
        Whether it was created; False when there is one of that name already.

    Raises:
        ServiceError: What the service answered otherwise.
    """
    try:
        table.call(creation(table.schema))
    except TableInUseError:
        return False
    return True


def ensure(table: Table, *, wait: bool = True, progress: Callable[[str], None] | None = None) -> bool:
    """Creates whatever of the table is missing: itself, its expiry, its counter item (SEED rows 17 and 18).

    Args:
        table: The table.
        wait: Whether to wait until it is active; a table with expiry or a counter is always waited for.
        progress: Told the table's status at each look while waiting.

    Returns:
        Whether the table was created.

    Raises:
        SchemaError: The table expires items by another attribute.
        TableInUseError: It was not active in time.
        ServiceError: What the service answered otherwise.
    """
    created = create(table)
    if wait or table.schema.ttl is not None or table.schema.counter:
        wait_active(table, progress=progress)
    if table.schema.ttl is not None:
        enable_ttl(table)
    if table.schema.counter:
        counters.create(table)
    return created


def describe(table: Table) -> TableState | None:
    """Asks what the table is like.

    Args:
        table: The table.

    Returns:
        The table as it stands, None when there is none.

    Raises:
        ServiceError: What the service answered otherwise; a denied access is never taken for a missing table.
    """
    description = _look(table)
    if description is None:
        return None
    ttl = _expiry(table) if description.status in SETTLED else None
    return TableState(ttl=ttl, **{field.name: getattr(description, field.name) for field in fields(TableDescription)})


def item_count(table: Table, index: str | None = None) -> int:
    """Asks how many items the service last counted, about every six hours; no item is read.

    Args:
        table: The table.
        index: The index to count in; None is the table itself.

    Returns:
        The number, without the counter item of an autoincrement table.

    Raises:
        SchemaError: The table has no such index, whatever its schema says.
        TableNotFoundError: There is no such table.
        ServiceError: What the service answered otherwise.
    """
    description = table.call(DescribeTable(table=table.schema.name))
    if index is None:
        return max(0, description.item_count - table.schema.counter)
    counts = {found.name: found.item_count for found in description.indexes}
    if index not in counts:
        raise SchemaError(
            f"Table {table.schema.name!r} has no index {index!r}; it has: {', '.join(counts) or 'none'}. "
            "Create it first.",
            table=table.schema.name,
        )
    return counts[index]


def wait_active(table: Table, *, progress: Callable[[str], None] | None = None) -> None:
    """Waits until the table and all its indexes are active.

    Args:
        table: The table.
        progress: Told the table's status at each look, and which indexes are not active yet.

    Raises:
        TableNotFoundError: There is no such table, at the last look either.
        TableInUseError: It was not active in time.
        ServiceError: What the service answered otherwise.
    """
    for looks, description in enumerate(_looks(table), start=1):
        unfinished = [NOT_FOUND] if description is None else _unfinished(description)
        _report(progress, ", ".join(unfinished) or ACTIVE)
        if not unfinished:
            return
        if description is None and looks >= STEADY_ATTEMPT:
            break
    table.call(DescribeTable(table=table.schema.name))  # a missing table says so itself
    raise _late_error(table, "active")


def delete(table: Table) -> bool:
    """Deletes the table with all its items.

    Args:
        table: The table.

    Returns:
        Whether there was one.

    Raises:
        TableInUseError: It is being created or changed right now.
        ServiceError: What the service answered otherwise.
    """
    try:
        table.call(DeleteTable(table=table.schema.name))
    except TableNotFoundError:
        return False
    return True


def wait_deleted(table: Table, *, progress: Callable[[str], None] | None = None) -> None:
    """Waits until the table is gone.

    Args:
        table: The table.
        progress: Told the table's status at each look.

    Raises:
        TableInUseError: It was still there at the last look.
        ServiceError: What the service answered otherwise.
    """
    for description in _looks(table):
        _report(progress, NOT_FOUND if description is None else description.status)
        if description is None:
            return
    raise _late_error(table, "gone")


def enable_ttl(table: Table) -> bool:
    """Lets items expire by the schema's attribute.

    Args:
        table: The table; active.

    Returns:
        Whether anything was changed; False when it was so before, or the schema has no expiry.

    Raises:
        SchemaError: Items expire by another attribute, which DynamoDB changes only after an hour without expiry.
        ServiceError: What the service answered otherwise.
    """
    wanted = table.schema.ttl
    if wanted is None:
        return False
    found = _expiry(table)
    if found == wanted:
        return False
    if found is not None:
        raise SchemaError(
            f"Table {table.schema.name!r} expires items by {found!r}, its schema says {wanted!r}; turn the expiry off "
            "first, DynamoDB takes one change an hour.",
            table=table.schema.name,
        )
    table.call(UpdateTimeToLive(table=table.schema.name, attribute=wanted))
    return True


def creation(schema: TableSchema) -> CreateTable:
    """Words the request that creates a table.

    Args:
        schema: The table.

    Returns:
        The request.
    """
    keys = (*schema.keys, *(key for index in schema.indexes for key in index.keys))
    return CreateTable(
        table=schema.name,
        partition=schema.partition.name,
        sort=None if schema.sort is None else schema.sort.name,
        attributes={attribute.name: attribute.type for attribute in keys},
        global_indexes=tuple(_index_request(schema, index) for index in schema.indexes if not index.local),
        local_indexes=tuple(_index_request(schema, index) for index in schema.indexes if index.local),
        units=units(schema.throughput),
        stream=schema.stream,
    )


def _look(table: Table) -> TableDescription | None:
    try:
        return table.call(DescribeTable(table=table.schema.name))
    except TableNotFoundError:
        return None


def _looks(table: Table) -> Iterator[TableDescription | None]:
    """Looks at the table again and again, with pauses, until time is up."""
    for attempt in range(1, LOOKS + 1):
        yield _look(table)
        if not table.pause(min(attempt, STEADY_ATTEMPT)):
            return


def _unfinished(description: TableDescription) -> list[str]:
    """What is not active yet: the table, and indexes by name; a local index has no status of its own."""
    table = [description.status] if description.status != ACTIVE else []
    indexes = (index for index in description.indexes if index.status not in {None, ACTIVE})
    return table + [f"index {index.name} {index.status}" for index in indexes]


def _expiry(table: Table) -> str | None:
    """The attribute by which items expire."""
    expiry = table.call(DescribeTimeToLive(table=table.schema.name))
    return expiry.attribute if expiry.status in ENABLED else None


def _report(progress: Callable[[str], None] | None, status: str) -> None:
    if progress is not None:
        progress(status)


def _late_error(table: Table, wanted: str) -> TableInUseError:
    name = table.schema.name
    return TableInUseError(f"Table {name!r} is not {wanted} yet; wait longer and look again.", table=name)


def _index_request(schema: TableSchema, index: IndexSchema) -> IndexRequest:
    return IndexRequest(
        name=index.name,
        partition=tuple(attribute.name for attribute in index.partitions),
        sort=tuple(attribute.name for attribute in index.sorts),
        projection=index.projection,
        units=index_units(schema, index),
    )
