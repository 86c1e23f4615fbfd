"""Makes Django models that live in DynamoDB: the metaclass and the base class."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, Final, Literal, Self

from django.core.checks import CheckMessage
from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS
from django.db import models as django_models
from django.db.models import Q, signals
from django.db.models.base import ModelBase
from django.db.models.options import Options

from django_dynamodb.exceptions import SchemaError
from django_dynamodb.models.aliases import refuse_alias
from django_dynamodb.models.asynchrony import announce, run_read, run_write
from django_dynamodb.models.constructor import Constructed
from django_dynamodb.models.inheritance import fields_copied_from, shared_base, with_exceptions_of
from django_dynamodb.models.loader import builder, slow_builder
from django_dynamodb.models.manager import Manager
from django_dynamodb.models.migrating import migrating
from django_dynamodb.models.options import DynamoOptions
from django_dynamodb.models.persistence import CAREFULLY, PLAINLY, WriteOptions, Writer, short_way
from django_dynamodb.models.plain import to_plain
from django_dynamodb.models.pointing import name_key
from django_dynamodb.models.refresh import refresh
from django_dynamodb.models.state import state_of
from django_dynamodb.models.templates import validate_parts
from django_dynamodb.types import Item

SQL_CHECKS: Final = frozenset({"fields.E130", "fields.E132"})
"""Django's checks that ask for the digits of a decimal column; a number of DynamoDB has 38 in any case."""


class TableDeclaration:
    """Carries ``class Table`` through Django's metaclass to ``_meta``, which exists when this is contributed.

    Args:
        table: The inner class.
        head: The ``_meta`` of the base class whose table is shared.
    """

    def __init__(self, table: type | None, head: Any) -> None:
        self.table = table
        self.head = head

    def contribute_to_class(self, cls: Any, name: str) -> None:
        """Leaves the inner class for ``_prepare``; an abstract model keeps it for ``class Table(Parent.Table)``."""
        cls._meta.table_class = self.table
        cls._meta.head = None if cls._meta.abstract or cls._meta.proxy else self.head
        if cls._meta.abstract and self.table is not None:
            cls.Table = self.table


class DynamoModelBase(ModelBase):
    """Metaclass of DynamoDB models."""

    def __new__(mcs, name: str, bases: tuple[type, ...], attrs: dict[str, Any], **kwargs: Any) -> Any:
        """Takes ``class Table`` out of the body before Django sees it."""
        head = None if getattr(attrs.get("Meta"), "proxy", False) else shared_base(bases)
        attrs["_dynamo_declaration"] = TableDeclaration(attrs.pop("Table", None), head and head._meta)
        if head is None:
            return super().__new__(mcs, name, bases, attrs, **kwargs)
        with fields_copied_from(head):
            made = super().__new__(mcs, name, bases, attrs, **kwargs)
        return with_exceptions_of(made, head)

    def add_to_class(cls, name: str, value: Any) -> None:
        """Gives the model our ``_meta``, and its foreign keys relations that know packed keys."""
        if name == "_meta" and type(value) is Options:
            value = DynamoOptions(value.meta, value.app_label)
        if isinstance(value, django_models.ForeignKey):
            name_key(value)
        super().add_to_class(name, value)

    def _prepare(cls) -> None:
        meta: Any = cls._meta  # type: ignore[attr-defined]  # the stubs leave it out
        if meta.proxy:
            meta.dynamodb = meta.concrete_model._meta.dynamodb
        elif meta.head is not None:
            meta.declare_subclass(meta.table_class, meta.head)
        elif meta.parents:
            parent = next(iter(meta.parents))
            raise SchemaError(
                f"{meta.label} inherits from {parent._meta.label}, which has a table of its own; DynamoDB joins no "
                "tables. Make the parent abstract, or the child a proxy; or let both be entities of one table, with "
                'class Table: entity = "..." in each.'
            )
        else:
            meta.declare_table(meta.table_class or getattr(cls, "Table", None))
        if not meta.managers:
            manager: Manager[Any] = Manager()
            manager.auto_created = True
            cls.add_to_class("objects", manager)
        super()._prepare()  # type: ignore[misc]  # the stubs leave it out


