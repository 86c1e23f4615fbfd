"""Puts together the one table of several models: they agree on the key, and each may add indexes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from django_dynamodb.tables.schema import IndexSchema, TableSchema


def shared_schema(models: Sequence[Any]) -> TableSchema:
    """The table of some models, with all their indexes and the one expiry among them.

    Args:
        models: The models of one table, none of which is a rival.

    Returns:
        The first one's own where a model is no entity.
    """
    first: TableSchema = models[0]._meta.table
    if not check_entities(models):
        return first
    schemas = [model._meta.table for model in models]
    indexes = {index.name: index for schema in schemas for index in schema.indexes}
    ttl = next((schema.ttl for schema in schemas if schema.ttl is not None), None)
    return replace(first, indexes=tuple(indexes.values()), ttl=ttl)


def rivals(models: Sequence[Any]) -> list[Any]:
    """The models that describe their table otherwise than those before them.

    Args:
        models: The models of one table.
    """
    first: TableSchema = models[0]._meta.table
    if not check_entities(models):
        return [model for model in models if model._meta.table != first]
    return list(_rival_entities(models))


def check_entities(models: Sequence[Any]) -> bool:
    """Whether each of the models is an entity, so that their tables need only agree."""
    return all(model._meta.dynamodb.entity for model in models)


def _rival_entities(models: Sequence[Any]) -> Iterator[Any]:
    """The entities whose key, billing, stream, expiry or index differs from an earlier one's."""
    first: TableSchema = models[0]._meta.table
    indexes: dict[str, IndexSchema] = {}
    ttl: str | None = None
    for model in models:
        schema: TableSchema = model._meta.table
        alike = replace(schema, indexes=(), ttl=None) == replace(first, indexes=(), ttl=None)
        alike = alike and (ttl is None or schema.ttl in {None, ttl})
        if not alike or any(indexes.setdefault(index.name, index) != index for index in schema.indexes):
            yield model
        ttl = ttl or schema.ttl


def check_alike(first: Any, other: Any) -> bool:
    """Whether two models have one key, and tell their items apart by one attribute.

    Args:
        first: The ``_meta`` of a model.
        other: That of another of the same table.
    """
    same_key: bool = first.table.keys == other.table.keys
    return same_key and first.dynamodb.entity_attribute == other.dynamodb.entity_attribute
