"""Makes new instances without the work of Django's constructor, where nobody could notice.

Django's asks every field, and assigns every value, one by one. Here the values become the instance's ``__dict__`` at
once, gathered by a function that is written for each model.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeAlias

from django.db.models import Model as DjangoModel
from django.db.models import signals
from django.db.models.base import DEFERRED

from django_dynamodb.models.descriptors import watched
from django_dynamodb.models.state import ItemState

Gather: TypeAlias = Callable[[dict[str, Any]], dict[str, Any]]
"""Keywords → attributes of a new instance."""


class Constructed:
    """Stands before Django's model in the order of classes, and does its constructor's work the short way or not."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        values = None if args else _gathered(type(self), kwargs)
        if values is None:
            super().__init__(*args, **kwargs)
        elif before := self.__dict__:  # a constructor of the model's own has set something
            before.update(values)
        else:
            self.__dict__ = values


def is_listened_to(model: Any) -> bool:
    """Whether somebody wants to hear of new instances of a model."""
    before, after = signals.pre_init, signals.post_init
    if not before.receivers and not after.receivers:
        return False
    return before.has_listeners(model) or after.has_listeners(model)


@lru_cache(maxsize=512)  # the order of classes never changes
def constructs_further(model: Any) -> bool:
    """Whether a class after this package's has a constructor of its own, which ``super()`` comes to."""
    after = model.__mro__[model.__mro__.index(Constructed) + 1 :]
    return any("__init__" in vars(base) for base in after if base not in {DjangoModel, object})


def gatherer(model: Any) -> tuple[Gather, frozenset[str]] | None:
    """Compiles the function of a model.

    Args:
        model: A DynamoDB model class, with all its fields.

    Returns:
        The function, and the keywords it takes; None where only Django's constructor does: of an abstract model, or
        where a class or a field wants to see each assignment.
    """
    fields = [field for field in model._meta.fields if field.column is not None and not field.generated]
    if model._meta.abstract or model.__setattr__ is not object.__setattr__ or watched(model, fields):
        return None
    names: dict[str, Any] = {"State": ItemState}
    lines = ["def gather(given):", "    return {", "        '_state': State(),"]
    for number, field in enumerate(fields):
        attname, names[f"default{number}"] = field.attname, field.get_default
        lines.append(f"        {attname!r}: given[{attname!r}] if {attname!r} in given else default{number}(),")
    exec("\n".join([*lines, "    }"]), names)  # noqa: S102 - written above, from names of Python and by reference
    return names["gather"], frozenset(field.attname for field in fields)


def _gathered(model: Any, given: dict[str, Any]) -> dict[str, Any] | None:
    """The attributes of a new instance, in ``given`` itself if all are there; None where Django's has to make them."""
    made = model._meta.gatherer
    if made is None or constructs_further(model) or is_listened_to(model):
        return None
    gather, attnames = made
    if not given.keys() <= attnames:  # an object for a foreign key, a property, or what is unknown
        return None
    for value in given.values():
        if value is DEFERRED:
            return None
    if len(given) != len(attnames):
        gathered: dict[str, Any] = gather(given)
        return gathered
    given["_state"] = ItemState()
    return given
