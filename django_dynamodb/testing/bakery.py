"""Makes values of this package's own fields for model_bakery, which knows Django's: ``BAKER_CUSTOM_FIELDS_GEN``."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final

from django.utils import timezone

from django_dynamodb.models.fields.autoincrement import AutoIncrementField
from django_dynamodb.models.fields.documents import ListField, MapField
from django_dynamodb.models.fields.sets import BinarySetField, NumberSetField, StringSetField
from django_dynamodb.models.fields.ttl import TTLField
from django_dynamodb.models.fields.version import VersionField

DAY: Final = timedelta(days=1)
"""Until what was made expires: longer than any test."""


def strings() -> set[str]:
    """A set of texts."""
    return {secrets.token_hex(4) for _ in range(2)}


def numbers() -> set[int]:
    """A set of numbers."""
    return {secrets.randbelow(1_000_000) for _ in range(2)}


def binaries() -> set[bytes]:
    """A set of bytes."""
    return {secrets.token_bytes(4) for _ in range(2)}


def entries() -> list[Any]:
    """A list."""
    return [secrets.token_hex(4), secrets.randbelow(1_000_000)]


def members() -> dict[str, Any]:
    """A map."""
    return {secrets.token_hex(4): secrets.randbelow(1_000_000)}


GENERATORS: Final[Mapping[type, Callable[[], Any]]] = {
    AutoIncrementField: lambda: None,  # numbered as it is saved
    BinarySetField: binaries,
    ListField: entries,
    MapField: members,
    NumberSetField: numbers,
    StringSetField: strings,
    TTLField: lambda: timezone.now() + DAY,
    VersionField: lambda: 0,
}
"""Field to what makes a value of it."""


def register() -> None:
    """Tells model_bakery of the fields; once in a run is enough, as in ``conftest.py``.

    Raises:
        ModuleNotFoundError: When model_bakery is not installed.
    """
    from model_bakery import generators  # noqa: PLC0415 - an optional package

    for field, generator in GENERATORS.items():
        generators.add(f"{field.__module__}.{field.__qualname__}", generator)
