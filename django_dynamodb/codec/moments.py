"""Turns datetimes and times of day into what sorts as time, text or seconds, and back."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Final

from django_dynamodb.exceptions import InvalidValueError

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
SECOND: Final = timedelta(seconds=1)


def write_datetime(value: datetime) -> str:
    """Writes a moment as UTC text, always with six digits of microseconds and ``+00:00`` (SEED row 9).

    Args:
        value: An aware datetime.

    Returns:
        Text such as ``"2024-01-02T03:04:05.000000+00:00"``.

    Raises:
        InvalidValueError: It is naive, or falls outside the years 1 to 9999 in UTC.
    """
    if value.tzinfo is UTC:  # with microseconds, the shorter call gives the same and takes half the time
        return value.isoformat() if value.microsecond else value.isoformat(timespec="microseconds")
    if value.utcoffset() is None:
        raise InvalidValueError(
            f"{value.isoformat()} has no time zone: expected an aware datetime, stored as UTC. "
            "Make it aware first, with replace(tzinfo=...)."
        )
    try:
        moment = value.astimezone(UTC)
    except OverflowError as error:
        raise InvalidValueError(
            f"{value.isoformat()} is outside the years 1 to 9999 in UTC. Store another moment."
        ) from error
    return moment.isoformat(timespec="microseconds")


def read_datetime(text: str) -> datetime:
    """Reads a moment from any ISO 8601 text.

    Args:
        text: Date and time; an offset may be missing and is UTC then; digits beyond the microsecond are dropped.

    Returns:
        An aware datetime in UTC.

    Raises:
        ValueError: The text is no ISO 8601.
        OverflowError: The moment is outside the years 1 to 9999 in UTC.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is UTC:
        return moment
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def write_epoch(value: datetime) -> str:
    """Writes a moment as whole seconds since 1970, rounded up, so that nothing expires early.

    Args:
        value: An aware datetime.

    Returns:
        Digits, after a ``-`` before 1970.

    Raises:
        InvalidValueError: It is naive.
    """
    if value.utcoffset() is None:
        raise InvalidValueError(
            f"{value.isoformat()} has no time zone: expected an aware datetime, stored as seconds since 1970 in UTC. "
            "Make it aware first, with replace(tzinfo=...)."
        )
    return str(-((EPOCH - value) // SECOND))


def read_epoch(text: str) -> datetime:
    """Reads a moment from seconds since 1970.

    Args:
        text: A number, to the microsecond; whole seconds are exact.

    Returns:
        An aware datetime in UTC.

    Raises:
        InvalidValueError: It is outside the years 1 to 9999.
    """
    try:
        return EPOCH + timedelta(microseconds=int(Decimal(text).scaleb(6)))
    except OverflowError as error:
        raise InvalidValueError(
            f"{text} seconds after 1970 is outside the years 1 to 9999; they may be milliseconds."
        ) from error


def write_time(value: time) -> str:
    """Writes a time of day with six digits of microseconds.

    Args:
        value: A naive time.

    Returns:
        Text such as ``"03:04:05.000000"``.

    Raises:
        InvalidValueError: It has a time zone.
    """
    if value.tzinfo is not None:
        raise InvalidValueError(
            f"{value.isoformat()} has a time zone, which a time of day cannot keep: give a naive time, "
            "or store a datetime."
        )
    return value.isoformat(timespec="microseconds")


def read_time(text: str) -> time:
    """Reads a time of day from ISO 8601 text.

    Args:
        text: The time, without offset.

    Returns:
        A naive time.

    Raises:
        ValueError: The text is no ISO 8601, or has an offset.
    """
    value = time.fromisoformat(text)
    if value.tzinfo is not None:
        raise ValueError(f"{text!r} has a time zone")
    return value
