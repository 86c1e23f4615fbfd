"""Looks at a table as it stands, and says in what it is not what its model describes."""

from __future__ import annotations

from django_dynamodb.exceptions import AccessDeniedError
from django_dynamodb.management.targets import Target
from django_dynamodb.records import record
from django_dynamodb.tables import counters, lifecycle
from django_dynamodb.tables.lifecycle import TableState


@record(frozen=True, kw_only=True, slots=True)
class Finding:
    """What was found.

    Args:
        state: The table as it stands; None when there is none.
        counter: The highest number given out; None without counter or counter item.
        denied: Whether the counter item may not be read.
        differences: One sentence for each way in which the table is not as described.
    """

    state: TableState | None
    counter: int | None
    denied: bool
    differences: list[str]


def examine(target: Target) -> Finding:
    """Looks at a table; reads only.

    Args:
        target: The table.

    Returns:
        What was found.

    Raises:
        ServiceError: The table may not be described, or the service answered something else.
    """
    table, state = target.table, lifecycle.describe(target.table)
    if state is None:
        return Finding(state=None, counter=None, denied=False, differences=_rivalry(target))
    differences = [*_rivalry(target), *lifecycle.differences(table.schema, state)]
    if not (table.schema.counter and check_key(target, state) and state.status in lifecycle.SETTLED):
        return Finding(state=state, counter=None, denied=False, differences=differences)
    try:
        counter = counters.read(table)
    except AccessDeniedError:
        return Finding(state=state, counter=None, denied=True, differences=differences)
    if counter is None:
        differences.append("The counter item is missing; dynamo_createtables writes it.")
    return Finding(state=state, counter=counter, denied=False, differences=differences)


def check_key(target: Target, state: TableState) -> bool:
    """Says whether the table has the key its model describes, so that items can be read and written at all.

    Args:
        target: The table.
        state: The table as it stands.

    Returns:
        Whether names and types are the same.
    """
    schema = target.table.schema
    found = [(name, state.attributes.get(name)) for name in (state.partition, state.sort) if name is not None]
    return found == [(key.name, key.type) for key in schema.keys]


def _rivalry(target: Target) -> list[str]:
    return [f"{label} describes this table otherwise than {target.labels[0]} does." for label in target.rivals]
