"""Builds model instances from items: the fast way where Django's constructor would do nothing more, else through it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from django.db.models import Model as DjangoModel
from django.db.models.base import DEFERRED
from django.db.models.signals import post_init, pre_init

from django_dynamodb.exceptions import InvalidValueError
from django_dynamodb.models.constructor import Constructed, constructs_further, is_listened_to
from django_dynamodb.models.descriptors import watched
from django_dynamodb.models.hooks import overrides
from django_dynamodb.models.migrating import migrating
from django_dynamodb.models.state import ItemState, mark_stored, state_of
from django_dynamodb.types import Item, TextBuild, ValuesBuild

Build = Callable[[Item], Any]


def builder(
    model: Any,
    only: frozenset[str] | None = None,
    *,
    tracked: bool = True,
    together: frozenset[str] = frozenset(),
) -> Build:
    """The function that makes an instance of ``model`` out of an item.

    Args:
        model: A DynamoDB model class.
        only: The attnames that were asked for; None for all. The others stay deferred.
        together: The attnames among the others that one access loads all at once.
        tracked: Whether to keep the item as the snapshot; without it a save writes every field.
    """
    if only is None and tracked:
        plain = _plain_builder(model)
        if plain is not None and not ((pre_init.receivers or post_init.receivers) and is_listened_to(model)):
            return plain
    entity = model._meta.mapper.entity
    if entity is not None and len(entity.family) > 1:
        return _by_entity(model, only, tracked=tracked, together=together)
    return _builder_of(model, only, tracked=tracked, together=together)


@lru_cache(maxsize=512)  # finding it takes longer than the rest of what stands around a GetItem
def _plain_builder(model: Any) -> Build | None:
    """The builder of whole objects of a model that has nothing special, but perhaps listeners; else None."""
    meta = model._meta
    special = meta.mapper.entity is not None or meta.item_migrations.active or overrides(model, "from_item")
    return None if special or constructs_otherwise(model) else fast_builder(model, None)


def _builder_of(model: Any, only: frozenset[str] | None, *, tracked: bool, together: frozenset[str]) -> Build:
    """The builder of one class alone."""
    if overrides(model, "from_item"):
        build = _whole_items_only(model, only, together)
    else:
        make = slow_builder if needs_constructor(model) else fast_builder
        build = make(model, only, together)
    return migrating(model, build if tracked else _forgetting(build))


def needs_constructor(model: Any) -> bool:
    """Whether skipping ``Model.__init__`` could be noticed: overridden, or listened to."""
    return is_listened_to(model) or constructs_otherwise(model)


@lru_cache(maxsize=512)  # classes do not change
def constructs_otherwise(model: Any) -> bool:
    """Whether a model has a constructor of its own, or another that makes what is loaded."""
    return (
        model.__init__ is not Constructed.__init__
        or constructs_further(model)
        or model.from_db.__func__ is not DjangoModel.from_db.__func__  # type: ignore[attr-defined]
    )


@lru_cache(maxsize=512)  # compiling takes 8 µs; a project has fewer models and sets of fields than this
def fast_builder(model: Any, only: frozenset[str] | None, together: frozenset[str] = frozenset()) -> Build:
    """Fills ``__dict__`` at once; the snapshot of an item that comes with its text is the text."""
    mapper = model._meta.mapper
    load = mapper.table_codec.load
    unread = _unread(mapper, only)
    dropped = tuple(mapper.by_attname.keys() - only) if only is not None else ()
    loaded = [field for field in mapper.fields if only is None or field.attname in only]
    through_class = watched(model, loaded)
    special = bool(dropped or unread or together or through_class)
    new = model.__new__

    def fill(values: dict[str, Any], text: str | bytes | None) -> Any:
        for attname in dropped:
            del values[attname]
        instance = new(model)
        state = values["_state"] = ItemState()
        state.adding = False
        state.text = text
        instance.__dict__ = values
        if special:
            _complete(instance, unread, together, through_class)
        return instance

    def build(item: Item, text: str | bytes | None) -> Any:
        try:
            values = load(item)
        except InvalidValueError as error:
            raise mapper.located(error) from error
        if special:
            instance = fill(values, text)
        else:  # the same, without a call for each item
            instance = new(model)
            state = values["_state"] = ItemState()
            state.adding = False
            state.text = text
            instance.__dict__ = values
        if text is None:
            values["_state"]._item = item  # as ``state.item = item`` does to a new state
        return instance

    return TextBuild(build, ValuesBuild(mapper.table_codec, fill))


def _complete(instance: Any, unread: frozenset[str], together: frozenset[str], through_class: Iterable[str]) -> None:
    """Says what the instance lacks, and hands values to the fields whose class wants to see them."""
    state, values = instance._state, vars(instance)
    if unread:
        state.unread = unread
    if together:
        state.together = together
    for attname in through_class:
        setattr(instance, attname, values.pop(attname))


def slow_builder(model: Any, only: frozenset[str] | None, together: frozenset[str] = frozenset()) -> Build:
    """Goes through ``Model.from_db`` and so through ``__init__`` and its signals."""
    mapper = model._meta.mapper
    attnames = [field.attname for field in model._meta.concrete_fields]
    unread = _unread(mapper, only)

    def build(item: Item) -> Any:
        values = mapper.load(item)
        row = [values[name] if only is None or name in only else DEFERRED for name in attnames]
        instance = model.from_db(None, attnames, row)
        mark_stored(instance, item, unread)
        state_of(instance).together = together
        return instance

    return build


def _by_entity(model: Any, only: frozenset[str] | None, *, tracked: bool, together: frozenset[str]) -> Build:
    """Builds each item as what it says it is: the model, or a subclass."""
    entity, builds = model._meta.mapper.entity, dict[Any, Build]()

    def build(item: Item, text: str | bytes | None) -> Any:
        kind = entity.model_of(item, model)
        made = builds.get(kind)
        if made is None:
            made = builds[kind] = _builder_of(kind, only, tracked=tracked, together=together)
        return made.build(item, text) if isinstance(made, TextBuild) else made(item)

    return TextBuild(build)


def _forgetting(build: Build) -> Build:
    """Builds without keeping the snapshot: less memory, no conflict detection."""

    def build_untracked(item: Item) -> Any:
        instance = build(item)
        instance._state.item = None
        return instance

    return build_untracked


def _whole_items_only(model: Any, only: frozenset[str] | None, together: frozenset[str]) -> Build:
    """The model maps items by itself (SEED row 15); a part of an item is not for it."""
    if only is not None:
        return slow_builder(model, only, together)

    def build(item: Item) -> Any:
        instance = model.from_item(item)
        mark_stored(instance, item)  # the raw one, whatever from_item made of it: conflicts are found on that
        return instance

    return build


def _unread(mapper: Any, only: frozenset[str] | None) -> frozenset[str]:
    if only is None:
        return frozenset()
    return frozenset(field.column for field in mapper.fields if field.attname not in only)
