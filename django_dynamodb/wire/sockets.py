"""Keeps plain and TLS sockets to one address, and sends one request at a time on each.

The socket used last is used next, so that those no longer needed grow old and are closed by the service. Threads take
and give back sockets without a lock. A forked child closes its copies of its parent's sockets, which end nothing for
the parent, and begins anew.
"""

from __future__ import annotations

import os
import select
import socket
import ssl
import weakref
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from django_dynamodb.wire.http import HttpReply, MalformedReplyError, ReplyParser
from django_dynamodb.wire.origins import ENDS, ConnectTimeoutError, DroppedError, Origin, UnconnectedError

_PORTION: Final = 64 * 1024
"""Bytes taken at once while nobody knows how many there are: whole answers but those of long pages.

Python reserves them before it looks what came. glibc finds what is below 128 KB in memory the process has; more than
that it may fetch from the system and give back each time, and a short answer costs twice as much (malloc(3),
``M_MMAP_THRESHOLD``).
"""

_MOST: Final = 1024 * 1024
"""Bytes taken at once of a long answer, about as many as a page has. TLS hands out 16 KB at once at most (RFC 8446,
5.1), so that there the portion above is enough."""


class SocketPool:
    """Sends requests to one address, for all threads.

    Args:
        origin: The address.
    """

    def __init__(self, origin: Origin) -> None:
        self._origin = origin
        self._idle: deque[_Connection] = deque()
        self._finalizer = weakref.finalize(self, _close, self._idle)
        _POOLS.add(self)

    def exchange(self, request: bytes) -> HttpReply:
        """Sends a request and waits for the answer.

        Args:
            request: The whole request.

        Returns:
            The answer.

        Raises:
            UnconnectedError: When there is nobody at the address.
            ConnectTimeoutError: When nobody answers there in time.
            ssl.SSLError: When the other side is not whom it should be.
            TimeoutError: When the answer does not come in time.
            DroppedError: When the connection ends before the answer does.
        """
        idle = self._idle
        connection = None
        while idle:
            try:
                last = idle.pop()
            except IndexError:  # another thread was quicker
                break
            if not last.is_stale():
                connection = last
                break
            last.close()
        if connection is None:
            connection = _connect(self._origin)
        reusable = False
        try:
            reply = connection.exchange(request)
            reusable = reply.reusable
        finally:
            if reusable and idle is self._idle and len(idle) < self._origin.connections:
                idle.append(connection)
            else:
                connection.close()
        return reply

    def close(self) -> None:
        """Closes the idle sockets, and those in use when they are given back; the next call opens new ones."""
        idle, self._idle = self._idle, deque()
        self._finalizer.detach()
        self._finalizer = weakref.finalize(self, _close, self._idle)
        _close(idle)

    @property
    def idle(self) -> int:
        """How many sockets wait for a request."""
        return len(self._idle)


class _Connection:
    """One socket.

    Attributes:
        is_stale: Says whether there is something to read although nothing was asked: the end, or what is nobody's.
    """

    __slots__ = ("_most", "_parser", "_socket", "_used", "is_stale")

    def __init__(self, connected: socket.socket) -> None:
        self._socket = connected
        self._parser = ReplyParser()
        self._used = False
        self.is_stale: Callable[[], Any] = _readable(connected)
        self._most = _PORTION if isinstance(connected, ssl.SSLSocket) else _MOST

    def exchange(self, request: bytes) -> HttpReply:
        """Sends a request and reads the answer."""
        used, self._used = self._used, True
        try:
            self._socket.sendall(request)
        except ENDS as error:
            raise DroppedError(f"the connection ended: {error}", unheard=used) from error
        receive, parser = self._socket.recv, self._parser
        portion = _PORTION
        try:
            while data := receive(portion):
                reply = parser.feed(data)
                if reply is not None:
                    return reply
                portion = min(max(parser.missing, _PORTION), self._most)
            return self._end(silent=used and not parser.started)
        except MalformedReplyError as error:
            raise DroppedError(str(error)) from error
        except ENDS as error:
            raise DroppedError(f"the connection ended: {error}", silent=used and not parser.started) from error

    def close(self) -> None:
        """Closes the socket; TLS says no farewell, as the next request will be on another socket anyway."""
        self._socket.close()

    def _end(self, *, silent: bool) -> HttpReply:
        """Takes the end of the connection."""
        if not self._parser.started:
            raise DroppedError("the connection ended before an answer came", silent=silent)
        return self._parser.end()


def _connect(origin: Origin) -> _Connection:
    """Opens a socket."""
    try:
        connected = socket.create_connection((origin.host, origin.port), origin.connect_timeout)
    except TimeoutError as error:
        raise ConnectTimeoutError(str(error)) from error
    except OSError as error:
        raise UnconnectedError(str(error)) from error
    try:
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if origin.keepalive:
            connected.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        if origin.tls is not None:
            connected = _secured(connected, origin, origin.tls)
        connected.settimeout(origin.read_timeout)
    except OSError:
        connected.close()
        raise
    return _Connection(connected)


def _secured(plain: socket.socket, origin: Origin, tls: ssl.SSLContext) -> ssl.SSLSocket:
    """Speaks TLS on a socket."""
    try:
        return tls.wrap_socket(plain, server_hostname=origin.host)
    except TimeoutError as error:
        raise ConnectTimeoutError(f"the TLS handshake: {error}") from error
    except ENDS as error:
        raise UnconnectedError(f"the TLS handshake: {error}") from error


def _readable(connected: socket.socket) -> Callable[[], Any]:
    """Makes the quickest look this system has at whether a socket can be read from."""
    if not hasattr(select, "poll"):  # pragma: no cover - Windows
        return lambda: select.select([connected], [], [], 0)[0]
    poll = select.poll()
    poll.register(connected.fileno(), select.POLLIN)
    return partial(poll.poll, 0)


def _close(idle: deque[_Connection]) -> None:
    """Closes what is idle."""
    while idle:
        idle.pop().close()


_POOLS: weakref.WeakSet[SocketPool] = weakref.WeakSet()
"""Whom to tell of a fork."""


def _forget_parent() -> None:
    """Runs in a forked child: the sockets are the parent's."""
    for pool in tuple(_POOLS):
        pool.close()


if hasattr(os, "register_at_fork"):  # pragma: no branch - Windows does not fork
    os.register_at_fork(after_in_child=_forget_parent)
