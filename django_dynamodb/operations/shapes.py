"""Remembers the JSON of updates that differ in their keys and values alone, as those of one line of a project do.

What is remembered was written by the general way at first, so there is nothing to keep alike; a property test holds
the two together all the same.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Final

from django_dynamodb.codec.text import json_text
from django_dynamodb.expressions.conditions import And, Compare, Condition, Exists, Holds, NotExists
from django_dynamodb.expressions.paths import Path
from django_dynamodb.expressions.placeholders import Placeholders
from django_dynamodb.expressions.updates import AnyUpdate, SetValues
from django_dynamodb.types import AttributeValue, Payload

KNOWN: Final = 1024
"""Shapes that are remembered; a project has as many as combinations of fields that it changes at once."""

_texts: Final[dict[object, str]] = {}


def update_text(
    update: AnyUpdate | None,
    condition: Condition | None,
    options: tuple[object, ...],
    write: Callable[[], Payload],
) -> tuple[str, dict[str, AttributeValue]] | None:
    """The members of a request that its shape decides, and the values.

    Args:
        update: The changes.
        condition: What must hold of the stored item.
        options: What else decides the text.
        write: Makes these members, values included, by the general way.

    Returns:
        Their JSON without braces, and the values by placeholder; None where more than names and values decides the
        text: what the service computes, and conditions but those that an object is stored, and stored as it was.
    """
    if type(update) is SetValues and type(condition) is Exists:  # as most updates are
        names = tuple(update.values)
        shape: object = (names, condition.path.steps, options)
        values = dict(zip(_placeholders(len(names)), update.values.values(), strict=True))
        return _texts.get(shape) or _written(shape, write), values
    if update is None or update.adds or update.deletes:
        return None
    placeholders = Placeholders()
    sets = _sets_of(update, placeholders)
    demanded = None if sets is None or condition is None else _shape_of(condition, placeholders)
    if sets is None or (condition is not None and demanded is None):
        return None
    shape = (sets, tuple([path.steps for path in update.removes]), demanded, options)
    return _texts.get(shape) or _written(shape, write), placeholders.values()


def _written(shape: object, write: Callable[[], Payload]) -> str:
    """Writes the text of a shape, and remembers it; it may be empty."""
    members = write()
    members.pop("ExpressionAttributeValues", None)
    if len(_texts) >= KNOWN:
        _texts.clear()
    text = _texts[shape] = json_text(members)[1:-1]
    return text


@lru_cache(maxsize=512)  # an item has few attributes
def _placeholders(many: int) -> tuple[str, ...]:
    """Those of so many values that share none."""
    placeholders = Placeholders()
    return tuple([placeholders.own({}) for _ in range(many)])


def _sets_of(update: AnyUpdate, placeholders: Placeholders) -> tuple[object, ...] | None:
    """What decides the text of the values that are set beside the values; None where more does."""
    if type(update) is SetValues:
        for value in update.values.values():
            placeholders.own(value)
        return tuple(update.values)
    found: list[tuple[object, str]] = []
    for action in update.sets:
        if not isinstance(action.value, dict):
            return None
        found.append((action.path.steps, placeholders.value(action.value)))
    return tuple(found)


def _shape_of(condition: Condition, placeholders: Placeholders) -> object | None:
    """What decides the text of a condition beside its values, which are noted in the order of the text."""
    if type(condition) is Compare:
        path, operand = condition.path, condition.operand
        plain = isinstance(path, Path) and isinstance(operand, dict)
        return (path.steps, condition.operator, placeholders.value(operand)) if plain else None  # type: ignore[union-attr, arg-type]  # as plain says
    if type(condition) is Holds:
        for value in condition.values.values():
            placeholders.own(value)
        return Holds, condition.key, tuple(condition.values), condition.absent
    if type(condition) is Exists or type(condition) is NotExists:
        return type(condition), condition.path.steps
    if type(condition) is not And:
        return None
    parts = [_shape_of(part, placeholders) for part in condition.conditions]
    return None if None in parts else tuple(parts)
