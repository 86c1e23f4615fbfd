"""Extends Django's ``_meta`` with the table, the codecs and the managers of a DynamoDB model."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.db.models.options import Options
from django.utils.functional import cached_property

from django_dynamodb.connections import connections
from django_dynamodb.exceptions import SchemaError
from django_dynamodb.models.constructor import Gatherer, gatherer
from django_dynamodb.models.declaration import Declaration, read_declaration, read_subclass
from django_dynamodb.models.entities import Entity
from django_dynamodb.models.fields.autoincrement import AutoIncrementField
from django_dynamodb.models.fields.template import TemplateField
from django_dynamodb.models.keys import CompositeKey
from django_dynamodb.models.manager import Manager
from django_dynamodb.models.mapper import Mapper
from django_dynamodb.models.migrations import ItemMigrations
from django_dynamodb.models.sharing import shared_schema
from django_dynamodb.tables.schema import TableSchema
from django_dynamodb.tables.table import Table


class DynamoOptions(Options):  # type: ignore[type-arg]  # django-stubs: generic only for the type checker
    """``Model._meta`` of a DynamoDB model.

    ``dynamodb`` is the declaration of ``class Table``, ``table`` the table as DynamoDB sees it (without prefix),
    ``mapper`` the compiled codecs. ``family`` are the classes that an item of the model may be of, by entity, and
    ``head`` is the model whose table a subclass shares.
    """

    dynamodb: Declaration
    head: DynamoOptions | None = None
    _opened_table: tuple[object, Table | None] = None, None
    family: dict[str, Any]

    def contribute_to_class(self, cls: Any, name: str) -> None:
        """Marks the model as unmanaged: no migration, no SQL table, no check against an SQL backend."""
        super().contribute_to_class(cls, name)
        self.managed = False
        self.original_attrs["managed"] = False
        self.required_db_vendor = "dynamodb"
        self.required_db_features = ["supports_unlimited_charfield", "supports_json_field"]

    @cached_property
    def base_manager(self) -> Manager[Any]:
        """The manager Django itself reads with: refresh, foreign keys, dumps."""
        manager: Manager[Any] = Manager()
        manager.name = "_base_manager"
        manager.model = self.model
        manager.auto_created = True
        return manager

    @cached_property
    def mapper(self) -> Mapper:
        """The compiled codecs; built on first use, when all models are loaded."""
        if self.concrete_model is not self.model:
            concrete: Mapper = self.concrete_model._meta.mapper  # type: ignore[union-attr]  # a proxy has one
            return concrete
        return Mapper(self.label, self.db_table, self.concrete_fields, self.dynamodb, self._entity())

    @cached_property
    def gatherer(self) -> Gatherer | None:
        """What gathers the values of a new instance; None where only Django's constructor does."""
        return gatherer(self.model)

    @cached_property
    def item_migrations(self) -> ItemMigrations:
        """The versions of the model's items; a proxy has those of its model."""
        if self.concrete_model is not self.model:
            concrete: ItemMigrations = self.concrete_model._meta.item_migrations  # type: ignore[union-attr]  # as above
            return concrete
        return ItemMigrations(self.model)

    @property
    def table(self) -> TableSchema:
        """The table's schema, without the prefix of the settings."""
        return self.mapper.schema

    @property
    def shared_table(self) -> TableSchema:
        """The same, with the indexes of all models that are entities of the table."""
        if self.dynamodb.entity is None:
            return self.table
        models = [model for model in self.apps.get_models() if isinstance(model._meta, DynamoOptions)]
        return shared_schema([model for model in models if self.check_shares(model._meta)])

    def check_shares(self, other: Any) -> bool:
        """Whether another model has the same table, and is no mere proxy."""
        same = other.dynamodb.using == self.dynamodb.using and other.db_table == self.db_table
        return same and not other.proxy

    def open_table(self) -> Table:
        """The table behind the model's connection, with the prefix of the settings."""
        era, known = self._opened_table
        if known is not None and era is connections.era:
            return known
        return self._open_table()

    def _open_table(self) -> Table:
        """The same, found anew: no settings have been read yet, or others hold now."""
        era = connections.era
        table = connections[self.dynamodb.using].table(self.mapper.schema)
        self._opened_table = era, table
        return table

    def open_shared_table(self) -> Table:
        """The same, with the indexes of every entity."""
        return connections[self.dynamodb.using].table(self.shared_table)

    def _expire_cache(self, forward: bool = True, reverse: bool = True) -> None:
        super()._expire_cache(forward, reverse)  # type: ignore[misc]  # the stubs leave it out
        self.__dict__.pop("mapper", None)
        self._opened_table = None, None
        self.__dict__.pop("gatherer", None)

    # -- declaring the key --------------------------------------------------------------------------------------

    def declare_table(self, table: type | None) -> None:
        """Reads ``class Table`` and turns its key into Django's primary key.

        Raises:
            SchemaError: A key that names no field, or cannot be what it is said to be.
        """
        self.dynamodb = read_declaration(table, self.object_name or "")
        self.family = {} if self.dynamodb.entity is None else {self.dynamodb.entity: self.model}
        if self.dynamodb.name:
            self.db_table = self.dynamodb.name
        partition = self._partition_field()
        if self.dynamodb.sort_key:
            self._declare_pair(partition, self.dynamodb.sort_key)
        elif self.pk is None:
            partition.primary_key = True
            self.setup_pk(partition)
        self._declare_unique()

    def declare_subclass(self, table: type | None, head: DynamoOptions) -> None:
        """Reads ``class Table`` of a model that shares its base class's table, key included.

        Args:
            table: The subclass's own ``class Table``.
            head: The base class's ``_meta``.

        Raises:
            SchemaError: It names no entity of its own, or declares what the base class does.
        """
        own = read_subclass(table, head.dynamodb, self.label, head.label)
        self.dynamodb, self.head, self.db_table = own, head, head.db_table
        entity = str(own.entity)
        self.family = {entity: self.model}
        ancestor: DynamoOptions | None = head
        while ancestor is not None:
            if entity in ancestor.family:
                raise SchemaError(
                    f"{self.label}.Table.entity is {entity!r}, as that of {ancestor.family[entity]._meta.label}; give "
                    "each class its own."
                )
            ancestor.family[entity] = self.model
            ancestor = ancestor.head
        self._declare_unique()

    def _declare_unique(self) -> None:
        """Lets a form, and serializers, find an existing key at the form, by the fields one fills in."""
        keys = [name for name in (self.dynamodb.partition_key, self.dynamodb.sort_key) if name is not None]
        names: list[str] = []
        for name in keys:
            field = self._local_field(name)
            names += [place.name for place in field.places] if isinstance(field, TemplateField) else [name]
        if len(keys) > 1 or names != keys:
            self.unique_together = (tuple(dict.fromkeys(names)),)

    def _entity(self) -> Entity | None:
        declared = self.dynamodb
        if declared.entity is None:
            return None
        return Entity(attribute=declared.entity_attribute, name=declared.entity, family=self.family)

    def _partition_field(self) -> Any:
        """The partition key's field; the declaration then names it."""
        name = self.dynamodb.partition_key
        if name is None:
            if self.pk is None:
                raise SchemaError(
                    f"{self.label} has no partition key: give one field primary_key=True, "
                    'or write class Table: partition_key = "<field>".'
                )
            name = self.pk.name
            self.dynamodb = replace(self.dynamodb, partition_key=name)
        field = self._local_field(name)
        if self.pk is not None and self.pk is not field:
            raise SchemaError(
                f"{self.label}.{self.pk.name} has primary_key=True but Table.partition_key is {name!r}; "
                "drop one of the two."
            )
        return field

    def _declare_pair(self, partition: Any, sort_name: str) -> None:
        """Adds the virtual ``pk`` of a model with a sort key."""
        if isinstance(partition, AutoIncrementField):
            raise SchemaError(
                f"{self.label}: an AutoIncrementField cannot be the partition key of a table with a sort key "
                f"({sort_name!r}); its counter item would be part of a partition."
            )
        if partition.primary_key:
            raise SchemaError(
                f"{self.label}.{partition.name} has primary_key=True, but the key is the pair "
                f"({partition.name}, {sort_name}); drop primary_key=True and name both in class Table."
            )
        sort = self._local_field(sort_name)
        self.model.add_to_class("pk", CompositeKey(partition.name, sort.name))

    def _local_field(self, name: str) -> Any:
        for field in self.local_fields:
            if field.name == name:
                return field
        names = ", ".join(field.name for field in self.local_fields) or "none"
        raise SchemaError(f"{self.label}.Table names {name!r}, which is no field of the model; fields: {names}.")
