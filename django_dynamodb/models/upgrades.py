"""Writes stored items back in their present version, each only as long as it is what was read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Literal, TypeVar

from django_dynamodb.exceptions import ConditionFailedError, MaxRetriesExceededError
from django_dynamodb.expressions.conditions import And, Condition
from django_dynamodb.expressions.paths import Path
from django_dynamodb.expressions.updates import SetTo
from django_dynamodb.models.changes import Change, item_exists, unchanged
from django_dynamodb.models.edition import Edition, demanded_edition, outstanding, undetectable
from django_dynamodb.models.mapper import Mapper, column
from django_dynamodb.models.migrations import ItemMigrations
from django_dynamodb.models.naming import place
from django_dynamodb.models.state import ItemState
from django_dynamodb.models.versions import counted, demanded
from django_dynamodb.records import record
from django_dynamodb.tables.table import Table
from django_dynamodb.tables.validation import validate_item_size
from django_dynamodb.types import Item, Key

T = TypeVar("T")

TRIES: Final = 10
"""How often an item is read again that others change meanwhile, as often as ``transaction.run()`` does its work."""


@record(frozen=True, kw_only=True, slots=True)
class Upgrade:
    """What became of one item.

    Args:
        outcome: It was written in its present version, was in it already, or is not there any more.
        found: The version it was in.
        conflicts: How often somebody else had changed it in between.
    """

    outcome: Literal["migrated", "current", "gone"]
    found: int | None = None
    conflicts: int = 0


def upgrade(model: Any, table: Table, item: Item, *, dry_run: bool = False) -> Upgrade:
    """Brings one stored item to its present version.

    The write is conditional on the item being what was read, so that it can be done again, and by several at once: the
    second finds nothing to do. The number of a ``VersionField`` counts on; ``auto_now`` fields stay as they are.

    Args:
        model: The item's model.
        table: Its table.
        item: The item as read.
        dry_run: Whether to stop before the write.

    Returns:
        What became of it.

    Raises:
        VersionError: It cannot be migrated.
        MaxRetriesExceededError: Others changed it each time, for ``TRIES`` times.
        ServiceError: What the service answered otherwise.
    """
    mapper: Mapper = model._meta.mapper
    migrations: ItemMigrations = model._meta.item_migrations
    key = mapper.schema.key_of(item)
    for conflicts in range(TRIES):
        found = migrations.version_of(item)
        migrated = migrations.migrated(item)
        if migrated is item:
            return Upgrade(outcome="current", found=found, conflicts=conflicts)
        change = _change(mapper, item, migrated)
        if dry_run or not change:
            return Upgrade(outcome="migrated", found=found, conflicts=conflicts)
        validate_item_size(table.schema, migrated)
        try:
            table.update(key, change.as_update(), condition=_untouched(model, item), return_stored=True)
        except ConditionFailedError as error:
            if error.item is None:
                return Upgrade(outcome="gone", found=found, conflicts=conflicts + 1)
            item = dict(error.item)
        else:
            return Upgrade(outcome="migrated", found=found, conflicts=conflicts)
    raise _contested(mapper, table, key)


def at_current(model: Any, table: Table, key: Key, condition: Condition, write: Callable[[Condition], T]) -> T:
    """Changes an item that was not loaded, in its present version: an older one is brought to it before.

    Args:
        model: The item's model.
        table: Its table.
        key: Its key.
        condition: What must hold of the item.
        write: Makes the call under a condition; a failure must bring back the stored item.

    Returns:
        What ``write`` returned.

    Raises:
        ConditionFailedError: The condition does not hold of the item in its present version.
        VersionError: The item cannot be migrated.
        MaxRetriesExceededError: Others changed it each time, for ``TRIES`` times.
    """
    migrations: ItemMigrations = model._meta.item_migrations
    if not migrations.active:
        return write(condition)
    if migrations.attribute is None:
        if (item := table.get(key, consistent=True)) is not None:
            upgrade(model, table, item)
        return write(condition)
    guarded = demand_current(model, condition)
    for _attempt in range(TRIES):
        try:
            return write(guarded)
        except ConditionFailedError as error:
            if error.item is None or migrations.check_current(dict(error.item)):
                raise
            upgrade(model, table, dict(error.item))
    raise _contested(model._meta.mapper, table, key)


def demand_current(model: Any, condition: Condition) -> Condition:
    """A condition, and that the item is of the present version.

    Args:
        model: The item's model.
        condition: What must hold besides.

    Raises:
        UnsupportedError: Only detections could tell the version, and no condition can ask them.
    """
    migrations: ItemMigrations = model._meta.item_migrations
    if not migrations.active:
        return condition
    if migrations.attribute is None:
        raise undetectable(migrations.label)
    return And(condition, Edition(attribute=migrations.attribute, value=migrations.current).condition)


def _change(mapper: Mapper, item: Item, migrated: Item) -> Change:
    """What turns the stored item into the migrated one."""
    change = outstanding(item, migrated, NOTHING)
    if mapper.version is None or not change:
        return change
    name = column(mapper.version)
    computed = {name: SetTo(Path(name), counted(mapper))}
    return outstanding(item, migrated, Change(sets={}, removes=(), computed=computed))


def _untouched(model: Any, item: Item) -> Condition:
    """The item is what was read; a ``VersionField`` stands for everything."""
    mapper, state = model._meta.mapper, ItemState()
    state.adding, state.item = False, item
    edition = demanded_edition(model._meta.item_migrations, state)
    said = [] if edition is None else [edition.condition]
    if mapper.version is None:
        return And(unchanged(mapper, state), *said)
    name = column(mapper.version)
    version = mapper.load({name: item.get(name, {"N": "0"})})[mapper.version.attname]
    return And(item_exists(mapper), *demanded(mapper, version or 0), *said)


def _contested(mapper: Mapper, table: Table, key: Key) -> MaxRetriesExceededError:
    return MaxRetriesExceededError(
        f"{place(mapper, key)} was changed by others each of the {TRIES} times it was to be migrated; try again later.",
        table=table.schema.name,
        key=key,
    )


NOTHING: Final = Change(sets={}, removes=(), computed={})
"""No change on top of the migration."""
