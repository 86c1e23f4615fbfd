"""Reads what ``settings.CACHES`` says of one cache, strictly."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.core.cache.backends.base import InvalidCacheBackendError
from django.utils.module_loading import import_string

from django_dynamodb.cache.entries import Entries, cache_schema
from django_dynamodb.cache.serializers import BUILTIN, Serializer
from django_dynamodb.conf import DEFAULT_ALIAS, closest
from django_dynamodb.exceptions import SchemaError
from django_dynamodb.records import record
from django_dynamodb.tables.schema import TableSchema

COMPRESS_OVER: Final = 1024
"""Bytes from which on values are compressed, unless the options say otherwise: a write costs one unit for each KB."""

DEFAULTS: Final[Mapping[str, Any]] = {
    "USING": DEFAULT_ALIAS,
    "SERIALIZER": "json",
    "CONSISTENT_READ": True,
    "COMPRESS_OVER": COMPRESS_OVER,
}
"""The options, and what they are by default."""

CULLING: Final = frozenset({"MAX_ENTRIES", "CULL_FREQUENCY"})
"""Options of Django's that mean nothing here."""


@record(frozen=True, kw_only=True, slots=True)
class CacheOptions:
    """One cache of ``settings.CACHES``, complete and checked.

    Args:
        using: A key of ``settings.DYNAMODB``.
        schema: Its table, without prefix.
        consistent: Whether reads see every write finished before, at twice the cost.
        entries: The way its values are stored.
    """

    using: str
    schema: TableSchema
    consistent: bool
    entries: Entries


def read_options(location: Any, params: Mapping[str, Any]) -> CacheOptions:
    """Reads one cache.

    Args:
        location: ``LOCATION``, the name of its table.
        params: The other keys.

    Returns:
        What they say.

    Raises:
        InvalidCacheBackendError: For an unknown option, a wrong value, or no table.
    """
    given = params.get("OPTIONS", {})
    if not isinstance(given, Mapping):
        raise InvalidCacheBackendError(f"OPTIONS of a DynamoDBCache must be a dictionary, not {given!r}.")
    for name in given:
        _validate_option(name)
    options = {**DEFAULTS, **given}
    return CacheOptions(
        using=_text("USING", options["USING"]),
        schema=_schema(location),
        consistent=_flag("CONSISTENT_READ", options["CONSISTENT_READ"]),
        entries=Entries(
            serializer=_serializer(options["SERIALIZER"]),
            compress_over=_size("COMPRESS_OVER", options["COMPRESS_OVER"]),
        ),
    )


def _validate_option(name: Any) -> None:
    if name in CULLING:
        raise InvalidCacheBackendError(
            f"OPTIONS[{name!r}] of a DynamoDBCache: the table has no number of entries at which some are dropped. "
            "Entries go by their TIMEOUT, which DynamoDB deletes for nothing; leave the option out."
        )
    if name not in DEFAULTS:
        raise InvalidCacheBackendError(
            f"OPTIONS of a DynamoDBCache has an unknown option {name!r}. {closest(str(name), DEFAULTS)}"
        )


def _schema(location: Any) -> TableSchema:
    if not isinstance(location, str) or not location:
        raise InvalidCacheBackendError(
            f"LOCATION of a DynamoDBCache must name its table, such as 'django_cache'; it is {location!r}."
        )
    try:
        return cache_schema(location)
    except SchemaError as error:
        raise InvalidCacheBackendError(f"LOCATION of a DynamoDBCache: {error}") from error


def _serializer(value: Any) -> Serializer:
    kind = (BUILTIN.get(value) or _imported(value)) if isinstance(value, str) else value
    found = kind() if isinstance(kind, type) else kind
    if not isinstance(found, Serializer):
        raise _option_error("SERIALIZER", "'json', 'pickle', or a class with dumps() and loads()", value)
    return found


def _imported(path: str) -> Any:
    try:
        return import_string(path)
    except ImportError as error:
        raise _option_error("SERIALIZER", f"importable ({error})", path) from error


def _text(name: str, value: Any) -> str:
    if isinstance(value, str) and value:
        return value
    raise _option_error(name, "text that is not empty", value)


def _flag(name: str, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    raise _option_error(name, "True or False", value)


def _size(name: str, value: Any) -> int | None:
    if value is None or (type(value) is int and value >= 0):
        return value
    raise _option_error(name, "a number of bytes, or None", value)


def _option_error(name: str, wanted: str, value: Any) -> InvalidCacheBackendError:
    return InvalidCacheBackendError(f"OPTIONS[{name!r}] of a DynamoDBCache must be {wanted}; it is {value!r}.")
