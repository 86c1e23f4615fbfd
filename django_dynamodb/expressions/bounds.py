"""Refuses an expression that is over the service's limits, before anything is sent."""

from __future__ import annotations

from django_dynamodb.exceptions import InvalidValueError
from django_dynamodb.limits import EXPRESSION_BYTES, EXPRESSION_OPERATORS


def validate_text(text: str, what: str) -> str:
    """Refuses an expression text over ``limits.EXPRESSION_BYTES``.

    Args:
        text: The expression; only ASCII, since every name is a placeholder.
        what: What it is, for the message, such as ``"The condition"``.

    Returns:
        The same text.

    Raises:
        InvalidValueError: It is too long; the message gives its length.
    """
    if len(text) > EXPRESSION_BYTES:
        raise InvalidValueError(
            f"{what} is {len(text):,} bytes long and DynamoDB takes {EXPRESSION_BYTES:,}: "
            "split it into several calls, or query by a key and test the rest in Python."
        )
    return text


def validate_operators(count: int, what: str) -> None:
    """Refuses an expression with more operators and functions than ``limits.EXPRESSION_OPERATORS``.

    Args:
        count: Comparisons, connectives and functions together; parentheses and commas do not count.
        what: What it is, for the message, such as ``"The condition"``.

    Raises:
        InvalidValueError: There are too many; the message gives their number.
    """
    if count > EXPRESSION_OPERATORS:
        raise InvalidValueError(
            f"{what} has {count} operators and DynamoDB takes {EXPRESSION_OPERATORS}: "
            "split it into several calls, or query by a key and test the rest in Python."
        )
