"""Prepares the writes that most saves come to, of models that store their fields and ask for nothing besides.

What is prepared here is what ``persistence`` prepares, with fewer questions: those whose answers are known of the class
are asked once. Whatever is unusual about an object is left to it, and a property test holds the two together.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any, Final

from django_dynamodb.models.changes import PLAIN, find_change, hold_expression, item_exists, most_bytes, unchanged
from django_dynamodb.models.failures import NONE, STORED, UNCHANGED
from django_dynamodb.models.hooks import overrides
from django_dynamodb.models.mapper import Mapper
from django_dynamodb.models.sources import sources
from django_dynamodb.models.state import ItemState, state_of
from django_dynamodb.models.writes import PutWrite, UpdateWrite, Write
from django_dynamodb.types import Item, Put

NOTHING: Final[Item] = {}
"""What these items have beside their fields."""


def plain_write(instance: Any, *, as_loaded: bool = False) -> Write | None:
    """The write that saves an object as it stands: a new one whole, a loaded one as what changed.

    Args:
        instance: The object.
        as_loaded: Whether the stored item must be the one that was loaded.

    Returns:
        The write, not sent yet; None where ``persistence`` has to look closer, or nothing changed.

    Raises:
        InvalidValueError: A field holds what it cannot store.
    """
    mapper = _plain_mapper(instance.__class__)
    if mapper is None:
        return None
    state = instance._state
    if state.adding:
        item = None if as_loaded else _whole(instance, mapper)
        if item is None:
            return None
        return PutWrite(instance=instance, mapper=mapper, demands=NONE, item=item, condition=None)
    if state.__class__ is not ItemState:
        state = state_of(instance)
    stored = state.item
    if stored is None or state.unread or state.migrated is not None:
        return None
    write = _plain_update(instance, mapper, state, stored)
    if write is not None and as_loaded:
        return replace(write, demands=UNCHANGED, condition=unchanged(mapper, state))
    return write


def plain_item(instance: Any) -> Put | None:
    """The whole item of an object as it stands; None where ``contents`` has to look closer.

    Args:
        instance: The object, new or not.

    Raises:
        InvalidValueError: A field holds what it cannot store.
    """
    mapper = _plain_mapper(instance.__class__)
    return None if mapper is None else _whole(instance, mapper)


def prepares_alone(instance: Any) -> bool:
    """Whether the object alone says what is to be written: no field, counter or stored item is asked.

    Args:
        instance: An object of a DynamoDB model.
    """
    return _plain_mapper(instance.__class__) is not None and not instance.get_deferred_fields()


@lru_cache(maxsize=512)  # classes do not change
def _plain_mapper(model: Any) -> Mapper | None:
    """The mapper of a model whose saves store the fields as they stand, and nothing else; None of others."""
    meta = model._meta
    mapper: Mapper = meta.mapper
    adds = mapper.autoincrement or mapper.version or mapper.expires or mapper.templates or mapper.entity
    _, special = sources(meta.concrete_model)
    more = adds or special or meta.item_migrations.active or overrides(model, "to_item")
    return None if more else mapper


def _whole(instance: Any, mapper: Mapper) -> Put | None:
    values = vars(instance)
    if not PLAIN.issuperset(map(type, values.values())) and hold_expression(values):
        return None
    return mapper.dump_text(values, NOTHING)


def _plain_update(instance: Any, mapper: Mapper, state: ItemState, stored: Item) -> UpdateWrite | None:
    kept = mapper.table_codec.sift(vars(instance), stored)
    if not kept or not mapper.key_names.isdisjoint(kept):
        return None
    if not PLAIN.issuperset(map(type, kept.values())) and hold_expression(kept):
        return None
    change = find_change(mapper, mapper.dump(kept), stored, map(mapper.columns.__getitem__, kept), {})
    if not change.sets and not change.removes:
        return None
    snapshot = change.applied_to(stored)
    return UpdateWrite(
        instance=instance,
        mapper=mapper,
        demands=STORED,
        change=change,
        snapshot=snapshot,
        unread=frozenset(),
        condition=item_exists(mapper),
        most=most_bytes(state, snapshot, change.sets),
    )
