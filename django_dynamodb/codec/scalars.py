"""Offers one codec for each kind of Python value, in the native encodings of the package.

Encoding never coerces: a value of another type raises. A codec never meets None, and an empty set raises: the layer
above leaves both out of the item.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from json.encoder import encode_basestring
from reprlib import repr as short
from typing import Any, Final

from django_dynamodb.codec.codecs import ValueCodec, as_it_is, codec_of
from django_dynamodb.codec.moments import read_datetime, read_epoch, read_time, write_datetime, write_epoch, write_time
from django_dynamodb.codec.numbers import decode_decimal, decode_float, decode_number, encode_integer, encode_number
from django_dynamodb.codec.sameness import (
    SAME_BOOLEAN,
    SAME_DATE,
    SAME_DECIMAL,
    SAME_DOCUMENT,
    SAME_FLOAT,
    SAME_INTEGER,
    SAME_LIST,
    SAME_MAP,
    SAME_MEMBERS,
    SAME_MOMENT,
    SAME_TEXT,
    SAME_UUID,
    Sameness,
)
from django_dynamodb.codec.strings import decode_binary, encode_binary, encode_text
from django_dynamodb.codec.text import (
    AROUND_BOOL,
    AROUND_MOMENT,
    AROUND_N,
    AROUND_S,
    IN_UTC,
    SOURCE_OF_BOOL,
    SOURCE_OF_DECIMAL,
    SOURCE_OF_INT,
    SOURCE_OF_LIST,
    SOURCE_OF_MAP,
    SOURCE_OF_STR,
    SOURCE_OF_UTC,
    TextWriter,
    text_of_bool,
    text_of_datetime,
    text_of_decimal,
    text_of_int,
    text_of_list,
    text_of_map,
    text_of_number,
    text_of_str,
)
from django_dynamodb.codec.values import decode_value, encode_set, encode_value, read_list, read_map
from django_dynamodb.exceptions import InvalidTypeError, InvalidValueError

_MICROSECOND: Final = timedelta(microseconds=1)


def _read_integer(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        number = decode_number(text)
    if not isinstance(number, int):
        raise InvalidValueError(f"Stored number {text} is not integral: declare the attribute as decimal or float.")
    return number


def _write_float(value: float) -> str:
    text = encode_number(value)
    if float(value) != value:  # an int may have more digits than a float
        raise InvalidValueError(
            f"{text} has more digits than a float holds: declare the attribute as integer or decimal."
        )
    return text


def _write_duration(value: timedelta) -> str:
    return encode_number(value // _MICROSECOND)


def _read_duration(text: str) -> timedelta:
    return timedelta(microseconds=_read_integer(text))


def _set_writer(tag: str, expected: str) -> Callable[[Any], list[str]]:
    """Builds a writer of the members of one kind of set."""

    def write(members: set[Any] | frozenset[Any]) -> list[str]:
        av = encode_set(members)
        if tag not in av:
            raise InvalidTypeError(f"{short(members)} has members of another type: expected {expected}.")
        content: list[str] = av[tag]
        return content

    return write


def _set_codec(tag: str, expected: str, read: Callable[[Any], set[Any]]) -> ValueCodec:
    write = _set_writer(tag, expected)
    return codec_of(tag, expected=expected, types=(set, frozenset), write=write, read=read)


def _strings(members: set[Any]) -> list[str]:
    """The content of a set that should hold texts; the writer of sets has the word on one that does not."""
    try:
        plain = "".join(members).isascii() and bool(members)
    except TypeError:
        plain = False
    return sorted(members) if plain else _write_strings(members)


def _text_of_strings(members: set[Any]) -> str:
    return '{"SS":[' + ",".join(map(encode_basestring, _strings(members))) + "]}"


def _read_numbers(texts: list[str]) -> set[Any]:
    return {decode_number(text) for text in texts}


def _read_binaries(contents: list[Any]) -> set[Any]:
    return {decode_binary(content) for content in contents}


def _document_codec(
    tag: str,
    expected: str,
    types: tuple[type, ...],
    *,
    read: Callable[[Any], Any],
    text: Callable[[Any], str],
    source: str,
    same: Sameness,
) -> ValueCodec:
    """A list or map of exact values; the whole value is written at once, as nesting counts from its top."""

    def write(value: Any) -> Any:
        return encode_value(value)[tag]

    checked = codec_of(
        tag, expected=expected, types=types, write=write, read=lambda content: decode_value({tag: content}), text=text,
        source=source,
    )  # fmt: skip
    return replace(checked, read=read, same=same)


TEXT: Final = codec_of(
    "S", expected="a str", types=(str,), write=encode_text, read=as_it_is, text=text_of_str, source=SOURCE_OF_STR,
    around=AROUND_S,
    same=SAME_TEXT,
)  # fmt: skip
"""str as S; may be empty."""

INTEGER: Final = replace(
    codec_of(
        "N",
        expected="an int",
        types=(int,),
        refused=(bool,),
        write=encode_integer,
        read=_read_integer,
        text=text_of_int,
        source=SOURCE_OF_INT,
        around=AROUND_N,
        same=SAME_INTEGER,
    ),
    read=int,  # all but exponents, and those are left to decode
)
"""int as N."""

DECIMAL: Final = codec_of(
    "N", expected="a Decimal or an int", types=(Decimal, int), refused=(bool,), write=encode_number,
    read=decode_decimal, text=text_of_decimal, source=SOURCE_OF_DECIMAL, around=AROUND_N, same=SAME_DECIMAL,
)  # fmt: skip
"""Decimal as N, exact to 38 digits; trailing zeros are lost, as the service drops them."""

FLOAT: Final = codec_of(
    "N", expected="a float or an int", types=(float, int), refused=(bool,), write=_write_float, read=decode_float,
    text=text_of_number, same=SAME_FLOAT,
)  # fmt: skip
"""float as N, by its repr."""

BOOLEAN: Final = codec_of(
    "BOOL", expected="a bool", types=(bool,), write=as_it_is, read=as_it_is, text=text_of_bool, source=SOURCE_OF_BOOL,
    around=AROUND_BOOL,
    same=SAME_BOOLEAN,
)  # fmt: skip
"""bool as BOOL."""

BINARY: Final = codec_of(
    "B", expected="bytes", types=(bytes, bytearray, memoryview), write=encode_binary, read=decode_binary
)
"""bytes as B; may be empty."""

DATETIME: Final = codec_of(
    "S", expected="an aware datetime", types=(datetime,), write=write_datetime, read=read_datetime,
    text=text_of_datetime, source=SOURCE_OF_UTC, around=AROUND_MOMENT, only=IN_UTC, same=SAME_MOMENT,
)  # fmt: skip
"""Aware datetime as S: UTC, six digits of microseconds, ``+00:00``, so that text sorts as time. Reads any ISO 8601; a
text without offset is taken as UTC."""

EPOCH: Final = codec_of("N", expected="an aware datetime", types=(datetime,), write=write_epoch, read=read_epoch)
"""Aware datetime as N: whole seconds since 1970, rounded up."""

DATE: Final = codec_of(
    "S", expected="a date", types=(date,), refused=(datetime,), write=date.isoformat, read=date.fromisoformat,
    same=SAME_DATE,
)  # fmt: skip
"""date as S: ``2024-01-02``."""

TIME: Final = codec_of("S", expected="a naive time", types=(time,), write=write_time, read=read_time)
"""Naive time as S with six digits of microseconds, so that text sorts as time."""

DURATION: Final = codec_of("N", expected="a timedelta", types=(timedelta,), write=_write_duration, read=_read_duration)
"""timedelta as N: whole microseconds."""

UUID: Final = codec_of("S", expected="a UUID", types=(uuid.UUID,), write=str, read=uuid.UUID, same=SAME_UUID)
"""UUID as S: dashed, lower case."""

_write_strings: Final = _set_writer("SS", "a set of str")

STRING_SET: Final = replace(
    _set_codec("SS", "a set of str", set),
    text=TextWriter(of=set, write=_text_of_strings, content=_strings),
    same=SAME_MEMBERS,
)
"""Set of str as SS."""

NUMBER_SET: Final = _set_codec("NS", "a set of int or Decimal", _read_numbers)
"""Set of int or Decimal as NS; integral members read back as int."""

BINARY_SET: Final = _set_codec("BS", "a set of bytes", _read_binaries)
"""Set of bytes as BS."""

LIST: Final = _document_codec(
    "L", "a list or tuple", (list, tuple), read=read_list, text=text_of_list, source=SOURCE_OF_LIST, same=SAME_LIST
)
"""list as L; floats inside are refused, Decimals are exact."""

MAP: Final = _document_codec(
    "M", "a dict with text keys", (dict,), read=read_map, text=text_of_map, source=SOURCE_OF_MAP, same=SAME_MAP
)
"""dict as M; floats inside are refused, Decimals are exact."""

DOCUMENT: Final = ValueCodec(
    tag=None,
    encode=partial(encode_value, floats=True),
    decode=partial(decode_value, floats=True),
    same=SAME_DOCUMENT,
)
"""Any JSON value under the tag its type asks for; floats are kept as N and read back as float, integral ones as int."""
