"""Tells which fields of a model want to see each assignment to an instance."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Field
from django.db.models.query_utils import DeferredAttribute


def watched(model: Any, fields: Iterable[Field[Any, Any]]) -> tuple[str, ...]:
    """Finds the fields whose value may not be put into ``__dict__`` past their class attribute, such as a file's.

    Args:
        model: A model class.
        fields: Fields of it. A foreign key only wants to see how the object it holds is replaced, so that the first
            value is none of its business.

    Returns:
        Their attnames.
    """
    found = []
    for field in fields:
        attribute = getattr(model, field.attname, None)
        plain = isinstance(attribute, DeferredAttribute) and (type(attribute) is DeferredAttribute or field.is_relation)
        if not plain and hasattr(type(attribute), "__set__"):
            found.append(field.attname)
    return tuple(found)