class Model(Constructed, django_models.Model, metaclass=DynamoModelBase):
    """Base class of models stored in DynamoDB; ``class Table`` says how, ``class Meta`` stays Django's."""

    objects: ClassVar[Manager[Self]]

    class Meta:
        """Abstract: only its subclasses have a table."""

        abstract = True

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Model) or self._meta.concrete_model is not other._meta.concrete_model:
            return NotImplemented if not isinstance(other, django_models.Model) else False
        values = self._dynamo_key_values()
        return self is other if None in values else values == other._dynamo_key_values()

    def __hash__(self) -> int:
        values = self._dynamo_key_values()
        if None in values:
            raise TypeError("Model instances without primary key value are unhashable")
        return hash(values)

    # -- items --------------------------------------------------------------------------------------------------

    @classmethod
    def from_item(cls, item: Item) -> Self:
        """Makes an instance of an item, as reads do; override it to map items in another way.

        Args:
            item: DynamoDB JSON: from the service, a stream record or an export. Binary values may be base64 text or
                bytes.

        Returns:
            An instance marked as loaded (SEED row 33).

        Raises:
            InvalidValueError: An attribute holds another type than the field.
            VersionError: The item is of a version that the model's migrations do not know.
        """
        overridden = cls.from_item.__func__ is not Model.from_item.__func__  # type: ignore[attr-defined]
        build = migrating(cls, slow_builder(cls, None)) if overridden else builder(cls)
        return build(item)  # type: ignore[no-any-return]

    def to_item(self) -> Item:
        """The instance as an item, as saves write it; override it to map items in another way.

        Returns:
            DynamoDB JSON. None and empty sets are left out.

        Raises:
            InvalidValueError: A field holds what it cannot store.
        """
        meta: Any = self._meta
        built = {name: getattr(self, name) for name in meta.mapper.templates if name in vars(self)}
        item: Item = meta.mapper.stamped(meta.mapper.dump({**vars(self), **built}))
        return {**item, **meta.item_migrations.stamp} if meta.item_migrations.active else item

    def to_json_dict(self) -> dict[str, Any]:
        """The loaded fields as plain JSON values; never reads the table (SEED row 15).

        Returns:
            Field name → value: sets as sorted lists, datetimes as UTC ISO text, decimals as text, binary as base64.
        """
        values = vars(self)
        return {
            field.attname: to_plain(values[field.attname])
            for field in self._meta.concrete_fields
            if field.attname in values
        }

    # -- saving -------------------------------------------------------------------------------------------------

    def save(  # type: ignore[override]  # Django's parameters, and two more by keyword
        self,
        force_insert: bool = False,
        force_update: bool = False,
        using: str | None = None,
        update_fields: Iterable[str] | None = None,
        *,
        raise_on_conflict: bool = False,
        condition: Q | None = None,
        returning: Literal["new"] | None = None,
    ) -> None:
        """Writes the object: a new one as a whole item, a loaded one as what changed since.

        Args:
            force_insert: The key must not exist yet.
            force_update: The key must exist.
            using: Accepted for Django; a DynamoDB model's connection is its ``Table.using``.
            update_fields: Write only these fields.
            raise_on_conflict: A new object must not exist, a loaded one must be stored as it was loaded.
            condition: What must hold of the stored item besides.
            returning: ``"new"``: the object takes over the whole item as the same call leaves it, with what others
                changed meanwhile. Without it, what the service computed is taken over, and nothing else.

        Raises:
            OverwriteError: The key exists already.
            ItemDeletedError: The loaded item was deleted meanwhile; it is not brought back.
            ConflictError: The item was changed meanwhile; the message names the fields.
            ConditionFailedError: ``condition`` does not hold.
            InvalidValueError: A field holds what it cannot store; nothing was sent.
        """
        if using is not None:
            refuse_alias(self._meta.label, using)
        if returning is not None:
            _refuse_returning("save", returning, "new")
        if force_insert and (force_update or update_fields):
            raise ValueError("Cannot force both insert and updating in model saving.")
        if "fields_cache" in vars(self._state):  # some related object was assigned or loaded
            self._prepare_related_fields_for_save(operation_name="save")  # type: ignore[attr-defined]  # the stubs leave it out
        names = None if update_fields is None else self._dynamo_update_fields(update_fields)
        if names is not None and not names:
            return
        asked = force_insert or force_update or returning is not None
        if not asked and names is None and condition is None:
            self._dynamo_write(CAREFULLY if raise_on_conflict else PLAINLY)
            return
        self._dynamo_write(
            WriteOptions(
                force_insert=bool(force_insert),
                force_update=force_update,
                update_fields=names,
                raise_on_conflict=raise_on_conflict,
                condition=condition,
                renewing=returning is not None,
            ),
        )

    save.alters_data = True  # type: ignore[attr-defined]

    async def asave(self, *args: Any, **kwargs: Any) -> None:
        """Asynchronous version of ``save``."""
        await run_write(type(self), self.save, *args, **kwargs)

    asave.alters_data = True  # type: ignore[attr-defined]

    def save_base(
        self,
        raw: bool = False,
        force_insert: bool | tuple[ModelBase, ...] = False,
        force_update: bool = False,
        using: str | None = None,
        update_fields: Iterable[str] | None = None,
    ) -> None:
        """Django's lower entrance to saving: signals and the write, without an SQL transaction around it."""
        self._dynamo_write(
            WriteOptions(
                raw=raw,
                force_insert=bool(force_insert),
                force_update=force_update,
                update_fields=None if update_fields is None else frozenset(update_fields),
            ),
        )

    save_base.alters_data = True  # type: ignore[attr-defined]

    def _save_table(  # noqa: PLR0917  # Django's parameters; deserialisers reach this one through Django's own save_base
        self,
        raw: bool = False,
        cls: Any = None,
        force_insert: Any = False,
        force_update: bool = False,
        using: str | None = None,
        update_fields: Iterable[str] | None = None,
    ) -> bool:
        options = WriteOptions(
            raw=raw,
            force_insert=bool(force_insert),
            force_update=force_update,
            update_fields=None if update_fields is None else frozenset(update_fields),
        )
        return self._dynamo_writer().save(options)

    def _dynamo_write(self, options: WriteOptions) -> None:
        """Sends Django's signals around one write, if anybody listens to any."""
        if signals.pre_save.receivers:
            announce(signals.pre_save, **self._dynamo_news(options))
        write = short_way(self, options)
        if write is None:
            updated = self._dynamo_writer().save(options)
        else:  # it has asked no field for anything, so there is nothing to take back when it fails
            updated = not self._state.adding
            write.send(self._meta.open_table())  # type: ignore[attr-defined]  # of ours
        if signals.post_save.receivers:
            announce(signals.post_save, **self._dynamo_news(options), created=not updated)

    def _dynamo_news(self, options: WriteOptions) -> dict[str, Any]:
        """What the receivers of both signals are told."""
        return {
            "sender": type(self), "instance": self, "raw": options.raw, "using": DEFAULT_DB_ALIAS,
            "update_fields": options.update_fields,
        }  # fmt: skip

    def _dynamo_writer(self) -> Writer:
        meta: Any = self._meta
        return Writer(self, meta.concrete_model, meta.open_table())

    def _dynamo_update_fields(self, update_fields: Iterable[str]) -> frozenset[str]:
        """The names, if each is a field that can be updated."""
        mapper = self._meta.mapper  # type: ignore[attr-defined]
        names = frozenset(update_fields)
        keys = set(mapper.key_attnames)
        known = {name for field in mapper.fields if field.attname not in keys for name in (field.name, field.attname)}
        if unknown := sorted(names - known):
            raise ValueError(
                f"{self._meta.label}: update_fields names {', '.join(unknown)}, which "
                f"{'are' if len(unknown) > 1 else 'is'} no stored field or part of the key."
            )
        return names

    # -- deleting -----------------------------------------------------------------------------------------------

    def delete(
        self,
        using: str | None = None,
        keep_parents: bool = False,
        *,
        raise_on_conflict: bool = False,
        condition: Q | None = None,
        returning: Literal["old"] | None = None,
    ) -> tuple[int, dict[str, int]]:
        """Deletes the stored item; a later save is an insert.

        Args:
            using: Accepted for Django; a DynamoDB model's connection is its ``Table.using``.
            keep_parents: Accepted for Django; there are no parents.
            raise_on_conflict: The item must be stored as it was loaded.
            condition: What must hold of the stored item besides.
            returning: ``"old"``: the object takes over the whole item as it was when it was deleted.

        Returns:
            How many items were deleted, 0 or 1, and the same by model label.

        Raises:
            ConflictError: The item was changed or deleted meanwhile, or never stored.
            ConditionFailedError: ``condition`` does not hold.
            SchemaError: The key is the counter item's, -1.
        """
        refuse_alias(self._meta.label, using)
        _refuse_returning("delete", returning, "old")
        if not self._is_pk_set():  # type: ignore[attr-defined]  # the stubs leave it out
            raise ValueError(f"{self._meta.label}: an object without a key cannot be deleted; set its key first.")
        return self._dynamo_delete(
            WriteOptions(raise_on_conflict=raise_on_conflict, condition=condition, renewing=returning is not None)
        )

    delete.alters_data = True  # type: ignore[attr-defined]

    async def adelete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Asynchronous version of ``delete``."""
        return await run_write(type(self), self.delete, *args, **kwargs)

    adelete.alters_data = True  # type: ignore[attr-defined]

    def _dynamo_delete(self, options: WriteOptions) -> tuple[int, dict[str, int]]:
        """Sends Django's signals around one delete."""
        origin = type(self)
        sent = {"sender": origin, "instance": self, "using": DEFAULT_DB_ALIAS, "origin": self}
        announce(signals.pre_delete, **sent)
        deleted = int(self._dynamo_writer().delete(options))
        announce(signals.post_delete, **sent)
        return deleted, {self._meta.label: deleted}

    # -- reloading ----------------------------------------------------------------------------------------------

    def refresh_from_db(
        self, using: str | None = None, fields: Iterable[str] | None = None, from_queryset: Any = None
    ) -> None:
        """Reads the object again, consistently; the snapshot is the new one.

        Args:
            using: Accepted for Django.
            fields: Only these fields; also how a deferred field loads itself.
            from_queryset: The query set to read through.

        Raises:
            Model.DoesNotExist: The item is gone.
        """
        refuse_alias(self._meta.label, using)
        queryset = type(self)._base_manager.all() if from_queryset is None else from_queryset
        refresh(self, queryset, None if fields is None else set(fields))

    async def arefresh_from_db(
        self, using: str | None = None, fields: Iterable[str] | None = None, from_queryset: Any = None
    ) -> None:
        """Asynchronous version of ``refresh_from_db``."""
        await run_read(type(self), self.refresh_from_db, using, fields, from_queryset)

    # -- checks -------------------------------------------------------------------------------------------------

    @classmethod
    def check(cls, **kwargs: Any) -> list[CheckMessage]:
        """Django's checks of a model, without those that hold for SQL databases alone.

        Args:
            **kwargs: What Django hands to checks; ``databases`` are none of this model's.

        Returns:
            What is wrong.
        """
        found = super().check(**{**kwargs, "databases": None})
        return [message for message in found if message.id not in SQL_CHECKS]

    # -- identity and validation --------------------------------------------------------------------------------

    def _dynamo_key_values(self) -> tuple[Any, ...]:
        """The values of partition key and sort key."""
        return tuple(getattr(self, name) for name in self._meta.mapper.key_attnames)  # type: ignore[attr-defined]

    def clean_fields(self, exclude: Any = None) -> None:
        """Also refuses a changed key on a stored object, which would be another item, and parts no key can hold."""
        super().clean_fields(exclude=exclude)
        mapper = self._meta.mapper  # type: ignore[attr-defined]
        validate_parts(mapper, self, exclude or ())
        stored = state_of(self).item
        if stored is None:
            return
        if mapper.encode_key(self._dynamo_key_values()) != mapper.schema.key_of(stored):
            raise ValidationError({mapper.key_fields[-1].name: "The key of a stored object cannot change."})

    def _get_unique_checks(self, exclude: Any = None, include_meta_constraints: bool = False) -> Any:
        """Not of the virtual ``pk``; and a stored object keeps its key, so that it is not compared with itself."""
        unique, dates = super()._get_unique_checks(exclude, include_meta_constraints)  # type: ignore[misc]  # the stubs leave it out
        skipped: set[tuple[str, ...]] = {("pk",)}
        if not self._state.adding:
            skipped |= {tuple(names) for names in self._meta.unique_together}
        return [check for check in unique if tuple(check[1]) not in skipped], dates


def _refuse_returning(method: str, returning: str | None, offered: str) -> None:
    """One word is offered by each method: the object can become what is stored then, not what was before or after."""
    if returning not in {None, offered}:
        raise ValueError(
            f"{method}(returning={returning!r}): it is {offered!r} or None; for the values before or after, use "
            "objects.filter(pk=...).returning(...)."
        )
