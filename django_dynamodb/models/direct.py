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


def direct_get(
    query: ItemQuery, values: Sequence[Any], lookups: Mapping[str, Any], *, consistent: bool
) -> GetRead | NoRead | None:
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
    return direct_find(query, values, lookups, consistent=consistent) if query.asks_nothing else None


def direct_find(
    query: ItemQuery, values: Sequence[Any], lookups: Mapping[str, Any], *, consistent: bool
) -> GetRead | NoRead | None:
    """The same of a query that surely asks nothing else, such as ``untouched``."""
    mapper: Mapper = query.model._meta.mapper
    types = mapper.direct_types
    if types is None:
        return None
    if lookups:
        if values or len(lookups) != len(types):
            return None
        values = [lookups.get(name) for name in mapper.key_attnames]
    if tuple(map(type, values)) != types:  # the very types, each a part of the key
        return None
    key = mapper.encode_key(values)
    if mapper.autoincrement and mapper.is_counter(key):
        return NoRead()
    expiry = None if mapper.expires is None else hidden_from(query)
    return GetRead(key=key, consistent=consistent or query.consistent, expiry=expiry, entity=mapper.entity)


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


def _all_fit(parts: Sequence[Any], types: tuple[type, ...]) -> bool:
    """Whether each of many keys is a tuple of values of the very types; column by column, in a fraction of the time."""
    if {*map(type, parts)} != {tuple} or {*map(len, parts)} != {len(types)}:
        return False
    return all({*map(type, column)} == {of} for column, of in zip(zip(*parts, strict=True), types, strict=True))
