"""Advises what to ask instead of a filter that only a scan could answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, count
from typing import Any

from django.db.models import Field

from django_dynamodb.limits import INDEX_KEY_ATTRIBUTES
from django_dynamodb.models.mapper import Mapper, column
from django_dynamodb.models.nodes import AnyOf, Node, Test, conjuncts, is_exact
from django_dynamodb.models.ways import asks_sort, column_of
from django_dynamodb.records import record
from django_dynamodb.tables.schema import IndexSchema


@record(frozen=True, kw_only=True, slots=True)
class Advice:
    """What would serve a filter.

    Args:
        mapper: The model's names and keys.
        parts: The parts of the filter that must all hold.
        consistent: Whether a consistent read was asked for.
        unchosen: The indexes that could serve the filter, but are not chosen by themselves.
    """

    mapper: Mapper
    parts: Sequence[Node]
    consistent: bool
    unchosen: Sequence[IndexSchema]

    def text(self, model: str) -> str:
        """Every way to be served, the scan on purpose last.

        Args:
            model: The name of the model class.
        """
        ways = ", ".join([self._first_step(), *map(self._naming, self.unchosen), *self._missing_index(model)])
        return f"{ways}, or read it all on purpose with {model}.objects.scan(...)"

    def _first_step(self) -> str:
        """A filter by a partition key; where several partitions are asked for, one query for each."""
        ways = self._partitions()
        for fields in ways:
            if len(fields) == 1 and any(_lists(part, fields[0]) for part in self.parts):
                return f"Query each partition, one {fields[0].name}=... at a time, and chain the results"
        named = [" with ".join(self.mapper.asked_by(column(field)) for field in fields) for fields in ways]
        return f"Filter by {' or '.join(named)}"

    def _partitions(self) -> list[tuple[Field[Any, Any], ...]]:
        """The partition keys one could filter by; that of a global index may be several fields."""
        schema = self.mapper.schema
        indexes = [index for index in schema.indexes if index.local or not self.consistent]
        keys = dict.fromkeys([schema.keys[:1], *(index.partitions for index in indexes)])
        return [tuple(self.mapper.field_of(key.name) for key in partitions) for partitions in keys]

    def _naming(self, index: IndexSchema) -> str:
        """How to be served by an index that is not chosen by itself."""
        if not index.local and self.consistent:
            return f"ask without consistent(), so that the global index {index.name!r} serves it"
        if index.projection != "ALL":
            return f'name the index, which holds a part of each item, by .index("{index.name}")'
        return f'name the index, which leaves out items without its sort key, by .index("{index.name}")'

    def _missing_index(self, model: str) -> Iterator[str]:
        """The index that would serve the filter, if none does."""
        exact = self._keyable(filter(is_exact, self.parts))
        if not exact or (self.consistent and self.unchosen):
            return
        tests = [part for part in self.parts if isinstance(part, Test) and asks_sort(part, column_of(part) or "")]
        ranges = [field for field in self._keyable(tests) if field not in exact]
        partition = exact[:INDEX_KEY_ATTRIBUTES]
        sort = [*exact[INDEX_KEY_ATTRIBUTES:], *ranges[:1]][:INDEX_KEY_ATTRIBUTES]
        key = [_written(fields) for fields in (partition, sort) if fields]
        name = f"by_{'_'.join(field.name for field in partition)}"
        taken = {index.name for index in self.mapper.schema.indexes}
        free = next(other for other in chain([name], (f"{name}_{n}" for n in count(2))) if other not in taken)
        also = " and ask without consistent(), which no global index serves" if self.consistent else ""
        yield f'add models.GlobalIndex("{free}", {", ".join(key)}) to {model}.Table.indexes{also}'

    def _keyable(self, tests: Iterable[Test]) -> list[Field[Any, Any]]:
        """The fields tested that can be keys, in the order of the model."""
        tested = [test.field for test in tests]
        return [field for field in self.mapper.fields if field in tested and self.mapper.can_be_key(field)]


def _written(fields: Sequence[Field[Any, Any]]) -> str:
    """A part of a key as it is declared."""
    names = ", ".join(f'"{field.name}"' for field in fields)
    return names if len(fields) == 1 else f"[{names}]"


def _lists(part: Node, field: Field[Any, Any]) -> bool:
    """Whether a part gives a field several values: by ``in``, or one in each branch of an ``|``."""
    if isinstance(part, AnyOf):
        return all(
            any((is_exact(p) and p.field == field) or _lists(p, field) for p in conjuncts(b)) for b in part.parts
        )
    return isinstance(part, Test) and part.field == field and part.lookup == "in"
