"""Turns untyped Python values, documents above all, into attribute values and back."""

from __future__ import annotations

from binascii import a2b_base64
from collections.abc import Callable, Iterable
from decimal import Decimal
from reprlib import repr as short
from typing import Any, Final, NoReturn

from django_dynamodb.codec.numbers import PLAIN_BOUND, decode_decimal, decode_number, encode_number, same_number
from django_dynamodb.codec.strings import decode_binary, encode_binary, encode_text
from django_dynamodb.exceptions import InvalidTypeError, InvalidValueError
from django_dynamodb.limits import NESTING_LEVELS
from django_dynamodb.types import AttributeValue


def encode_value(value: Any, *, floats: bool = False, depth: int = 0) -> AttributeValue:
    """Writes a Python value under the tag its type asks for.

    Args:
        value: str, bool, int, Decimal, None, bytes, a set of str, numbers or bytes that is not empty, or a list, tuple
            or dict (keys are str) of such values. A tuple reads back as a list.
        floats: Whether floats are taken, at their ``repr``; what is integral then reads back as int.
        depth: How many lists and maps the value stands in.

    Returns:
        The attribute value; sets are sorted, so equal values give equal text.

    Raises:
        InvalidTypeError: A type that DynamoDB does not store, or members of several types in one set.
        InvalidValueError: A number or text that DynamoDB does not store, an empty set, or lists and maps nested deeper
            than ``limits.NESTING_LEVELS``.
    """
    return _encode(value, floats, depth)


def decode_value(av: AttributeValue, *, floats: bool = False) -> Any:
    """Reads an attribute value of any tag.

    Args:
        av: The tagged value; binary is base64 text or bytes.
        floats: Whether a number that is not integral becomes a float where the float has the very same digits, as JSON
            needs it; it stays a Decimal where it has not.

    Returns:
        str, bytes, bool, None, int, Decimal or float, or a set, list or dict of them.

    Raises:
        InvalidValueError: An unknown tag, a text that is no number or no base64, or what is no attribute value at all.
    """
    try:
        ((tag, content),) = av.items()
        return (_READERS_WITH_FLOATS if floats else _READERS)[tag](content)
    except InvalidValueError:
        raise
    except (AttributeError, TypeError, ValueError) as error:
        raise malformed_error(av) from error


def same_value(a: AttributeValue | None, b: AttributeValue | None) -> bool:
    """Tells whether DynamoDB holds two attribute values for equal.

    Args:
        a: A tagged value, or None for an absent attribute.
        b: The other.

    Returns:
        True when the tags and contents are equal: numbers by value, sets without order, lists and maps in depth.
    """
    if a == b:
        return True
    if a is None or b is None or a.keys() != b.keys():
        return False
    for tag, content in a.items():  # noqa: SIM110 - there is one tag, for which a generator takes longer
        if tag not in _SAME or not _SAME[tag](content, b[tag]):
            return False
    return True


def malformed_error(av: Any) -> InvalidValueError:
    """Words the refusal of what is no attribute value.

    Args:
        av: What stands where an attribute value should.

    Returns:
        The error, to be raised.
    """
    return InvalidValueError(
        f"{short(av)} is no attribute value: expected a dict of one tag and its content, such as {{'S': 'text'}}."
    )


def encode_set(members: Iterable[Any], *, floats: bool = False) -> AttributeValue:
    """Writes a set under the tag of its members: ``SS``, ``NS`` or ``BS``.

    Args:
        members: Members of one kind: str, numbers or bytes.
        floats: Whether float members are taken.

    Returns:
        The attribute value, sorted.

    Raises:
        InvalidTypeError: The members are of several kinds, or of a kind DynamoDB has no set for.
        InvalidValueError: The set is empty.
    """
    found = [_encode(member, floats, 0) for member in members]
    tags = {tag for av in found for tag in av}
    if len(tags) != 1 or not tags <= _SET_ORDER.keys():
        raise _set_error(members, tags)
    (tag,) = tags
    return {f"{tag}S": sorted({av[tag] for av in found}, key=_SET_ORDER[tag])}


