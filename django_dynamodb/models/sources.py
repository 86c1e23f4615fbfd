"""Tells which values stand in an instance as they are to be written, and which a field has to be asked for."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

from django.db.models import DateField, DateTimeField, Field, TimeField
from django.db.models.query_utils import DeferredAttribute

STAMPING: Final = (DateField.pre_save, DateTimeField.pre_save, TimeField.pre_save)
"""What ``Field.pre_save`` becomes for the sake of ``auto_now`` and ``auto_now_add``; without them, it is the same."""


@lru_cache(maxsize=512)  # asking each field at each save takes longer than encoding its value
def sources(model: Any) -> tuple[tuple[str, ...], tuple[Field[Any, Any], ...]]:
    """Sorts the fields of a model.

    Args:
        model: A DynamoDB model class, with all its fields.

    Returns:
        The attnames of fields whose value is what ``__dict__`` holds; and the fields that do something of their own
        before a save, such as ``auto_now``, or whose class attribute sees each access, such as a file's.
    """
    fields: tuple[Field[Any, Any], ...] = model._meta.mapper.fields
    plain = tuple(field.attname for field in fields if _stands_there(model, field))
    return plain, tuple(field for field in fields if field.attname not in plain)


def _stands_there(model: Any, field: Field[Any, Any]) -> bool:
    """Whether asking the field, or the instance, would give what ``__dict__`` holds."""
    own = type(field).pre_save
    if own is not Field.pre_save and not (own in STAMPING and not (field.auto_now or field.auto_now_add)):  # type: ignore[attr-defined]  # those of dates have both
        return False
    attribute = getattr(model, field.attname, None)
    return getattr(type(attribute), "__get__", None) is DeferredAttribute.__get__
