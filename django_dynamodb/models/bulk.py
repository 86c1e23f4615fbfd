"""Writes many items: batches without conditions, and updates and deletes of what a query set matches."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

from django.db import models

from django_dynamodb.exceptions import ConditionFailedError, UnprocessedItemsError, UnsupportedError
from django_dynamodb.expressions.conditions import Condition
from django_dynamodb.expressions.updates import Update
from django_dynamodb.models.changes import is_expression
from django_dynamodb.models.failures import computing
from django_dynamodb.models.keys import CompositeKey
from django_dynamodb.models.mapper import Mapper, column
from django_dynamodb.models.naming import named_by
from django_dynamodb.models.persistence import Writer
from django_dynamodb.models.state import mark_stored
from django_dynamodb.models.targets import condition_on, given_keys, update_of
from django_dynamodb.models.upgrades import at_current
from django_dynamodb.models.versions import take_over
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

    def refuse_versions(self, method: str) -> None:
        """A batch compares nothing, so a model whose writes compare versions must ask for it knowingly."""
        if self.mapper.version is not None:
            raise UnsupportedError(
                f"{self.mapper.label}: {method}() writes in batches, which have no conditions, so the versions of "
                f"{self.mapper.version.name!r} cannot be compared. Save each object, or write "
                f"{method}(..., ignore_versions=True) to replace what is stored, whatever its version."
            )

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
        items = [self._item(instance, new=True) for instance in instances]
        try:
            with named_by(self.mapper):
                batches.write_many(self.table, items)
        except UnprocessedItemsError as error:
            identify = batches.identifier(self.table.schema)
            left = set(map(identify, error.items))
            self._mark(instances, [None if identify(item) in left else item for item in items])
            raise
        self._mark(instances, items)
        return instances

    def _item(self, instance: Any, *, new: bool = False) -> Item:
        self._refuse_other(instance)
        return Writer(instance, self.model, self.table).batch_item(adding=new or instance._state.adding)

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

    def _mark(self, instances: Sequence[Any], items: Sequence[Item | None]) -> None:
        for instance, item in zip(instances, items, strict=True):
            if item is not None:
                take_over(self.mapper, instance, item)
                mark_stored(instance, item)

    def _refuse_other(self, instance: Any) -> None:
        if not isinstance(instance, self.model._meta.concrete_model):
            raise TypeError(
                f"{self.mapper.label}: cannot write or delete {instance!r}, which is no {self.mapper.label}."
            )


def delete_rows(queryset: Any) -> int:
    """Deletes what a query set matches, object by object, with signals; returns how many were there."""
    return sum(row.delete()[0] for row in queryset.iterator())


def update_rows(queryset: Any, values: dict[str, Any]) -> int:
    """Changes what a query set matches, item by item, each only while it still matches.

    Returns:
        How many were changed.
    """
    mapper: Mapper = queryset.model._meta.mapper
    update = update_of(mapper, values)
    if not values or queryset.query.is_empty():
        return 0
    table = queryset._dynamo_table()
    condition = condition_on(queryset)
    computed = [column(mapper.find(name)) for name, value in values.items() if is_expression(value)]
    changed = 0
    for key in _keys(queryset, table):
        try:
            with computing(mapper, computed):
                at_current(queryset.model, table, key, condition, partial(_updated, table, key, update))
        except ConditionFailedError:
            continue
        changed += 1
    return changed


def _updated(table: Table, key: Key, update: Update, condition: Condition) -> None:
    table.update(key, update, condition=condition, return_stored=True)


def _keys(queryset: Any, table: Table) -> Iterable[Key]:
    """The keys to update: those that are given, or those that match."""
    given = given_keys(queryset)
    if given is not None:
        return given
    columns = tuple(attribute.name for attribute in table.schema.keys)
    return queryset._dynamo_read().rows(table, table.schema.key_of, columns)  # type: ignore[no-any-return]
