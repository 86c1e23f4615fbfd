"""Counts the bytes of attribute values as DynamoDB bills and limits them.

Source of the rules: Amazon DynamoDB developer guide, "DynamoDB item sizes and formats".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from django_dynamodb.codec.values import malformed_error
from django_dynamodb.exceptions import InvalidValueError
from django_dynamodb.types import AttributeValue

_CONTAINER: Final = 3
"""Bytes a list or map takes, whatever it holds."""

_ELEMENT: Final = 1
"""Bytes each element of a list or map takes beside its content."""

_KEY_TAGS: Final = ("S", "N", "B")


def item_size(item: Mapping[str, AttributeValue]) -> int:
    """Counts an item: names and values.

    Args:
        item: The item.

    Returns:
        Bytes, to be held against ``limits.ITEM_BYTES``. Numbers are an estimate, as in the guide.

    Raises:
        InvalidValueError: A value has an unknown tag.
    """
    return sum(_text(name) + value_size(av) for name, av in item.items())


def size_bound(item: Mapping[str, AttributeValue]) -> int:
    """Tells what an item has at most, in a fraction of the time that counting takes.

    A character is four bytes of UTF-8 at most, digits and base64 are longer than their bytes, and what Python writes
    around the members of a list or map is longer than what DynamoDB counts for them.

    Args:
        item: The item.

    Returns:
        Bytes; never less than ``item_size``.
    """
    longest = 0
    for name, av in item.items():
        for content in av.values():
            longest += len(name) + (len(content) if type(content) is str else len(repr(content)))
    return longest * 4


def value_size(av: AttributeValue) -> int:
    """Counts one attribute value, without the attribute's name.

    Args:
        av: The tagged value; binary is base64 text or bytes.

    Returns:
        Bytes.

    Raises:
        InvalidValueError: The tag is unknown.
    """
    tag, content = _tagged(av)
    if tag not in _SIZES:
        raise InvalidValueError(f"Tag {tag!r} is none of DynamoDB's: expected one of {', '.join(_SIZES)}.")
    return _SIZES[tag](content)


def key_size(av: AttributeValue) -> int:
    """Counts the value of a key attribute.

    Args:
        av: The tagged value.

    Returns:
        Bytes, to be held against ``limits.PARTITION_KEY_BYTES`` or ``limits.SORT_KEY_BYTES``.

    Raises:
        InvalidValueError: The tag is none that a key may have.
    """
    tag, content = _tagged(av)
    if tag not in _KEY_TAGS:
        raise InvalidValueError(f"Tag {tag!r} cannot be a key: expected one of {', '.join(_KEY_TAGS)}.")
    return _SIZES[tag](content)


def _tagged(av: AttributeValue) -> tuple[str, Any]:
    if len(av) != 1:
        raise malformed_error(av)
    return next(iter(av.items()))


def _text(content: str) -> int:
    return len(content) if content.isascii() else len(content.encode(errors="surrogatepass"))


def _number(content: str) -> int:
    """One byte, and one for each two digits between leading and trailing zeros."""
    mantissa = content.upper().partition("E")[0]
    digits = mantissa.lstrip("+-").replace(".", "").strip("0")
    return (len(digits) + 1) // 2 + 1


def _binary(content: str | bytes) -> int:
    if isinstance(content, str):
        return len(content) * 3 // 4 - content[-2:].count("=")
    return len(content)


def _flag(content: bool) -> int:
    return 1


def _list(content: list[AttributeValue]) -> int:
    return _CONTAINER + sum(_ELEMENT + value_size(av) for av in content)


def _map(content: dict[str, AttributeValue]) -> int:
    return _CONTAINER + sum(_ELEMENT + _text(key) + value_size(av) for key, av in content.items())


_SIZES: Final[dict[str, Callable[[Any], int]]] = {
    "S": _text,
    "N": _number,
    "B": _binary,
    "BOOL": _flag,
    "NULL": _flag,
    "L": _list,
    "M": _map,
    "SS": lambda content: sum(map(_text, content)),
    "NS": lambda content: sum(map(_number, content)),
    "BS": lambda content: sum(map(_binary, content)),
}
