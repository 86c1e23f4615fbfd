"""Reads a stored object again, whole or in part, and renews its snapshot."""

from __future__ import annotations

from typing import Any

from django_dynamodb.exceptions import UnsupportedError
from django_dynamodb.models.mapper import column
from django_dynamodb.models.state import ItemState, mark_migrated, mark_stored, state_of


def refresh(instance: Any, queryset: Any, names: set[str] | None) -> None:
    """Reads the object by its key, consistently, and takes over what was read.

    Args:
        instance: The object.
        queryset: The query set to read through.
        names: The fields to read, names or attnames; None for all that are loaded.

    Raises:
        Model.DoesNotExist: The item is gone.
    """
    names = _forget_prefetched(instance, names)
    if names is not None and not names:
        return
    values = instance._dynamo_key_values()
    queryset = queryset.consistent().filter(pk=values if len(values) > 1 else values[0])
    deferred = instance.get_deferred_fields()
    if names is not None and names <= deferred:
        queryset = queryset.with_expired()  # the rest of an object that was read already
        together = state_of(instance).together
        names |= together & deferred if names & together else frozenset()  # one call reads the whole item anyway
    if names is not None:
        queryset = queryset.only(*names)
    elif deferred:
        queryset = queryset.only(*(vars(instance).keys() & instance._meta.mapper.by_attname.keys()))
    _take_over(instance, queryset.get(), names)


def _forget_prefetched(instance: Any, names: set[str] | None) -> set[str] | None:
    """Drops prefetched lists; returns the names that are fields."""
    if names is None:
        instance._prefetched_objects_cache = {}
        return None
    prefetched = getattr(instance, "_prefetched_objects_cache", {})
    lists = names & set(prefetched)
    for name in lists:
        del prefetched[name]
    return names - lists


def _take_over(instance: Any, fresh: Any, names: set[str] | None) -> None:
    """Copies the values and the part of the snapshot they came from."""
    state, new = state_of(instance), state_of(fresh)
    mapper = instance._meta.mapper
    read = [field for field in instance._meta.concrete_fields if field.attname in vars(fresh)]
    if names is not None:  # more may have been read: the version, and of items that may have to be migrated everything
        _refuse_two_versions(mapper.label, state, new)
        wanted = names | {*mapper.key_attnames}
        read = [field for field in read if not wanted.isdisjoint({field.name, field.attname})]
    for field in read:
        setattr(instance, field.attname, vars(fresh)[field.attname])
        if field.is_relation and field.is_cached(instance):
            field.delete_cached_value(instance)
    for relation in instance._meta.related_objects:
        if (names is None or relation.name in names) and relation.is_cached(instance):
            relation.delete_cached_value(instance)
    columns = {column(field) for field in read}
    if names is None and not new.unread:
        if new.migrated is None:
            mark_stored(instance, new.item or {})
        else:
            mark_migrated(instance, new.item or {}, new.migrated)
        return
    kept = {name: av for name, av in (state.item or {}).items() if name not in columns}
    found = {name: av for name, av in (new.item or {}).items() if name in columns or not mapper.check_stores(name)}
    mark_stored(instance, {**kept, **found}, state.unread - columns)


def _refuse_two_versions(label: str, *states: ItemState) -> None:
    """A snapshot is of one version; some fields of another do not fit in."""
    if any(state.migrated is not None for state in states):
        raise UnsupportedError(
            f"{label}: the item was migrated while it was loaded, so it is refreshed as a whole only: call "
            "refresh_from_db() without fields, or save the object first."
        )
