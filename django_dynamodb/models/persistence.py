"""Writes one instance: a new one as a whole item, a loaded one as the change since it was loaded."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db.models import Field, Q

from django_dynamodb.exceptions import (
    ConditionFailedError,
    ConflictError,
    InvalidValueError,
    ItemDeletedError,
    MaxRetriesExceededError,
    OverwriteError,
    SchemaError,
)
from django_dynamodb.expressions.conditions import And, Condition
from django_dynamodb.expressions.updates import SetValue
from django_dynamodb.limits import AUTOINCREMENT_TRIES
from django_dynamodb.models.changes import (
    Change,
    compute,
    differing,
    find_change,
    is_expression,
    item_absent,
    item_exists,
    refuse_changed_key,
    unchanged,
)
from django_dynamodb.models.compiler import compile_node
from django_dynamodb.models.hooks import overrides
from django_dynamodb.models.lookups import EVERYTHING, Resolver
from django_dynamodb.models.mapper import Mapper, column
from django_dynamodb.models.state import mark_deleted, mark_stored, state_of
from django_dynamodb.tables import counters
from django_dynamodb.tables.table import Table
from django_dynamodb.types import Item, Key


@dataclass(frozen=True, kw_only=True, slots=True)
class WriteOptions:
    """How an instance is to be written.

    Args:
        raw: Values as they are, without ``pre_save`` of the fields; for fixtures.
        force_insert: The item must not exist.
        force_update: The item must exist.
        update_fields: Write only these fields; names or attnames.
        raise_on_conflict: The stored item must be the one that was loaded.
        condition: What must hold of the stored item besides.
    """

    raw: bool = False
    force_insert: bool = False
    force_update: bool = False
    update_fields: frozenset[str] | None = None
    raise_on_conflict: bool = False
    condition: Q | None = None


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
            if self._is_insert(options):
                if self._needs_number():
                    self._insert_numbered(options)
                else:
                    self._put(options)
                return False
            self._update(options)
            return True

    def _is_insert(self, options: WriteOptions) -> bool:
        if options.force_update or options.update_fields is not None:
            return False
        return options.force_insert or options.raw or self.state.adding

    def _needs_number(self) -> bool:
        return self.mapper.autoincrement and not getattr(self.instance, self.mapper.key_attnames[0])

    def _insert_numbered(self, options: WriteOptions) -> None:
        """Takes numbers from the counter until one is free (SEED row 28)."""
        attname = self.mapper.key_attnames[0]
        for _attempt in range(AUTOINCREMENT_TRIES):
            setattr(self.instance, attname, counters.next_number(self.table))
            try:
                self._put(options, must_be_new=True)
            except OverwriteError:
                continue
            return
        raise MaxRetriesExceededError(
            f"{self.mapper.label}: {AUTOINCREMENT_TRIES} numbers in a row are taken already; the counter lags behind "
            "the keys in use. Run manage.py dynamo_seedcounters --from-max.",
            table=self.table.schema.name,
        )

    def _put(self, options: WriteOptions, *, must_be_new: bool = False) -> None:
        """Writes the whole item."""
        item = self._item(adding=True, raw=options.raw)
        if any(is_expression(value) for value in vars(self.instance).values()):
            raise InvalidValueError(
                f"{self.mapper.label}: a new object has no stored values for F() to work on; give it plain values."
            )
        must_be_new = must_be_new or options.force_insert or (options.raise_on_conflict and not options.raw)
        conditions = [item_absent(self.mapper)] if must_be_new else []
        conditions += self._given(options)
        with self._explained(options, inserting=True):
            self.table.put(item, condition=_joined(conditions), return_stored=bool(conditions))
        mark_stored(self.instance, item)

    def _update(self, options: WriteOptions) -> None:
        """Writes what changed."""
        wanted = self._wanted_fields(options)
        computed = self._computed(wanted)
        item = self._item(adding=False, raw=options.raw, skipped=computed)
        refuse_changed_key(self.mapper, item, self.state)
        columns = [column(field) for field in wanted if field.attname in vars(self.instance)]
        change = find_change(self.mapper, item, self.state, columns, computed)
        checked = options.raise_on_conflict or options.condition is not None or options.force_update
        if not change and not checked:
            return
        written = self._send_change(options, change, self.mapper.key_of(item))
        snapshot = change.applied_to(self.state.item if self.state.item is not None else item)
        snapshot.update({name: written[name] for name in computed if name in written})
        for name in computed:
            field = self.mapper.field_of(name)
            setattr(self.instance, field.attname, self.mapper.load(snapshot)[field.attname])
        mark_stored(self.instance, snapshot, self.state.unread - set(columns))

    def _send_change(self, options: WriteOptions, change: Change, key: Key) -> Item:
        guard = unchanged(self.mapper, self.state) if self._compares(options) else item_exists(self.mapper)
        with self._explained(options):
            written = self.table.update(
                key,
                change.as_update(),
                condition=_joined([guard, *self._given(options)]),
                returning="UPDATED_NEW" if change.computed else "NONE",
                return_stored=True,
            )
        return written or {}

    def _compares(self, options: WriteOptions) -> bool:
        return options.raise_on_conflict and self.state.item is not None

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
        if options.raise_on_conflict and self.state.item is None:
            raise ConflictError(
                f"{self.mapper.label}: this object was never loaded or saved; there is nothing to delete."
            )
        key = self.key()
        guard = unchanged(self.mapper, self.state) if options.raise_on_conflict else item_exists(self.mapper)
        try:
            with self._explained(options):
                self.table.delete(key, condition=_joined([guard, *self._given(options)]), return_stored=True)
        except ItemDeletedError:
            if options.raise_on_conflict or options.condition is not None:
                raise
            mark_deleted(self.instance)
            return False
        mark_deleted(self.instance)
        return True

    # -- parts --------------------------------------------------------------------------------------------------

    def key(self) -> Key:
        """The instance's key.

        Raises:
            InvalidKeyError: A part is unset.
            SchemaError: It is the counter item's.
        """
        key = self.mapper.encode_key([getattr(self.instance, name) for name in self.mapper.key_attnames])
        self._refuse_counter(key)
        return key

    def insert_item(self) -> Item:
        """The item of a new object, for a batch."""
        return self._item(adding=True, raw=False)

    def _item(self, *, adding: bool, raw: bool, skipped: Any = ()) -> Item:
        """The instance as an item, after the fields' ``pre_save``."""
        values = self._values(adding=adding, raw=raw)
        for name in skipped:
            del values[self.mapper.field_of(name).attname]
        item = self.instance.to_item() if overrides(self.model, "to_item") else self.mapper.dump(values)
        item.update(self.mapper.encode_key([values.get(name) for name in self.mapper.key_attnames]))
        self._refuse_counter(item)
        return item

    def _values(self, *, adding: bool, raw: bool) -> dict[str, Any]:
        loaded = vars(self.instance)
        fields = [field for field in self.mapper.fields if field.attname in loaded]
        if raw:
            return {field.attname: getattr(self.instance, field.attname) for field in fields}
        return {field.attname: field.pre_save(self.instance, adding) for field in fields}

    def _refuse_counter(self, item: Item) -> None:
        if self.mapper.is_counter({name: item[name] for name in (self.mapper.schema.partition.name,)}):
            raise SchemaError(
                f"{self.mapper.label}: -1 is the key of the table's counter item; use another key (SEED row 29)."
            )

    def _wanted_fields(self, options: WriteOptions) -> list[Field[Any, Any]]:
        names = options.update_fields
        if names is None:
            return list(self.mapper.fields)
        return [field for field in self.mapper.fields if field.name in names or field.attname in names]

    def _computed(self, fields: list[Field[Any, Any]]) -> dict[str, SetValue]:
        values = vars(self.instance)
        return {
            column(field): compute(self.mapper, field.name, values[field.attname])
            for field in fields
            if is_expression(values.get(field.attname))
        }

    def _given(self, options: WriteOptions) -> list[Condition]:
        if options.condition is None:
            return []
        node = Resolver(self.mapper, self.model._meta.pk).resolve(options.condition)
        return [] if node == EVERYTHING else [compile_node(self.mapper, node)]

    @contextmanager
    def _explained(self, options: WriteOptions, *, inserting: bool = False) -> Iterator[None]:
        """Turns a failed condition into what it means for this object, and names the model in bad values."""
        try:
            yield
        except ConditionFailedError as error:
            raise self._explanation(options, error, inserting) from error
        except InvalidValueError as error:
            raise type(error)(f"{self.mapper.label}: {error}", table=error.table, key=error.key) from error

    def _explanation(self, options: WriteOptions, error: ConditionFailedError, inserting: bool) -> ConditionFailedError:
        stored = dict(error.item) if error.item is not None else None
        kind: type[ConditionFailedError] = ConditionFailedError
        text = "the condition does not hold; nothing was written."
        if inserting and stored is not None and options.condition is None:
            kind, text = OverwriteError, "exists already; get it, change it and save it instead."
        elif not inserting and stored is None:
            kind, text = ItemDeletedError, "is not stored (any more); save(force_insert=True) writes it as a new item."
        elif not inserting and self._compares(options) and (names := differing(self.mapper, self.state, stored or {})):
            kind = ConflictError
            text = f"was changed by someone else since it was loaded ({', '.join(names)}); reload it."
        return kind(
            f"{self.mapper.label} {self.instance.pk!r}: {text}",
            item=stored,
            operation=error.operation,
            table=error.table,
            key=error.key,
            code=error.code,
            request_id=error.request_id,
            status=error.status,
        )


@contextmanager
def restored_on_failure(instance: Any) -> Iterator[None]:
    """Puts every attribute back as it was when the block does not end well."""
    before = dict(vars(instance))
    done = False
    try:
        yield
        done = True
    finally:
        if not done:
            vars(instance).clear()
            vars(instance).update(before)


def _joined(conditions: list[Condition]) -> Condition | None:
    return And(*conditions) if conditions else None
