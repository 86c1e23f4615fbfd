"""Answers Django's query set methods from DynamoDB: a plan is made, shown or run; nothing is silently ignored."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import aclosing
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.db import DEFAULT_DB_ALIAS, models
from django.db.models import Q
from django.db.models.manager import BaseManager
from django.db.models.query import QuerySet as DjangoQuerySet

from django_dynamodb.connections import connections
from django_dynamodb.exceptions import UnsupportedError
from django_dynamodb.models.aliases import refuse_alias
from django_dynamodb.models.asynchrony import HANDED, beside, iterate, run_read
from django_dynamodb.models.composed import refuse_incomplete_key
from django_dynamodb.models.direct import direct_batch, direct_get
from django_dynamodb.models.entrances import Entrances
from django_dynamodb.models.explain import explain
from django_dynamodb.models.loader import builder
from django_dynamodb.models.mapper import column
from django_dynamodb.models.migrating import needs_whole_items, refuse_parts
from django_dynamodb.models.pages import Paged
from django_dynamodb.models.plan import Planner
from django_dynamodb.models.prefetching import plain
from django_dynamodb.models.query import ItemQuery
from django_dynamodb.models.reads import Build, Columns, Read
from django_dynamodb.models.refused import REFUSED, refuse
from django_dynamodb.models.rows import (
    DictRows,
    FlatRows,
    InstanceRows,
    NamedTupleRows,
    TupleRows,
    gives_plain_instances,
    the_one,
)
from django_dynamodb.models.scale import Scaled, at_scale
from django_dynamodb.models.twins import Twins
from django_dynamodb.models.writing import Writing
from django_dynamodb.tables.table import Table
from django_dynamodb.types import Item

M = TypeVar("M", bound=models.Model)
ITERATOR_CHUNK = 2_000
"""Rows that related objects are prefetched for at a time, as in Django."""


class QuerySet(Paged[M], Scaled[M], Writing[M], Twins, DjangoQuerySet[M, M]):  # type: ignore[misc]  # batches have other options
    """A lazy, chainable read of one model; cloning, slicing, pickling and prefetching are Django's."""

    if TYPE_CHECKING:  # what the stubs leave out, or type for SQL
        model: type[Any]
        query: Any
        _db: str | None
        _query: Any
        _fields: tuple[str, ...] | None
        _known_related_objects: dict[Any, dict[Any, Any]]
        _prefetch_related_lookups: tuple[Any, ...]

        def _chain(self) -> Self: ...

    def __init__(
        self,
        model: type[M] | None = None,
        query: Any = None,
        using: str | None = None,
        hints: dict[str, models.Model] | None = None,
    ) -> None:
        super().__init__(model, ItemQuery(model) if query is None else query, using, hints)  # type: ignore[arg-type]  # the same values by another name
        self._iterable_class: Any = InstanceRows

    @classmethod
    def as_manager(cls) -> Any:
        """A manager with this query set's methods, and DynamoDB's ways in."""
        made = type("Manager", (Entrances, BaseManager.from_queryset(cls)), {})()
        made._built_with_as_manager = True
        return made

    # -- running a plan -----------------------------------------------------------------------------------------

    def _dynamo_table(self) -> Table:
        return self.model._meta.open_table()  # type: ignore[no-any-return]

    def _dynamo_read(self) -> Read:
        """The plan of this query set, made anew: settings may have changed; or the one page of it to read."""
        if self._dynamo_part is not None:
            return self._dynamo_part  # type: ignore[no-any-return]  # a PageRead or BatchedRead, which do what is asked
        using = self.model._meta.dynamodb.using
        return at_scale(Planner(self.query, connections[using].settings.scan).plan(), self.query)

    def _dynamo_rows(self, make_build: Callable[[frozenset[str] | None], Build]) -> Iterator[Any]:
        """Runs the plan, building each row as its item arrives."""
        read = self._dynamo_read()
        only, columns = self._dynamo_wanted(read)
        return read.rows(self._dynamo_table(), make_build(only), columns)

    def _dynamo_wanted(self, read: Read) -> tuple[frozenset[str] | None, Columns]:
        """The attnames to load and the attributes to ask for; None is everything."""
        if needs_whole_items(self):
            refuse_parts(self.model, self.query.index, read.held)
            return None, None
        mapper = self.model._meta.mapper
        only = self.query.loaded
        if self.query.values_select:
            names = self.query._attnames(self.query.values_select)
            columns = tuple(column(field) for field in mapper.fields if field.attname in names)
            if read.held is not None and (absent := sorted(set(columns) - read.held)):
                raise UnsupportedError(
                    f"{self.model._meta.label}: values() asks for {', '.join(absent)}, which index "
                    f"{self.query.index!r} does not hold; add hydrate() to read them from the table, or project them "
                    "into the index."
                )
            return None, columns
        if read.held is not None:
            held = frozenset(field.attname for field in mapper.fields if column(field) in read.held)
            only = held if only is None else held & only
            return only, None
        if only is None:
            return None, None
        columns = tuple(column(field) for field in mapper.fields if field.attname in only)
        return only, columns if mapper.entity is None else mapper.entity.widened(columns)

    @property
    def db(self) -> str:
        """The alias Django may ask for; no SQL database is ever used."""
        return self._db or DEFAULT_DB_ALIAS

    @property
    def ordered(self) -> bool:
        """True: items have the order the table gives them, and asking for another one raises."""
        return True

    @property
    def totally_ordered(self) -> bool:
        """True, for the same reason; Django 6.1 asks."""
        return True

    def __repr__(self) -> str:
        """Never reads the table: Django's debug page would do so several times."""
        if self._result_cache is not None:
            return super().__repr__()
        return f"<{type(self).__name__} of {self.model._meta.label}, not read yet; list() reads it>"

    # -- one object ---------------------------------------------------------------------------------------------

    def get(self, *args: Any, consistent_read: bool = False, **kwargs: Any) -> M:
        """The one matching object.

        Args:
            args: The key: partition value, and sort value if there is one; or ``Q`` objects.
            consistent_read: See every write that finished before.
            kwargs: Lookups; ``pk`` is the packed key, or a tuple.

        Raises:
            Model.DoesNotExist: There is none.
            Model.MultipleObjectsReturned: There are several.
        """
        read = None
        if self._dynamo_part is None:
            read = direct_get(self.query, args, kwargs, consistent=consistent_read)
        if read is None:
            return the_one(self.model, self._dynamo_narrowed(args, consistent_read, kwargs))
        if gives_plain_instances(self):  # what list() would do, without another query set to do it
            build = builder(self.model, tracked=self.query.tracked)
            found: M = the_one(self.model, read.rows(self._dynamo_table(), build, None))
            return found
        clone = self._chain()
        clone._dynamo_part = read
        return the_one(self.model, clone)

    def _dynamo_narrowed(self, args: Sequence[Any], consistent_read: bool, kwargs: dict[str, Any]) -> Self:
        """This query set with the filters of ``get()``, which never looks at more than two objects."""
        lookups = [arg for arg in args if isinstance(arg, Q)]
        values = [arg for arg in args if not isinstance(arg, Q)]
        clone = self._chain()
        if values:
            kwargs.update(self._dynamo_key_lookups(values))
        if lookups or kwargs:
            clone = clone.filter(*lookups, **kwargs)
        refuse_incomplete_key(clone)
        if consistent_read:
            clone.query.consistent = True
        if clone.query.can_filter():
            clone.query.clear_ordering(force=True)
            clone.query.set_limits(high=2)
        return clone

    def _dynamo_key_lookups(self, values: Sequence[Any]) -> dict[str, Any]:
        fields = self.model._meta.mapper.key_fields
        if len(values) != len(fields):
            names = ", ".join(field.name for field in fields)
            given = "1 value" if len(values) == 1 else f"{len(values)} values"
            raise TypeError(f"{self.model._meta.label}.objects.get() takes the whole key, ({names}), not {given}.")
        return {field.attname: value for field, value in zip(fields, values, strict=True)}

    # -- many objects -------------------------------------------------------------------------------------------

    def consistent(self, consistent: bool = True) -> Self:
        """See every write that finished before; twice the read units, not on a global index."""
        clone = self._chain()
        clone.query.consistent = consistent
        return clone

    def index(self, name: str) -> Self:
        """Read this index, whatever the planner would choose."""
        clone = self._chain()
        clone.query.index = name
        return clone

    def scan(
        self,
        *,
        index: str | None = None,
        consistent_read: bool = False,
        limit: int | None = None,
        page_size: int | None = None,
        **lookups: Any,
    ) -> Self:
        """Read the whole table, or an index, on purpose, in no order, whatever the planner would choose.

        Args:
            index: Read this index; None leaves it as it is.
            consistent_read: See every write that finished before; twice the read units, not on a global index.
            limit: The most items to return.
            page_size: The most items to read with one call.
            lookups: Further filters; what they drop is read, and paid for, all the same.

        Returns:
            A query set.
        """
        clone = self.filter(**lookups) if lookups else self._chain()
        query = clone.query
        query.mode = "scan"
        query.index = query.index if index is None else index
        query.page_size = query.page_size if page_size is None else page_size
        query.consistent = query.consistent or consistent_read
        return clone if limit is None else clone[:limit]

    def hydrate(self, *, consistent_read: bool = False) -> Self:
        """Whole objects where an index holds a part of each: its keys are read, then the items by BatchGetItem.

        One BatchGetItem for 100 keys, as they are needed, in the order of the index; an item that was deleted
        meanwhile is left out. Where the items come whole, nothing more is read, unless consistently.

        Args:
            consistent_read: Read the items consistently, whatever the index says of them; twice the read units.
        """
        clone = self._chain()
        clone.query.hydrated = "consistent" if consistent_read else "plain"
        return clone

    def untracked(self) -> Self:
        """Keep no snapshots: less memory for large reads, but a save writes every field and detects no conflict."""
        clone = self._chain()
        clone.query.tracked = False
        return clone

    def with_expired(self) -> Self:
        """Also items whose ``TTLField`` has passed, as long as the service has not deleted them."""
        clone = self._chain()
        clone.query.expired_too = True
        return clone

    def count(self) -> int:
        """How many match; counted by the service, which reads what it counts."""
        return (
            len(self._result_cache)
            if self._result_cache is not None
            else self._dynamo_read().count(self._dynamo_table())
        )

    def exists(self) -> bool:
        """Whether any matches."""
        if self._result_cache is not None:
            return bool(self._result_cache)
        clone = self._chain()
        clone.query.set_limits(high=1)
        clone.query.segments = None  # one item is no work for many
        columns = tuple(attribute.name for attribute in self.model._meta.table.keys)
        return any(True for _ in clone._dynamo_read().rows(self._dynamo_table(), _as_is, columns))

    def iterator(self, chunk_size: int | None = None) -> Iterator[M]:
        """Row after row, nothing cached; pages are read as they are needed.

        Args:
            chunk_size: How many rows to prefetch related objects for at a time.
        """
        return super().iterator(ITERATOR_CHUNK if chunk_size is None else chunk_size)

    def _iterator(self, use_chunked_fetch: bool, chunk_size: int | None) -> Iterator[M]:
        rows = iter(self._iterable_class(self))
        if not self._prefetch_related_lookups or not chunk_size:
            yield from rows
            return
        while chunk := list(islice(rows, chunk_size)):
            beside(partial(models.prefetch_related_objects, chunk, *self._prefetch_related_lookups))
            yield from chunk

    def _prefetch_related_objects(self) -> None:
        beside(super()._prefetch_related_objects)  # type: ignore[misc]  # the stubs leave it out

    async def aiterator(self, chunk_size: int = ITERATOR_CHUNK) -> AsyncIterator[M]:
        """Row after row, nothing cached; pages are read as they are needed, and the event loop goes on meanwhile.

        Args:
            chunk_size: How many rows to prefetch related objects for at a time, from 1.
        """
        if chunk_size <= 0:
            raise ValueError("Chunk size must be strictly positive.")
        async with aclosing(iterate([self.model], self.iterator(chunk_size), min(chunk_size, HANDED))) as rows:
            async for row in rows:
                yield row

    def in_bulk(self, id_list: Iterable[Any] | None = None, *, field_name: str = "pk") -> dict[Any, M]:
        """Key → object, for those of the keys that exist.

        Args:
            id_list: Packed keys, or tuples; None for everything this query set has.
            field_name: ``"pk"``; nothing else is unique in DynamoDB.
        """
        if field_name not in {"pk", self.model._meta.pk.name}:
            raise UnsupportedError(
                f"{self.model._meta.label}: in_bulk(field_name={field_name!r}): only the key is unique in DynamoDB."
            )
        if self.query.is_sliced:
            raise TypeError("Cannot use 'limit' or 'offset' with in_bulk().")
        rows = self if id_list is None else self.filter(pk__in=list(id_list))
        if self._fields is None:
            return {row.pk: row for row in rows}
        shape = self._iterable_class(self).shape()
        return {row[0]: shape(row[1:]) for row in rows.values_list("pk", *self.query.values_select)}

    def get_batch(self, keys: Iterable[Any], *, consistent_read: bool = False) -> list[M]:
        """The objects of these keys, in their order; absent ones are left out, and one asked for twice comes once.

        Args:
            keys: Any number of packed keys or tuples.
            consistent_read: See every write that finished before.

        Raises:
            InvalidKeyError: Something that can be no key.
            UnprocessedItemsError: The service did not return all of them within the retries; ``keys`` is the rest.
        """
        if self.query.is_sliced:
            raise TypeError("Cannot use get_batch() once a slice has been taken.")
        clone, listed = self.consistent(consistent_read), list(keys)
        clone._dynamo_part = direct_batch(clone.query, listed, consistent=consistent_read)
        if clone._dynamo_part is None:
            clone.query.add_keys(listed)
        return list(clone)

    async def aget_batch(self, keys: Iterable[Any], *, consistent_read: bool = False) -> list[M]:
        """Asynchronous version of ``get_batch``."""
        return await run_read(self.model, self.get_batch, keys, consistent_read=consistent_read)

    # -- shapes -------------------------------------------------------------------------------------------------

    def values(self, *fields: str, **expressions: Any) -> Any:  # type: ignore[override]  # other shapes than Django's
        """Dictionaries instead of objects; only these attributes are read."""
        return self._dynamo_values(fields, expressions, DictRows)

    def values_list(self, *fields: str, flat: bool = False, named: bool = False) -> Any:  # type: ignore[override]
        """Tuples instead of objects, or single values, or named tuples."""
        if flat and named:
            raise TypeError("'flat' and 'named' can't be used together.")
        if flat and len(fields) != 1:
            raise TypeError("'flat' is not valid when values_list is called with more than one field.")
        return self._dynamo_values(fields, {}, FlatRows if flat else NamedTupleRows if named else TupleRows)

    def _dynamo_values(self, fields: tuple[str, ...], expressions: Mapping[str, Any], rows: Any) -> Any:
        if expressions:
            raise UnsupportedError(f"{self.model._meta.label}: values() takes field names; DynamoDB computes nothing.")
        mapper = self.model._meta.mapper
        clone = self._chain()
        clone._fields = fields
        clone.query.values_select = fields or tuple(field.attname for field in mapper.fields)
        clone.query._attnames(clone.query.values_select)
        clone._iterable_class = rows
        return clone

    def distinct(self, *field_names: str) -> Self:
        """Items are distinct by nature; distinct values of a field are not to be had."""
        if field_names:
            raise UnsupportedError(
                f"{self.model._meta.label}: distinct({', '.join(field_names)}): collect the values in a Python set."
            )
        return self._chain()

    def select_related(self, *fields: Any) -> Self:
        """DynamoDB joins nothing: reads the related objects in one further query, as ``prefetch_related`` does."""
        return self.prefetch_related(*fields) if fields else self._chain()

    def using(self, alias: str | None) -> Self:
        """Accepted for Django's own calls; a DynamoDB connection is chosen by ``class Table: using``."""
        refuse_alias(self.model._meta.label, alias)
        return super().using(alias)

    def explain(self, *, format: str | None = None, **options: Any) -> str:  # noqa: A002  # Django's name
        """The request that would be sent, its index and its cost class; sends nothing."""
        if format is not None or options:
            raise UnsupportedError(f"{self.model._meta.label}: explain() takes no options here.")
        return explain(self)

    def _filter_or_exclude_inplace(self, negate: bool, args: Any, kwargs: Any) -> None:
        q = Q(*map(plain, args), **kwargs)
        self._query.add_q(~q if negate else q)  # reading self.query is what applies a related manager's filter

    def __class_getitem__(cls, *args: Any) -> Any:
        return cls


def _as_is(item: Item) -> Item:
    return item


def _set_query(queryset: Any, query: ItemQuery) -> None:
    """Takes over a pickled query; one of values yields dictionaries, as in Django, but ours."""
    DjangoQuerySet.query.fset(queryset, query)  # type: ignore[attr-defined]  # a property
    queryset._iterable_class = DictRows if query.values_select else InstanceRows


QuerySet.query = DjangoQuerySet.query.setter(_set_query)  # type: ignore[attr-defined]  # a property

for _name in REFUSED:
    setattr(QuerySet, _name, refuse(_name))
