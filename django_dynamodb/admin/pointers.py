"""Reads the items that foreign keys of several rows point to together."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django_dynamodb.models.base import DynamoModelBase


def points_to_items(field: Any) -> bool:
    """Says whether a field points to items.

    Args:
        field: Any field.
    """
    return field.remote_field is not None and isinstance(field.remote_field.model, DynamoModelBase)


def attach(rows: Iterable[Any], field: Any) -> None:
    """Gives rows the objects they point to, by one BatchGetItem for 100 of them; one that is gone stays unread.

    Args:
        rows: Objects of one model.
        field: A foreign key of theirs to the key of a DynamoDB model.
    """
    pointing = [row for row in rows if getattr(row, field.attname) is not None and not field.is_cached(row)]
    keys = dict.fromkeys(getattr(row, field.attname) for row in pointing)
    found = field.remote_field.model._base_manager.in_bulk(keys) if keys else {}
    for row in pointing:
        if (target := found.get(getattr(row, field.attname))) is not None:
            field.set_cached_value(row, target)
