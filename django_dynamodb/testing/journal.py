"""Notes which tables a test wrote to and which it altered, so that only those are cleaned after it."""

from __future__ import annotations

from django_dynamodb.connection import Connection
from django_dynamodb.testing.calls import ALTERATIONS, WRITES, table_names
from django_dynamodb.types import Sender


class Journal:
    """A layer that notes tables as pairs of alias and name."""

    def __init__(self) -> None:
        self.written: set[tuple[str, str]] = set()
        """Tables whose items were written, whether or not the call succeeded: a lost reply may hide a write."""
        self.altered: set[tuple[str, str]] = set()
        """Tables that were created, deleted or changed themselves."""

    def __call__(self, connection: Connection, send: Sender) -> Sender:
        """Puts the journal around a sender.

        Args:
            connection: The connection the sender belongs to.
            send: The sender.

        Returns:
            A sender that notes its calls.
        """

        def noted(operation: str, body: bytes, /) -> bytes:
            if operation in WRITES:
                self.written.update((connection.alias, name) for name in table_names(operation, body))
            answer = send(operation, body)
            if operation in ALTERATIONS:
                self.altered.update((connection.alias, name) for name in table_names(operation, body))
            return answer

        return noted

    def clear(self) -> None:
        """Forgets everything noted."""
        self.written.clear()
        self.altered.clear()
