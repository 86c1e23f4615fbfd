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

Gatherer: TypeAlias = tuple[Gather, frozenset[str]]
"""The function of a model, and the keywords it takes."""

_before, _after = signals.pre_init, signals.post_init


class Constructed:
    """Stands before Django's model in the order of classes, and does its constructor's work the short way or not."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        made = None if args else type(self)._meta.gatherer  # type: ignore[attr-defined]  # every model has options
        values = None if made is None else _gathered(type(self), made, kwargs)
        if values is None:
            super().__init__(*args, **kwargs)
        elif before := self.__dict__:  # a constructor of the model's own has set something
            before.update(values)
        else:
            self.__dict__ = values


def is_listened_to(model: Any) -> bool:
    """Whether somebody wants to hear of new instances of a model."""
    if not _before.receivers and not _after.receivers:
        return False
    return _before.has_listeners(model) or _after.has_listeners(model)


@lru_cache(maxsize=512)  # the order of classes never changes
def constructs_further(model: Any) -> bool:
    """Whether a class after this package's has a constructor of its own, which ``super()`` comes to."""
    after = model.__mro__[model.__mro__.index(Constructed) + 1 :]
    return any("__init__" in vars(base) for base in after if base not in {DjangoModel, object})


def gatherer(model: Any) -> Gatherer | None:
    """Compiles the function of a model.

    Args:
        model: A DynamoDB model class, with all its fields.

    Returns:
        The function, and the keywords it takes; None where only Django's constructor does: of an abstract model, or
        where a class or a field wants to see each assignment, or a class has more to construct.
    """
    fields = [field for field in model._meta.fields if field.column is not None and not field.generated]
    sees = model.__setattr__ is not object.__setattr__ or watched(model, fields)
    if model._meta.abstract or sees or constructs_further(model):
        return None
    names: dict[str, Any] = {"State": ItemState}
    lines = ["def gather(given):", "    return {", "        '_state': State(),"]
    for number, field in enumerate(fields):
        attname, names[f"default{number}"] = field.attname, field.get_default
        lines.append(f"        {attname!r}: given[{attname!r}] if {attname!r} in given else default{number}(),")
    exec("\n".join([*lines, "    }"]), names)  # noqa: S102 - written above, from names of Python and by reference
    return names["gather"], frozenset(field.attname for field in fields)


def _gathered(model: Any, made: Gatherer, given: dict[str, Any]) -> dict[str, Any] | None:
    """The attributes of a new instance, in ``given`` itself if all are there; None where Django's has to make them."""
    if (_before.receivers or _after.receivers) and is_listened_to(model):
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
