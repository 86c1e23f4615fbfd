"""Checks relations from DynamoDB models and to them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

from django.core.checks import CheckMessage
from django.db.models import DO_NOTHING

from django_dynamodb.checks.messages import error, warning
from django_dynamodb.models.base import DynamoModelBase


def check_model(model: Any) -> Iterator[CheckMessage]:
    """Checks the foreign keys of a DynamoDB model.

    Args:
        model: A DynamoDB model.

    Yields:
        E022, W007.
    """
    for field in model._meta.local_fields:
        relation = field.remote_field
        if relation is None or isinstance(relation.model, str):
            continue
        if relation.on_delete is not DO_NOTHING:
            yield _on_delete_error(field)
        if getattr(field, "db_constraint", False):
            yield warning(
                "W007",
                f"{field.name} has db_constraint=True, but no database sees to it that its target exists.",
                "Write db_constraint=False.",
                field,
            )


def check_sql_model(model: Any) -> Iterator[CheckMessage]:
    """Looks for relations from an SQL model to a DynamoDB model.

    Args:
        model: A model that is not in DynamoDB.

    Yields:
        E023.
    """
    meta = model._meta
    for field in chain(meta.local_fields, meta.local_many_to_many, meta.private_fields):
        target = getattr(getattr(field, "remote_field", None), "model", None)
        if isinstance(target, DynamoModelBase):
            label = target._meta.label  # type: ignore[attr-defined]  # a metaclass does not show what it adds
            yield error(
                "E023",
                f"{field.name} ({type(field).__name__}) leads from an SQL table to {label}, which is in DynamoDB; no "
                "migration can make that.",
                "Store the key: a CharField with the object's pk, read with objects.get(pk=...).",
                field,
            )


def _on_delete_error(field: Any) -> CheckMessage:
    """What would happen depends on where the target is."""
    target = field.remote_field.model
    action = getattr(field.remote_field.on_delete, "__name__", "that function")
    if isinstance(target, DynamoModelBase):
        consequence = "deleting the target leaves this model's items as they are"
    else:
        consequence = f"deleting a {target._meta.label} would run SQL on a table that is in DynamoDB, and fail"
    return error(
        "E022",
        f"{field.name} has on_delete={action}; {consequence}.",
        "Write on_delete=models.DO_NOTHING, and delete the items yourself, in a receiver of pre_delete for instance.",
        field,
    )