def _encode(value: Any, floats: bool, depth: int) -> AttributeValue:
    encode = _ENCODERS.get(type(value)) or _encoder_of(value)
    return encode(value, floats, depth)


def _encode_text(value: str, floats: bool, depth: int) -> AttributeValue:
    return {"S": encode_text(value)}


def _encode_bool(value: bool, floats: bool, depth: int) -> AttributeValue:
    return {"BOOL": value}


def _encode_null(value: None, floats: bool, depth: int) -> AttributeValue:
    return {"NULL": True}


def _encode_exact(value: int | Decimal, floats: bool, depth: int) -> AttributeValue:
    return {"N": encode_number(value)}


def _encode_float(value: float, floats: bool, depth: int) -> AttributeValue:
    if not floats:
        raise InvalidTypeError(
            f"{value!r} is a float, which DynamoDB cannot keep as such: give Decimal({str(value)!r}) or an int."
        )
    return {"N": encode_number(value)}


def _encode_bytes(value: bytes, floats: bool, depth: int) -> AttributeValue:
    return {"B": encode_binary(value)}


def _encode_members(value: set[Any] | frozenset[Any], floats: bool, depth: int) -> AttributeValue:
    return encode_set(value, floats=floats)


def _encode_list(value: list[Any] | tuple[Any, ...], floats: bool, depth: int) -> AttributeValue:
    below = one_deeper(depth)
    return {"L": [_member(element, floats, below) for element in value]}


def _encode_map(value: dict[Any, Any], floats: bool, depth: int) -> AttributeValue:
    below = one_deeper(depth)
    return {"M": {map_key(key): _member(element, floats, below) for key, element in value.items()}}


def _member(value: Any, floats: bool, depth: int) -> AttributeValue:
    """Writes a member of a list or map; texts and small integers, which most are, at once."""
    of = type(value)
    if of is str and value.isascii():
        return {"S": value}
    if of is int and -PLAIN_BOUND < value < PLAIN_BOUND:
        return {"N": str(value)}
    return _encode(value, floats, depth)


def map_key(key: Any) -> str:
    """Checks the key of a map.

    Args:
        key: A key of a dict.

    Returns:
        It, as a plain str.

    Raises:
        InvalidTypeError: It is no text.
    """
    if not isinstance(key, str):
        raise InvalidTypeError(
            f"Key {short(key)} of a dict is of type {type(key).__name__}: expected a str. Convert it first."
        )
    return encode_text(key)


def one_deeper(depth: int) -> int:
    """Goes into a list or map.

    Args:
        depth: How many lists and maps it stands in.

    Returns:
        The depth of its members.

    Raises:
        InvalidValueError: It is deeper than ``limits.NESTING_LEVELS``.
    """
    if depth >= NESTING_LEVELS:
        raise InvalidValueError(
            f"Lists and dicts are nested deeper than {NESTING_LEVELS} levels, DynamoDB's limit: flatten the value, "
            "or store a part of it as text."
        )
    return depth + 1


def _encoder_of(value: Any) -> Callable[[Any, bool, int], AttributeValue]:
    for kind, encode in _ENCODERS.items():
        if isinstance(value, kind):
            return encode
    raise InvalidTypeError(
        f"{short(value)} is of type {type(value).__name__}, which DynamoDB does not store: give str, int, Decimal, "
        "bool, None, bytes, or a list, dict or set of them. Convert it first."
    )


def _set_error(members: Iterable[Any], tags: set[str]) -> InvalidValueError:
    if not tags:
        return InvalidValueError("DynamoDB stores no empty set: leave it out, or store an empty list.")
    return InvalidTypeError(
        f"{short(members)} is no set DynamoDB stores: all members must be str, all numbers, or all bytes. "
        "Store a list instead."
    )


_ENCODERS: Final[dict[type, Callable[[Any, bool, int], AttributeValue]]] = {
    str: _encode_text,
    bool: _encode_bool,
    int: _encode_exact,
    Decimal: _encode_exact,
    float: _encode_float,
    type(None): _encode_null,
    dict: _encode_map,
    list: _encode_list,
    tuple: _encode_list,
    set: _encode_members,
    frozenset: _encode_members,
    bytes: _encode_bytes,
    bytearray: _encode_bytes,
    memoryview: _encode_bytes,
}

