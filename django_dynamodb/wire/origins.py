"""States where a wire connects to and how, for the sockets and for the event loop, and how a connection fails."""

from __future__ import annotations

import ssl
from typing import Final

from django_dynamodb.records import record

ENDS: Final = (ConnectionError, ssl.SSLEOFError, ssl.SSLZeroReturnError)
"""How the end of a connection shows, plain or under TLS."""


@record(frozen=True, kw_only=True, slots=True)
class Origin:
    """One address, and how to keep connections to it.

    Args:
        host: The host.
        port: The port.
        tls: How TLS is spoken; None for plain connections.
        connect_timeout: Seconds until a connection must stand; None for no limit.
        read_timeout: Seconds the other side may be silent while it owes an answer; None for no limit.
        connections: How many connections are kept.
        keepalive: Whether the system looks after idle connections.
    """

    host: str
    port: int
    tls: ssl.SSLContext | None
    connect_timeout: float | None
    read_timeout: float | None
    connections: int
    keepalive: bool = False


class DroppedError(ConnectionError):
    """The connection ended, or what came on it is no answer.

    Args:
        unheard: Whether a connection that had served before failed while the request was being sent: so the service
            had not heard all of it, and cannot have acted on it.
        silent: Whether such a connection failed before a byte of the answer: the service has most likely closed it
            for being idle, though it may have acted.
    """

    def __init__(self, message: str, *, unheard: bool = False, silent: bool = False) -> None:
        super().__init__(message)
        self.unheard = unheard
        self.silent = silent


class UnconnectedError(ConnectionError):
    """No connection could be made; nothing was sent."""


class ConnectTimeoutError(TimeoutError):
    """No connection was made in time; nothing was sent."""
