"""Adds to every manager what no query set has: one partition by query(), and the table itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Field

from django_dynamodb.exceptions import UnsupportedError
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

    def get_queryset(self) -> Any:
        """Given by the manager this is mixed into."""
        return super().get_queryset()  # type: ignore[misc]  # a manager follows in the mro

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
