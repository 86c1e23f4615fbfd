"""Refuses, before anything is sent, the calls a test run must not make.

Three locks stand behind one another, and none relies on another: a call outside a test that may use DynamoDB, a call to
an endpoint that is not on this machine, a call on a table without the run's prefix. Each is a layer of
``connections.add_layer``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from django_dynamodb.connection import Connection
from django_dynamodb.exceptions import TestSafetyError
from django_dynamodb.testing.calls import table_names
from django_dynamodb.types import Sender


class AccessLock:
    """Refuses every call outside the tests that asked for DynamoDB, as pytest-django does for SQL databases."""

    def __init__(self) -> None:
        self._opened = 0

    @contextmanager
    def opened(self) -> Iterator[None]:
        """Lets calls through while it is entered; may be nested."""
        self._opened += 1
        try:
            yield
        finally:
            self._opened -= 1

    def __call__(self, connection: Connection, send: Sender) -> Sender:
        """Puts the lock around a sender.

        Args:
            connection: The connection the sender belongs to.
            send: The sender.

        Returns:
            A sender that raises ``TestSafetyError`` while the lock is closed.
        """

        def locked(operation: str, body: bytes, /) -> bytes:
            if not self._opened:
                raise _access_error(connection.alias, operation)
            return send(operation, body)

        return locked


class EndpointLock:
    """Refuses every endpoint that is neither on this machine nor caught inside this process.

    Args:
        catches: Whether a mock in this process answers for an address.
    """

    def __init__(self, catches: Callable[[str], bool]) -> None:
        self._catches = catches

    def __call__(self, connection: Connection, send: Sender) -> Sender:
        """Puts the lock around a sender.

        Args:
            connection: The connection the sender belongs to.
            send: The sender.

        Returns:
            A sender that raises ``TestSafetyError`` for a call that would leave this machine.
        """

        def locked(operation: str, body: bytes, /) -> bytes:
            if not (connection.is_local or self._catches(connection.endpoint)):
                raise _endpoint_error(connection, operation)
            return send(operation, body)

        return locked


class PrefixLock:
    """Refuses every table whose name lacks the run's prefix.

    Args:
        prefixes: The prefix of each alias, none of them empty.

    Raises:
        TestSafetyError: For an empty prefix, which every table has.
    """

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        for alias, prefix in prefixes.items():
            if not prefix:
                raise TestSafetyError(
                    f"DYNAMODB[{alias!r}]['TEST']['TABLE_PREFIX'] is empty, so tests could reach any table; "
                    "set one, such as 'test-'."
                )
        self._prefixes = dict(prefixes)

    def __call__(self, connection: Connection, send: Sender) -> Sender:
        """Puts the lock around a sender.

        Args:
            connection: The connection the sender belongs to.
            send: The sender.

        Returns:
            A sender that raises ``TestSafetyError`` for a table without the prefix.
        """

        def locked(operation: str, body: bytes, /) -> bytes:
            prefix = self._prefixes.get(connection.alias)
            for table in sorted(table_names(operation, body)):
                if prefix is None or not table.startswith(prefix):
                    raise _prefix_error(connection.alias, operation, table, prefix)
            return send(operation, body)

        return locked


def _access_error(alias: str, operation: str) -> TestSafetyError:
    return TestSafetyError(
        f"{operation} on alias {alias!r}, but this test may not use DynamoDB: "
        "ask for the fixture `dynamodb`, mark it `@pytest.mark.dynamodb`, or make it a `DynamoDBTestCase`. "
        "Nothing was sent.",
        operation=operation,
    )


def _endpoint_error(connection: Connection, operation: str) -> TestSafetyError:
    return TestSafetyError(
        f"{operation} in a test would leave this machine: {connection.describe()}. Tests run on moto in process, or on "
        "a loopback endpoint given by DYNAMODB_TEST_ENDPOINT or --dynamodb-endpoint. Nothing was sent.",
        operation=operation,
    )


def _prefix_error(alias: str, operation: str, table: str, prefix: str | None) -> TestSafetyError:
    allowed = f"the tables of this run start with {prefix!r}" if prefix else "this run has no tables there"
    return TestSafetyError(
        f"{operation} in a test on table {table!r} of alias {alias!r}: {allowed}. Nothing was sent.",
        operation=operation,
        table=table,
    )
