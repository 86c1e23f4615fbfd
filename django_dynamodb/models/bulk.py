"""Writes many items: batches without conditions, and updates and deletes of what a query set matches."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeGuard

from django.db import models

from django_dynamodb.exceptions import ConditionFailedError, UnprocessedItemsError, UnsupportedError
from django_dynamodb.expressions.conditions import And
from django_dynamodb.expressions.paths import Path
from django_dynamodb.expressions.updates import SetTo, SetValue, Update
from django_dynamodb.models.changes import compute, is_expression, item_exists
from django_dynamodb.models.compiler import compile_node
from django_dynamodb.models.keys import CompositeKey
from django_dynamodb.models.mapper import Mapper, column
from django_dynamodb.models.naming import named_by
from django_dynamodb.models.nodes import FieldValue, Node, Test, all_of, conjuncts
from django_dynamodb.models.persistence import Writer
from django_dynamodb.models.reads import BatchRead, GetRead
from django_dynamodb.models.state import mark_stored
from django_dynamodb.tables import batches
from django_dynamodb.tables.table import Table
from django_dynamodb.types import Item, Key


class Batch:
    """Batches of one model.

    Args:
        model: The model class.
        table: Its table.
    """

    def __init__(self, model: Any, table: Table) -> None:
        self.model = model
        self.mapper: Mapper = model._meta.mapper
        self.table = table

    def write(self, puts: Iterable[Any], deletes: Iterable[Any], progress: Callable[[int], None] | None) -> int:
        """Puts and deletes, 25 a call; returns how many were done. An error for what is left names all of it."""
        items: Iterable[Item] = (self._item(instance) for instance in puts)
        keys: Iterable[Key] = (self._key(target) for target in deletes)
        if isinstance(puts, Sequence) and isinstance(deletes, Sequence):
            items, keys = list(items), list(keys)
        with named_by(self.mapper):
            return batches.write_many(self.table, items, keys, progress=progress)

    def create(self, instances: list[Any]) -> list[Any]:
        """Puts new objects and marks those that were written as stored."""
        if self.mapper.autoincrement:
            for instance in instances:
                instance.save(force_insert=True)
            return instances
        items = [self._item(instance) for instance in instances]
        try:
            with named_by(self.mapper):
                batches.write_many(self.table, items)
        except UnprocessedItemsError as error:
            identify = batches.identifier(self.table.schema)
            left = set(map(identify, error.items))
            _mark(instances, [None if identify(item) in left else item for item in items])
            raise
        _mark(instances, items)
        return instances

    def _item(self, instance: Any) -> Item:
        self._refuse_other(instance)
        return Writer(instance, self.model, self.table).insert_item()

    def _key(self, target: Any) -> Key:
        """The key of an object, a packed text or a tuple."""
        if isinstance(target, models.Model):
            self._refuse_other(target)
            return Writer(target, self.model, self.table).key()
        pk = self.model._meta.pk
        values = pk.unpack(target) if isinstance(pk, CompositeKey) else (pk.to_python(target),)
        key = self.mapper.encode_key(values)
        self.mapper.refuse_counter(key)
        return key

    def _refuse_other(self, instance: Any) -> None:
        if not isinstance(instance, self.model._meta.concrete_model):
            raise TypeError(
                f"{self.mapper.label}: cannot write or delete {instance!r}, which is no {self.mapper.label}."
            )


def _mark(instances: Sequence[Any], items: Sequence[Item | None]) -> None:
    for instance, item in zip(instances, items, strict=True):
        if item is not None:
            mark_stored(instance, item)


def delete_rows(queryset: Any) -> int:
    """Deletes what a query set matches, object by object, with signals; returns how many were there."""
    return sum(row.delete()[0] for row in queryset.iterator())


def update_rows(queryset: Any, values: dict[str, Any]) -> int:
    """Changes what a query set matches, item by item, each only while it still matches.

    Returns:
        How many were changed.
    """
    mapper: Mapper = queryset.model._meta.mapper
    update = _update(mapper, values)
    if not values or queryset.query.is_empty():
        return 0
    table = queryset._dynamo_table()
    parts = _without_key(mapper, conjuncts(queryset.query.node))
    condition = And(item_exists(mapper), *(compile_node(mapper, part) for part in parts))
    changed = 0
    for key in _keys(queryset, table):
        try:
            table.update(key, update, condition=condition)
        except ConditionFailedError:
            continue
        changed += 1
    return changed


def _keys(queryset: Any, table: Table) -> Iterable[Key]:
    """The keys to update: those that are given, or those that match."""
    given = _given_keys(queryset)
    if given is not None:
        return given
    columns = tuple(attribute.name for attribute in table.schema.keys)
    return queryset._dynamo_read().rows(table, table.schema.key_of, columns)  # type: ignore[no-any-return]


def _given_keys(queryset: Any) -> Sequence[Key] | None:
    """The keys, if the filter gives them whole, one or a list; further filters are the condition then."""
    mapper: Mapper = queryset.model._meta.mapper
    partition, *sort = mapper.key_attnames
    given = [part for part in conjuncts(queryset.query.node) if _gives_key(part, mapper)]
    exact = {part.field.attname for part in given if part.lookup == "exact"}
    pairs = any(isinstance(part.field, CompositeKey) for part in given)
    if not (pairs or (given and not sort) or (partition in exact and len({part.field for part in given}) > 1)):
        return None
    keyed = queryset.order_by()
    keyed.query.node = all_of(given)
    read = keyed._dynamo_read()
    return read.keys if isinstance(read, BatchRead) else (read.key,) if isinstance(read, GetRead) else ()


def _gives_key(part: Node, mapper: Mapper) -> TypeGuard[Test]:
    """Whether the part says what the key is: exactly, or one of a list."""
    if not isinstance(part, Test) or isinstance(part.value, FieldValue):
        return False
    return isinstance(part.field, CompositeKey) or (
        part.field.attname in mapper.key_attnames and part.lookup in {"exact", "in"}
    )


def _without_key(mapper: Mapper, parts: Iterable[Node]) -> list[Node]:
    """Parts that are not already said by the key itself."""
    return [
        part
        for part in parts
        if not (
            isinstance(part, Test)
            and (isinstance(part.field, CompositeKey) or part.field.attname in mapper.key_attnames)
        )
    ]


def _update(mapper: Mapper, values: dict[str, Any]) -> Update:
    sets: list[SetTo] = []
    removes: list[Path] = []
    for name, value in values.items():
        field = mapper.key_fields[-1] if name == "pk" else mapper.find(name)
        if field.attname in mapper.key_attnames:
            raise UnsupportedError(
                f"{mapper.label}.{name} is a key; keys cannot change. Create new objects and delete the old ones."
            )
        stored = _stored(mapper, field.attname, value)
        if stored is None:
            removes.append(Path(column(field)))
        else:
            sets.append(SetTo(Path(column(field)), stored))
    return Update(sets=tuple(sets), removes=tuple(removes))


def _stored(mapper: Mapper, attname: str, value: Any) -> SetValue | None:
    """What to set; None to remove the attribute."""
    if is_expression(value):
        return compute(mapper, attname, value)
    if isinstance(value, models.Model):
        value = value.pk
    return mapper.dump({attname: value}).get(column(mapper.by_attname[attname]))
