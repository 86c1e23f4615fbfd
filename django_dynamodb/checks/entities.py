"""Checks models that are entities of one table, and the templates of their keys."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.core.checks import CheckMessage
from django.core.exceptions import FieldDoesNotExist

from django_dynamodb.checks.messages import error, warning
from django_dynamodb.exceptions import SchemaError
from django_dynamodb.models.storage import INTEGER_TYPES, internal_type


def check_entities(table: str, models: Sequence[Any]) -> Iterator[CheckMessage]:
    """Checks that the models of one table can be told apart.

    Args:
        table: The table's name.
        models: The models that share it.

    Yields:
        E050, E051.
    """
    named = [model for model in models if model._meta.dynamodb.entity]
    if not named:
        return
    taken: dict[str, Any] = {}
    for model in models:
        declared, first = model._meta.dynamodb, named[0]._meta
        if declared.entity is None or declared.entity_attribute != first.dynamodb.entity_attribute:
            yield error(
                "E051",
                f"{model._meta.label} and {first.label} share table {table!r}, but do not tell their items apart by "
                "one attribute.",
                "Give each model of the table a Table.entity, and all of them one Table.entity_attribute.",
                model,
            )
        elif (other := taken.setdefault(declared.entity, model)) is not model:
            yield error(
                "E050",
                f"{model._meta.label} and {other._meta.label} are both entity {declared.entity!r} of table {table!r}.",
                "Give each model an entity of its own.",
                model,
            )


def check_templates(model: Any) -> Iterator[CheckMessage]:
    """Looks for sort keys in which numbers sort as text does.

    Args:
        model: A DynamoDB model.

    Yields:
        W050.
    """
    try:
        mapper = model._meta.mapper
    except (FieldDoesNotExist, SchemaError, ValueError):
        return  # E003 says why, or Django's own checks of relations
    keys = [mapper.schema.sort, *(key for index in mapper.schema.indexes for key in index.sorts)]
    sorts = dict.fromkeys(mapper.field_of(key.name).attname for key in keys if key is not None)
    for template in [mapper.templates[name] for name in sorts if name in mapper.templates]:
        for part in template.parts:
            if part.width is None and internal_type(part.field) in INTEGER_TYPES:
                yield warning(
                    "W050",
                    f"{template.field.name} is a sort key and holds the number {part.field.name} unpadded: 10 sorts "
                    "before 9, and no range can be asked.",
                    f"Write {{{part.field.name}:08d}}, with as many digits as it will ever have.",
                    template.field,
                )
