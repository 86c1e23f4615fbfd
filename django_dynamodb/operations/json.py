"""Turns requests into JSON bytes and answers back, in the one spelling the package sends."""

from __future__ import annotations

from collections.abc import Sequence
from json.encoder import encode_basestring as quoted

from django_dynamodb.codec.text import json_text
from django_dynamodb.exceptions import InvalidValueError
from django_dynamodb.types import Item, Key, Payload

try:
    from django_dynamodb.operations.accelerated import read_document, read_value
except ImportError:  # without the extra `fast`
    from django_dynamodb.operations.pages import read_document, read_value

__all__ = [
    "dumps",
    "encoded",
    "item_text",
    "json_text",
    "keys_text",
    "loads",
    "quoted",
    "read_document",
    "read_value",
]


def dumps(payload: Payload) -> bytes:
    """Writes a request.

    Args:
        payload: The request as the service spells it; members keep their order.

    Returns:
        Compact JSON in UTF-8.

    Raises:
        InvalidValueError: A text with half a surrogate pair, which UTF-8 has no bytes for.
    """
    return encoded(json_text(payload))


def encoded(text: str) -> bytes:
    """Writes the text of a request as bytes.

    Args:
        text: Compact JSON.

    Returns:
        The same in UTF-8.

    Raises:
        InvalidValueError: A text with half a surrogate pair, which UTF-8 has no bytes for.
    """
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise InvalidValueError(
            f"{error.object[error.start : error.end]!r} is half a surrogate pair and no text DynamoDB can store."
        ) from error


def item_text(item: Item) -> str:
    """Writes a few attributes, such as a key: texts and numbers at once, where setting an encoder up takes longer.

    Args:
        item: Name to attribute value.

    Returns:
        Compact JSON.
    """
    members: list[str] = []
    for name, av in item.items():
        ((tag, content),) = av.items()
        text = f'{{"{tag}":{quoted(content)}}}' if type(content) is str else json_text(av)
        members.append(f"{quoted(name)}:{text}")
    return f"{{{','.join(members)}}}"


def keys_text(keys: Sequence[Key]) -> str:
    """Writes many keys, which have the same attributes under the same tags.

    Args:
        keys: At least one key; all of one table.

    Returns:
        Compact JSON of each, and commas between them.
    """
    parts = [(name, tag, f'{quoted(name)}:{{"{tag}":') for name, av in keys[0].items() for tag in av]
    if {*map(len, keys)} != {len(parts)}:
        return json_text(list(keys))[1:-1]
    try:
        if len(parts) == 1:
            ((name, tag, head),) = parts
            return ",".join([f"{{{head}{quoted(key[name][tag])}}}}}" for key in keys])
        (name, tag, head), (second, its_tag, behind) = parts
        return ",".join(
            [f"{{{head}{quoted(key[name][tag])}}},{behind}{quoted(key[second][its_tag])}}}}}" for key in keys]
        )
    except (KeyError, TypeError, ValueError):  # bytes as boto3 gives them, or what is no key, as the service will say
        return json_text(list(keys))[1:-1]


def loads(body: bytes) -> Payload:
    """Reads an answer.

    Args:
        body: JSON in UTF-8, as the service sends it.

    Returns:
        The answer as decoded JSON.

    Raises:
        ValueError: The body is no JSON.
    """
    payload: Payload = read_value(body)
    return payload
