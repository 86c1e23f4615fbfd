"""States the ways into a model that an admin can offer: a partition of the table or of an index, and its sort key."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Field

from django_dynamodb.models.mapper import Mapper


@dataclass(frozen=True, kw_only=True, slots=True)
class Way:
    """A way in by one value.

    Args:
        index: The name of the index; None for the table itself.
        partition: The field whose value is asked for.
        sort: The field by which what is found is sorted, if there is one.
        whole: Whether it holds whole items.
    """

    index: str | None
    partition: Field[Any, Any]
    sort: Field[Any, Any] | None
    whole: bool

    def narrow(self, queryset: Any, value: Any, **sort: Any) -> Any:
        """Keeps one partition.

        Args:
            queryset: A query set of the model.
            value: The value of the partition key.
            sort: Lookups of the sort key.

        Returns:
            A query set that reads this way, and whole items.
        """
        found = queryset.filter(**{self.partition.name: value}, **sort)
        return self.read(found)

    def read(self, queryset: Any) -> Any:
        """Reads this way, whatever else there is.

        Args:
            queryset: A query set with an exact test of the partition key.

        Returns:
            A query set that reads whole items.
        """
        found = queryset if self.index is None else queryset.index(self.index)
        return found if self.whole else found.hydrate()


def ways_of(model: Any) -> Iterator[Way]:
    """The ways into a model.

    Args:
        model: A DynamoDB model.

    Yields:
        That of the table, then those of its indexes, but for indexes that take several values at once.
    """
    mapper: Mapper = model._meta.mapper
    sort = mapper.key_fields[1] if len(mapper.key_fields) > 1 else None
    yield Way(index=None, partition=mapper.key_fields[0], sort=sort, whole=True)
    for index in mapper.schema.indexes:
        if len(index.partitions) == 1:
            ahead = mapper.field_of(index.sorts[0].name) if index.sorts else None
            whole = index.projection == "ALL"
            partition = mapper.field_of(index.partitions[0].name)
            yield Way(index=index.name, partition=partition, sort=ahead, whole=whole)


def key_fields(model: Any) -> set[str]:
    """The names of the fields that are keys of the table or of an index.

    Args:
        model: A DynamoDB model.
    """
    mapper: Mapper = model._meta.mapper
    return {mapper.name_of(name) for name in mapper.key_columns}


def index_line(model: Any, field: Field[Any, Any]) -> str:
    """What to write to be served by a field.

    Args:
        model: A DynamoDB model.
        field: One of its fields.

    Returns:
        A sentence; it names the line to add, where the field can be a key.
    """
    if model._meta.mapper.can_be_key(field):
        line = f'models.GlobalIndex("by_{field.name}", "{field.name}")'
        return f"Add {line} to {model._meta.object_name}.Table.indexes."
    return f"{type(field).__name__} cannot be a key; keep what is asked for in a text field with an index."
