"""Renders an instance as plain JSON values, for logs, caches and answers of a view."""

from __future__ import annotations

import datetime as dt
import uuid
from base64 import b64encode
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

JSON_TYPES: Final = (str, int, float, type(None))
"""What JSON knows beside lists and objects; other values, such as files and those of other packages, are their text."""


def to_plain(value: Any) -> Any:
    """A value as JSON knows values: sets sorted into lists, datetimes as UTC ISO text, decimals as exact text.

    Args:
        value: Any value a model field can hold (SEED row 15).
    """
    for kinds, render in RENDERERS:
        if isinstance(value, kinds):
            return render(value)
    return value if isinstance(value, JSON_TYPES) else str(value)


def _moment(value: dt.datetime) -> str:
    return (value.astimezone(dt.UTC) if value.tzinfo else value).isoformat()


def _set(value: set[Any]) -> list[Any]:
    return [to_plain(member) for member in sorted(value)]


def _list(value: list[Any]) -> list[Any]:
    return [to_plain(member) for member in value]


def _dict(value: dict[str, Any]) -> dict[str, Any]:
    return {name: to_plain(member) for name, member in value.items()}


def _binary(value: bytes) -> str:
    return b64encode(value).decode()


RENDERERS: Final[tuple[tuple[Any, Callable[[Any], Any]], ...]] = (
    (dt.datetime, _moment),
    ((dt.date, dt.time), lambda value: value.isoformat()),
    (dt.timedelta, lambda value: value.total_seconds()),
    ((Decimal, uuid.UUID), str),
    ((bytes, bytearray, memoryview), _binary),
    ((set, frozenset), _set),
    ((list, tuple), _list),
    (dict, _dict),
)
"""Python type → how it is rendered; the first that fits."""
