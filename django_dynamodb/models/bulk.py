"""Writes many items: batches without conditions, and updates and deletes of what a query set matches."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from typing import Any, Literal, TypeAlias, TypeVar

from django.db import models
from django.db.models import signals

from django_dynamodb.exceptions import (
    ConditionFailedError,
    DynamoDBError,
    RequestRejectedError,
    UnprocessedItemsError,
    UnsupportedError,
)
from django_dynamodb.expressions.conditions import Condition
from django_dynamodb.expressions.updates import Update
from django_dynamodb.limits import BATCH_WRITE_REQUESTS
from django_dynamodb.models.composed import parts_of, recomposed
from django_dynamodb.models.contents import batch_item, key_of
from django_dynamodb.models.diagnosis import raise_diagnosed
from django_dynamodb.models.hooks import overrides
from django_dynamodb.models.keys import CompositeKey
from django_dynamodb.models.mapper import Mapper
from django_dynamodb.models.naming import named_by
from django_dynamodb.models.nodes import Test
from django_dynamodb.models.persistence import WriteOptions
from django_dynamodb.models.plainly import plain_item
from django_dynamodb.models.reads import QueryRead, ScanRead
from django_dynamodb.models.state import mark_stored
from django_dynamodb.models.targets import condition_on, given_keys, update_of
from django_dynamodb.models.upgrades import at_current
from django_dynamodb.models.versions import take_over
from django_dynamodb.tables import batches
from django_dynamodb.tables.table import Table
from django_dynamodb.types import Item, Key, Put, keys_in

Returned: TypeAlias = Literal["NONE", "ALL_NEW", "ALL_OLD"]
"""What an update brings back of an item."""


PutT = TypeVar("PutT", bound=Put)


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

    def write(
        self,
        puts: Iterable[Any],
        deletes: Iterable[Any],
        progress: Callable[[int], None] | None,
        *,
        on_duplicate: str = "raise",
    ) -> int:
        """Puts and deletes, 25 a call; returns how many were done. An error for what is left names all of it."""
        items: Iterable[Put] = (self._item(instance) for instance in puts)
        keys: Iterable[Key] = (self._key(target) for target in deletes)
        if on_duplicate == "last":
            items, keys = self._last(items), self._last(keys)
        elif isinstance(puts, Sequence) and isinstance(deletes, Sequence):
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
            self._mark(instances, [None if identify(keys_in(item)) in left else item for item in items])
            raise
        self._mark(instances, items)
        return instances

    def _last(self, items: Iterable[PutT]) -> list[PutT]:
        """Each key once, with what came last, in the place where it came first."""
        identify = batches.identifier(self.table.schema)
        return list({identify(keys_in(item)): item for item in items}.values())

    def _item(self, instance: Any, *, new: bool = False) -> Put:
        if instance.__class__ is not self.model:
            self._refuse_other(instance)
        item = plain_item(instance)
        return batch_item(instance, adding=new or instance._state.adding) if item is None else item

    def _key(self, target: Any) -> Key:
        """The key of an object, a packed text or a tuple."""
        if isinstance(target, models.Model):
            self._refuse_other(target)
            return key_of(self.mapper, target)
        pk = self.model._meta.pk
        values = pk.unpack(target) if isinstance(pk, CompositeKey) else (pk.to_python(target),)
        key = self.mapper.encode_key(values)
        self.mapper.refuse_counter(key)
        return key

    def _mark(self, instances: Sequence[Any], items: Sequence[Put | None]) -> None:
        for instance, item in zip(instances, items, strict=True):
            if item is not None:
                take_over(self.mapper, instance, keys_in(item))
                mark_stored(instance, item)

    def _refuse_other(self, instance: Any) -> None:
        if not isinstance(instance, self.model._meta.concrete_model):
            raise TypeError(
                f"{self.mapper.label}: cannot write or delete {instance!r}, which is no {self.mapper.label}."
            )


def delete_rows(queryset: Any, *, renewing: bool = False) -> Iterator[Any]:
    """Deletes what a query set matches, object by object, with signals, each only while it still matches.

    Args:
        queryset: A query set of a DynamoDB model.
        renewing: Whether the objects take over the items as they were when they were deleted.

    Yields:
        The objects that were deleted, one by one.
    """
    if queryset.query.is_empty():
        return
    options = WriteOptions(matching=condition_on(queryset), renewing=renewing)
    for row in queryset.iterator():
        try:
            row._dynamo_delete(options)
        except ConditionFailedError:
            continue
        yield row


def delete_by_key(queryset: Any) -> int | None:
    """Deletes what a query set finds by keys alone, 25 a call as they are read; calling it again goes on.

    Args:
        queryset: A query set of a DynamoDB model.

    Returns:
        How many were deleted; None, and nothing is done, where a batch would be something else than the deletion of
        each object while it matches: with a filter beside the key, an expiry, a receiver of the signals, a model's
        own ``delete()``, a version to compare, or keys that are given rather than read.

    Raises:
        UnprocessedItemsError: Some of a call were not deleted within the retries.
    """
    mapper: Mapper = queryset.model._meta.mapper
    read = queryset._dynamo_read()
    names = {*mapper.key_attnames}
    beside = [part for part in parts_of(queryset) if not isinstance(part, Test) or part.field.attname not in names]
    whole = isinstance(read, QueryRead | ScanRead) and read.index is None and read.expiry is None
    if not whole or beside or any(map(_needs_objects, _classes(queryset.model))):
        return None
    table, deleted = queryset._dynamo_table(), 0
    columns = tuple(attribute.name for attribute in table.schema.keys)
    keys = read.rows(table, table.schema.key_of, columns)
    try:
        while chunk := list(islice(keys, BATCH_WRITE_REQUESTS)):
            deleted += batches.write_many(table, deletes=chunk)
    except DynamoDBError as error:
        error.add_note(f"{deleted} items of {mapper.label} were deleted before; delete() again goes on.")
        raise
    return deleted


def _classes(model: Any) -> Iterable[Any]:
    """The classes that rows of a model may have."""
    entity = model._meta.mapper.entity
    return [model, *(entity.family.values() if entity is not None else ())]


def _needs_objects(model: Any) -> bool:
    """Whether deleting an object of a class is more than deleting its item."""
    listened = signals.pre_delete.has_listeners(model) or signals.post_delete.has_listeners(model)
    return listened or overrides(model, "delete") or model._meta.mapper.version is not None


def update_rows(queryset: Any, values: dict[str, Any], returning: Returned) -> Iterator[Item]:
    """Changes what a query set matches, item by item, each only while it still matches.

    Args:
        queryset: A query set of a DynamoDB model.
        values: Field, or a place in a document, to its new value.
        returning: What to bring back of each item that was changed.

    Yields:
        One item for each that was changed: what was asked for, and nothing in it for ``"NONE"``.
    """
    mapper: Mapper = queryset.model._meta.mapper
    update = update_of(mapper, recomposed(queryset, values))
    if not values or queryset.query.is_empty():
        return
    table = queryset._dynamo_table()
    condition = condition_on(queryset)
    for key in _keys(queryset, table):
        try:
            with named_by(mapper):
                write = partial(_updated, table, key, update, mapper=mapper, returning=returning)
                item = at_current(queryset.model, table, key, condition, write)
        except ConditionFailedError:
            continue
        yield item or {}


def _updated(
    table: Table, key: Key, update: Update, condition: Condition, *, mapper: Mapper, returning: Returned
) -> Item | None:
    try:
        return table.update(key, update, condition=condition, returning=returning, return_stored=True)
    except RequestRejectedError as error:
        raise_diagnosed(mapper, table, key, update, error)
        raise


def _keys(queryset: Any, table: Table) -> Iterable[Key]:
    """The keys to update: those that are given, or those that match."""
    given = given_keys(queryset)
    if given is not None:
        return given
    columns = tuple(attribute.name for attribute in table.schema.keys)
    return queryset._dynamo_read().rows(table, table.schema.key_of, columns)  # type: ignore[no-any-return]
