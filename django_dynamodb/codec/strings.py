"""Turns texts and bytes into what travels under the tags ``S`` and ``B``, and back."""

from __future__ import annotations

from binascii import Error as Base64Error
from binascii import a2b_base64, b2a_base64
from reprlib import repr as short

from django_dynamodb.exceptions import InvalidValueError


def encode_text(value: str) -> str:
    """Checks that a text can travel and strips subclasses such as a choice's enum member.

    Args:
        value: The text.

    Returns:
        The same characters as a plain str.

    Raises:
        InvalidValueError: It holds half a surrogate pair, which UTF-8 cannot write.
    """
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError as error:
            raise InvalidValueError(
                f"{short(value)} holds a lone surrogate at position {error.start}: DynamoDB stores UTF-8. "
                "Repair the text where it was decoded."
            ) from error
    return value if type(value) is str else str.__str__(value)


def encode_binary(value: bytes | bytearray | memoryview) -> str:
    """Writes bytes as base64 text, as they travel.

    Args:
        value: The bytes.

    Returns:
        Base64 text without line breaks.
    """
    return b2a_base64(value, newline=False).decode("ascii")


def decode_binary(value: str | bytes | bytearray) -> bytes:
    """Reads the content of a ``B`` tag.

    Args:
        value: Base64 text, as on the wire, or raw bytes, as boto3 gives them.

    Returns:
        The bytes.

    Raises:
        InvalidValueError: The text is not base64.
    """
    if isinstance(value, bytes | bytearray):
        return bytes(value)
    try:
        return a2b_base64(value, strict_mode=True)
    except Base64Error as error:
        raise InvalidValueError(f"{short(value)} is not base64 text ({error}).") from error
