"""Writes attribute values straight as JSON text, for the types that make up most of any table.

Each text is to the letter what the JSON encoder makes of the attribute value, which a test holds.
Texts and small integers inside a list or map, which most members are, are written where they stand: a call for each
would be half of what a small document costs.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from json.encoder import encode_basestring
from typing import Any, Final

from django_dynamodb.codec.moments import write_datetime
from django_dynamodb.codec.numbers import PLAIN_BOUND, encode_decimal, encode_integer, encode_number
from django_dynamodb.codec.strings import encode_binary, encode_text
from django_dynamodb.codec.values import encode_value, map_key, one_deeper
from django_dynamodb.limits import NESTING_LEVELS
from django_dynamodb.records import record

json_text: Final = json.JSONEncoder(
    ensure_ascii=False,
    allow_nan=False,
    check_circular=False,  # what is written is a tree by construction, so the look for circles would only cost time
    default=encode_binary,  # an item given by boto3 or a stream holds bytes, and may be written back
    separators=(",", ":"),
).encode
"""Writes anything made of JSON types, compact, as this package sends it."""


@record(frozen=True, kw_only=True, slots=True)
class TextWriter:
    """Writes values of one type.

    Args:
        of: The very type; values of its subclasses go another way.
        write: Makes the JSON of the attribute value; raises what encoding the value would.
        content: Makes the content of the codec's tag; None where only the codec can.
        source: The JSON of that content, as a Python expression of ``value`` with the names of ``SOURCE_NAMES``, to
            be written out where a call for each value would cost more than the work; None to call ``write``. It has
            no braces, backslashes and triple quotes.
        around: What stands before and behind it in what ``write`` makes.
        only: For which values ``source`` and ``content`` hold, as another such expression; None for all of the type.
            The others are encoded.
    """

    of: type
    write: Callable[[Any], str]
    content: Callable[[Any], Any] | None = None
    source: str | None = None
    around: tuple[str, str] = ("", "")
    only: str | None = None


SOURCE_OF_STR: Final = "quoted(value if value.isascii() else checked(value))"
SOURCE_OF_INT: Final = "str(value) if -plain < value < plain else digits(value)"
SOURCE_OF_BOOL: Final = "'true' if value else 'false'"
SOURCE_OF_DECIMAL: Final = "decimal(value)"
SOURCE_OF_UTC: Final = "value.isoformat() if value.microsecond else value.isoformat('T', 'microseconds')"
SOURCE_OF_LIST: Final = "members_of_list(value, 0)"
SOURCE_OF_MAP: Final = "members_of_map(value, 0)"
AROUND_S: Final = ('{"S":', "}")
AROUND_N: Final = ('{"N":"', '"}')
AROUND_BOOL: Final = ('{"BOOL":', "}")
AROUND_MOMENT: Final = ('{"S":"', '"}')
IN_UTC: Final = "value.tzinfo is utc"
"""Of which datetimes ``SOURCE_OF_UTC`` holds."""


def text_of_str(value: str) -> str:
    """Writes a text as S."""
    return '{"S":' + encode_basestring(value if value.isascii() else encode_text(value)) + "}"


def text_of_int(value: int) -> str:
    """Writes an int as N."""
    return '{"N":"' + encode_integer(value) + '"}'


def text_of_decimal(value: Decimal) -> str:
    """Writes a Decimal as N."""
    return '{"N":"' + encode_decimal(value) + '"}'


def text_of_number(value: Decimal | float) -> str:
    """Writes a number as N."""
    return '{"N":"' + encode_number(value) + '"}'


def text_of_bool(value: bool) -> str:
    """Writes a bool as BOOL."""
    return '{"BOOL":true}' if value else '{"BOOL":false}'


def text_of_datetime(value: datetime) -> str:
    """Writes an aware datetime as S."""
    return '{"S":"' + write_datetime(value) + '"}'


def text_of_list(value: list[Any]) -> str:
    """Writes a list as L; floats inside are refused."""
    return _list(value, 0)


def text_of_map(value: dict[str, Any]) -> str:
    """Writes a dict as M; floats inside are refused."""
    return _map(value, 0)


def _list(value: list[Any], depth: int) -> str:
    below = depth + 1 if depth < NESTING_LEVELS else one_deeper(depth)
    members = [
        '{"S":' + encode_basestring(member) + "}"
        if (of := type(member)) is str and member.isascii()
        else f'{{"N":"{member}"}}'
        if of is int and -PLAIN_BOUND < member < PLAIN_BOUND
        else _WRITERS.get(of, _other)(member, below)
        for member in value
    ]
    return '{"L":[' + ",".join(members) + "]}"


def _map(value: dict[Any, Any], depth: int) -> str:
    below = depth + 1 if depth < NESTING_LEVELS else one_deeper(depth)
    members = [
        encode_basestring(key if type(key) is str and key.isascii() else map_key(key))
        + (
            ':{"S":' + encode_basestring(member) + "}"
            if (of := type(member)) is str and member.isascii()
            else f':{{"N":"{member}"}}'
            if of is int and -PLAIN_BOUND < member < PLAIN_BOUND
            else ":" + _WRITERS.get(of, _other)(member, below)
        )
        for key, member in value.items()
    ]
    return '{"M":{' + ",".join(members) + "}}"


def _other(value: Any, depth: int) -> str:
    """Writes what is rare by way of the attribute value."""
    return json_text(encode_value(value, depth=depth))


_WRITERS: Final[dict[type, Callable[[Any, int], str]]] = {
    str: lambda value, depth: text_of_str(value),
    bool: lambda value, depth: text_of_bool(value),
    int: lambda value, depth: text_of_number(value),
    Decimal: lambda value, depth: text_of_decimal(value),
    list: _list,
    dict: _map,
}

SOURCE_NAMES: Final[dict[str, Any]] = {
    "checked": encode_text,
    "decimal": encode_decimal,
    "digits": encode_integer,
    "members_of_list": _list,
    "members_of_map": _map,
    "plain": PLAIN_BOUND,
    "quoted": encode_basestring,
    "utc": UTC,
}
"""What ``TextWriter.source`` and ``only`` may name."""
