"""Refuses values that the service refuses, and writes numbers as the service gives them back."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Callable, Hashable, Mapping
from typing import Any, Final

from django_dynamodb import limits
from django_dynamodb.codec.numbers import decode_decimal, encode_number
from django_dynamodb.exceptions import InvalidValueError
from django_dynamodb.types import AttributeValue, Item

MEMBERS: Final = ("Item", "Key", "ExclusiveStartKey", "ExpressionAttributeValues")
"""The members of a request that hold values by name."""


def normalize(part: dict[str, Any]) -> None:
    """Checks the values of a request, or of a part of one, and puts their numbers in the service's own spelling.

    Args:
        part: What holds the values; changed in place.

    Raises:
        InvalidValueError: The service would answer with a ValidationException.
    """
    for member in MEMBERS:
        if part.get(member) is not None:
            part[member] = normalized_item(part[member])


def normalized_item(item: Mapping[str, AttributeValue]) -> Item:
    """Checks values, each under a name.

    Args:
        item: The values.

    Returns:
        The same, numbers in the service's spelling.

    Raises:
        InvalidValueError: One of them is none the service takes.
    """
    return {name: normalized(value) for name, value in item.items()}


def normalized(value: AttributeValue, depth: int = 0) -> AttributeValue:
    """Checks one value.

    Args:
        value: The tagged value.
        depth: In how many lists and maps it stands.

    Returns:
        The same, numbers in the service's spelling.

    Raises:
        InvalidValueError: It is none the service takes.
    """
    if len(value) != 1:
        raise InvalidValueError("Supplied AttributeValue must contain exactly one of the supported datatypes")
    ((tag, content),) = value.items()
    if tag in {"L", "M"}:
        if depth >= limits.NESTING_LEVELS:
            raise InvalidValueError("Nesting Levels have exceeded supported limits")
        if tag == "L":
            return {tag: [normalized(entry, depth + 1) for entry in content]}
        return {tag: {name: normalized(entry, depth + 1) for name, entry in content.items()}}
    read = READERS.get(tag)
    if read is None:
        raise InvalidValueError(f"Supplied AttributeValue has the unknown type {tag!r}")
    return {tag: read(content)}


def _number(content: str) -> str:
    if not isinstance(content, str):
        raise InvalidValueError(f"A number is sent as text, not as {content!r}")
    return encode_number(decode_decimal(content))


def _null(content: Any) -> Any:
    if content is not True:
        raise InvalidValueError("Null attribute value types must have the value of true")
    return content


def _binary(content: str) -> str:
    try:
        b64decode(content, validate=True)
    except (Base64Error, TypeError) as error:
        raise InvalidValueError(f"Binary is sent as base64 text: {error}") from error
    return content


def _plain(content: Any) -> Any:
    return content


def _set_of(read: Callable[[Any], Any]) -> Callable[[Any], list[Any]]:
    """Reads a set; its members are compared as they are stored."""

    def read_set(content: Any) -> list[Any]:
        members: list[Hashable] = [read(member) for member in content]
        if not members:
            raise InvalidValueError("One or more parameter values were invalid: A set may not be empty")
        if len(set(members)) != len(members):
            raise InvalidValueError(f"One or more parameter values were invalid: {content} contains duplicates.")
        return members

    return read_set


READERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "S": _plain,
    "N": _number,
    "B": _binary,
    "BOOL": _plain,
    "NULL": _null,
    "SS": _set_of(_plain),
    "NS": _set_of(_number),
    "BS": _set_of(_binary),
}
"""Type to what checks its content."""
