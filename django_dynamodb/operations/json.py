"""Turns requests into JSON bytes and answers back, in the one spelling the package sends."""

from __future__ import annotations

import json

from django_dynamodb.codec.strings import encode_binary
from django_dynamodb.exceptions import InvalidValueError
from django_dynamodb.types import Payload

# a request is a tree by construction, so the look for circles would only cost time
_encode = json.JSONEncoder(
    ensure_ascii=False,
    allow_nan=False,
    check_circular=False,
    default=encode_binary,  # an item given by boto3 or a stream holds bytes, and may be written back
    separators=(",", ":"),
).encode
_decode = json.JSONDecoder().decode


def dumps(payload: Payload) -> bytes:
    """Writes a request.

    Args:
        payload: The request as the service spells it; members keep their order.

    Returns:
        Compact JSON in UTF-8.

    Raises:
        InvalidValueError: A text with half a surrogate pair, which UTF-8 has no bytes for.
    """
    text = _encode(payload)
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise InvalidValueError(
            f"{error.object[error.start : error.end]!r} is half a surrogate pair and no text DynamoDB can store."
        ) from error


def loads(body: bytes) -> Payload:
    """Reads an answer.

    Args:
        body: JSON in UTF-8, as the service sends it.

    Returns:
        The answer as decoded JSON.

    Raises:
        ValueError: The body is no JSON.
    """
    payload: Payload = _decode(body.decode())
    return payload
