"""Obeys Django's cache interface with one table: reads, atomic writes, batches.

What has expired is gone at once, though the service deletes it later. What the service refuses, or does not answer,
raises; it never looks like a value that is not there.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.core.cache.backends.base import DEFAULT_TIMEOUT, InvalidCacheKey
from django.utils.functional import cached_property

from django_dynamodb.cache.entries import CACHE_KEY, EXPIRES, VALUE, entry_key
from django_dynamodb.cache.options import CacheOptions, read_options
from django_dynamodb.cache.twins import AsyncTwins
from django_dynamodb.connections import connections
from django_dynamodb.exceptions import ConditionFailedError, ItemTooLargeError
from django_dynamodb.expressions.conditions import And, HasType
from django_dynamodb.expressions.paths import Path
from django_dynamodb.expressions.projections import Projection
from django_dynamodb.expressions.updates import Add, SetTo, Update
from django_dynamodb.limits import ITEM_BYTES, PARTITION_KEY_BYTES
from django_dynamodb.tables import batches, pages
from django_dynamodb.tables.expiry import ExpiryLine
from django_dynamodb.tables.table import Table
from django_dynamodb.types import Item

KEY_ALONE: Final = Projection((Path(CACHE_KEY),))
WITHOUT_VALUE: Final = Projection((Path(CACHE_KEY), Path(EXPIRES)))


class DynamoDBCache(AsyncTwins):
    """A cache in a table of its own.

    What is wrong with its settings raises at its first use, not before: Django's own checks make every cache, and would
    end there before ours can say what it is.

    Args:
        location: The table's name, without prefix.
        params: The other keys of this cache in ``settings.CACHES``.
    """

    def __init__(self, location: str, params: Mapping[str, Any]) -> None:
        super().__init__({**params, "OPTIONS": {}})
        self._location = location
        self._params = params

    @cached_property
    def options(self) -> CacheOptions:
        """What the settings say.

        Raises:
            InvalidCacheBackendError: For an unknown option, a wrong value, or no table.
        """
        return read_options(self._location, self._params)

    @property
    def table(self) -> Table:
        """The table, as the connection is now.

        Raises:
            ConnectionDoesNotExist: When ``USING`` names an alias that does not exist.
        """
        return connections[self.options.using].table(self.options.schema)

    def validate_key(self, key: str) -> None:
        """Warns of keys that memcached would refuse, as every backend does, and refuses what DynamoDB would.

        Args:
            key: The cache key, complete.

        Raises:
            InvalidCacheKey: It is empty or has over 2,048 bytes.
        """
        super().validate_key(key)
        size = len(key.encode(errors="surrogatepass"))
        if not 1 <= size <= PARTITION_KEY_BYTES:
            raise InvalidCacheKey(
                f"The cache key {key[:60]!r} has {size:,} bytes, DynamoDB takes 1 to {PARTITION_KEY_BYTES:,}; "
                "store it under a hash of it, or set a KEY_FUNCTION that does."
            )

    # -- one entry ------------------------------------------------------------------------------------------------

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        """Reads a value.

        Args:
            key: The key.
            default: What to return when there is none.
            version: The version of the key.

        Returns:
            The value, None and others that are false included.

        Raises:
            InvalidValueError: The stored value is none of this cache's serializer.
            ServiceError: What the service answered otherwise, or that it did not answer.
        """
        item = self._living(self.make_and_validate_key(key, version))
        return default if item is None else self.options.entries.value(item)

    def has_key(self, key: str, version: int | None = None) -> bool:
        """Says whether there is a value; it is not transferred, but paid for.

        Args:
            key: The key.
            version: The version of the key.
        """
        return self._living(self.make_and_validate_key(key, version), WITHOUT_VALUE) is not None

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        """Writes a value, whatever is there.

        Args:
            key: The key.
            value: The value.
            timeout: Seconds; None is forever, 0 or less is not at all.
            version: The version of the key.

        Raises:
            InvalidTypeError: The serializer does not take the value.
            ItemTooLargeError: It is over 400 KB, compressed.
            ServiceError: What the service answered otherwise, or that it did not answer.
        """
        item = self._item(self.make_and_validate_key(key, version), value, timeout)
        try:
            self.table.put(item)
        except ItemTooLargeError as error:
            raise _too_large_error(error) from error

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Writes a value if there is none; of several callers at once one alone is told True.

        Args:
            key: The key.
            value: The value.
            timeout: As for ``set``.
            version: The version of the key.

        Returns:
            Whether it was written.

        Raises:
            InvalidTypeError: The serializer does not take the value.
            ItemTooLargeError: It is over 400 KB, compressed.
            ServiceError: What the service answered otherwise, or that it did not answer.
        """
        item = self._item(self.make_and_validate_key(key, version), value, timeout)
        try:
            self.table.put(item, condition=_line().vacant(CACHE_KEY))
        except ConditionFailedError:
            return False
        except ItemTooLargeError as error:
            raise _too_large_error(error) from error
        return True

    def touch(self, key: str, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Gives a value another end.

        Args:
            key: The key.
            timeout: As for ``set``.
            version: The version of the key.

        Returns:
            Whether there is such a value.
        """
        made = self.make_and_validate_key(key, version)
        expires, end = self._expires(timeout), Path(EXPIRES)
        update = Update(removes=(end,)) if expires is None else Update(sets=(SetTo(end, {"N": str(expires)}),))
        try:
            self.table.update(entry_key(made), update, condition=_line().living(CACHE_KEY))
        except ConditionFailedError:
            return False
        return True

    def delete(self, key: str, version: int | None = None) -> bool:
        """Deletes a value.

        Args:
            key: The key.
            version: The version of the key.

        Returns:
            Whether there was one.
        """
        made = self.make_and_validate_key(key, version)
        try:
            self.table.delete(entry_key(made), condition=_line().living(CACHE_KEY))
        except ConditionFailedError:
            return False
        return True

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """Adds to a whole number, by the service: of several callers at once none is lost. Its end stays.

        A call whose answer was lost is sent again, and may then count twice.

        Args:
            key: The key.
            delta: What to add; may be negative.
            version: The version of the key.

        Returns:
            The sum.

        Raises:
            ValueError: There is no such value.
            TypeError: The value, or ``delta``, is no whole number.
            ServiceError: What the service answered otherwise, or that it did not answer.
        """
        made = self.make_and_validate_key(key, version)
        if not isinstance(delta, int):
            raise TypeError(f"A DynamoDBCache adds whole numbers; {delta!r} is a {type(delta).__name__}.")
        line = _line()
        try:
            item = self.table.update(
                entry_key(made),
                Update(adds=(Add(Path(VALUE), {"N": str(int(delta))}),)),
                condition=And(line.living(CACHE_KEY), HasType(Path(VALUE), "N")),
                returning="UPDATED_NEW",
                return_stored=True,
            )
        except ConditionFailedError as error:
            if error.item is None or line.check_passed(dict(error.item)):
                raise ValueError(f"Key {key!r} not found") from error
            raise TypeError(f"The value of key {key!r} is no whole number; only those can be added to.") from error
        return int((item or {})[VALUE]["N"])

    def incr_version(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """Moves a value to another version, with its end.

        Args:
            key: The key.
            delta: How many versions up; may be negative.
            version: Its version now.

        Returns:
            Its version from now on.

        Raises:
            ValueError: There is no such value.
            ServiceError: What the service answered otherwise; the value is then under both versions, or the old one.
        """
        version = self.version if version is None else version
        old = self.make_and_validate_key(key, version)
        new = self.make_and_validate_key(key, version + delta)
        item = self._living(old)
        if item is None:
            raise ValueError(f"Key {key!r} not found")
        if new != old:
            self.table.put({**item, **entry_key(new)})
            self.table.delete(entry_key(old))
        return version + delta

    # -- many entries ---------------------------------------------------------------------------------------------

    def get_many(self, keys: Iterable[str], version: int | None = None) -> dict[str, Any]:
        """Reads many values, a hundred in a call; keys the service does not get to are asked for again.

        Args:
            keys: The keys.
            version: The version of the keys.

        Returns:
            Key to value, without those that have none.

        Raises:
            InvalidValueError: A stored value is none of this cache's serializer.
            ServiceError: What the service answered otherwise, or that it did not answer.
        """
        keys = list(keys)
        made = [entry_key(self.make_and_validate_key(key, version)) for key in keys]
        items: list[Item | None] = batches.get_many(self.table, made, consistent=self.options.consistent)
        line, value = _line(), self.options.entries.value
        found = zip(keys, items, strict=True)
        return {key: value(item) for key, item in found if item is not None and not line.check_passed(item)}

    def set_many(self, data: dict[str, Any], timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> list[str]:
        """Writes many values, 25 in a call; not all or nothing. What the service leaves is sent again.

        Args:
            data: Key to value.
            timeout: As for ``set``.
            version: The version of the keys.

        Returns:
            An empty list: what could not be written raises.

        Raises:
            InvalidTypeError: The serializer does not take a value; nothing was sent.
            ItemTooLargeError: A value is over 400 KB, compressed.
            UnprocessedItemsError: The retries were spent; ``items`` are those not written.
            ServiceError: What the service answered otherwise, or that it did not answer.
        """
        made = {self.make_and_validate_key(key, version): value for key, value in data.items()}
        items = [self._item(key, value, timeout) for key, value in made.items()]
        try:
            batches.write_many(self.table, items)
        except ItemTooLargeError as error:
            raise _too_large_error(error) from error
        return []

    def delete_many(self, keys: Iterable[str], version: int | None = None) -> None:
        """Deletes many values, 25 in a call; what the service leaves is sent again.

        Args:
            keys: The keys.
            version: The version of the keys.

        Raises:
            UnprocessedItemsError: The retries were spent; ``keys`` are those not deleted.
            ServiceError: What the service answered otherwise, or that it did not answer.
        """
        made = dict.fromkeys(self.make_and_validate_key(key, version) for key in keys)
        batches.write_many(self.table, deletes=[entry_key(key) for key in made])

    def clear(self) -> None:
        """Deletes everything in the table: reads it whole, and deletes entry by entry.

        It costs a read unit for each 4 KB of the table, and a write unit for each KB of each entry. To be rid of old
        values at no cost, raise ``VERSION`` or change ``KEY_PREFIX``, and let them expire.

        Raises:
            UnprocessedItemsError: The retries were spent.
            ServiceError: What the service answered otherwise, or that it did not answer.
        """
        found = pages.scan(self.table, projection=KEY_ALONE, consistent=True, build=self.options.schema.key_of)
        batches.write_many(self.table, deletes=(key for page in found for key in page.items))

    # -- what they share ------------------------------------------------------------------------------------------

    def _living(self, made: str, projection: Projection | None = None) -> Item | None:
        """The stored entry, unless it has expired."""
        item = self.table.get(entry_key(made), consistent=self.options.consistent, projection=projection)
        return None if item is None or _line().check_passed(item) else item

    def _item(self, made: str, value: Any, timeout: Any) -> Item:
        return self.options.entries.item(made, value, self._expires(timeout))

    def _expires(self, timeout: Any) -> int | None:
        """The second at which an entry ends, rounded up, so that none ends early."""
        moment = self.get_backend_timeout(timeout)
        return None if moment is None else math.ceil(moment)


def _line() -> ExpiryLine:
    """The line between entries that have expired and those that live, now."""
    return ExpiryLine(attribute=EXPIRES, now=int(time.time()))


def _too_large_error(error: ItemTooLargeError) -> ItemTooLargeError:
    """Says it in the words of caches."""
    ((_, size), *_) = error.largest
    key = (error.key or {}).get(CACHE_KEY, {}).get("S")
    return ItemTooLargeError(
        f"The value for cache key {key!r} has {size:,} bytes, serialized and compressed; the item would have "
        f"{error.size:,}, and DynamoDB allows {ITEM_BYTES:,}. Cache its parts, or keep it in S3 and cache where.",
        table=error.table,
        key=error.key,
        size=error.size,
        largest=error.largest,
    )
