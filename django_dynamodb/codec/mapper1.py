"""Offers the encodings of dynamodb-mapper, so that tables it wrote can be read and written on (SEED rows 8 to 13).

Lists and dicts are JSON text with sorted keys, written byte for byte as Python 2's ``json.dumps(sort_keys=True)`` did;
booleans are the numbers 1 and 0; an empty text or set is a missing attribute, a missing attribute is the empty value of
its type.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from reprlib import repr as short
from types import MappingProxyType
from typing import Any, Final

from django_dynamodb.codec import scalars
from django_dynamodb.codec.codecs import ValueCodec, codec_of, tag_error, type_error
from django_dynamodb.codec.numbers import decode_number
from django_dynamodb.codec.values import decode_value, encode_set
from django_dynamodb.exceptions import InvalidValueError
from django_dynamodb.records import record
from django_dynamodb.types import AttributeValue


@record(frozen=True, kw_only=True, slots=True)
class Encoding:
    """How one kind of value is kept: its codec and what stands for nothing.

    Args:
        codec: The encoding of values that are there.
        missing: Gives the value of an attribute that is absent (SEED row 12).
        is_empty: Tells which values are stored as a missing attribute (SEED row 11); None for no others than None.
    """

    codec: ValueCodec
    missing: Callable[[], Any]
    is_empty: Callable[[Any], bool] | None


def _write_json(value: Any) -> str:
    try:
        text = json.dumps(value, sort_keys=True, allow_nan=False)
        kept = json.loads(text) == value
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidValueError(f"{short(value)} cannot be written as JSON text ({error}). {_JSON_TYPES}") from error
    if not kept:
        raise InvalidValueError(f"{short(value)} would read back from JSON text as another value. {_JSON_TYPES}")
    return text


_JSON_TYPES: Final = "Give str, int, finite float, bool, None, and lists and dicts of them with text keys."


def _json_codec(expected: str, types: tuple[type, ...]) -> ValueCodec:
    def read(text: str) -> Any:
        value = json.loads(text)
        if not isinstance(value, types):
            raise TypeError(f"it is JSON for a {type(value).__name__}")
        return value

    return codec_of("S", expected=expected, types=types, write=_write_json, read=read)


def _write_bool(value: bool) -> str:
    return "1" if value else "0"


def _read_bool(text: str) -> bool:
    return decode_number(text) != 0


def _encode_any_set(value: Any) -> AttributeValue:
    if not isinstance(value, set | frozenset):
        raise type_error(value, "a set")
    return encode_set(value)


def _decode_any_set(av: AttributeValue) -> Any:
    if not _SET_TAGS & av.keys():
        raise tag_error(av, "SS or NS")
    return decode_value(av)


_SET_TAGS: Final = frozenset({"SS", "NS", "BS"})

BOOLEAN: Final = codec_of("N", expected="a bool", types=(bool,), write=_write_bool, read=_read_bool)
"""bool as N, ``1`` or ``0`` (SEED row 10); any other number reads as True, as it did."""

LIST_TEXT: Final = _json_codec("a list", (list,))
"""list as S: JSON text with sorted keys, ``[]`` when empty (SEED row 8)."""

DICT_TEXT: Final = _json_codec("a dict", (dict,))
"""dict as S: JSON text with sorted keys, ``{}`` when empty (SEED row 8)."""

DOCUMENT_TEXT: Final = _json_codec("a list, dict, str, number or bool", (list, dict, str, int, float))
"""Any JSON value as S: JSON text with sorted keys (SEED row 8)."""

DATETIME: Final = scalars.DATETIME
"""Aware datetime as S: UTC, microseconds, ``+00:00`` (SEED row 9); reads ``Z`` with all six digits (row 13, mended)."""

SET: Final = ValueCodec(tag=None, encode=_encode_any_set, decode=_decode_any_set)
"""Set as SS, NS or BS, as its members ask for (SEED row 8)."""


def _nothing() -> None:
    return None


def _no_length(value: Any) -> bool:
    return not value


def _zero() -> int:
    return 0


def _kept(codec: ValueCodec, missing: Callable[[], Any] = _nothing) -> Encoding:
    """None alone is left out: zero, False, ``[]`` and ``{}`` are stored."""
    return Encoding(codec=codec, missing=missing, is_empty=None)


def _sized(codec: ValueCodec, missing: Callable[[], Any]) -> Encoding:
    """What has no length is left out."""
    return Encoding(codec=codec, missing=missing, is_empty=_no_length)


ENCODINGS: Final[Mapping[str, Encoding]] = MappingProxyType(
    {
        "text": _sized(scalars.TEXT, str),
        "integer": _kept(scalars.INTEGER, _zero),
        "decimal": _kept(scalars.DECIMAL, Decimal),
        "float": _kept(scalars.FLOAT, float),
        "boolean": _kept(BOOLEAN, bool),
        "binary": _sized(scalars.BINARY, bytes),
        "datetime": _kept(DATETIME),
        "date": _kept(scalars.DATE),
        "time": _kept(scalars.TIME),
        "duration": _kept(scalars.DURATION),
        "uuid": _kept(scalars.UUID),
        "set": _sized(SET, set),
        "string_set": _sized(scalars.STRING_SET, set),
        "number_set": _sized(scalars.NUMBER_SET, set),
        "binary_set": _sized(scalars.BINARY_SET, set),
        "list": _kept(LIST_TEXT, list),
        "map": _kept(DICT_TEXT, dict),
        "document": _kept(DOCUMENT_TEXT),
    }
)
"""Kind of value to its encoding. What dynamodb-mapper had no type for is stored natively."""
