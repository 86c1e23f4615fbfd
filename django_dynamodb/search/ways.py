"""States the ways into a model that can be offered: a partition of the table or of an index, and its sort key."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

from django.db.models import Field

from django_dynamodb.models.mapper import Mapper
from django_dynamodb.models.storage import TEXT_TYPES, internal_type
from django_dynamodb.models.templates import check_sorts
from django_dynamodb.models.ways import SORT_LOOKUPS
from django_dynamodb.records import record
from django_dynamodb.tables.schema import IndexSchema, KeyAttribute

PREFIX: Final = "startswith"
"""What only texts can be asked for."""


@record(frozen=True, kw_only=True, slots=True)
class Asked:
    """A field that a key is asked by, which for a key built from others is one of those.

    Args:
        field: The field.
        lookups: What can be asked of it in a sort key, in alphabetical order.
        optional: Whether an item may lack it, and with it the whole key.
    """

    field: Field[Any, Any]
    lookups: tuple[str, ...]
    optional: bool


@record(frozen=True, kw_only=True, slots=True)
class Way:
    """A way in by the value of a partition key.

    Args:
        index: The name of the index; None for the table itself.
        partition: The field whose value is asked for, the first of them where there are several.
        sort: The field by which what is found is sorted, the first of them, if there is one.
        whole: Whether it holds whole items.
        given: What has to be asked exactly.
        ahead: What can be asked besides, from the left: exactly, and the last by a range or a prefix.
    """

    index: str | None
    partition: Field[Any, Any]
    sort: Field[Any, Any] | None
    whole: bool
    given: tuple[Asked, ...]
    ahead: tuple[Asked, ...]

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


def every_way(model: Any) -> Iterator[Way]:
    """All ways into a model.

    Args:
        model: A DynamoDB model.

    Returns:
        That of the table, then those of its indexes.
    """
    return iter(_every_way(model._meta.mapper))


def ways_of(model: Any) -> Iterator[Way]:
    """The ways into a model by one value.

    Args:
        model: A DynamoDB model.

    Yields:
        That of the table, then those of its indexes, but for indexes that take several values at once.
    """
    several = {index.name for index in model._meta.mapper.schema.indexes if len(index.partitions) > 1}
    return (way for way in every_way(model) if way.index not in several)


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


@lru_cache(maxsize=512)  # at each request of an API, several times
def _every_way(mapper: Mapper) -> tuple[Way, ...]:
    table = _way(mapper, None, mapper.schema.keys[:1], mapper.schema.keys[1:])
    return (table, *(_way(mapper, index, index.partitions, index.sorts) for index in mapper.schema.indexes))


def _way(
    mapper: Mapper, index: IndexSchema | None, partitions: tuple[KeyAttribute, ...], sorts: tuple[KeyAttribute, ...]
) -> Way:
    """The way in through the table or an index."""
    return Way(
        index=None if index is None else index.name,
        partition=mapper.field_of(partitions[0].name),
        sort=mapper.field_of(sorts[0].name) if sorts else None,
        whole=index is None or index.projection == "ALL",
        given=tuple(_asked(mapper, partitions)),
        ahead=tuple(_asked(mapper, sorts)),
    )


def _asked(mapper: Mapper, keys: tuple[KeyAttribute, ...]) -> Iterator[Asked]:
    """What a part of a key is asked by; a lone attribute that is built from fields by those."""
    for field in (mapper.field_of(key.name) for key in keys):
        template = mapper.templates.get(field.attname) if len(keys) == 1 else None
        if template is None:
            yield _part(mapper, field, ranges=True, prefix=internal_type(field) in TEXT_TYPES)
            continue
        for part in template.parts:
            yield _part(mapper, part.field, ranges=check_sorts(part), prefix=part.textual)


def _part(mapper: Mapper, field: Field[Any, Any], *, ranges: bool, prefix: bool) -> Asked:
    lookups = {name for name in SORT_LOOKUPS if (prefix if name == PREFIX else ranges or name == "exact")}
    return Asked(field=field, lookups=tuple(sorted(lookups)), optional=mapper.check_optional(field))
