"""Turns a cached value into an item and back.

A whole number stands as a number, so that the service itself can add to it. Everything else is bytes of the serializer,
compressed where that makes them fewer.
"""

from __future__ import annotations

import zlib
from functools import cache
from typing import Any, Final

from django_dynamodb.cache.serializers import Serializer
from django_dynamodb.codec.scalars import BINARY
from django_dynamodb.limits import NUMBER_DIGITS
from django_dynamodb.records import record
from django_dynamodb.tables.schema import KeyAttribute, TableSchema
from django_dynamodb.types import AttributeValue, Item, Key

CACHE_KEY: Final = "cache_key"
VALUE: Final = "value"
PACKED: Final = "packed"
EXPIRES: Final = "expires"
"""The attributes of an entry: its key, its value or its compressed value, and its end if it has one."""

MOST: Final = 10**NUMBER_DIGITS
"""The first whole number that the service cannot hold exactly."""


@cache
def cache_schema(name: str) -> TableSchema:
    """What the table of a cache looks like.

    Args:
        name: Its name, without prefix.

    Returns:
        The same object for the same name.

    Raises:
        SchemaError: For a name no table can have.
    """
    return TableSchema(name=name, partition=KeyAttribute(CACHE_KEY, "S"), ttl=EXPIRES)


def entry_key(key: str) -> Key:
    """The key of an entry.

    Args:
        key: The cache key, complete.
    """
    return {CACHE_KEY: {"S": key}}


@record(frozen=True, kw_only=True, slots=True)
class Entries:
    """The way values of one cache are stored.

    Args:
        serializer: Turns values into bytes and back.
        compress_over: Bytes from which on values are compressed; None is never.
    """

    serializer: Serializer
    compress_over: int | None

    def item(self, key: str, value: Any, expires: int | None) -> Item:
        """What is stored of a value.

        Args:
            key: The cache key, complete.
            value: The value.
            expires: Seconds since 1970 at which it is over; None is never.

        Returns:
            The item.

        Raises:
            InvalidTypeError: The serializer does not take the value; another one may raise what it likes.
        """
        name, stored = self._stored(value)
        end = {} if expires is None else {EXPIRES: {"N": str(expires)}}
        return {**entry_key(key), name: stored, **end}

    def value(self, item: Item) -> Any:
        """The value that is stored.

        Args:
            item: The item.

        Returns:
            The value.

        Raises:
            InvalidValueError: The serializer cannot read it; another one may raise what it likes.
        """
        if PACKED in item:
            return self.serializer.loads(zlib.decompress(BINARY.decode(item[PACKED])))
        stored = item[VALUE]
        return int(stored["N"]) if "N" in stored else self.serializer.loads(BINARY.decode(stored))

    def _stored(self, value: Any) -> tuple[str, AttributeValue]:
        """The attribute that holds a value, and what it holds."""
        if type(value) is int and -MOST < value < MOST:
            return VALUE, {"N": str(value)}
        data = self.serializer.dumps(value)
        if self.compress_over is not None and len(data) > self.compress_over:
            packed = zlib.compress(data)
            if len(packed) < len(data):
                return PACKED, BINARY.encode(packed)
        return VALUE, BINARY.encode(data)
