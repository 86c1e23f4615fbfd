"""Writes one instance: a new one as a whole item, a loaded one as the change since it was loaded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from django.db.models import Field, Q

from django_dynamodb.exceptions import (
    ConditionFailedError,
    ConflictError,
    ItemDeletedError,
    MaxRetriesExceededError,
    OverwriteError,
    UnsupportedError,
)
from django_dynamodb.expressions.conditions import And, Condition
from django_dynamodb.expressions.paths import Path
from django_dynamodb.expressions.updates import Clause, SetTo
from django_dynamodb.limits import AUTOINCREMENT_TRIES
from django_dynamodb.models.changes import (
    Change,
    find_change,
    hold_expression,
    is_expression,
    item_exists,
    item_replaceable,
    most_bytes,
    refuse_changed_key,
    unchanged,
)
from django_dynamodb.models.compiler import compile_node
from django_dynamodb.models.computed import clause_of
from django_dynamodb.models.contents import key_of, part_item, wants_number, whole_item
from django_dynamodb.models.documents import Place
from django_dynamodb.models.edition import Edition, demanded_edition, with_migration
from django_dynamodb.models.expiry import vacant
from django_dynamodb.models.failures import NONE, STORED, Demands
from django_dynamodb.models.lookups import Resolver
from django_dynamodb.models.mapper import Mapper, column
from django_dynamodb.models.nodes import EVERYTHING, NOTHING
from django_dynamodb.models.plainly import plain_write
from django_dynamodb.models.state import mark_deleted, state_of
from django_dynamodb.models.versions import claimed, counted, demanded, numbered
from django_dynamodb.models.writes import DeleteWrite, PutWrite, UpdateWrite, Write
from django_dynamodb.records import record
from django_dynamodb.tables import counters
from django_dynamodb.tables.table import Table
from django_dynamodb.types import Item, Key


@record(frozen=True, kw_only=True, slots=True)
class WriteOptions:
    """How an instance is to be written.

    Args:
        raw: Values as they are, without ``pre_save`` of the fields; for fixtures.
        force_insert: The item must not exist.
        force_update: The item must exist.
        update_fields: Write only these fields; names or attnames.
        raise_on_conflict: The stored item must be the one that was loaded.
        condition: What must hold of the stored item besides.
        matching: The condition of a query set that found the object: it stands for everything that was loaded.
        renewing: The object takes over the whole item, as stored after a save or before a delete.
    """

    raw: bool = False
    force_insert: bool = False
    force_update: bool = False
    update_fields: frozenset[str] | None = None
    raise_on_conflict: bool = False
    condition: Q | None = None
    matching: Condition | None = None
    renewing: bool = False


PLAINLY: Final = WriteOptions()
"""How most instances are written."""

CAREFULLY: Final = WriteOptions(raise_on_conflict=True)
"""How those are that others may have changed."""


def short_way(instance: Any, options: WriteOptions) -> Write | None:
    """The write of an instance that needs no closer look; None where it does, or there is nothing to write.

    Args:
        instance: The object.
        options: How it is to be written.

    Raises:
        InvalidValueError: A field holds what it cannot store.
    """
    if options is not PLAINLY and options is not CAREFULLY:
        return None
    return plain_write(instance, as_loaded=options is CAREFULLY)


class Writer:
    """Writes and deletes one instance.

    Args:
        instance: The object.
        model: Its concrete model.
        table: The table to write to.
    """

    def __init__(self, instance: Any, model: Any, table: Table) -> None:
        self.instance = instance
        self.model = model
        self.mapper: Mapper = model._meta.mapper
        self.table = table
        self.state = state_of(instance)

    # -- saving -------------------------------------------------------------------------------------------------

    def save(self, options: WriteOptions) -> bool:
        """Writes the instance.

        Returns:
            Whether an item existed before, as far as Django's ``created`` is concerned.

        Raises:
            OverwriteError: It had to be new and is not.
            ItemDeletedError: It had to exist and does not.
            ConflictError: It is no longer what was loaded.
            ConditionFailedError: The condition given does not hold.
        """
        with restored_on_failure(self.instance):
            inserting = self._is_insert(options)
            if inserting and wants_number(self.mapper, self.instance):
                self._insert_numbered(options)
            elif (write := self._prepare(options)) is not None:
                write.send(self.table)
            return not inserting

    def prepare(self, options: WriteOptions) -> Write | None:
        """The write that saves the instance, not sent yet; None when nothing changed.

        Raises:
            InvalidValueError: A field holds what it cannot store.
            UnsupportedError: What was asked for cannot be done.
        """
        return short_way(self.instance, options) or self._prepare(options)

    def _prepare(self, options: WriteOptions) -> Write | None:
        if not self._is_insert(options):
            return self._update(options)
        if wants_number(self.mapper, self.instance):
            self._take_number()
            return self._put(options, must_be_new=True)
        return self._put(options)

    def _is_insert(self, options: WriteOptions) -> bool:
        if options.force_update or options.update_fields is not None:
            return False
        return options.force_insert or options.raw or self.state.adding

    def _insert_numbered(self, options: WriteOptions) -> None:
        """Takes numbers from the counter until one is free (SEED row 28)."""
        for _attempt in range(AUTOINCREMENT_TRIES):
            self._take_number()
            try:
                self._put(options, must_be_new=True).send(self.table)
            except OverwriteError:
                continue
            return
        raise MaxRetriesExceededError(
            f"{self.mapper.label}: {AUTOINCREMENT_TRIES} numbers in a row are taken already; the counter lags behind "
            f"the keys in use. Run manage.py dynamo_seedcounters {self.mapper.label} --from-max.",
            table=self.table.schema.name,
        )

    def _take_number(self) -> None:
        """Gives the instance the next number as its key."""
        setattr(self.instance, self.mapper.key_attnames[0], counters.next_number(self.table))

    def _put(self, options: WriteOptions, *, must_be_new: bool = False) -> PutWrite:
        """The whole item."""
        added = {} if options.raw else numbered(self.mapper, None)
        item = whole_item(self.instance, self.model, adding=True, raw=options.raw, version=added)
        must_be_new = must_be_new or options.force_insert or (options.raise_on_conflict and not options.raw)
        conditions = [vacant(self.mapper)] if must_be_new else []
        if self.mapper.entity is not None and not must_be_new:
            conditions = [item_replaceable(self.mapper)]
        conditions += self._given(options)
        return PutWrite(
            instance=self.instance,
            mapper=self.mapper,
            demands=Demands(new=must_be_new, condition=options.condition is not None) if conditions else NONE,
            item=item,
            condition=And(*conditions) if conditions else None,
        )

    def _update(self, options: WriteOptions) -> UpdateWrite | None:
        """What changed; None for nothing, unless a condition is to be asked all the same."""
        edition = demanded_edition(self.model._meta.item_migrations, self.state)
        if self.state.migrated is not None:
            options = replace(options, raise_on_conflict=True)  # what the migrations read must still be there
        self._refuse_comparison(options)
        version = claimed(self.mapper, self.instance)
        wanted = self._wanted_fields(options)
        computed = self._computed(wanted)
        part = part_item(
            self.instance, self.model, raw=options.raw, fields=wanted, skipped=computed, stored=self._whole_snapshot()
        )
        refuse_changed_key(self.mapper, part.item, self.state)
        change = find_change(self.mapper, part.item, self.state.basis, part.columns, computed, unread=self.state.unread)
        change = self._numbered(with_migration(self.mapper, self.state, change), version)
        checked = options.raise_on_conflict or options.condition is not None or options.force_update
        checked = checked or options.renewing
        if not change and not checked:
            return None
        before, unread = self._known(self.mapper.schema.key_of(part.item))
        snapshot = change.applied_to(before)
        return UpdateWrite(
            instance=self.instance,
            mapper=self.mapper,
            demands=self._demands(options, version, edition),
            change=change,
            snapshot=snapshot,
            unread=unread and unread - {*part.columns, *computed, *change.sets},
            condition=_all_of(
                self._guard(options, version), *([edition.condition] if edition else []), *self._given(options)
            ),
            renewing=options.renewing,
            most=most_bytes(self.state, snapshot, change.sets),
        )

    def _whole_snapshot(self) -> Item | None:
        """The item that every field was loaded from, as it is stored."""
        return None if self.state.unread or self.state.migrated is not None else self.state.item

    def _numbered(self, change: Change, version: int | None) -> Change:
        """The change with the next version; the service counts where the object does not know the one before."""
        if self.mapper.version is None or not change:
            return change
        if version is None:
            name = column(self.mapper.version)
            return replace(change, computed={**change.computed, name: SetTo(Path(name), counted(self.mapper))})
        return replace(change, sets={**change.sets, **numbered(self.mapper, version)})

    def _known(self, key: Key) -> tuple[Item, frozenset[str]]:
        """What is known of the stored item, and the attributes nothing is known of."""
        if self.state.item is not None:
            return self.state.item, self.state.unread
        return dict(key), frozenset(map(column, self.mapper.fields)) - key.keys()

    # -- deleting -----------------------------------------------------------------------------------------------

    def delete(self, options: WriteOptions) -> bool:
        """Deletes the stored item.

        Returns:
            Whether there was one.

        Raises:
            ConflictError: ``raise_on_conflict``, and the stored item is not the one that was loaded, or the object
                was never stored (SEED row 30).
            ConditionFailedError: The condition given does not hold.
        """
        try:
            self.prepare_delete(options).send(self.table)
        except ItemDeletedError:
            if options.raise_on_conflict or options.condition is not None or options.matching is not None:
                raise
            mark_deleted(self.instance)
            return False
        return True

    def prepare_delete(self, options: WriteOptions) -> DeleteWrite:
        """The write that deletes the item, not sent yet.

        Raises:
            ConflictError: ``raise_on_conflict``, and the object was never stored.
        """
        version = claimed(self.mapper, self.instance) if options.matching is None else None
        if options.raise_on_conflict and version is None and self.state.item is None:
            raise ConflictError(
                f"{self.mapper.label}: this object was never loaded or saved, or was read with untracked(); there is "
                "nothing to compare. Get it first, or delete it without raise_on_conflict."
            )
        return DeleteWrite(
            instance=self.instance,
            mapper=self.mapper,
            demands=self._demands(options, version),
            key=key_of(self.mapper, self.instance),
            condition=options.matching or _all_of(self._guard(options, version), *self._given(options)),
            renewing=options.renewing,
        )

    # -- parts --------------------------------------------------------------------------------------------------

    def _refuse_comparison(self, options: WriteOptions) -> None:
        """An object without a snapshot cannot be compared; saving it all the same would promise too much."""
        if options.raise_on_conflict and self.mapper.version is None and self.state.item is None:
            raise UnsupportedError(
                f"{self.mapper.label}: raise_on_conflict has nothing to compare with: this object was read with "
                "untracked(), or never read. Get it first, or use condition=Q(...)."
            )

    def _wanted_fields(self, options: WriteOptions) -> list[Field[Any, Any]]:
        names = options.update_fields
        if names is None:
            return list(self.mapper.fields)
        found = [field for field in self.mapper.fields if field.name in names or field.attname in names]
        return [*found, *(key for key in self.mapper.built_from(found) if key not in found)]

    def _computed(self, fields: list[Field[Any, Any]]) -> dict[str, Clause]:
        values = vars(self.instance)
        if not hold_expression(values):
            return {}
        return {
            column(field): clause_of(Place(mapper=self.mapper, field=field), values[field.attname])
            for field in fields
            if is_expression(values.get(field.attname))
        }

    def _demands(self, options: WriteOptions, version: int | None, edition: Edition | None = None) -> Demands:
        """What a write to a stored item demands of it."""
        if options is PLAINLY and version is None and edition is None:
            return STORED
        return Demands(
            stored=True,
            unchanged=options.raise_on_conflict and version is None,
            condition=options.condition is not None,
            version=version,
            edition=edition,
        )

    def _guard(self, options: WriteOptions, version: int | None) -> Condition:
        """What must hold of a stored item in any case; a version stands for everything that was loaded."""
        if options.raise_on_conflict and version is None:
            return unchanged(self.mapper, self.state)
        return _all_of(item_exists(self.mapper), *demanded(self.mapper, version))

    def _given(self, options: WriteOptions) -> list[Condition]:
        if options.condition is None:
            return []
        node = Resolver(self.mapper, self.model._meta.pk).resolve(options.condition)
        if node == NOTHING:
            raise ConditionFailedError(
                f"{self.mapper.label} {self.instance.pk!r} does not meet the condition, nor can any object: "
                f"{options.condition}; nothing was sent."
            )
        return [] if node == EVERYTHING else [compile_node(self.mapper, node)]


def _all_of(first: Condition, *more: Condition) -> Condition:
    """All conditions; one alone, as most writes have, is itself."""
    return And(first, *more) if more else first


def restore(instance: Any, before: Mapping[str, Any]) -> None:
    """Puts every attribute back.

    Args:
        instance: The object.
        before: Its attributes as they were.
    """
    vars(instance).clear()
    vars(instance).update(before)


class restored_on_failure:  # noqa: N801 - a class takes a third of the time of a generator, at each save
    """Puts every attribute back as it was when the block does not end well; the block is told what they were.

    Args:
        instance: The object.
    """

    __slots__ = ("_before", "_instance")

    def __init__(self, instance: Any) -> None:
        self._instance = instance

    def __enter__(self) -> dict[str, Any]:
        self._before = dict(vars(self._instance))
        return self._before

    def __exit__(self, kind: type[BaseException] | None, *error: object) -> None:
        if kind is not None:
            restore(self._instance, self._before)
