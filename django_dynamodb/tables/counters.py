"""Numbers the items of an autoincrement table by its counter item.

The counter is an item of the table itself, under partition key -1: SEED rows 18 and 28, so that tables written by
dynamodb-mapper keep counting where they stand. A number is given out by one atomic addition, so two writers never get
the same; a repeated call after a lost answer leaves a gap, never a double.
"""

from __future__ import annotations

from typing import Final

from django_dynamodb.exceptions import ConditionFailedError, SchemaError
from django_dynamodb.expressions.conditions import Compare, NotExists, Or
from django_dynamodb.expressions.paths import Path
from django_dynamodb.expressions.projections import Projection
from django_dynamodb.expressions.updates import Add, SetTo, Update
from django_dynamodb.tables.pages import scan
from django_dynamodb.tables.schema import COUNTER_KEY, TableSchema
from django_dynamodb.tables.table import Table
from django_dynamodb.types import Item, Key

__all__ = [
    "COUNTER_ATTRIBUTE",
    "COUNTER_KEY",
    "counter_key",
    "create",
    "highest",
    "next_number",
    "raise_to",
    "read",
]

COUNTER_ATTRIBUTE: Final = "__max_hash_key__"
"""The attribute of the counter item that holds the highest number given out; source: SEED row 18."""

COUNTER: Final = Path(COUNTER_ATTRIBUTE)
ADD_ONE: Final = Update(adds=(Add(COUNTER, {"N": "1"}),))


def counter_key(schema: TableSchema) -> Key:
    """The key of the counter item.

    Args:
        schema: An autoincrement table.

    Returns:
        The key, number -1.

    Raises:
        SchemaError: The table does not number its items.
    """
    if not schema.counter:
        raise SchemaError(f"Table {schema.name!r} has no counter; its schema does not say counter=True.")
    return {schema.partition.name: COUNTER_KEY}


def create(table: Table) -> bool:
    """Writes the counter item at 0, if there is none.

    Args:
        table: An autoincrement table that is active.

    Returns:
        Whether it was written; an existing counter keeps its number.

    Raises:
        ServiceError: What the service answered otherwise.
    """
    key = counter_key(table.schema)
    try:
        table.put({**key, COUNTER_ATTRIBUTE: {"N": "0"}}, condition=NotExists(Path(table.schema.partition.name)))
    except ConditionFailedError:
        return False
    return True


def next_number(table: Table) -> int:
    """Takes the next number; the first of a new table is 1.

    Args:
        table: An autoincrement table.

    Returns:
        A number no other call gets. It may still be the key of an item written with an explicit key.

    Raises:
        ServiceError: What the service answered otherwise.
    """
    return _number(table.update(counter_key(table.schema), ADD_ONE, returning="UPDATED_NEW"))


def read(table: Table) -> int | None:
    """Reads the highest number given out.

    Args:
        table: An autoincrement table.

    Returns:
        The number, 0 when none was given out yet, None when there is no counter item.

    Raises:
        ServiceError: What the service answered otherwise.
    """
    item = table.get(counter_key(table.schema), consistent=True)
    return None if item is None else _number(item)


def raise_to(table: Table, number: int) -> int:
    """Raises the counter to a number, and never lowers it, whatever other writers do meanwhile.

    Args:
        table: An autoincrement table.
        number: The number below which none may be given out any more.

    Returns:
        The number that stands: this one, or a higher one.

    Raises:
        ServiceError: What the service answered otherwise.
    """
    value = {"N": str(number)}
    key = counter_key(table.schema)
    rise = Update(sets=(SetTo(COUNTER, value),))
    while True:
        try:
            table.update(key, rise, condition=Or(NotExists(COUNTER), Compare(COUNTER, "<", value)))
        except ConditionFailedError:
            standing = read(table)
            if standing is not None and standing >= number:
                return standing
        else:
            return number


def highest(table: Table) -> int:
    """Finds the highest key in use, by reading every key of the table.

    Args:
        table: An autoincrement table.

    Returns:
        The highest key, 0 for an empty table; the counter item does not count.

    Raises:
        ServiceError: What the service answered otherwise.
    """
    (name,) = counter_key(table.schema)
    pages = scan(table, projection=Projection((Path(name),)), consistent=True, build=lambda item: int(item[name]["N"]))
    return max(0, max((number for page in pages for number in page.items), default=0))


def _number(item: Item | None) -> int:
    """The counter's value in an item; an item without it has given out nothing."""
    value = (item or {}).get(COUNTER_ATTRIBUTE)
    return 0 if value is None else int(value["N"])
