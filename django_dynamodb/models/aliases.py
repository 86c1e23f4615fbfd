"""Keeps apart Django's database aliases, which SQL code passes around, and the aliases of ``settings.DYNAMODB``."""

from __future__ import annotations

from django.db import connections as sql_connections

from django_dynamodb.exceptions import UnsupportedError


def refuse_alias(label: str, using: str | None) -> None:
    """Lets pass what Django itself hands on, and refuses what a caller could take for a choice of connection.

    Args:
        label: The model's label, for the message.
        using: The argument ``using`` of a call.

    Raises:
        UnsupportedError: An alias that is no SQL database's: nothing would come of it.
    """
    if using is not None and using != "default" and using not in sql_connections.settings:
        raise UnsupportedError(
            f"{label}: there is no SQL database {using!r}; the DynamoDB connection of a model is the `using` of its "
            "class Table."
        )
