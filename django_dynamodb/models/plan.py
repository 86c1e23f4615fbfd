"""Chooses the one service verb and index that answers a query set, or refuses.

The rules, in order:

1. Nothing can match: nothing is asked.
2. Every key attribute is given exactly and nothing else: GetItem.
3. Keys are given as a list (``pk__in``, or the partition key exactly and the sort key ``in``) and nothing else:
   BatchGetItem.
4. The partition key of the table or of an index is given exactly: Query. The one that also serves a test of its sort
   key wins; then the table before an index. An index that cannot serve the ordering or a consistent read, does not hold
   whole items, or leaves out items whose sort key may be empty, is passed over unless it is named. Two equally good
   indexes are refused rather than guessed.
5. Everything was asked for, or a scan was asked for by name: Scan.
6. Anything else would be a hidden scan: ``ScanForbidden``, or what the setting ``SCAN`` says.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeGuard

from django_dynamodb.exceptions import ScanForbidden, SchemaError, UnsupportedError
from django_dynamodb.expressions.keys import KeyCondition
from django_dynamodb.models.advice import Advice
from django_dynamodb.models.compiler import compile_node, compile_sort
from django_dynamodb.models.expiry import Expiry, hidden_from
from django_dynamodb.models.keys import CompositeKey
from django_dynamodb.models.mapper import Mapper, column
from django_dynamodb.models.naming import named_by
from django_dynamodb.models.nodes import (
    NOTHING,
    FieldValue,
    Node,
    Test,
    all_of,
    conjuncts,
    is_exact,
    narrowed,
    tests_in,
)
from django_dynamodb.models.query import ItemQuery
from django_dynamodb.models.reads import BatchRead, GetRead, NoRead, QueryRead, Read, ScanRead
from django_dynamodb.models.settle import settled
from django_dynamodb.models.storage import TEXT_TYPES, internal_type
from django_dynamodb.tables.schema import IndexSchema, KeyAttribute
from django_dynamodb.tables.validation import validate_key_condition

logger = logging.getLogger("django_dynamodb")

SORT_LOOKUPS: Final = frozenset({"exact", "lt", "lte", "gt", "gte", "range", "startswith"})
"""What a key condition can ask of a sort key. Source: developer guide, "Key condition expressions for query"."""


@dataclass(frozen=True, kw_only=True, slots=True)
class WayIn:
    """One way in: the table's own key or an index, and how much of the filter it serves."""

    index: IndexSchema | None
    partition: Test
    sort: Test | None
    sort_attribute: KeyAttribute | None

    @property
    def rank(self) -> tuple[bool, bool]:
        """Higher is better: serves a sort test, is the table itself."""
        return (self.sort is not None, self.index is None)


