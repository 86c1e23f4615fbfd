"""Checks what a model says of the versions of its items."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django.core.checks import CheckMessage

from django_dynamodb.checks.messages import error
from django_dynamodb.models.mapper import column
from django_dynamodb.models.migrations import ItemMigrations


def check_version_attribute(model: Any) -> Iterator[CheckMessage]:
    """Checks that the version attribute is free for the version.

    Args:
        model: A DynamoDB model.

    Yields:
        E040.
    """
    name = model._meta.dynamodb.item_version
    if name is None:
        return
    taken = [field.name for field in model._meta.local_fields if name in {field.name, column(field)}]
    if not isinstance(name, str) or not name:
        what = f"Table.item_version is {name!r}, which is no name of an attribute."
    elif taken:
        what = f"Table.item_version is {name!r}, the attribute of the field {taken[0]!r}; saves would write both there."
    else:
        return
    yield error(
        "E040", what, 'Name an attribute that no field is stored in, such as "item_version"; it needs no field.', model
    )


def check_migrations(model: Any) -> Iterator[CheckMessage]:
    """Checks that every version of the items can be told and reached.

    Args:
        model: A DynamoDB model.

    Yields:
        E041.
    """
    migrations: ItemMigrations = model._meta.item_migrations
    for fault in migrations.faults:
        yield error(
            "E041",
            f"The migrations of its items cannot work: {fault}",
            "Declare @models.migration(Model, version) for each version but the first; and Table.item_version, or "
            "@models.detection(Model, version) for each version.",
            model,
        )


CHECKS: Final = (check_version_attribute, check_migrations)
"""What is checked of the versions of each model's items."""
