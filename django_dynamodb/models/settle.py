"""Decides what a filter says beside a key that it gives exactly, before a way to read is chosen.

A view narrows a query set that is narrowed already, and Django's checks of uniqueness exclude the object itself: with
the key given, such parts are true or false whatever is stored, and no Query could be asked them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Field

from django_dynamodb.codec.values import same_value
from django_dynamodb.models.keys import CompositeKey
from django_dynamodb.models.mapper import Mapper, column
from django_dynamodb.models.nodes import NOTHING, FieldValue, Node, Test, decided, is_exact
from django_dynamodb.types import AttributeValue


def settled(mapper: Mapper, parts: Sequence[Node]) -> tuple[Node, ...]:
    """The parts that are open.

    Args:
        mapper: The model's keys and codecs.
        parts: What must all hold.

    Returns:
        The parts without those that hold anyhow; NOTHING alone when they contradict each other.
    """
    givers: dict[str, Test] = {}
    for part in parts:
        if is_exact(part) and column(part.field) in mapper.key_columns:
            givers.setdefault(column(part.field), part)
    if len(givers) == len(parts):
        return tuple(parts)
    given = {name: mapper.encode(test.field, test.value) for name, test in givers.items()}
    verdicts = [decided(part, lambda test: _judge(mapper, given, test)) for part in parts]
    if False in verdicts:
        return (NOTHING,)
    kept = tuple(givers.values())
    return tuple(part for part, verdict in zip(parts, verdicts, strict=True) if verdict is None or part in kept)


def _judge(mapper: Mapper, given: Mapping[str, AttributeValue], test: Test) -> bool | None:
    """Whether a test of a given key holds; None for any other."""
    if test.lookup not in {"exact", "in"} or isinstance(test.value, FieldValue):
        return None
    fields = mapper.key_fields if isinstance(test.field, CompositeKey) else (test.field,)
    if any(column(field) not in given for field in fields):
        return None
    candidates = test.value if test.lookup == "in" else (test.value,)
    return any(_is_given(mapper, given, fields, candidate) for candidate in candidates)


def _is_given(
    mapper: Mapper, given: Mapping[str, AttributeValue], fields: Sequence[Field[Any, Any]], value: Any
) -> bool:
    values = value if len(fields) > 1 else (value,)
    pairs = zip(fields, values, strict=True)
    return all(same_value(given[column(field)], mapper.encode(field, part)) for field, part in pairs)
