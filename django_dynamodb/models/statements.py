"""Reads objects by a PartiQL SELECT: names its table, encodes its parameters, refuses a hidden scan."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import aclosing
from itertools import islice
from typing import Any, Generic, TypeVar, overload

from django.db import models

from django_dynamodb.codec.values import encode_value
from django_dynamodb.connections import connections
from django_dynamodb.exceptions import InvalidValueError, ScanForbidden, UnsupportedError
from django_dynamodb.expressions.statements import parse_select
from django_dynamodb.models.asynchrony import HANDED, iterate, run_read
from django_dynamodb.models.expiry import Expiry, expiry_now
from django_dynamodb.models.loader import Build, builder
from django_dynamodb.models.mapper import Mapper, column
from django_dynamodb.records import record
from django_dynamodb.tables.paging import Bounds
from django_dynamodb.tables.schema import IndexSchema
from django_dynamodb.tables.statements import select, validate_length
from django_dynamodb.tables.table import Table
from django_dynamodb.types import AttributeValue, Item

M = TypeVar("M", bound=models.Model)
logger = logging.getLogger("django_dynamodb")
ITERATOR_CHUNK = 2_000


@record(frozen=True, kw_only=True, slots=True)
class StatementOptions:
    """What can be asked for beside the statement; ``Entrances.partiql`` says what each is."""

    consistent: bool
    limit: int | None
    page_size: int | None
    scan: bool
    with_expired: bool


class StatementRows(Generic[M]):
    """The objects a statement finds: read when they are looked at, once; ``iterator()`` keeps none.

    Args:
        model: The model class.
        statement: A SELECT.
        parameters: A value for each ``?``.
        options: What was asked for beside.
    """

    def __init__(self, model: Any, statement: str, parameters: Sequence[Any], options: StatementOptions) -> None:
        self.model = model
        self._mapper: Mapper = model._meta.mapper
        self._options = options
        self._bounds = Bounds(limit=options.limit, page_size=options.page_size)
        self._table: Table = model._meta.open_table()
        try:
            self._select = parse_select(statement)
        except (InvalidValueError, UnsupportedError) as error:
            raise type(error)(f"{self._mapper.label}: {error}") from error
        self._index = self._named_index()
        self._refuse_scan()
        self._only, columns = self._loaded()
        if self._mapper.entity is not None:
            columns = self._mapper.entity.widened(columns)
        self._text = self._select.text(self._table.schema.name, columns)
        validate_length(self._text)
        self._parameters = self._encoded(list(parameters))
        self._cache: list[M] | None = None

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._mapper.label}: {self._text}>"

    def __iter__(self) -> Iterator[M]:
        return iter(self._fetched())

    def __len__(self) -> int:
        return len(self._fetched())

    def __bool__(self) -> bool:
        return bool(self._fetched())

    @overload
    def __getitem__(self, place: int) -> M: ...
    @overload
    def __getitem__(self, place: slice) -> list[M]: ...
    def __getitem__(self, place: int | slice) -> M | list[M]:
        return self._fetched()[place]

    async def __aiter__(self) -> AsyncIterator[M]:
        for row in await run_read(self.model, self._fetched):
            yield row

    def iterator(self) -> Iterator[M]:
        """Object after object, nothing cached; pages are read as they are needed."""
        build, bounds, options = self._build(), self._bounds, self._options
        step = bounds.step(options.limit if self._select.conditions <= 1 else None)
        found = select(
            self._table,
            self._text,
            self._parameters,
            consistent=options.consistent,
            page_size=step or None,
            build=build,
        )
        rows = (row for page in found for row in page.items if row is not None)
        return islice(rows, options.limit)

    async def aiterator(self, chunk_size: int = ITERATOR_CHUNK) -> AsyncIterator[M]:
        """Object after object, nothing cached; the event loop goes on while a page is read.

        Args:
            chunk_size: The most objects to take at a time, from 1.
        """
        if chunk_size <= 0:
            raise ValueError("Chunk size must be strictly positive.")
        async with aclosing(iterate([self.model], self.iterator(), min(chunk_size, HANDED))) as rows:
            async for row in rows:
                yield row

    def _fetched(self) -> list[M]:
        if self._cache is None:
            self._cache = list(self.iterator())
        return self._cache

    # -- names --------------------------------------------------------------------------------------------------

    def _named_index(self) -> IndexSchema | None:
        """The index the statement names; its table has to be the model's."""
        names = {self.model._meta.object_name, self._mapper.schema.name, self._table.schema.name}
        if self._select.table not in names:
            raise UnsupportedError(
                f"{self._mapper.label}: FROM names {self._select.table!r}; write FROM {self.model._meta.object_name}, "
                f"or the table's name {self._mapper.schema.name!r}. A prefix is added by itself."
            )
        if self._select.index is None:
            return None
        found = next((index for index in self._mapper.schema.indexes if index.name == self._select.index), None)
        if found is None:
            known = ", ".join(index.name for index in self._mapper.schema.indexes) or "none"
            raise UnsupportedError(f"{self._mapper.label} has no index {self._select.index!r}; it has: {known}.")
        if self._options.consistent and not found.local:
            raise UnsupportedError(
                f"{self._mapper.label}: the global index {found.name!r} cannot be read consistently; leave "
                "consistent_read out, or select from the table."
            )
        return found

    def _refuse_scan(self) -> None:
        """What is not plainly held to values of the partition key reads everything."""
        keys = (self._mapper.schema.partition,) if self._index is None else self._index.partitions
        loose = [key.name for key in keys if key.name not in self._select.keyed]
        policy = connections[self.model._meta.dynamodb.using].settings.scan
        if not loose or self._options.scan or policy == "allow":
            return
        message = (
            f"{self._mapper.label}: the WHERE of the statement does not hold {loose[0]!r} to given values, by = or IN "
            "and joined with the rest by AND, so it would read the whole table or index. Give the partition key, "
            "select from an index that has what you ask for as its own, or read it all on purpose: "
            "partiql(..., scan=True)."
        )
        if policy == "forbid":
            raise ScanForbidden(message)
        logger.warning(message)

    # -- what comes back ----------------------------------------------------------------------------------------

    def _held(self) -> frozenset[str] | None:
        """The attributes the index holds; None for all."""
        index = self._index
        if index is None or index.projection == "ALL":
            return None
        named = index.projection if isinstance(index.projection, tuple) else ()
        return frozenset((*(key.name for key in (*self._mapper.schema.keys, *index.keys)), *named))

    def _loaded(self) -> tuple[frozenset[str] | None, tuple[str, ...] | None]:
        """The attnames to load and the attributes to ask for; None is everything."""
        held, expiry = self._held(), self._expiry()
        if expiry is not None and held is not None and expiry.attribute not in held:
            raise UnsupportedError(
                f"{self._mapper.label}: index {self._select.index!r} does not hold "
                f"{self._mapper.name_of(expiry.attribute)!r}, so expired items cannot be left out; say "
                "with_expired=True to see them too."
            )
        if self._select.columns is None:
            return (None if held is None else self._attnames(held)), None
        for name in self._select.columns:
            if not self._mapper.check_stores(name) or (held is not None and name not in held):
                where = self._mapper.label if not self._mapper.check_stores(name) else f"index {self._select.index!r}"
                raise UnsupportedError(
                    f"{self._mapper.label}: SELECT {name}: {where} holds no attribute of that name. Names are those of "
                    f"attributes: {', '.join(column(field) for field in self._mapper.fields)}."
                )
        always = [column(field) for field in self._mapper.fields if field.attname in self._mapper.always_loaded]
        own = [name for name in always if held is None or name in held]
        wanted = tuple(dict.fromkeys((*self._select.columns, *own, *([expiry.attribute] if expiry else []))))
        return self._attnames(frozenset(wanted)), wanted

    def _attnames(self, attributes: frozenset[str]) -> frozenset[str]:
        return frozenset(field.attname for field in self._mapper.fields if column(field) in attributes)

    def _expiry(self) -> Expiry | None:
        return None if self._options.with_expired else expiry_now(self._mapper)

    def _build(self) -> Build:
        """Makes objects of items, and None of those that are hidden elsewhere too."""
        made, expiry, mapper = builder(self.model, self._only), self._expiry(), self._mapper
        if mapper.entity is not None:
            made = mapper.entity.sifted(made)
        if expiry is None and not mapper.autoincrement:
            return made

        def build(item: Item) -> Any:
            hidden = mapper.is_counter(item) or (expiry is not None and expiry.check_passed(item))
            return None if hidden else made(item)

        return build

    # -- parameters ---------------------------------------------------------------------------------------------

    def _encoded(self, values: list[Any]) -> list[AttributeValue]:
        """Each value as the field it is compared with stores it, else by its own type."""
        compared = self._select.compared
        if len(values) != len(compared):
            raise InvalidValueError(
                f"{self._mapper.label}: the statement has {len(compared)} ?, and {len(values)} parameters are given."
            )
        pairs = zip(compared, values, strict=True)
        return [self._one(number, attribute, value) for number, (attribute, value) in enumerate(pairs, start=1)]

    def _one(self, number: int, attribute: str | None, value: Any) -> AttributeValue:
        if attribute is not None and value is not None and self._mapper.check_stores(attribute):
            return self._mapper.encode(self._mapper.field_of(attribute), value)
        try:
            return encode_value(value)
        except InvalidValueError as error:
            raise type(error)(f"{self._mapper.label}: parameter {number} is compared with no field: {error}") from error
