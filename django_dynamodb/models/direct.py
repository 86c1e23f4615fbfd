"""Reads by whole keys without a plan: what rules 2 and 3 of ``plan`` come to when nothing else was asked.

Resolving and planning a filter takes longer than a call of the service costs the client, and most calls give a key
and nothing else. Only values of the very types that the key's fields store are taken here; everything else is planned,
and what is read is the same either way, which a test holds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from django_dynamodb.models.expiry import hidden_from
from django_dynamodb.models.mapper import Mapper
from django_dynamodb.models.query import ItemQuery
from django_dynamodb.models.reads import BatchRead, GetRead, NoRead, Read


def direct_get(query: ItemQuery, values: Sequence[Any], lookups: Mapping[str, Any], *, consistent: bool) -> Read | None:
    """GetItem, for a whole key.

    Args:
        query: What the query set was asked so far.
        values: The values of the key's fields, in their order.
        lookups: The same by name, instead.
        consistent: See every write that finished before.

    Returns:
        The read; None when it takes a plan to know.

    Raises:
        InvalidKeyError: A value that no key can have.
    """
    mapper: Mapper = query.model._meta.mapper
    types = mapper.direct_types
    if types is None or not query.asks_nothing:
        return None
    if lookups:
        if values or len(lookups) != len(types):
            return None
        values = [lookups.get(name) for name in mapper.key_attnames]
    if not _fits(values, types):
        return None
    key = mapper.encode_key(values)
    if mapper.is_counter(key):
        return NoRead()
    consistent = consistent or query.consistent
    return GetRead(key=key, consistent=consistent, expiry=hidden_from(query), entity=mapper.entity)


@lru_cache(maxsize=512)
def untouched(model: Any) -> ItemQuery:
    """The query of a query set that was asked nothing yet; one for all of a model, so nobody may change it."""
    return ItemQuery(model)


def direct_batch(query: ItemQuery, keys: Sequence[Any], *, consistent: bool) -> Read | None:
    """BatchGetItem, for whole keys.

    Args:
        query: What the query set was asked so far.
        keys: Tuples of the values of the key's fields; values, where the key has one.
        consistent: See every write that finished before.

    Returns:
        The read, of each key once; None when it takes a plan to know.

    Raises:
        InvalidKeyError: A value that no key can have.
    """
    mapper: Mapper = query.model._meta.mapper
    types = mapper.direct_types
    if types is None or not query.asks_nothing:
        return None
    parts = keys if len(types) > 1 else [(key,) for key in keys]
    if not _all_fit(parts, types):
        return None
    encode = mapper.encode_key
    encoded = [encode(values) for values in dict.fromkeys(parts)]
    if mapper.autoincrement:
        encoded = [key for key in encoded if not mapper.is_counter(key)]
    expiry = hidden_from(query)
    return BatchRead(keys=tuple(encoded), consistent=consistent, limit=None, expiry=expiry, entity=mapper.entity)


def _fits(values: Sequence[Any], types: tuple[type, ...]) -> bool:
    """Whether there is a value for each part of the key, and of its very type."""
    return tuple(map(type, values)) == types


def _all_fit(parts: Sequence[Any], types: tuple[type, ...]) -> bool:
    """The same of many keys, each a tuple; column by column, which takes a fraction of a look at each key."""
    if {*map(type, parts)} != {tuple} or {*map(len, parts)} != {len(types)}:
        return False
    return all({*map(type, column)} == {of} for column, of in zip(zip(*parts, strict=True), types, strict=True))
