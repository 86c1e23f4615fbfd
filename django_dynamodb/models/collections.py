"""Reads one partition of a table with several entities by one Query, each item as an object of its own model."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, Final, Literal, ParamSpec, TypeAlias, TypeVar

from django.db.models import Q

from django_dynamodb.exceptions import InvalidKeyError, UnknownEntityError, UnsupportedError
from django_dynamodb.expressions.conditions import BeginsWith, In
from django_dynamodb.expressions.keys import KeyCondition
from django_dynamodb.expressions.paths import Path
from django_dynamodb.models.asynchrony import iterate, reading_may_block, run_read
from django_dynamodb.models.composed import key_of
from django_dynamodb.models.expiry import Expiry, expiry_now
from django_dynamodb.models.loader import builder
from django_dynamodb.models.lookups import Resolver
from django_dynamodb.models.mapper import Mapper
from django_dynamodb.models.naming import named_by
from django_dynamodb.models.nodes import conjuncts, is_exact
from django_dynamodb.models.pages import Page, PageRead
from django_dynamodb.models.reads import Build, QueryRead
from django_dynamodb.models.sharing import check_alike
from django_dynamodb.tables.portions import Window
from django_dynamodb.tables.schema import IndexSchema, KeyAttribute, TableSchema
from django_dynamodb.types import AttributeValue, Item

Others: TypeAlias = Literal["raise", "keep", "skip"]
OTHERS: Final = ("raise", "keep", "skip")
"""What becomes of items that are of none of the models."""

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class UnknownItem:
    """An item that is of none of a collection's models.

    Args:
        entity: What entity it says it is; None when it says nothing.
        item: The item, as DynamoDB JSON.
    """

    entity: str | None
    item: Item


class Groups(Mapping[Any, list[Any]]):
    """The objects of a collection by model, each list in the order of the sort key.

    Args:
        models: The collection's models, in its order; each is a key, even without objects.
        rows: Objects, and unknown items.
    """

    def __init__(self, models: Sequence[Any], rows: Iterator[Any]) -> None:
        self._lists: dict[Any, list[Any]] = {model: [] for model in models}
        self.unknown: list[UnknownItem] = []
        """Items of none of the models, where the collection keeps them."""
        for row in rows:
            if isinstance(row, UnknownItem):
                self.unknown.append(row)
            else:
                self._lists[next(model for model in models if isinstance(row, model))].append(row)

    def __getitem__(self, model: Any) -> list[Any]:
        return self._lists[model]

    def __iter__(self) -> Iterator[Any]:
        return iter(self._lists)

    def __len__(self) -> int:
        return len(self._lists)


class Collection:
    """Several models of one table, to be read together: ``Collection(Customer, Order).filter(customer="c")``.

    Args:
        models: Entities of one table; a model stands for its subclasses too.
        others: What becomes of items of none of the models: ``"raise"``, ``"keep"`` them as ``UnknownItem``, or
            ``"skip"`` them, which the service then does.

    Raises:
        UnsupportedError: The models share no table, or one is no entity of it.
        ValueError: ``others`` is none of the three.
    """

    def __init__(self, *models: Any, others: Others = "raise") -> None:
        if others not in OTHERS:
            raise ValueError(f"Collection(others={others!r}): it is one of {', '.join(OTHERS)}.")
        if not models:
            raise UnsupportedError("Collection() reads models; name the entities of one table.")
        metas = [model._meta for model in models]
        self.label = f"Collection({', '.join(meta.label for meta in metas)})"
        for meta in metas:
            if meta.dynamodb.entity is None or not (metas[0].check_shares(meta) and check_alike(metas[0], meta)):
                raise UnsupportedError(
                    f"{self.label}: {meta.label} is no entity of the table {metas[0].db_table!r}; a collection reads "
                    "models that share one table, its key and its entity_attribute."
                )
        self.models = models
        self.others = others

    def query(
        self,
        partition: Any,
        *,
        startswith: str | None = None,
        index: str | None = None,
        consistent_read: bool = False,
        reverse: bool = False,
        limit: int | None = None,
    ) -> CollectionQuery:
        """The items of one partition, given by the value of its key attribute; lazy.

        Args:
            partition: The partition key, as stored: the text of a template.
            startswith: What the sort key begins with.
            index: Read this index of the first model instead of the table.
            consistent_read: See every write that finished before; not on a global index.
            reverse: Descending by the sort key.
            limit: The most items to return.

        Raises:
            UnsupportedError: There is no such index, or it has no sort key to begin with a text.
            InvalidKeyError: The value can be no key.
        """
        mapper: Mapper = self.models[0]._meta.mapper
        of = self._keys(index)
        value = mapper.encode(mapper.field_of(self._names(of)[0].name), partition)
        return self._made(of, value, index, startswith, consistent=consistent_read, forward=not reverse, limit=limit)

    def filter(
        self,
        *,
        index: str | None = None,
        consistent_read: bool = False,
        reverse: bool = False,
        limit: int | None = None,
        **parts: Any,
    ) -> CollectionQuery:
        """The items of one partition, given by the fields its key is built from; lazy.

        Args:
            index: As for ``query``, and the other options too.
            consistent_read: Likewise.
            reverse: Likewise.
            limit: Likewise.
            parts: Field → value, the same in every model.

        Raises:
            UnsupportedError: They are not what the partition key of each model is built from, or make different keys.
        """
        of = self._keys(index)
        values = [self._partition(model, index, parts) for model in self.models]
        if any(value != values[0] for value in values):
            raise UnsupportedError(
                f"{self.label}: {', '.join(parts)} give the models different partitions: "
                f"{', '.join(str(next(iter(value.values()))) for value in values)}; query one of them."
            )
        return self._made(of, values[0], index, None, consistent=consistent_read, forward=not reverse, limit=limit)

    def _keys(self, index: str | None, model: Any = None) -> TableSchema | IndexSchema:
        """The key of the table or of an index of a model, the first by default."""
        meta = (model or self.models[0])._meta
        if index is None:
            return meta.table  # type: ignore[no-any-return]  # a model's _meta is any
        found: IndexSchema | None = next((other for other in meta.table.indexes if other.name == index), None)
        if found is None:
            raise UnsupportedError(f"{self.label}: {meta.label} has no index {index!r}.")
        if found.projection != "ALL":
            raise UnsupportedError(f"{self.label}: index {index!r} holds parts of items; read them model by model.")
        return found

    def _names(self, of: TableSchema | IndexSchema) -> tuple[KeyAttribute, KeyAttribute | None]:
        """The attributes of a key whose partition is one attribute."""
        partition, sort = key_of(of)
        if partition is None:
            raise UnsupportedError(f"{self.label}: index {of.name!r} has several partition keys; read model by model.")
        return partition, sort

    def _partition(self, model: Any, index: str | None, parts: Mapping[str, Any]) -> AttributeValue:
        """The partition key of one model, of the fields it is built from."""
        mapper: Mapper = model._meta.mapper
        attribute = self._names(self._keys(index, model))[0].name
        field = mapper.field_of(attribute)
        template = mapper.templates.get(field.attname)
        wanted = {field.name} if template is None else {part.field.name for part in template.parts}
        if parts.keys() != wanted:
            raise UnsupportedError(
                f"{self.label}: filter({', '.join(parts)}) is not the partition key of {mapper.label}; give "
                f"{mapper.asked_by(attribute)} and nothing else, or filter the objects in Python."
            )
        tests = conjuncts(Resolver(mapper, model._meta.pk).resolve(Q(**parts)))
        values = {test.field.attname: test.value for test in tests if is_exact(test)}
        value = values.get(field.attname) if template is None else template.text(values)
        if value is None:
            raise InvalidKeyError(f"{self.label}: {', '.join(parts)} must have values; a key needs them all.")
        return mapper.encode(field, value)

    def _made(
        self, of: TableSchema | IndexSchema, partition: AttributeValue, index: str | None, startswith: str | None,
        *, consistent: bool, forward: bool, limit: int | None,
    ) -> CollectionQuery:  # fmt: skip
        attribute, ordered = self._names(of)
        sort = None
        if startswith is not None:
            if ordered is None or ordered.type != "S":
                raise UnsupportedError(f"{self.label}: startswith needs a sort key that is text.")
            sort = BeginsWith(Path(ordered.name), {"S": startswith})
        entity = self.models[0]._meta.mapper.entity
        names = tuple({"S": name} for model in self.models for name in model._meta.family)
        read = QueryRead(
            condition=KeyCondition(partition=(attribute.name, partition), sort=sort),
            index=index,
            projected=None,
            filter=In(Path(entity.attribute), names) if self.others == "skip" else None,
            consistent=consistent,
            forward=forward,
            limit=limit,
            page_size=None,
        )
        return CollectionQuery(self, read)


class CollectionQuery:
    """One partition of a collection, not read before it is iterated over; each iteration reads it anew.

    Args:
        collection: The models, and what becomes of other items.
        read: The Query.
    """

    def __init__(self, collection: Collection, read: QueryRead) -> None:
        self.collection = collection
        self.read = read

    def __iter__(self) -> Iterator[Any]:
        """Objects in the order of the sort key, page after page as they are needed.

        Raises:
            UnknownEntityError: An item of none of the models, unless the collection keeps or skips it.
        """
        meta = self.collection.models[0]._meta
        with named_by(meta.mapper):
            rows = self.read.rows(meta.open_table(), self._build(), None)
            yield from (row for row in rows if row is not None)

    async def __aiter__(self) -> AsyncIterator[Any]:
        """The same; the event loop goes on while a page is read."""
        async with aclosing(iterate(self.collection.models, self)) as rows:
            async for row in rows:
                yield row

    def groups(self) -> Groups:
        """Everything, by model: ``groups[Order]`` is a list, ``groups.unknown`` what was kept.

        Raises:
            UnknownEntityError: As by iterating.
        """
        return Groups(self.collection.models, iter(self))

    async def agroups(self) -> Groups:
        """Asynchronous version of ``groups``."""
        return await self._run(self.groups)

    def page(self, size: int = 25, after: str | None = None, max_read: int | None = None) -> Page[Any]:
        """Some objects, and the cursors of the pages before and behind, as ``QuerySet.page()``.

        Args:
            size: The most objects to return; expired ones are left out after reading, so that there may be fewer.
            after: The ``next`` or ``previous`` of another page.
            max_read: The most items the service may read.

        Raises:
            InvalidCursorError: The cursor was changed, or belongs to another query.
            UnknownEntityError: As by iterating.
        """
        if self.read.limit is not None:
            raise TypeError("Cannot page a collection with a limit; give the number of objects as size.")
        first = self.collection.models[0]
        window = Window(size=size, page_size=None, max_read=max_read)
        part = PageRead(read=self.read, whole=None, model=first, after=after, window=window)
        rows = list(part.rows(first._meta.open_table(), self._build(), None))
        return part.page([row for row in rows if row is not None])

    async def apage(self, size: int = 25, after: str | None = None, max_read: int | None = None) -> Page[Any]:
        """Asynchronous version of ``page``."""
        return await self._run(self.page, size, after, max_read)

    async def _run(self, method: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Calls a method where it blocks no event loop; one model whose objects may block decides for all."""
        models = self.collection.models
        model = next(filter(reading_may_block, models), models[0])
        return await run_read(model, method, *args, **kwargs)

    def _build(self) -> Build:
        """Makes of each item what it is; None of an expired one."""
        builds: dict[str, tuple[Build, Expiry | None]] = {}
        for model in self.collection.models:
            for name, kind in model._meta.family.items():
                builds[name] = builder(kind), expiry_now(kind._meta.mapper)
        attribute = self.collection.models[0]._meta.mapper.entity.attribute

        def build(item: Item) -> Any:
            entity = item.get(attribute, {}).get("S")
            made, expiry = builds.get(entity or "", (self._unknown, None))
            return None if expiry is not None and expiry.check_passed(item) else made(item)

        return build

    def _unknown(self, item: Item) -> UnknownItem:
        meta = self.collection.models[0]._meta
        entity = meta.mapper.entity.entity_of(item)
        if self.collection.others == "raise":
            raise UnknownEntityError(
                f"{self.collection.label}: an item in its partition is of entity {entity!r}, none of its models. Name "
                'its model too, or choose Collection(..., others="keep") or others="skip".',
                table=meta.db_table,
                key=meta.mapper.schema.key_of(item),
            )
        return UnknownItem(entity, item)
