"""Reads out of a query set what a write needs: the keys it gives whole, and what else it asks of the items."""

from __future__ import annotations

from collections.abc import Iterable, KeysView, Sequence
from types import SimpleNamespace
from typing import Any, TypeGuard

from django.db import models

from django_dynamodb.exceptions import UnsupportedError
from django_dynamodb.expressions.conditions import And, Condition
from django_dynamodb.expressions.paths import Path
from django_dynamodb.expressions.updates import Clause, Remove, SetTo, Update
from django_dynamodb.models.changes import is_expression, item_exists
from django_dynamodb.models.compiler import compile_node
from django_dynamodb.models.composed import parts_of
from django_dynamodb.models.computed import clause_of
from django_dynamodb.models.documents import Place, place_of, validate_depth
from django_dynamodb.models.expiry import hidden_from, refuse_passed
from django_dynamodb.models.keys import CompositeKey
from django_dynamodb.models.mapper import Mapper, column
from django_dynamodb.models.naming import named_by
from django_dynamodb.models.nodes import FieldValue, Node, Test, all_of, is_exact
from django_dynamodb.models.reads import BatchRead, GetRead
from django_dynamodb.models.versions import counted, refusal
from django_dynamodb.types import Key


def given_keys(queryset: Any) -> Sequence[Key] | None:
    """The keys, if the filter gives them whole, one or a list; what else it asks is a condition then.

    Args:
        queryset: A query set of a DynamoDB model.

    Returns:
        The keys; None when they are not given, but to be found by reading.
    """
    mapper: Mapper = queryset.model._meta.mapper
    partition, *sort = mapper.key_attnames
    given = [part for part in parts_of(queryset) if _gives_key(part, mapper)]
    exact = {part.field.attname for part in given if part.lookup == "exact"}
    pairs = any(isinstance(part.field, CompositeKey) for part in given)
    if not (pairs or (given and not sort) or (partition in exact and len({part.field for part in given}) > 1)):
        return None
    keyed = queryset.order_by()
    keyed.query.node = all_of(given)
    read = keyed._dynamo_read()
    return read.keys if isinstance(read, BatchRead) else (read.key,) if isinstance(read, GetRead) else ()


def gives_whole_key(queryset: Any) -> bool:
    """Whether the filter gives every part of the key exactly, whatever else it asks.

    Args:
        queryset: A query set of a DynamoDB model.
    """
    exact = {part.field.attname for part in parts_of(queryset) if is_exact(part)}
    return exact.issuperset(queryset.model._meta.mapper.key_attnames)


def _gives_key(part: Node, mapper: Mapper) -> TypeGuard[Test]:
    """Whether the part says what the key is: exactly, or one of a list."""
    if not isinstance(part, Test) or isinstance(part.value, FieldValue):
        return False
    return isinstance(part.field, CompositeKey) or (
        part.field.attname in mapper.key_attnames and part.lookup in {"exact", "in"}
    )


def condition_on(queryset: Any) -> Condition:
    """What must hold of an item for a query set to change it: it is stored, is not hidden, and matches.

    Args:
        queryset: A query set of a DynamoDB model that can match something.
    """
    expiry = hidden_from(queryset.query)
    alive = [] if expiry is None else [expiry.ahead]
    return And(item_exists(queryset.model._meta.mapper), *conditions_beside_key(queryset), *alive)


def conditions_beside_key(queryset: Any) -> list[Condition]:
    """What a query set asks of its items besides the key.

    Args:
        queryset: A query set of a DynamoDB model that can match something.
    """
    mapper: Mapper = queryset.model._meta.mapper
    return [compile_node(mapper, part) for part in _without_key(mapper, parts_of(queryset))]


def _without_key(mapper: Mapper, parts: Iterable[Node]) -> list[Node]:
    """Parts that are not already said by the key itself."""
    return [part for part in parts if not _gives_key(part, mapper)]


def update_of(mapper: Mapper, values: dict[str, Any]) -> Update:
    """The update that gives fields new values.

    Args:
        mapper: The model's codecs.
        values: Field, or a place in a document, to value, ``F()`` expression or alteration; None removes the attribute
            of a field, and is NULL in a document.

    Raises:
        FieldDoesNotExist: A name that is no field's.
        UnsupportedError: A field of the key, a place that no document has, or an expression DynamoDB cannot compute.
        InvalidValueError: A value that cannot be stored, or two places of which one holds the other.
    """
    clauses: list[Clause] = []
    for name, value in {**stamps(mapper, values.keys()), **values}.items():
        place = place_of(mapper, mapper.key_attnames[-1] if name == "pk" else name)
        field = place.field
        if field.attname in mapper.key_attnames:
            raise UnsupportedError(
                f"{mapper.label}.{name} is a key; keys cannot change. Create new objects and delete the old ones."
            )
        if field is mapper.version:
            raise refusal(mapper)
        if field is mapper.expires:
            refuse_passed(mapper, value)
        clauses.append(_clause(place, value))
    if mapper.version is not None:
        clauses.append(SetTo(Path(column(mapper.version)), counted(mapper)))
    with named_by(mapper):
        return Update.of(clauses)


def stamps(mapper: Mapper, values: KeysView[str]) -> dict[str, Any]:
    """The ``auto_now`` fields that an update leaves out, and the present time for each.

    Args:
        mapper: The model's fields.
        values: The names that the update gives a value itself.
    """
    return {
        field.name: field.pre_save(SimpleNamespace(), False)  # type: ignore[arg-type]  # there is no object
        for field in mapper.fields
        if getattr(field, "auto_now", False)
        and field.attname not in mapper.key_attnames
        and values.isdisjoint({field.name, field.attname})
    }


def _clause(place: Place, value: Any) -> Clause:
    """The change that gives a place a new value."""
    if is_expression(value):
        return clause_of(place, value)
    if place.steps:
        return SetTo(place.path, validate_depth(place, place.encode(value)))
    if isinstance(value, models.Model):
        value = value.pk
    stored = place.mapper.dump({place.field.attname: value}).get(column(place.field))
    return Remove(place.path) if stored is None else SetTo(place.path, stored)
