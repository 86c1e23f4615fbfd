"""Lets a model inherit from one that has a table, and share it: its fields are copied, as from an abstract class.

Django would give the subclass a table of its own and a link to its base, to be joined. Here both are entities of one
table, and each class has all the fields of its items.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db.models.base import subclass_exception

from django_dynamodb.exceptions import SchemaError

EXCEPTIONS = ("DoesNotExist", "MultipleObjectsReturned")
"""What a model's own errors are called; those of a subclass are also its base class's."""


def shared_base(bases: Sequence[Any]) -> Any | None:
    """The one base class whose table a model shares.

    Args:
        bases: The base classes of a model that is no proxy.

    Returns:
        A model that is an entity; None without one.

    Raises:
        SchemaError: There are two, or it is a proxy.
    """
    metas = [base._meta for base in bases if hasattr(base, "_meta")]
    ours = [meta for meta in metas if not meta.abstract and hasattr(meta, "dynamodb")]
    found = [meta for meta in ours if meta.dynamodb.entity is not None]
    if len(found) > 1 or (found and found[0].proxy):
        names = " and ".join(meta.label for meta in found)
        raise SchemaError(f"{names}: a model shares the table of one base class, which is no proxy; inherit from one.")
    return found[0].model if found else None


@contextmanager
def fields_copied_from(base: Any) -> Iterator[None]:
    """Within the block, Django's metaclass takes a base class for abstract, and copies its fields.

    Args:
        base: A model with a table.
    """
    base._meta.abstract = True
    try:
        yield
    finally:
        base._meta.abstract = False


def with_exceptions_of(model: Any, base: Any) -> Any:
    """Makes a model's own errors those of its base class too, and takes over its ordering.

    Args:
        model: The new model.
        base: The class whose table it shares.
    """
    for name in EXCEPTIONS:
        made = subclass_exception(name, (getattr(base, name),), model.__module__, attached_to=model)
        setattr(model, name, made)
    for option in ("ordering", "get_latest_by"):
        if option not in model._meta.original_attrs:
            setattr(model._meta, option, getattr(base._meta, option))
    return model
