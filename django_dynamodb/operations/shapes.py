"""Remembers the JSON of updates that differ in their keys and values alone, as those of one line of a project do.

What is remembered was written by the general way at first, so there is nothing to keep alike; a property test holds
the two together all the same.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django_dynamodb.codec.text import json_text
from django_dynamodb.expressions.conditions import And, Compare, Condition, Exists, NotExists
from django_dynamodb.expressions.paths import Path
from django_dynamodb.expressions.placeholders import Placeholders
from django_dynamodb.expressions.updates import Update
from django_dynamodb.types import AttributeValue, Payload

KNOWN: Final = 1024
"""Shapes that are remembered; a project has as many as combinations of fields that it changes at once."""

_texts: Final[dict[object, str]] = {}


def update_text(
    update: Update | None,
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
    if update is None or update.adds or update.deletes:
        return None
    placeholders = Placeholders()
    sets: list[tuple[object, str]] = []
    for action in update.sets:
        if not isinstance(action.value, dict):
            return None
        sets.append((action.path.steps, placeholders.value(action.value)))
    demanded: object | None = None
    if type(condition) is Exists:  # what most updates demand
        demanded = condition.path.steps
    elif condition is not None and (demanded := _shape_of(condition, placeholders)) is None:
        return None
    shape = (tuple(sets), tuple([path.steps for path in update.removes]), demanded, options)
    text = _texts.get(shape)
    if text is None:
        members = write()
        members.pop("ExpressionAttributeValues", None)
        text = json_text(members)[1:-1]
        if len(_texts) >= KNOWN:
            _texts.clear()
        _texts[shape] = text
    return text, placeholders.values()


def _shape_of(condition: Condition, placeholders: Placeholders) -> object | None:
    """What decides the text of a condition beside its values, which are noted in the order of the text."""
    if type(condition) is Compare:
        path, operand = condition.path, condition.operand
        plain = isinstance(path, Path) and isinstance(operand, dict)
        return (path.steps, condition.operator, placeholders.value(operand)) if plain else None  # type: ignore[union-attr, arg-type]  # as plain says
    if type(condition) is Exists or type(condition) is NotExists:
        return type(condition), condition.path.steps
    if type(condition) is not And:
        return None
    parts = [_shape_of(part, placeholders) for part in condition.conditions]
    return None if None in parts else tuple(parts)