_SET_ORDER: Final[dict[str, Callable[[str], Any]]] = {"S": str, "N": decode_decimal, "B": a2b_base64}
"""Tag of the members to the order they are written in."""


class _ByTag(dict[str, Callable[[Any], Any]]):
    """Tag to reader of its content; asking for an unknown tag raises."""

    def __missing__(self, tag: str) -> NoReturn:
        raise InvalidValueError(f"Tag {tag!r} is none of DynamoDB's: expected one of {', '.join(self)}.")


def _float_or_exact(text: str) -> int | float | Decimal:
    number = decode_number(text)
    if isinstance(number, int):
        return number
    nearest = float(number)
    return nearest if Decimal(repr(nearest)) == number else number


def _readers(number: Callable[[str], Any]) -> _ByTag:
    """Builds the readers of all tags; numbers are read in one way.

    Texts and numbers inside a list or map are read where they stand, since a call for each is most of what a small
    document costs: a list of five numbers takes half of the time, a map of three texts and a number nine tenths.
    """

    def decode(av: AttributeValue) -> Any:
        ((tag, content),) = av.items()
        return readers[tag](content)

    def read_list(content: list[AttributeValue]) -> list[Any]:
        if content and content[0].get("N", ".").isdecimal():
            try:
                return [int(av["N"]) for av in content]  # whole numbers alone, as the first one is
            except (KeyError, ValueError):
                pass
        return [
            av["S"]
            if "S" in av
            else (int(text) if (text := av["N"]).isdecimal() else number(text))
            if "N" in av
            else decode(av)
            for av in content
        ]

    def read_map(content: dict[str, AttributeValue]) -> dict[str, Any]:
        return {
            key: av["S"]
            if "S" in av
            else (int(text) if (text := av["N"]).isdecimal() else number(text))
            if "N" in av
            else decode(av)
            for key, av in content.items()
        }

    def read_numbers(content: list[str]) -> set[Any]:
        return {number(text) for text in content}

    readers = _ByTag(_SAME_FOR_ALL, N=number, NS=read_numbers, L=read_list, M=read_map)
    return readers


def _as_it_is(content: Any) -> Any:
    return content


def _null(content: bool) -> None:
    return None


def _read_binaries(content: list[Any]) -> set[bytes]:
    return {decode_binary(text) for text in content}


_SAME_FOR_ALL: Final[dict[str, Callable[[Any], Any]]] = {
    "S": _as_it_is, "BOOL": _as_it_is, "NULL": _null, "B": decode_binary, "SS": set, "BS": _read_binaries
}  # fmt: skip
"""The readers that do not depend on how numbers are read."""

_READERS: Final = _readers(decode_number)
_READERS_WITH_FLOATS: Final = _readers(_float_or_exact)

read_list: Final[Callable[[list[AttributeValue]], list[Any]]] = _READERS["L"]
"""Reads the content of an ``L`` tag; raises whatever a malformed one leads to."""

read_map: Final[Callable[[dict[str, AttributeValue]], dict[str, Any]]] = _READERS["M"]
"""Reads the content of an ``M`` tag; raises whatever a malformed one leads to."""


def _same_list(a: list[AttributeValue], b: list[AttributeValue]) -> bool:
    return len(a) == len(b) and all(map(same_value, a, b))


def _same_map(a: dict[str, AttributeValue], b: dict[str, AttributeValue]) -> bool:
    return a.keys() == b.keys() and all(same_value(a[key], b[key]) for key in a)


_SAME: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "N": same_number,
    "B": lambda a, b: decode_binary(a) == decode_binary(b),
    "SS": lambda a, b: set(a) == set(b),
    "NS": lambda a, b: set(map(decode_decimal, a)) == set(map(decode_decimal, b)),
    "BS": lambda a, b: set(map(decode_binary, a)) == set(map(decode_binary, b)),
    "L": _same_list,
    "M": _same_map,
}
"""Tags whose contents may be equal without being written alike."""
