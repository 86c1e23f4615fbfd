"""Iterates over what a query set reads: instances, dictionaries or tuples.

Each class stands under Django's own for the same shape, which is how Django tells the shapes apart.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, Final, TypeVar

from django.db.models.query import (
    FlatValuesListIterable,
    ModelIterable,
    NamedValuesListIterable,
    QuerySet,
    ValuesIterable,
    ValuesListIterable,
)
from django.db.models.utils import create_namedtuple_class

from django_dynamodb.models.loader import builder
from django_dynamodb.models.migrating import values_loader
from django_dynamodb.models.state import ItemState
from django_dynamodb.types import Item

R = TypeVar("R")
Shape = Callable[[Sequence[Any]], Any]
_WAY: Final = ("__iter__", "__len__", "_chain", "_clone", "_fetch_all")
DEFAULT_MODE: Final = getattr(ItemState(), "fetch_mode", None)
"""How Django loads deferred fields unless told otherwise; None before Django 6.1."""


class InstanceRows(ModelIterable):  # type: ignore[type-arg]  # generic only for the type checker
    """Yields model instances."""

    def __iter__(self) -> Iterator[Any]:
        queryset: Any = self.queryset
        known = queryset._known_related_objects
        rows = queryset._dynamo_rows(self._builder)
        mode = getattr(queryset, "_fetch_mode", None)
        if mode is not DEFAULT_MODE:
            rows = _with_fetch_mode(rows, mode)
        return rows if not known else _with_known(rows, known)

    def _builder(self, only: frozenset[str] | None) -> Callable[[Item], Any]:
        """The builder of instances that have these fields; those that an index kept back load together."""
        queryset: Any = self.queryset
        model, query = queryset.model, queryset.query
        if only is None:
            return builder(model, tracked=query.tracked)
        mapper = model._meta.mapper
        asked = mapper.by_attname.keys() if query.loaded is None else query.loaded
        together = frozenset() if only == query.loaded else frozenset(asked) - only
        if mapper.version is not None:
            together -= {mapper.version.attname}  # a version read later says nothing of what was read before
        return builder(model, only, tracked=query.tracked, together=together)


class DictRows(ValuesIterable):
    """Yields dictionaries, for ``values()``."""

    def shape(self) -> Shape:
        """A row out of the values of the fields."""
        names = self.queryset.query.values_select
        return lambda values: dict(zip(names, values, strict=True))

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return _rows(self.queryset, self.shape())


class TupleRows(ValuesListIterable):  # type: ignore[type-arg]  # generic only for the type checker
    """Yields tuples, for ``values_list()``."""

    def shape(self) -> Shape:
        """A row out of the values of the fields."""
        return tuple

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        return _rows(self.queryset, self.shape())


class NamedTupleRows(NamedValuesListIterable):
    """Yields named tuples, for ``values_list(named=True)``."""

    def shape(self) -> Shape:
        """A row out of the values of the fields."""
        return create_namedtuple_class(*self.queryset.query.values_select)._make

    def __iter__(self) -> Iterator[Any]:
        return _rows(self.queryset, self.shape())


class FlatRows(FlatValuesListIterable):  # type: ignore[type-arg]  # generic only for the type checker
    """Yields single values, for ``values_list(flat=True)``."""

    def shape(self) -> Shape:
        """A row out of the values of the fields."""
        return lambda values: values[0]

    def __iter__(self) -> Iterator[Any]:
        return _rows(self.queryset, self.shape())


def the_one(model: Any, rows: Iterable[R]) -> R:
    """The only row there is.

    Args:
        model: The DynamoDB model they are of.
        rows: What was found.

    Raises:
        Model.DoesNotExist: There is none.
        Model.MultipleObjectsReturned: There are several.
    """
    found = list(rows)
    if len(found) == 1:
        return found[0]
    if not found:
        raise missing_error(model)
    raise model.MultipleObjectsReturned(f"get() returned more than one {model._meta.object_name}.")


def missing_error(model: Any) -> Exception:
    """What ``get()`` raises where nothing is found, in Django's words.

    Args:
        model: The DynamoDB model.
    """
    error: Exception = model.DoesNotExist(f"{model._meta.object_name} matching query does not exist.")
    return error


def gives_plain_instances(queryset: Any) -> bool:
    """Whether the rows are whole instances, which nobody gets to see before they are handed out.

    Args:
        queryset: A query set of a DynamoDB model.
    """
    return (
        queryset._iterable_class is InstanceRows
        and queryset.query.loaded is None
        and not queryset._known_related_objects
        and not queryset._prefetch_related_lookups
        and getattr(queryset, "_fetch_mode", None) is DEFAULT_MODE
        and not takes_part(queryset.__class__)
    )


@lru_cache(maxsize=512)  # classes do not change
def takes_part(kind: Any) -> bool:
    """Whether a class of query sets does something of its own on the way from the plan to a list."""
    return any(getattr(kind, name) is not getattr(QuerySet, name) for name in _WAY)


def _rows(queryset: Any, shape: Shape) -> Iterator[Any]:
    """Rows of the selected fields in the shape asked for."""
    mapper, pk = queryset.model._meta.mapper, queryset.model._meta.pk

    def read(name: str) -> Callable[[dict[str, Any]], Any]:
        if name in {"pk", pk.name} and len(mapper.key_fields) > 1:
            return lambda values: pk.pack([values[attname] for attname in mapper.key_attnames])
        attname = pk.attname if name == "pk" else mapper.find(name).attname
        return lambda values: values[attname]

    readers = [read(name) for name in queryset.query.values_select]
    load = values_loader(queryset)

    def build(item: Item) -> Any:
        values = load(item)
        return shape([reader(values) for reader in readers])

    return queryset._dynamo_rows(lambda _only: build)  # type: ignore[no-any-return]


def _with_fetch_mode(rows: Iterator[Any], mode: Any) -> Iterator[Any]:
    """Tells each instance how to load what was deferred, and who was read with it."""
    peers: list[Any] = []
    for row in rows:
        row._state.fetch_mode = mode
        if mode.track_peers:
            peers.append(weakref.ref(row))
            row._state.peers = peers
        yield row


def _with_known(rows: Iterator[Any], known: dict[Any, dict[Any, Any]]) -> Iterator[Any]:
    """Sets the related object a reverse manager already has on each instance."""
    for row in rows:
        for field, objects in known.items():
            related = objects.get(getattr(row, field.attname))
            if related is not None:
                setattr(row, field.name, related)
        yield row
