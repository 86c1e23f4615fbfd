"""Iterates over what a query set reads: instances, dictionaries or tuples."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.db.models.query import BaseIterable
from django.db.models.utils import create_namedtuple_class

from django_dynamodb.models.loader import builder
from django_dynamodb.types import Item


class InstanceRows(BaseIterable):  # type: ignore[type-arg]  # generic only for the type checker
    """Yields model instances."""

    def __iter__(self) -> Iterator[Any]:
        queryset: Any = self.queryset
        known = queryset._known_related_objects
        rows = queryset._dynamo_rows(lambda only: builder(queryset.model, only, tracked=queryset.query.tracked))
        return rows if not known else _with_known(rows, known)


class DictRows(BaseIterable):  # type: ignore[type-arg]  # generic only for the type checker
    """Yields dictionaries, for ``values()``."""

    def __iter__(self) -> Iterator[dict[str, Any]]:
        names = self.queryset.query.values_select
        return _rows(self.queryset, lambda values: dict(zip(names, values, strict=True)))


class TupleRows(BaseIterable):  # type: ignore[type-arg]  # generic only for the type checker
    """Yields tuples, for ``values_list()``."""

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        return _rows(self.queryset, tuple)


class NamedTupleRows(BaseIterable):  # type: ignore[type-arg]  # generic only for the type checker
    """Yields named tuples, for ``values_list(named=True)``."""

    def __iter__(self) -> Iterator[Any]:
        return _rows(self.queryset, create_namedtuple_class(*self.queryset.query.values_select)._make)


class FlatRows(BaseIterable):  # type: ignore[type-arg]  # generic only for the type checker
    """Yields single values, for ``values_list(flat=True)``."""

    def __iter__(self) -> Iterator[Any]:
        return _rows(self.queryset, lambda values: values[0])


def _rows(queryset: Any, shape: Callable[[list[Any]], Any]) -> Iterator[Any]:
    """Rows of the selected fields in the shape asked for."""
    mapper, pk = queryset.model._meta.mapper, queryset.model._meta.pk

    def read(name: str) -> Callable[[dict[str, Any]], Any]:
        if name in {"pk", pk.name} and len(mapper.key_fields) > 1:
            return lambda values: pk.pack([values[attname] for attname in mapper.key_attnames])
        attname = pk.attname if name == "pk" else mapper.find(name).attname
        return lambda values: values[attname]

    readers = [read(name) for name in queryset.query.values_select]

    def build(item: Item) -> Any:
        values = mapper.load(item)
        return shape([reader(values) for reader in readers])

    return queryset._dynamo_rows(lambda _only: build)  # type: ignore[no-any-return]


def _with_known(rows: Iterator[Any], known: dict[Any, dict[Any, Any]]) -> Iterator[Any]:
    """Sets the related object a reverse manager already has on each instance."""
    for row in rows:
        for field, objects in known.items():
            related = objects.get(getattr(row, field.attname))
            if related is not None:
                setattr(row, field.name, related)
        yield row
