"""Puts migrations between an item that was read and what is built from it; the snapshot stays the item as stored."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django_dynamodb.exceptions import UnsupportedError
from django_dynamodb.models.migrations import ItemMigrations
from django_dynamodb.models.state import mark_migrated
from django_dynamodb.types import Item, TextBuild

Build = Callable[[Item], Any]


def migrating(model: Any, build: Build) -> Build:
    """The builder of instances that takes items of every version; the same one where a model has no versions.

    Args:
        model: A DynamoDB model.
        build: Makes an instance of an item of the present version.
    """
    migrations: ItemMigrations = model._meta.item_migrations
    if not migrations.active:
        return build
    migrate = migrations.migrated

    def build_migrated(item: Item, migrated: Item) -> Any:
        instance = build(migrated)
        mark_migrated(instance, item, migrated)
        return instance

    if isinstance(build, TextBuild):
        from_text = build.build

        def build_with_text(item: Item, text: str | bytes | None) -> Any:
            migrated = migrate(item)
            return from_text(item, text) if migrated is item else build_migrated(item, migrated)

        return TextBuild(build_with_text)

    def build_any(item: Item) -> Any:
        migrated = migrate(item)
        return build(item) if migrated is item else build_migrated(item, migrated)

    return build_any


def values_loader(queryset: Any) -> Callable[[Item], dict[str, Any]]:
    """Makes of what a query set reads the values of the fields, whatever the version of each item.

    Args:
        queryset: A query set of a DynamoDB model.
    """
    mapper, migrations = queryset.model._meta.mapper, queryset.model._meta.item_migrations
    if not needs_whole_items(queryset):
        return mapper.load  # type: ignore[no-any-return]  # a mapper's method
    return lambda item: mapper.load(migrations.migrated(item))


def needs_whole_items(queryset: Any) -> bool:
    """Whether a query set may have to migrate what it reads; keys alone never change.

    Args:
        queryset: A query set of a DynamoDB model.
    """
    meta, query = queryset.model._meta, queryset.query
    if not meta.item_migrations.active:
        return False
    return not query.values_select or not query._attnames(query.values_select) <= {*meta.mapper.key_attnames}


def refuse_parts(model: Any, index: str | None, held: frozenset[str] | None) -> None:
    """A part of an item has no version that could be told, and nothing to migrate from.

    Args:
        model: A DynamoDB model whose items have versions.
        index: The index that is read.
        held: The attributes that it holds; None for all.

    Raises:
        UnsupportedError: It holds a part.
    """
    if held is not None:
        raise UnsupportedError(
            f"{model._meta.label}: index {index!r} holds a part of each item, and a part cannot be migrated. Read the "
            'keys by values_list("pk", flat=True) and the objects by get_batch(keys), or project everything.'
        )
