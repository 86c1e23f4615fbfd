"""Stands in for the SQL connection that Django hands to a field's conversion hooks.

``Field.get_db_prep_save(value, connection)`` and ``from_db_value(value, expression, connection)`` are public hooks that
third-party fields override; what they ask of the connection are adapters, which are all identities here.
"""

from __future__ import annotations

from typing import Any


class _Operations:
    """``connection.ops``: values go through unchanged."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("adapt_"):
            return _first_argument
        raise AttributeError(name)


class _Features:
    """``connection.features``: native types, so that fields hand over Python values."""

    has_native_uuid_field = True
    has_native_duration_field = True
    has_native_json_field = True
    supports_json_field = True
    interprets_empty_strings_as_nulls = False


class _Database:
    """``connection.Database``: the driver's binary type is ``bytes``."""

    Binary = bytes


class ConnectionStub:
    """The few names of a database connection that field conversions read."""

    vendor = "dynamodb"
    alias = None
    ops = _Operations()
    features = _Features()
    Database = _Database
    settings_dict: dict[str, Any] = {}


def _first_argument(value: Any, *_rest: Any, **_options: Any) -> Any:
    return value


CONNECTION = ConnectionStub()
