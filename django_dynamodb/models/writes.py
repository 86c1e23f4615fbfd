"""States each write of one instance as a record: it can be sent alone or as an action of a transaction, then done.

Nothing of the instance changes before ``done``; until then a write is only a plan.
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal, Protocol

from django_dynamodb.exceptions import DynamoDBError, RequestRejectedError
from django_dynamodb.expressions.conditions import Condition
from django_dynamodb.expressions.updates import Remove
from django_dynamodb.limits import ITEM_BYTES
from django_dynamodb.models.changes import Change, is_expression
from django_dynamodb.models.diagnosis import raise_diagnosed
from django_dynamodb.models.failures import Demands, raise_explained
from django_dynamodb.models.mapper import Mapper
from django_dynamodb.models.migrations import ItemMigrations
from django_dynamodb.models.state import mark_deleted, mark_stored
from django_dynamodb.models.versions import take_over
from django_dynamodb.records import record
from django_dynamodb.tables import transactions
from django_dynamodb.tables.table import Table
from django_dynamodb.tables.transactions import Action
from django_dynamodb.tables.validation import validate_item_size
from django_dynamodb.types import Item, Key, Put, keys_in


class Write(Protocol):
    """What every write can do."""

    verb: ClassVar[str]

    @property
    def instance(self) -> Any:
        """The object written."""

    @property
    def mapper(self) -> Mapper:
        """Its model's names and codecs."""

    @property
    def demands(self) -> Demands:
        """What it demands of the stored item."""

    @property
    def key(self) -> Key:
        """The item's key."""

    def send(self, table: Table) -> None:
        """Makes the call; then it is done."""

    def action(self, table: Table) -> Action:
        """The same as an action of a transaction."""

    def done(self, written: Item | None = None) -> None:
        """Notes on the instance that it was written."""


@record(frozen=True, kw_only=True, slots=True)
class PutWrite:
    """A whole item."""

    verb: ClassVar[str] = "put"

    instance: Any
    mapper: Mapper
    demands: Demands
    item: Put
    condition: Condition | None

    @property
    def key(self) -> Key:
        """The item's key."""
        return self.mapper.schema.key_of(keys_in(self.item))

    def send(self, table: Table) -> None:
        """PutItem."""
        try:
            table.put(self.item, condition=self.condition, return_stored=self.condition is not None)
        except DynamoDBError as error:
            raise_explained(self.instance, self.mapper, self.demands, error)
            raise
        self.done()

    def action(self, table: Table) -> Action:
        """A Put."""
        return transactions.put(table, self.item, condition=self.condition)

    def done(self, written: Item | None = None) -> None:
        """The object is stored as it was sent."""
        if self.mapper.version is not None:
            take_over(self.mapper, self.instance, keys_in(self.item))
        mark_stored(self.instance, self.item)


@record(frozen=True, kw_only=True, slots=True)
class UpdateWrite:
    """The change of a stored item.

    Args:
        snapshot: The item after the change, without what only the service can compute.
        unread: Attributes nothing is known of, afterwards.
        renewing: Whether the object takes over the whole item as it is stored afterwards.
        most: Bytes that ``snapshot`` has at most; None where that is not known without counting.
    """

    verb: ClassVar[str] = "update"

    instance: Any
    mapper: Mapper
    demands: Demands
    change: Change
    snapshot: Item
    unread: frozenset[str]
    condition: Condition
    renewing: bool = False
    most: int | None = None

    @property
    def key(self) -> Key:
        """The item's key."""
        return self.mapper.schema.key_of(self.snapshot)

    def send(self, table: Table) -> None:
        """UpdateItem."""
        mapper, change = self.mapper, self.change
        update = change.as_update()
        returning: Literal["ALL_NEW", "NONE", "UPDATED_NEW"] = "UPDATED_NEW" if change.computed else "NONE"
        if self.renewing:
            returning = "ALL_NEW"
        key = mapper.schema.key_of(self.snapshot)
        try:
            if self.most is None or self.most > ITEM_BYTES:
                validate_item_size(table.schema, self.snapshot, self.most)
            try:
                written = table.update(key, update, condition=self.condition, returning=returning, return_stored=True)
            except RequestRejectedError as error:
                raise_diagnosed(mapper, table, key, update, error)
                raise
        except DynamoDBError as error:
            raise_explained(self.instance, mapper, self.demands, error)
            raise
        if self.renewing:
            renew(self.instance, self.mapper, written or {})
        else:
            self.done(written or {})

    def action(self, table: Table) -> Action:
        """An Update."""
        validate_item_size(table.schema, self.snapshot, self.most)
        return transactions.update(table, self.key, self.change.as_update(), condition=self.condition)

    def done(self, written: Item | None = None) -> None:
        """Takes over what was sent and what the service computed.

        A transaction returns nothing of what it computed: those fields become deferred, and load when they are used.
        """
        computed = self.change.computed
        if not computed:
            if self.mapper.version is not None:
                take_over(self.mapper, self.instance, self.change.sets)
            mark_stored(self.instance, self.snapshot, self.unread, self.most)
            return
        removed = {name for name, clause in computed.items() if isinstance(clause, Remove)}
        known = {name: written[name] for name in computed if written and name in written}
        snapshot = {name: av for name, av in self.snapshot.items() if name not in removed} | known
        hidden = computed.keys() - known.keys() - removed
        values = self.mapper.load(snapshot) if known or removed else {}
        for name in computed:
            attname = self.mapper.field_of(name).attname
            if name in hidden:
                snapshot.pop(name, None)
                if is_expression(vars(self.instance).get(attname)):  # not given another value meanwhile
                    del vars(self.instance)[attname]
            else:
                setattr(self.instance, attname, values[attname])
        take_over(self.mapper, self.instance, self.change.sets)
        mark_stored(self.instance, snapshot, self.unread - removed | hidden)


def renew(instance: Any, mapper: Mapper, item: Item) -> None:
    """Gives an object every value of an item, deferred fields included, and notes it as stored.

    Args:
        instance: The object.
        mapper: Its model's names and codecs.
        item: The whole item, in whatever version it is.
    """
    migrations: ItemMigrations = instance._meta.item_migrations
    present = migrations.migrated(item) if migrations.active else item
    for attname, value in mapper.load(present).items():
        setattr(instance, attname, value)
    related: list[Any] = [field for field in mapper.fields if field.is_relation]
    for field in related:
        if field.is_cached(instance):
            field.delete_cached_value(instance)
    mark_stored(instance, item)


@record(frozen=True, kw_only=True, slots=True)
class DeleteWrite:
    """The end of a stored item.

    Args:
        renewing: Whether the object takes over the item as it was when it was deleted.
    """

    verb: ClassVar[str] = "delete"

    instance: Any
    mapper: Mapper
    demands: Demands
    key: Key
    condition: Condition
    renewing: bool = False

    def send(self, table: Table) -> None:
        """DeleteItem."""
        returning: Literal["ALL_OLD", "NONE"] = "ALL_OLD" if self.renewing else "NONE"
        try:
            deleted = table.delete(self.key, condition=self.condition, returning=returning, return_stored=True)
        except DynamoDBError as error:
            raise_explained(self.instance, self.mapper, self.demands, error)
            raise
        if deleted is not None:
            renew(self.instance, self.mapper, deleted)
        self.done()

    def action(self, table: Table) -> Action:
        """A Delete."""
        return transactions.delete(table, self.key, condition=self.condition)

    def done(self, written: Item | None = None) -> None:
        """The object is not stored; a save is an insert."""
        mark_deleted(self.instance)
