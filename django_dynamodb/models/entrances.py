"""Adds to every manager what no query set has: one partition by query(), and the table itself."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.db.models import Field
from django.db.models.manager import BaseManager

from django_dynamodb.exceptions import UnsupportedError
from django_dynamodb.models.asynchrony import run_read
from django_dynamodb.models.direct import direct_find, untouched
from django_dynamodb.models.hooks import overrides
from django_dynamodb.models.loader import builder
from django_dynamodb.models.rows import missing_error, takes_part
from django_dynamodb.models.statements import StatementOptions, StatementRows
from django_dynamodb.models.twins import with_twins
from django_dynamodb.tables import lifecycle


class Entrances:
    """Methods of a manager that are not those of a query set, because Django reads ``queryset.query`` as state."""

    model: Any

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Django makes a class of its own for each related manager."""
        super().__init_subclass__(**kwargs)
        with_twins(cls)

    if TYPE_CHECKING:

        def get_queryset(self) -> Any: ...  # noqa: D102 - Django's, of the manager this is mixed into

    def get(self, *args: Any, **kwargs: Any) -> Any:
        """The one matching object, as ``get()`` of the manager's query sets finds it.

        Args:
            args: The key: partition value, and sort value if there is one; or ``Q`` objects.
            kwargs: Lookups, and ``consistent_read``.

        Raises:
            Model.DoesNotExist: There is none.
            Model.MultipleObjectsReturned: There are several.
        """
        kind: Any = type(self)
        if _adds_nothing(kind):  # so a whole key needs no query set, which takes as long as its JSON
            consistent = kwargs.pop("consistent_read", False)
            model = self.model
            read = direct_find(untouched(model), args, kwargs, consistent=consistent)
            if read is not None:
                item = read.find(model._meta.open_table())
                if item is None:
                    raise missing_error(model)
                return builder(model)(item)
            kwargs["consistent_read"] = consistent
        return self.get_queryset().get(*args, **kwargs)

    async def aget(self, *args: Any, **kwargs: Any) -> Any:
        """Asynchronous version of ``get``."""
        kind: Any = type(self)
        if _adds_nothing(kind):
            return await run_read(self.model, self.get, *args, **kwargs)
        return await self.get_queryset().aget(*args, **kwargs)

    def query(
        self,
        *partition: Any,
        index: str | None = None,
        consistent_read: bool = False,
        reverse: bool = False,
        limit: int | None = None,
        page_size: int | None = None,
        **lookups: Any,
    ) -> Any:
        """Items of one partition, in the order of the sort key; lazy.

        Args:
            partition: The value of the partition key, of the index's if one is named; or give it by keyword, as must
                be where it has several attributes.
            index: Read this index instead of the table; None is the manager's own way, which is the table unless it is
                an ``IndexManager``.
            consistent_read: See every write that finished before; twice the read units, not on a global index.
            reverse: Descending by the sort key.
            limit: The most items to return.
            page_size: The most items to read with one call.
            lookups: A test of the sort key, and filters on other fields.

        Returns:
            A query set.

        Raises:
            UnsupportedError: When it runs: no partition key, or a filter DynamoDB cannot apply. Never a scan.
        """
        if len(partition) > 1:
            raise TypeError(
                f"query() takes one positional value, the partition key; give the sort key by keyword: "
                f"query({partition[0]!r}, <sort key>__startswith=...)."
            )
        queryset = self.get_queryset()
        index = queryset.query.index if index is None else index
        if partition:
            lookups[self._partition_field(index).name] = partition[0]
        queryset = queryset.filter(**lookups)
        query = queryset.query
        query.mode, query.index, query.page_size, query.consistent = "query", index, page_size, consistent_read
        if reverse:
            queryset = queryset.reverse()
        return queryset if limit is None else queryset[:limit]

    def partiql(
        self,
        statement: str,
        parameters: Sequence[Any] = (),
        *,
        consistent_read: bool = False,
        limit: int | None = None,
        page_size: int | None = None,
        scan: bool = False,
        with_expired: bool = False,
    ) -> StatementRows[Any]:
        """The objects a PartiQL SELECT finds; lazy.

        Names are those of DynamoDB: attributes, not fields. What is hidden elsewhere is hidden here, after reading:
        expired items, and the counter item.

        Args:
            statement: ``SELECT * FROM Thread WHERE forum = ?``. FROM takes the name of the model class or the table's
                without prefix, and an index: ``FROM Thread."by_author"``. Attributes in the place of ``*`` leave the
                other fields deferred.
            parameters: A value for each ``?``, stored as the field it is compared with stores it, else by its type.
            consistent_read: See every write that finished before; twice the read units, not on a global index.
            limit: The most objects to return.
            page_size: The most items to read with one call.
            scan: Read the whole table or index on purpose, whatever the setting ``SCAN`` says.
            with_expired: Also items whose ``TTLField`` has passed.

        Returns:
            The objects: to iterate, plainly or asynchronously, to count and to index; ``iterator()`` keeps none.

        Raises:
            ScanForbidden: The partition key is not plainly held to given values, so it might read everything.
            UnsupportedError: A statement that writes, or brings back what makes no objects.
            InvalidValueError: A statement that cannot be read or is too long, or another number of parameters.
        """
        options = StatementOptions(
            consistent=consistent_read, limit=limit, page_size=page_size, scan=scan, with_expired=with_expired
        )
        return StatementRows(self.model, statement, parameters, options)

    def create_table(self, *, wait: bool = True) -> bool:
        """Creates the model's table if it is missing; for scripts and tests.

        Deployments run ``manage.py dynamo_createtables``.

        Args:
            wait: Return only when the table is active. An autoincrement table always waits, since its counter item is
                written next (SEED row 18).

        Returns:
            Whether it was created.
        """
        return lifecycle.ensure(self.model._meta.open_shared_table(), wait=wait)

    def _partition_field(self, index: str | None) -> Field[Any, Any]:
        """The field that is the partition key of the table or of an index."""
        mapper = self.model._meta.mapper
        if index is None:
            return mapper.key_fields[0]  # type: ignore[no-any-return]
        for declared in mapper.schema.indexes:
            if declared.name == index:
                fields: list[Field[Any, Any]] = [mapper.field_of(key.name) for key in declared.partitions]
                if len(fields) == 1:
                    return fields[0]
                given = ", ".join(f"{field.name}=..." for field in fields)
                raise TypeError(
                    f"query() takes no positional value for index {index!r}, whose partition key has several "
                    f"attributes; give them by keyword: query({given}, index={index!r})."
                )
        names = ", ".join(declared.name for declared in mapper.schema.indexes) or "none"
        raise UnsupportedError(f"{mapper.label} has no index {index!r}; it has: {names}.")


@lru_cache(maxsize=512)  # classes do not change
def _adds_nothing(manager: Any) -> bool:
    """Whether ``get()`` of a class of managers is that of this package's query sets, asked of everything."""
    queryset = manager._queryset_class
    changed = any(overrides(queryset, name) for name in ("__init__", "aget", "get")) or takes_part(queryset)
    stock = manager.get is Entrances.get and manager.get_queryset is BaseManager.get_queryset
    return stock and not changed
