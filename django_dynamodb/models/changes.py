"""Compares an instance with its snapshot and words the difference as an update or a condition."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from types import NoneType
from typing import Any, Final
from uuid import UUID

from django.db.models.base import ModelState

from django_dynamodb.codec.numbers import same_number
from django_dynamodb.codec.size import size_bound
from django_dynamodb.codec.values import same_value
from django_dynamodb.exceptions import InvalidKeyError, UnsupportedError
from django_dynamodb.expressions.conditions import And, Condition, Exists, Holds, NotExists, Or
from django_dynamodb.expressions.paths import Path, attribute_path
from django_dynamodb.expressions.updates import AnyUpdate, Clause, Remove, SetTo, SetValues, Update
from django_dynamodb.limits import EXPRESSION_OPERATORS, ITEM_BYTES
from django_dynamodb.models.mapper import Mapper, column
from django_dynamodb.models.state import ItemState
from django_dynamodb.records import record
from django_dynamodb.types import AttributeValue, Item

NO_CHANGE: Final = (Path("__nothing__"),)
"""What an update without changes removes, to ask its condition alone: an attribute no item has. DynamoDB takes an
update without an expression, moto does not."""

LITERAL: Final = frozenset({"S", "BOOL"})
"""Tags of which DynamoDB holds no two contents for equal."""

PLAIN: Final = frozenset(
    {
        NoneType, bool, bytes, date, datetime, Decimal, dict, float, int, list, set, str, time, timedelta, UUID,
        ItemState, ModelState,
    }
)  # fmt: skip
"""Types whose values are what they are; asking each value whether it is an expression takes longer than a look here."""


@record(frozen=True, kw_only=True, slots=True)
class Change:
    """What an UpdateItem has to do.

    Args:
        sets: Attribute → new value.
        removes: Attributes to remove, in the model's order.
        computed: Attribute → how the service changes it, from ``F()`` expressions and alterations.
    """

    sets: Mapping[str, AttributeValue]
    removes: tuple[str, ...]
    computed: Mapping[str, Clause]

    def __bool__(self) -> bool:
        return bool(self.sets or self.removes or self.computed)

    def as_update(self) -> AnyUpdate:
        """The change in the words of the expression layer."""
        if self.computed:
            plain = (SetTo(Path(name), value) for name, value in self.sets.items())
            removed = (Remove(Path(name)) for name in self.removes)
            return Update.of((*plain, *removed, *self.computed.values()))
        values = SetValues(self.sets)
        if self.sets and not self.removes:
            return values
        return Update(sets=values.sets, removes=tuple(map(attribute_path, self.removes)) or NO_CHANGE)

    def applied_to(self, item: Item) -> Item:
        """The item after the change, without what only the service knows."""
        if not self.removes:
            return {**item, **self.sets}
        return {**{name: av for name, av in item.items() if name not in self.removes}, **self.sets}


def find_change(
    mapper: Mapper,
    item: Item,
    basis: Item | None,
    columns: Iterable[str],
    computed: Mapping[str, Clause],
    *,
    unread: frozenset[str] = frozenset(),
) -> Change:
    """What differs between the snapshot and the instance; a stored form that is only unusual is no difference.

    Args:
        mapper: The model's codecs.
        item: The instance as an item.
        basis: The item its fields were loaded from; None for an object that was never stored.
        columns: The attributes the instance has a value for, empty ones included.
        computed: Attributes the service computes.
        unread: Attributes of which nothing is known.
    """
    before, known = basis or {}, basis is not None
    keys = mapper.own_keys
    sets: dict[str, AttributeValue] = {}
    removes: list[str] = []
    for name in columns:
        if name in keys or name in computed:
            continue
        held, current = before.get(name), item.get(name)
        if held is not None and (held == current or _same(mapper, name, held, current)):
            continue
        if current is not None:
            sets[name] = current
        elif held is not None or not known or name in unread:
            removes.append(name)
    return Change(sets=sets, removes=tuple(removes), computed=computed)


def most_bytes(state: ItemState, snapshot: Item, sets: Mapping[str, AttributeValue]) -> int:
    """What an item has at most after a change: what it had at most and what is set, so that most need no counting.

    That grows with each save of one object, although the item does not; before it is over the limit, the item is
    counted anew.

    Args:
        state: What is known of the item before.
        snapshot: The item after the change.
        sets: What the change sets.

    Returns:
        Bytes.
    """
    if state.most is not None and (most := state.most + size_bound(sets)) <= ITEM_BYTES:
        return most
    return size_bound(snapshot)


def _same(mapper: Mapper, name: str, stored: AttributeValue, current: AttributeValue | None) -> bool:
    """Whether a field holds what is stored, be it as NULL, in another time zone or in other unusual form."""
    tag = mapper.settled.get(name)
    if tag is not None and current is not None and tag in stored and tag in current:
        if tag == "N":
            return same_number(stored["N"], current["N"])
        return tag not in LITERAL and same_value(stored, current)
    return same_value(stored, current) or (
        mapper.check_stores(name) and same_value(mapper.reencoded(name, stored), current)
    )


def refuse_changed_key(mapper: Mapper, item: Item, state: ItemState) -> None:
    """A stored item keeps its key: writing under another one would copy it (SEED row 26).

    Raises:
        InvalidKeyError: The key differs from the snapshot's.
    """
    stored = state.item
    if stored is None:
        return
    for field in mapper.key_fields:
        name = column(field)
        if name in stored and not same_value(stored[name], item.get(name)):
            raise InvalidKeyError(
                f"{mapper.label}.{field.name} is a key and was changed on a stored object; "
                "keys cannot change. Create a new object and delete the old one."
            )


@lru_cache(maxsize=512)  # at each update
def item_exists(mapper: Mapper) -> Condition:
    """There is an item of the model under the key."""
    exists = Exists(Path(mapper.schema.partition.name))
    return exists if mapper.entity is None else And(exists, mapper.entity.own)


def item_replaceable(mapper: Mapper) -> Condition:
    """There is no item of another entity under the key."""
    absent = item_absent(mapper)
    return absent if mapper.entity is None else Or(absent, mapper.entity.own)


def item_absent(mapper: Mapper) -> Condition:
    """There is no item under the key."""
    return NotExists(Path(mapper.schema.partition.name))


def unchanged(mapper: Mapper, state: ItemState) -> Condition:
    """Every attribute read still has its value, and every known one that was absent still is (SEED row 26)."""
    item, keys, unread = state.item or {}, mapper.own_keys, state.unread
    holds = Holds(
        key=mapper.schema.partition.name,
        values={name: av for name, av in item.items() if name not in keys},
        absent=tuple([name for name in mapper.columns.values() if name not in item and name not in unread]),
    )
    whole = holds if mapper.entity is None else And(holds, mapper.entity.own)
    if (count := whole.operators()) > EXPRESSION_OPERATORS:
        raise UnsupportedError(
            f"{mapper.label}: raise_on_conflict compares each of the item's {len(item)} attributes, which makes "
            f"{count} operators; DynamoDB takes {EXPRESSION_OPERATORS}. Add a VersionField to the model, which is then "
            "all that is compared."
        )
    return whole


def differing(mapper: Mapper, state: ItemState, stored: Item) -> list[str]:
    """The names, of fields where there is one, whose stored value is not the one that was read; fields first."""
    before = state.item or {}
    fields = {column(field): field.name for field in mapper.fields}
    names = [*(name for name in fields if name not in state.unread), *(name for name in before if name not in fields)]
    return [fields.get(name, name) for name in names if not same_value(before.get(name), stored.get(name))]


def is_expression(value: Any) -> bool:
    """Whether a field holds something for the service to compute."""
    return hasattr(value, "resolve_expression")


def hold_expression(values: Mapping[str, Any]) -> bool:
    """Whether any of an instance's values is something for the service to compute."""
    if PLAIN.issuperset(map(type, values.values())):
        return False
    return any(map(is_expression, values.values()))
