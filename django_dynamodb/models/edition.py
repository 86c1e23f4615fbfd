"""Says what the version of an item demands of a write to it, and what its migration adds to the write.

Nothing is written into an item of another version than the object is of: neither old fields into a newer item, while
old and new code run side by side, nor new fields into an older one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from django_dynamodb.codec.values import same_value
from django_dynamodb.exceptions import UnsupportedError
from django_dynamodb.expressions.conditions import Compare, Condition, NotExists, Or
from django_dynamodb.expressions.paths import Path
from django_dynamodb.expressions.updates import Remove, SetTo
from django_dynamodb.models.changes import Change
from django_dynamodb.models.mapper import Mapper
from django_dynamodb.models.migrations import FIRST, ItemMigrations
from django_dynamodb.models.state import ItemState
from django_dynamodb.records import record
from django_dynamodb.types import AttributeValue, Item


@record(frozen=True, kw_only=True, slots=True)
class Edition:
    """The version a stored item must have.

    Args:
        attribute: The attribute that holds it.
        value: What it must hold; None for an item that has none, which is the first version or one to be detected.
    """

    attribute: str
    value: AttributeValue | None

    @property
    def condition(self) -> Condition:
        """The version is this one."""
        path = Path(self.attribute)
        if not self._absence_fits:
            return Compare(path, "=", self.value or {})
        return Or(NotExists(path), Compare(path, "=", {"N": str(FIRST)}))

    def check_met(self, item: Item) -> bool:
        """Whether an item has the version."""
        stored = item.get(self.attribute)
        return self._absence_fits if _check_first(stored) else same_value(stored, self.value)

    def failure(self, item: Item) -> str:
        """What is wrong with an item of another version, as the rest of a sentence."""
        found, wanted = _shown(item.get(self.attribute)), _shown(self.value)
        return (
            f"is stored as version {found} of its items ({self.attribute}), not {wanted}: it was changed by someone "
            "else, or not migrated yet. Get it and save it, or run manage.py dynamo_migrateitems."
        )

    @property
    def _absence_fits(self) -> bool:
        return _check_first(self.value)


def demanded_edition(migrations: ItemMigrations, state: ItemState) -> Edition | None:
    """What an update of an object demands: the version it was loaded from, or the present one for what was not loaded.

    Args:
        migrations: The versions of the model's items.
        state: The object's.

    Returns:
        The demand; None where items have no versions, or none that a condition can ask for.

    Raises:
        UnsupportedError: The object was never loaded, and only detections, which need the item, could tell its version.
    """
    if not migrations.active:
        return None
    if migrations.attribute is not None:
        value = migrations.current if state.item is None else state.item.get(migrations.attribute)
        return Edition(attribute=migrations.attribute, value=value)
    if state.adding:
        raise undetectable(migrations.label)
    return None


def undetectable(label: str) -> UnsupportedError:
    """The error for a change of an item that nothing is known of, where no condition can ask for its version."""
    return UnsupportedError(
        f"{label}: the versions of its items are told by detections, which need the item. Get the object, change "
        "it and save it; or name a version attribute as Table.item_version, which a condition can ask for."
    )


def with_migration(mapper: Mapper, state: ItemState, change: Change) -> Change:
    """The change of an object that was migrated while it was loaded, as a change of what is stored.

    Args:
        mapper: The model's names.
        state: The object's, with the item as stored and as migrated.
        change: What was changed in the object since.

    Raises:
        UnsupportedError: The service is to compute with an attribute that it does not hold in its present form yet.
    """
    if state.migrated is None or state.item is None:
        return change
    stored, migrated = state.item, state.migrated
    for target, value in change.computed.items():
        for name in (path.attribute for path in _paths(value)):
            if not same_value(stored.get(name), migrated.get(name)):
                raise UnsupportedError(
                    f"{mapper.label}.{mapper.name_of(target)}: F({mapper.name_of(name)!r}) is computed by the service, "
                    "which still holds it in an older version. Save the object once before, or run manage.py "
                    "dynamo_migrateitems."
                )
    return outstanding(stored, change.applied_to(migrated), change)


def outstanding(stored: Item, wanted: Item, change: Change) -> Change:
    """What turns a stored item into another.

    Args:
        stored: The item as it stands in the table.
        wanted: The item as it is to be.
        change: Whose computed attributes stay as they are.
    """
    computed = change.computed.keys()
    return Change(
        sets={n: av for n, av in wanted.items() if n not in computed and not same_value(stored.get(n), av)},
        removes=tuple(name for name in stored if name not in wanted and name not in computed),
        computed=change.computed,
    )


def _paths(value: Any) -> Iterator[Path]:
    """The attributes that a change reads: a plain target is written only, and a removal reads nothing."""
    if isinstance(value, SetTo):
        yield from _paths(value.value)
    elif isinstance(value, Path):
        yield value
    elif is_dataclass(value) and not isinstance(value, Remove):
        for part in fields(value):
            yield from _paths(getattr(value, part.name))


def _check_first(value: AttributeValue | None) -> bool:
    return value is None or same_value(value, {"N": str(FIRST)})


def _shown(value: AttributeValue | None) -> Any:
    return FIRST if value is None else next(iter(value.values()))
