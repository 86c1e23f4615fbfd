"""Chooses the one service verb and index that answers a query set, or refuses.

The rules, in order:

1. Nothing can match: nothing is asked.
2. Every key attribute is given exactly and nothing else: GetItem.
3. Keys are given as a list (``pk__in``, or the partition key exactly and the sort key ``in``) and nothing else:
   BatchGetItem.
4. The whole partition key of the table or of an index is given exactly: Query. The one whose key serves most tests
   wins; then the table before an index. One that would have to filter by its own key is passed over where another need
   not; and an index that cannot serve the ordering or a consistent read, does not hold whole items, or leaves out
   items whose sort key may be empty, is passed over unless it is named. Two equally good indexes are refused rather
   than guessed.
5. Everything was asked for, or a scan was asked for by name: Scan.
6. Anything else would be a hidden scan: ``ScanForbidden``, or what the setting ``SCAN`` says.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypeGuard

from django.utils.functional import cached_property

from django_dynamodb.exceptions import ScanForbidden, UnsupportedError
from django_dynamodb.expressions.keys import KeyCondition
from django_dynamodb.models.advice import Advice
from django_dynamodb.models.choice import Choice
from django_dynamodb.models.compiler import compile_node, compile_sort
from django_dynamodb.models.composed import composed
from django_dynamodb.models.expiry import Expiry, hidden_from
from django_dynamodb.models.hydration import hydrated
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
from django_dynamodb.models.reads import BatchRead, GetRead, NoRead, QueryRead, Read, ScanRead, of_entity
from django_dynamodb.models.settle import settled
from django_dynamodb.models.sorting import Sorting
from django_dynamodb.models.ways import WayIn, column_of
from django_dynamodb.tables.schema import COUNTER_KEY, IndexSchema
from django_dynamodb.tables.validation import validate_key_condition

logger = logging.getLogger("django_dynamodb")


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
        if query.mode != "scan":
            self.parts = composed(self.mapper, self.parts, query.index)

    @cached_property
    def sorting(self) -> Sorting:
        """The order asked for."""
        return Sorting(self.query)

    @cached_property
    def choice(self) -> Choice:
        """The ways in by a partition key."""
        return Choice(self.query, self.parts, self.sorting)

    def plan(self) -> Read:
        """The read that answers the query.

        Raises:
            ScanForbidden: Only a scan would.
            UnsupportedError: DynamoDB cannot do it at all.
        """
        return of_entity(self._read(), self.mapper.entity)

    def _read(self) -> Read:
        """The same, of whatever is in the table."""
        if NOTHING in (self.query.node, *self.parts):
            return NoRead()
        if self.query.mode == "scan":
            return self._scan()
        if self.query.mode == "planned" and self.query.index is None:
            direct = self._get() or self._batch()
            if direct is not None:
                return direct
        way = self.choice.way()
        return self._query(way) if way else self._scan()

    # -- by key -------------------------------------------------------------------------------------------------

    def _get(self) -> Read | None:
        """GetItem, when exactly the key is given."""
        tests = {part.field.attname: part for part in self.parts if is_exact(part)}
        if len(tests) != len(self.parts) or tests.keys() != set(self.mapper.key_attnames):
            return None
        key = self.mapper.encode_key([tests[name].value for name in self.mapper.key_attnames])
        if self.mapper.is_counter(key):
            return NoRead()
        return GetRead(key=key, consistent=self._consistent(), expiry=hidden_from(self.query))

    def _batch(self) -> Read | None:
        """BatchGetItem, when keys are given as a list."""
        keys = self._listed_keys()
        if keys is None:
            return None
        self.sorting.refuse("BatchGetItem returns items in the order of the keys asked for")
        encoded = tuple(key for key in map(self.mapper.encode_key, keys) if not self.mapper.is_counter(key))
        expiry = hidden_from(self.query)
        return BatchRead(keys=encoded, consistent=self._consistent(), limit=self.query.high_mark, expiry=expiry)

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

    def _query(self, way: WayIn) -> Read:
        self._refuse_key_filters(way)
        self._refuse_unheld(way.index, way.rest)
        condition = self._condition(way)
        if self.mapper.schema.counter and way.index is None and condition.partition[1] == COUNTER_KEY:
            return NoRead()
        index = way.index.name if way.index else None
        with named_by(self.mapper):
            validate_key_condition(self.mapper.schema, index, condition)
        expiry = self._expiry(way.index, way)
        if expiry is not None and expiry.narrowed(condition, way.next_sort) is None:
            return NoRead()
        read = QueryRead(
            expiry=expiry,
            sort=way.next_sort,
            condition=condition,
            index=index,
            projected=self._projected(way.index),
            filter=compile_node(self.mapper, all_of(way.rest)) if way.rest else None,
            consistent=self._consistent(way.index),
            forward=self.sorting.forward(way),
            limit=self.query.high_mark,
            page_size=self.query.page_size,
        )
        return self._whole(read, way.index)

    def _consistent(self, index: IndexSchema | None = None) -> bool:
        """Whether a read is consistent; ``hydrate()`` asks that of the items, not of the index that tells them."""
        return self.query.consistent or (index is None and self.query.hydrated == "consistent")

    def _whole(self, read: QueryRead | ScanRead, index: IndexSchema | None) -> Read:
        """The same read, or after ``hydrate()`` one that brings whole items."""
        if self.mapper.entity is not None:
            read = replace(read, filter=self.mapper.entity.filtered(read.filter))
        asked = self.query.hydrated
        if asked is None or index is None or (asked == "plain" and read.held is None):
            return read
        return hydrated(read, consistent=asked == "consistent" or read.consistent, expiry=hidden_from(self.query))

    def _condition(self, way: WayIn) -> KeyCondition:
        """What the way serves of the filter."""
        given = [(column(test.field), self.mapper.encode(test.field, test.value)) for test in way.given]
        sort = compile_sort(self.mapper, way.sort) if way.sort else None
        return KeyCondition(partition=given[0], also=tuple(given[1:]), sort=sort)

    def _expiry(self, index: IndexSchema | None, way: WayIn | None = None) -> Expiry | None:
        """What leaves out expired items; an index has to hold their time, where the service can compare it."""
        expiry, held = hidden_from(self.query), self._projected(index)
        if expiry is None or index is None:
            return expiry
        name = self.mapper.name_of(expiry.attribute)
        if held is not None and expiry.attribute not in held:
            if self.query.hydrated is not None:
                return None  # left to who reads the items
            raise UnsupportedError(
                f"{self.mapper.label}: index {index.name!r} does not hold {name!r}, "
                "so expired items cannot be left out; add the field to its projection, read whole items, by "
                "hydrate(), or read expired ones too, by with_expired()."
            )
        if way is not None and expiry.attribute in {key.name for key in way.ahead[1:]}:
            raise UnsupportedError(
                f"{self.mapper.label}: {name!r} is a part of the sort key of index {index.name!r}, behind "
                f"{self.mapper.name_of(way.ahead[0].name)!r}, so expired items cannot be left out; give the parts "
                "before it exactly, or read expired items too, by with_expired()."
            )
        return expiry

    def _refuse_key_filters(self, way: WayIn) -> None:
        """A Query filters no key attribute: say which test is one too many."""
        for test in way.key_filters(self.mapper.schema.keys):
            asked = test.name
            if column_of(test) in {key.name for key in way.ahead[1:]}:
                names = [self.mapper.name_of(key.name) for key in way.ahead]
                where = "the table" if way.index is None else f"index {way.index.name!r}"
                raise UnsupportedError(
                    f"{self.mapper.label}: {where} is sorted by {', '.join(names)}, and its sort key is asked from the "
                    f"left without a gap; {asked} needs {names[0]}=<value> before it. Give that too, or filter the "
                    "result in Python."
                )
            raise UnsupportedError(
                f"{self.mapper.label}: a Query takes one test of its sort key (exact, lt, lte, gt, gte, range "
                f"or startswith) and no other filter on a key; {asked} is one too "
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
                        f"by {test.name}; add the field to its projection, or filter the result "
                        "in Python."
                    )

    def _projected(self, index: IndexSchema | None) -> frozenset[str] | None:
        """The attributes an index holds; None for whole items."""
        if index is None or index.projection == "ALL":
            return None
        named = index.projection if isinstance(index.projection, tuple) else ()
        keys = [key.name for key in (*self.mapper.schema.keys, *index.keys)]
        return frozenset((*keys, *named))

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
        self.sorting.refuse("a Scan returns items in no order")
        index = None if self.query.index is None else self.choice.index(self.query.index)
        self._refuse_unheld(index, self.parts)
        read = ScanRead(
            expiry=self._expiry(index),
            filter=compile_node(self.mapper, self.query.node) if self.parts else None,
            index=self.query.index,
            projected=self._projected(index),
            consistent=self._consistent(index),
            limit=self.query.high_mark,
            page_size=self.query.page_size,
        )
        return self._whole(read, index)

    def _forbid_scan(self) -> None:
        advice = Advice(
            mapper=self.mapper, parts=self.parts, consistent=self.query.consistent, unchosen=self.choice.unchosen()
        )
        message = (
            f"{self.mapper.label}: no key or index serves {self._named(self.query.node)}, so it would read the whole "
            f"table. {advice.text(self.meta.object_name)}."
        )
        if self.policy == "forbid":
            raise ScanForbidden(message)
        logger.warning(message)

    def _named(self, node: Node) -> str:
        """The lookups of a filter, for messages; never the values."""
        return ", ".join(test.name for test in tests_in(node))