class Planner:
    """Plans one query.

    Args:
        query: What was asked for.
        scan_policy: The setting ``SCAN`` of the alias: ``"forbid"``, ``"warn"`` or ``"allow"``.
    """

    def __init__(self, query: ItemQuery, scan_policy: str) -> None:
        self.query = query
        self.policy = scan_policy
        self.meta = query.model._meta
        self.mapper: Mapper = self.meta.mapper
        self.parts = settled(self.mapper, narrowed(conjuncts(query.node)))

    def plan(self) -> Read:
        """The read that answers the query.

        Raises:
            ScanForbidden: Only a scan would.
            UnsupportedError: DynamoDB cannot do it at all.
        """
        if NOTHING in (self.query.node, *self.parts):
            return NoRead()
        if self.query.mode == "scan":
            return self._scan()
        if self.query.mode == "planned" and self.query.index is None:
            direct = self._get() or self._batch()
            if direct is not None:
                return direct
        path = self._path()
        return self._query(path) if path else self._scan()

    # -- by key -------------------------------------------------------------------------------------------------

    def _get(self) -> Read | None:
        """GetItem, when exactly the key is given."""
        tests = {part.field.attname: part for part in self.parts if is_exact(part)}
        if len(tests) != len(self.parts) or tests.keys() != set(self.mapper.key_attnames):
            return None
        key = self.mapper.encode_key([tests[name].value for name in self.mapper.key_attnames])
        if self.mapper.is_counter(key):
            return NoRead()
        return GetRead(key=key, consistent=self.query.consistent, expiry=hidden_from(self.query))

    def _batch(self) -> Read | None:
        """BatchGetItem, when keys are given as a list."""
        keys = self._listed_keys()
        if keys is None:
            return None
        self._refuse_order("BatchGetItem returns items in the order of the keys asked for")
        encoded = tuple(key for key in map(self.mapper.encode_key, keys) if not self.mapper.is_counter(key))
        expiry = hidden_from(self.query)
        return BatchRead(keys=encoded, consistent=self.query.consistent, limit=self.query.high_mark, expiry=expiry)

    def _listed_keys(self) -> list[tuple[Any, ...]] | None:
        listed = [part for part in self.parts if isinstance(part, Test) and part.lookup == "in" and self._is_key(part)]
        if not listed:
            return None
        test, rest = listed[0], [part for part in self.parts if part is not listed[0]]
        if isinstance(test.field, CompositeKey):
            keys = list(test.value)
        elif len(self.mapper.key_fields) == 1:
            keys = [(value,) for value in test.value]
        else:
            partition = [part for part in rest if self._is_partition(part)]
            if not partition or test.field.attname != self.mapper.key_attnames[1]:
                return None
            keys = [(partition[0].value, value) for value in test.value]
        keys, rest = self._narrowed(keys, rest)
        if rest:
            raise UnsupportedError(
                f"{self.mapper.label}: a list of keys is read by BatchGetItem, which takes no further filter "
                f"({self._named(all_of(rest))}). Read the items, then filter them in Python."
            )
        return keys

    def _narrowed(self, keys: list[tuple[Any, ...]], parts: list[Node]) -> tuple[list[tuple[Any, ...]], list[Node]]:
        """The keys that have the key values given besides, and the parts that say anything else."""
        names = self.mapper.key_attnames
        given = [part for part in parts if is_exact(part) and part.field.attname in names]
        kept = [key for key in keys if all(key[names.index(part.field.attname)] == part.value for part in given)]
        return kept, [part for part in parts if part not in given]

    def _is_key(self, test: Test) -> bool:
        return isinstance(test.field, CompositeKey) or test.field.attname in self.mapper.key_attnames

    def _is_partition(self, part: Node) -> TypeGuard[Test]:
        return is_exact(part) and part.field.attname == self.mapper.key_attnames[0]

    # -- by partition -------------------------------------------------------------------------------------------

    def _path(self) -> WayIn | None:
        """The best way in by a partition key."""
        if self.query.index is not None:
            return self._named_path(self.query.index)
        schema = self.mapper.schema
        indexes = [index for index in schema.indexes if self._serves(index)]
        paths = [path for index in (None, *indexes) if (path := self._path_through(index)) is not None]
        if not paths:
            return None
        if self.query.order_by:
            paths = [path for path in paths if self._orders(path)] or paths[:1]
        best = max(path.rank for path in paths)
        found = [path for path in paths if path.rank == best]
        if len(found) > 1:
            names = " or ".join(f'.index("{path.index.name}")' for path in found if path.index)
            raise UnsupportedError(f"{self.mapper.label}: two indexes serve this filter equally well; choose {names}.")
        return found[0]

    def _named_path(self, name: str) -> WayIn:
        index = self._index(name)
        path = self._path_through(index)
        if path is None:
            raise UnsupportedError(
                f"{self.mapper.label}: index {name!r} is queried by its partition key; add the filter "
                f"{self.mapper.field_of(index.partition.name).name}=<value>."
            )
        return path

    def _index(self, name: str) -> IndexSchema:
        try:
            index = self.mapper.schema.index(name)
        except SchemaError as error:
            names = ", ".join(index.name for index in self.mapper.schema.indexes) or "none"
            raise UnsupportedError(f"{self.mapper.label} has no index {name!r}; it has: {names}.") from error
        if self.query.consistent and not index.local:
            raise UnsupportedError(
                f"{self.mapper.label}: the global index {name!r} cannot be read consistently; ask without "
                "consistent(), or read the table by its key."
            )
        return index

    def _serves(self, index: IndexSchema) -> bool:
        """Whether an index may be chosen without being named: it hides neither attributes, writes nor items."""
        return index.projection == "ALL" and (index.local or not self.query.consistent) and self._holds_all(index)

    def _holds_all(self, index: IndexSchema) -> bool:
        """Whether no matching item can be missing from the index for want of its sort key."""
        if index.sort is None or any(_asks_sort(part, index.sort.name) for part in self.parts):
            return True
        field = self.mapper.field_of(index.sort.name)
        return not (field.null or (field.blank and internal_type(field) in TEXT_TYPES))

    def _path_through(self, index: IndexSchema | None) -> WayIn | None:
        of = index or self.mapper.schema
        partition = next((p for p in self.parts if is_exact(p) and column(p.field) == of.partition.name), None)
        if partition is None:
            return None
        sort = next((p for p in self.parts if of.sort is not None and _asks_sort(p, of.sort.name)), None)
        return WayIn(index=index, partition=partition, sort=sort, sort_attribute=of.sort)

    def _query(self, path: WayIn) -> Read:
        rest = [part for part in self.parts if part not in (path.partition, path.sort) and not _holds(path, part)]
        self._refuse_key_filters(path, rest)
        self._refuse_unheld(path.index, rest)
        encoded = self.mapper.encode(path.partition.field, path.partition.value)
        if self.mapper.schema.counter and path.index is None and encoded == {"N": "-1"}:
            return NoRead()
        index = path.index.name if path.index else None
        condition = KeyCondition(
            partition=(column(path.partition.field), encoded),
            sort=compile_sort(self.mapper, path.sort) if path.sort else None,
        )
        with named_by(self.mapper):
            validate_key_condition(self.mapper.schema, index, condition)
        expiry, sort = self._expiry(path.index), path.sort_attribute.name if path.sort_attribute else None
        if expiry is not None and expiry.narrowed(condition, sort) is None:
            return NoRead()
        return QueryRead(
            expiry=expiry,
            sort=sort,
            condition=condition,
            index=index,
            projected=self._projected(path.index),
            filter=compile_node(self.mapper, all_of(rest)) if rest else None,
            consistent=self.query.consistent,
            forward=self._forward(path),
            limit=self.query.high_mark,
            page_size=self.query.page_size,
        )

    def _expiry(self, index: IndexSchema | None) -> Expiry | None:
        """What leaves out expired items; an index has to hold their time."""
        expiry, held = hidden_from(self.query), self._projected(index)
        if expiry is not None and index is not None and held is not None and expiry.attribute not in held:
            raise UnsupportedError(
                f"{self.mapper.label}: index {index.name!r} does not hold {self.mapper.name_of(expiry.attribute)!r}, "
                "so expired items cannot be left out; add the field to its projection, or read them too, by "
                "with_expired()."
            )
        return expiry

    def _refuse_key_filters(self, path: WayIn, rest: list[Node]) -> None:
        """A Query filters no key attribute: say which test is one too many."""
        keys = {column(path.partition.field)} | ({path.sort_attribute.name} if path.sort_attribute else set())
        for part in rest:
            for test in tests_in(part):
                if isinstance(test.field, CompositeKey) or column(test.field) in keys:
                    raise UnsupportedError(
                        f"{self.mapper.label}: a Query takes one test of its sort key (exact, lt, lte, gt, gte, range "
                        f"or startswith) and no other filter on a key; {test.field.name}__{test.lookup} is one too "
                        "many. Write range=(low, high) for a span, or filter the result in Python."
                    )

    def _refuse_unheld(self, index: IndexSchema | None, rest: Sequence[Node]) -> None:
        """A filter on an attribute that the index does not hold would find it absent everywhere."""
        held = self._projected(index)
        if index is None or held is None:
            return
        for test in (test for part in rest for test in tests_in(part)):
            fields = (test.field, test.value.field) if isinstance(test.value, FieldValue) else (test.field,)
            for field in fields:
                if not isinstance(field, CompositeKey) and column(field) not in held:
                    raise UnsupportedError(
                        f"{self.mapper.label}: index {index.name!r} does not hold {field.name!r}, so it cannot filter "
                        f"by {test.field.name}__{test.lookup}; add the field to its projection, or filter the result "
                        "in Python."
                    )

    def _projected(self, index: IndexSchema | None) -> frozenset[str] | None:
        """The attributes an index holds; None for whole items."""
        if index is None or index.projection == "ALL":
            return None
        named = index.projection if isinstance(index.projection, tuple) else ()
        keys = [key.name for key in (*self.mapper.schema.keys, *index.keys)]
        return frozenset((*keys, *named))

    # -- ordering -----------------------------------------------------------------------------------------------

    def _ordering(self) -> tuple[str, ...]:
        """What order was asked for, by ``order_by()`` or within a partition by ``Meta.ordering``."""
        if self.query.order_by or not self.query.default_ordering:
            return self.query.order_by
        return tuple(name for name in self.meta.ordering if isinstance(name, str))

    def _orders(self, path: WayIn) -> bool:
        """Whether the path yields the order asked for."""
        names = [self._order_field(name) for name in self._ordering()]
        if names[:1] == [column(path.partition.field)]:
            names = names[1:]
        return not names or (path.sort_attribute is not None and names == [path.sort_attribute.name])

    def _order_field(self, name: str) -> str:
        name = name.lstrip("-+")
        if name == "pk":
            return self.mapper.schema.keys[-1].name
        return column(self.mapper.find(name))

    def _forward(self, path: WayIn) -> bool:
        """Whether the sort key ascends."""
        if not self._orders(path):
            sort = path.sort_attribute
            self._refuse_order(f"this Query is ordered by {sort.name!r}" if sort else "there is no sort key")
            return self.query.standard_ordering
        descending = self._ordering()[-1:] != () and self._ordering()[-1].startswith("-")
        return descending != self.query.standard_ordering

    def _refuse_order(self, reason: str) -> None:
        """Raises when an order was asked for that nothing gives."""
        if self.query.order_by or not self.query.standard_ordering:
            raise UnsupportedError(
                f"{self.mapper.label}: {self._asked_order()} cannot be served: {reason}. DynamoDB orders by the sort "
                "key of the partition or index that is queried; query one, or sort the result in Python."
            )

    def _asked_order(self) -> str:
        """What the caller may have written: Django's methods for one object of an order end here too."""
        single = self.query.high_mark == 1
        if not self.query.order_by:
            return "reverse() or last()" if single else "reverse()"
        asked = f"order_by({', '.join(map(repr, self.query.order_by))})"
        return f"{asked} (earliest() and latest() order too)" if single else asked

    # -- everything ---------------------------------------------------------------------------------------------

    def _scan(self) -> Read:
        if self.query.mode == "query":
            raise UnsupportedError(
                f"{self.mapper.label}.objects.query() needs the partition key: query(<{self.mapper.key_fields[0].name}>"
                ", ...) or query(<index partition key>=..., index=...)."
            )
        explicit = self.query.mode == "scan" or not self.parts
        if not explicit and self.policy != "allow":
            self._forbid_scan()
        self._refuse_order("a Scan returns items in no order")
        index = None if self.query.index is None else self._index(self.query.index)
        self._refuse_unheld(index, self.parts)
        return ScanRead(
            expiry=self._expiry(index),
            filter=compile_node(self.mapper, self.query.node) if self.parts else None,
            index=self.query.index,
            projected=self._projected(index),
            consistent=self.query.consistent,
            limit=self.query.high_mark,
            page_size=self.query.page_size,
        )

    def _forbid_scan(self) -> None:
        schema = self.mapper.schema
        unchosen = [index for index in schema.indexes if self._path_through(index) and not self._serves(index)]
        advice = Advice(mapper=self.mapper, parts=self.parts, consistent=self.query.consistent, unchosen=unchosen)
        message = (
            f"{self.mapper.label}: no key or index serves {self._named(self.query.node)}, so it would read the whole "
            f"table. {advice.text(self.meta.object_name)}."
        )
        if self.policy == "forbid":
            raise ScanForbidden(message)
        logger.warning(message)

    def _named(self, node: Node) -> str:
        """The lookups of a filter, for messages; never the values."""
        return ", ".join(f"{test.field.name}__{test.lookup}" for test in tests_in(node))


def _asks_sort(part: Node, name: str) -> TypeGuard[Test]:
    return (
        isinstance(part, Test)
        and part.lookup in SORT_LOOKUPS
        and not isinstance(part.field, CompositeKey)
        and column(part.field) == name
        and not isinstance(part.value, FieldValue)
    )


def _holds(path: WayIn, part: Node) -> bool:
    """Whether a part says only that a key attribute is there, as it is in all that a key or index holds."""
    keys = (column(path.partition.field), path.sort_attribute.name if path.sort_attribute else None)
    return isinstance(part, Test) and part.lookup == "isnull" and not part.value and column(part.field) in keys
