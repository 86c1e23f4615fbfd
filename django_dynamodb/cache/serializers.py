"""Turns cached values into bytes and back: as JSON, unless pickle or a class of the project is asked for."""

from __future__ import annotations

import json
import pickle
from typing import Any, Protocol, runtime_checkable

from django_dynamodb.exceptions import InvalidTypeError, InvalidValueError


@runtime_checkable
class Serializer(Protocol):
    """What a serializer must have."""

    def dumps(self, value: Any, /) -> bytes:
        """Turns a value into bytes, or raises."""

    def loads(self, data: bytes, /) -> Any:
        """Turns what ``dumps`` returned into the value, or raises."""


class JSONSerializer:
    """Takes what JSON gives back as it was, and refuses the rest: None, bool, int, float, str, list, dict of str keys.

    Subclasses of those come back as the plain type, such as str for a ``SafeString``.
    """

    def dumps(self, value: Any, /) -> bytes:
        """Writes a value.

        Args:
            value: The value.

        Raises:
            InvalidTypeError: A part of it would not come back, or not as it was; the message says which.
        """
        _validate(value, "The value")
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(errors="surrogatepass")

    def loads(self, data: bytes, /) -> Any:
        """Reads a value.

        Args:
            data: What ``dumps`` returned.

        Raises:
            InvalidValueError: It is no JSON.
        """
        try:
            return json.loads(data)
        except ValueError as error:
            raise InvalidValueError(
                f"The stored value is no JSON ({error}): another serializer wrote it. Clear the cache, or raise its "
                "VERSION."
            ) from error


class PickleSerializer:
    """Takes whatever can be pickled. Who can write to the table can run code in the process that reads it."""

    def dumps(self, value: Any, /) -> bytes:
        """Writes a value.

        Args:
            value: The value.

        Raises:
            PickleError: It cannot be pickled; other errors come from the value itself.
        """
        return pickle.dumps(value, pickle.HIGHEST_PROTOCOL)

    def loads(self, data: bytes, /) -> Any:
        """Reads a value.

        Args:
            data: What ``dumps`` returned.

        Raises:
            UnpicklingError: It is no pickle; other errors come from what was pickled.
        """
        return pickle.loads(data)  # noqa: S301 - asked for in the settings, by name


BUILTIN: dict[str, type[Serializer]] = {"json": JSONSerializer, "pickle": PickleSerializer}
"""The serializers with a short name."""


def _validate(value: Any, where: str) -> None:
    """Refuses what JSON would change or cannot hold."""
    if value is None or isinstance(value, bool | int | float | str):
        return
    if isinstance(value, list):
        for number, element in enumerate(value):
            _validate(element, f"{where}[{number}]")
    elif isinstance(value, dict):
        for key, element in value.items():
            if not isinstance(key, str):
                raise _type_error(f"Key {key!r} of {where[:1].lower()}{where[1:]}", key)
            _validate(element, f"{where}[{key!r}]")
    else:
        raise _type_error(where, value)


def _type_error(where: str, value: Any) -> InvalidTypeError:
    kind = type(value)
    return InvalidTypeError(
        f"{where} is a {kind.__module__}.{kind.__qualname__}, which JSON does not give back as it was; it takes None, "
        "bool, int, float, str, list, and dict with str keys. Cache one of those, or ask for another serializer: "
        "OPTIONS={'SERIALIZER': 'pickle'}, or the dotted path of your own."
    )
