"""Checks what a model says about its table: keys, indexes, expiry, and whether DynamoDB would take it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, Final

from django.core.checks import CheckMessage
from django.core.exceptions import FieldDoesNotExist
from django.db.models import AutoField, DurationField, Field, FloatField

from django_dynamodb.checks.entities import check_entities
from django_dynamodb.checks.messages import error, warning
from django_dynamodb.exceptions import SchemaError
from django_dynamodb.models.fields.ttl import TTLField
from django_dynamodb.models.mapper import KEY_TAGS
from django_dynamodb.models.sharing import rivals
from django_dynamodb.models.storage import stored_field, value_codec


def check_table(model: Any) -> list[CheckMessage]:
    """Checks that the table can be built; what has an id of its own is said by that id alone.

    Args:
        model: A DynamoDB model.

    Returns:
        E004, E006, E007, or else E003, or else E026.
    """
    if not _check_resolved(model):
        return []
    found = [message for part in NAMED for message in part(model)] or list(_check_builds(model))
    return found or list(_check_ttl_fields(model))


def check_null_keys(model: Any) -> Iterator[CheckMessage]:
    """Checks that no part of the key may be null; Django says it itself of a lone ``primary_key``.

    Args:
        model: A DynamoDB model.

    Yields:
        E005.
    """
    for field in _table_keys(model):
        if field.null and not field.primary_key:
            yield error(
                "E005",
                f"{field.name} is part of the key and has null=True; every item needs its whole key.",
                "Remove null=True.",
                field,
            )


def check_float_keys(model: Any) -> Iterator[CheckMessage]:
    """Looks for keys that are floats.

    Args:
        model: A DynamoDB model.

    Yields:
        W004.
    """
    for field in _keys(model):
        if isinstance(field, FloatField):
            yield warning(
                "W004",
                f"{field.name} is a key and a FloatField: 0.1 + 0.2 and 0.3 are two keys, so items are not found "
                "by a computed value.",
                "Use a DecimalField or an IntegerField.",
                field,
            )


def check_shared_tables(models: Iterable[Any]) -> Iterator[CheckMessage]:
    """Checks that models which share a table describe it alike.

    Args:
        models: DynamoDB models.

    Yields:
        E008, E050, E051.
    """
    sharing = defaultdict(list)
    for model in models:
        if not model._meta.proxy and check_readable(model):
            sharing[model._meta.dynamodb.using, model._meta.table.name].append(model)
    for (alias, name), sharers in sharing.items():
        for other in rivals(sharers):
            yield error(
                "E008",
                f"{other._meta.label} and {sharers[0]._meta.label} share table {name!r} of alias {alias!r} but "
                "describe it differently.",
                "Let both inherit one abstract model with the key fields and class Table, or name two tables.",
                other,
            )
        yield from check_entities(name, sharers)


def check_readable(model: Any) -> bool:
    """Says whether the table of a model can be built; other checks report one that cannot.

    Args:
        model: A DynamoDB model.
    """
    return _check_resolved(model) and _fault(model) is None


def _check_key_types(model: Any) -> Iterator[CheckMessage]:
    for field in _keys(model):
        if isinstance(field, AutoField):
            continue  # has an id of its own
        if value_codec(field, model._meta.dynamodb.storage).tag not in KEY_TAGS:
            yield error(
                "E004",
                f"{field.name} ({type(field).__name__}) is a key, and its values are neither text, number nor binary.",
                "Use a field of such values, as CharField, IntegerField, DateTimeField, UUIDField or BinaryField.",
                field,
            )


def _check_index_names(model: Any) -> Iterator[CheckMessage]:
    names = Counter(index.name for index in model._meta.dynamodb.indexes)
    for name, times in names.items():
        if times > 1:
            yield error(
                "E006",
                f"{times} indexes of the table are named {name!r}.",
                "Give each index of class Table a name of its own; local and global ones share one set of names.",
                model,
            )


def _check_expiry(model: Any) -> Iterator[CheckMessage]:
    declared = model._meta.dynamodb
    for field in _named(model, [declared.ttl]):
        if value_codec(field, declared.storage).tag != "N" or isinstance(stored_field(field), DurationField):
            yield error(
                "E007",
                f"{field.name} ({type(field).__name__}) is Table.ttl, but is not stored as a number of seconds; "
                "no item would ever expire.",
                "Use a TTLField, or a BigIntegerField that holds the seconds since 1970 (UTC).",
                field,
            )


def _check_ttl_fields(model: Any) -> Iterator[CheckMessage]:
    found = [field for field in model._meta.concrete_fields if isinstance(field, TTLField)]
    named = model._meta.dynamodb.ttl
    reason = f"Table.ttl is {named!r}" if named else f"{found[0].name} is another" if found else ""
    for field in [field for field in found if field.name != named] if named else found[1:]:
        yield error(
            "E026",
            f"{field.name} is a TTLField, but a table has one expiry, and {reason}; nothing would ever expire by it.",
            "Name one TTLField in Table.ttl, and make any other time a DateTimeField.",
            field,
        )


def _check_builds(model: Any) -> Iterator[CheckMessage]:
    if any(isinstance(field, AutoField) for field in _keys(model)):
        return  # has an id of its own
    if fault := _fault(model):
        yield error("E003", str(fault), "Correct class Table; its options are listed in ref/models.", model)


NAMED: Final = (_check_key_types, _check_index_names, _check_expiry)
"""Faults of a table that have an id of their own."""

CHECKS: Final = (check_table, check_null_keys, check_float_keys)
"""What is checked of each model's table."""


def _keys(model: Any) -> list[Field[Any, Any]]:
    """The fields that are keys of the table or of an index, each once."""
    indexes = model._meta.dynamodb.indexes
    names = [name for index in indexes for name in (*index.partition_keys, *index.sort_keys)]
    return list(dict.fromkeys([*_table_keys(model), *_named(model, names)]))


def _table_keys(model: Any) -> list[Field[Any, Any]]:
    """The fields that are the key of the table."""
    declared = model._meta.dynamodb
    return _named(model, [declared.partition_key, declared.sort_key])


def _named(model: Any, names: Iterable[str | None]) -> list[Field[Any, Any]]:
    """The stored fields of these names; E003 speaks of names that are none."""
    fields = {name: field for field in model._meta.concrete_fields for name in (field.name, field.attname)}
    return [fields[name] for name in names if name in fields]


def _fault(model: Any) -> SchemaError | None:
    """Why the table cannot be built, if it cannot."""
    try:
        model._meta.table  # noqa: B018  # building it is the test
    except SchemaError as fault:
        return fault
    return None


def _check_resolved(model: Any) -> bool:
    """Says whether every foreign key has its target; Django's own checks report one that has not."""
    try:
        for field in model._meta.concrete_fields:
            stored_field(field)
    except (FieldDoesNotExist, ValueError):
        return False
    return True
