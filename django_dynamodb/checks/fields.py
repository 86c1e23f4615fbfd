"""Checks the fields of a model for promises that DynamoDB cannot keep."""

from __future__ import annotations

from collections.abc import Iterator
from inspect import Parameter, signature
from typing import Any, Final

from django.core.checks import CheckMessage
from django.db.models import NOT_PROVIDED, AutoField, ForeignKey, SlugField

from django_dynamodb.checks.messages import error, warning
from django_dynamodb.models.base import Model
from django_dynamodb.models.entrances import Entrances
from django_dynamodb.models.fields.version import VersionField
from django_dynamodb.models.keys import CompositeKey
from django_dynamodb.models.queryset import QuerySet

USED: Final = {"objects", "_base_manager", "_default_manager", "_state"}
"""Attributes that classes and instances get from Django beside those of ``Model``."""

RESERVED: Final = {name for name in dir(Model) if not name.startswith("__")} | USED
"""Attributes of every model, which a field of that name would hide."""

OPTIONS: Final = {
    name
    for method in (Entrances.query, QuerySet.scan)
    for name, parameter in signature(method).parameters.items()
    if parameter.kind is Parameter.KEYWORD_ONLY
}
"""Options of ``query()`` and ``scan()``, which come before lookups."""

UNIQUE_FOR: Final = ("unique_for_date", "unique_for_month", "unique_for_year")


def check_names(model: Any) -> Iterator[CheckMessage]:
    """Looks for fields named like something else.

    Args:
        model: A DynamoDB model.

    Yields:
        E009, W006.
    """
    for field in _fields(model):
        if hidden := sorted({field.name, field.attname} & RESERVED):
            yield error(
                "E009",
                f"The field's name hides {hidden[0]!r}, an attribute that every model has and needs.",
                f"Rename the field; db_column={field.column!r} keeps the name of the stored attribute.",
                field,
            )
        if field.name in OPTIONS:
            yield warning(
                "W006",
                f"query({field.name}=...) and scan({field.name}=...) mean the option of that name, not the field.",
                f"Write {field.name}__exact=... there, or rename the field.",
                field,
            )


def check_auto_fields(model: Any) -> Iterator[CheckMessage]:
    """Looks for keys that SQL would number.

    Args:
        model: A DynamoDB model.

    Yields:
        E010.
    """
    for field in _fields(model):
        if isinstance(field, AutoField):
            yield error(
                "E010",
                f"{type(field).__name__} is numbered by an SQL database.",
                "Use models.AutoIncrementField(primary_key=True), or UUIDField(primary_key=True, default=uuid.uuid4).",
                field,
            )


def check_unique(model: Any) -> Iterator[CheckMessage]:
    """Looks for values that should be unique.

    Args:
        model: A DynamoDB model.

    Yields:
        E011, E012.
    """
    for field in _fields(model):
        if field.unique and not field.primary_key:
            what = "is a OneToOneField, hence unique" if field.one_to_one else "has unique=True"
            yield error(
                "E011",
                f"{field.name} {what}; DynamoDB keeps nothing unique but the key.",
                "Make it the key, or keep a model whose key is the value and save that first, with force_insert=True.",
                field,
            )
        if named := [option for option in UNIQUE_FOR if getattr(field, option)]:
            yield error(
                "E012",
                f"{field.name} has {named[0]}, which nothing can test on DynamoDB.",
                "Make date and value the key, or test it in the model's clean().",
                field,
            )


def check_computed(model: Any) -> Iterator[CheckMessage]:
    """Looks for values that SQL would compute.

    Args:
        model: A DynamoDB model.

    Yields:
        E013, E014.
    """
    for field in _fields(model):
        if field.db_default is not NOT_PROVIDED:
            yield error("E013", f"{field.name} has db_default; DynamoDB has no defaults.", "Use default=.", field)
        if field.generated:
            yield error(
                "E014",
                f"{field.name} is a GeneratedField; DynamoDB computes nothing.",
                "Set the value in the model's save(), or make it a property.",
                field,
            )


def check_many_to_many(model: Any) -> Iterator[CheckMessage]:
    """Looks for many-to-many relations, which need a join.

    Args:
        model: A DynamoDB model.

    Yields:
        E015.
    """
    for field in model._meta.local_many_to_many:
        yield error(
            "E015",
            f"{field.name} is a ManyToManyField; DynamoDB joins no tables.",
            "Hold the keys in a StringSetField or NumberSetField, or make a model with both keys as partition key "
            "and sort key.",
            field,
        )


def check_db_index(model: Any) -> Iterator[CheckMessage]:
    """Looks for indexes asked for in SQL's way; slugs and foreign keys have that by default and mean nothing by it.

    Args:
        model: A DynamoDB model.

    Yields:
        W005.
    """
    for field in _fields(model):
        if field.db_index and not isinstance(field, ForeignKey | SlugField):
            yield warning(
                "W005",
                f"{field.name} has db_index=True, which makes no index on DynamoDB.",
                f'Add models.GlobalIndex("by_{field.name}", "{field.name}") to Table.indexes.',
                field,
            )


def check_versions(model: Any) -> Iterator[CheckMessage]:
    """Looks for version fields that cannot do their work.

    Args:
        model: A DynamoDB model.

    Yields:
        E024, E025.
    """
    found = [field for field in _fields(model) if isinstance(field, VersionField)]
    declared = model._meta.dynamodb
    for field in found[1:]:
        yield error(
            "E024",
            f"{field.name} is a second VersionField beside {found[0].name}; an item has one version.",
            "Remove one of the two, or make it an IntegerField.",
            field,
        )
    for field in found:
        in_key = field.name in {declared.partition_key, declared.sort_key}
        if in_key or field.null:
            yield error(
                "E025",
                f"{field.name} is a VersionField and {'part of the key' if in_key else 'has null=True'}; a version "
                "changes with every write and is always a number.",
                "Use another field as key." if in_key else "Remove null=True: 0 stands for no version yet.",
                field,
            )


CHECKS: Final = (
    check_names,
    check_auto_fields,
    check_unique,
    check_computed,
    check_many_to_many,
    check_db_index,
    check_versions,
)
"""What is checked of each model's fields."""


def _fields(model: Any) -> list[Any]:
    """The fields as declared, without the packed key that stands for two of them."""
    return [field for field in model._meta.local_fields if not isinstance(field, CompositeKey)]
