"""Checks ``class Meta`` and the managers of a model."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django.core.checks import CheckMessage
from django.db.models.options import normalize_together

from django_dynamodb.checks.messages import error, warning
from django_dynamodb.models.entrances import Entrances
from django_dynamodb.models.index_manager import IndexManager
from django_dynamodb.models.queryset import QuerySet


def check_unique_together(model: Any) -> Iterator[CheckMessage]:
    """Looks for pairs that should be unique, beside the key, which is.

    Args:
        model: A DynamoDB model.

    Yields:
        E016.
    """
    declared = model._meta.dynamodb
    key = {declared.partition_key, declared.sort_key}
    for names in normalize_together(model._meta.original_attrs.get("unique_together", ())):
        if set(names) != key:
            yield error(
                "E016",
                f"Meta.unique_together has ({', '.join(names)}); DynamoDB keeps nothing unique but the key.",
                "Make them partition key and sort key, or keep a model of its own whose key they are.",
                model,
            )


def check_constraints(model: Any) -> Iterator[CheckMessage]:
    """Looks for constraints.

    Args:
        model: A DynamoDB model.

    Yields:
        E017.
    """
    for constraint in model._meta.constraints:
        yield error(
            "E017",
            f"Meta.constraints has {constraint.name!r} ({type(constraint).__name__}); DynamoDB has no constraints, "
            "and validating it would ask an SQL database.",
            "Test it in clean() or by validators, and guard a write with save(condition=Q(...)).",
            model,
        )


def check_indexes(model: Any) -> Iterator[CheckMessage]:
    """Looks for SQL indexes.

    Args:
        model: A DynamoDB model.

    Yields:
        E018.
    """
    for index in model._meta.indexes:
        yield error(
            "E018",
            f"Meta.indexes has {index.name!r}, which is an index of an SQL table.",
            "Write models.GlobalIndex or models.LocalIndex in Table.indexes.",
            model,
        )


def check_ordering(model: Any) -> list[CheckMessage]:
    """Checks that the ordering is the one the table has.

    Args:
        model: A DynamoDB model.

    Returns:
        E019, E020.
    """
    if model._meta.order_with_respect_to:
        return [
            error(
                "E020",
                "Meta.order_with_respect_to numbers items by SQL.",
                "Give the model a sort key, and set it yourself.",
                model,
            )
        ]
    ordering = list(model._meta.ordering)
    return [] if not ordering or _check_served(model, ordering) else [_ordering_error(model, ordering)]


def check_managers(model: Any) -> Iterator[CheckMessage]:
    """Checks that no manager would talk SQL.

    Args:
        model: A DynamoDB model.

    Yields:
        E021.
    """
    for manager in model._meta.managers:
        queries = manager._queryset_class
        if not (isinstance(manager, Entrances) and issubclass(queries, QuerySet)):
            yield error(
                "E021",
                f"The manager {manager.name!r} ({type(manager).__qualname__} of {queries.__qualname__}) is none of "
                "django_dynamodb.models: it would talk SQL, or lacks query() and scan().",
                "Derive it from django_dynamodb.models.Manager, or Manager.from_queryset(...) with a subclass of "
                "django_dynamodb.models.QuerySet.",
                model,
            )


def check_index_managers(model: Any) -> Iterator[CheckMessage]:
    """Checks that a manager of an index has its index, and is not the manager for everything.

    Args:
        model: A DynamoDB model.

    Yields:
        E030, W010.
    """
    known = [index.name for index in model._meta.dynamodb.indexes]
    for manager in model._meta.managers:
        if not isinstance(manager, IndexManager):
            continue
        if manager.index_name not in known:
            yield error(
                "E030",
                f"The manager {manager.name!r} reads index {manager.index_name!r}, which the table has not; it has: "
                f"{', '.join(known) or 'none'}.",
                "Name an index of Table.indexes, or declare it there.",
                model,
            )
        elif manager.name == model._meta.default_manager.name:
            yield warning(
                "W010",
                f"The manager {manager.name!r} of index {manager.index_name!r} is the model's default manager: what "
                "is not in the index is hidden from forms, the admin and relations, and nothing is found by its key.",
                "Declare objects = models.Manager() before it, or name another in Meta.default_manager_name.",
                model,
            )


CHECKS: Final = (
    check_unique_together,
    check_constraints,
    check_indexes,
    check_ordering,
    check_managers,
    check_index_managers,
)
"""What is checked of each model's options."""


def _check_served(model: Any, ordering: list[Any]) -> bool:
    """Whether the ordering is the sort key, or the whole key."""
    if not all(isinstance(name, str) for name in ordering):
        return False
    declared = model._meta.dynamodb
    names = [name.removeprefix("-") for name in ordering]
    if names[0] == declared.partition_key:
        names = names[1:]
    return declared.sort_key is not None and names in ([declared.sort_key], ["pk"])


def _ordering_error(model: Any, ordering: list[Any]) -> CheckMessage:
    """What order there is instead."""
    sort = model._meta.dynamodb.sort_key
    if sort is None:
        reason, hint = "a table without sort key has no order", "Remove it and sort in Python, or declare a sort key."
    else:
        reason, hint = f"partitions are ordered by {sort!r} alone", f"Write ordering = [{sort!r}] or ['-{sort}']."
    return error("E019", f"Meta.ordering is {ordering!r}; {reason}.", hint, model)
