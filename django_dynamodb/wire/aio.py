"""Keeps connections to one address on event loops, a pool for each loop, and sends one request at a time on each.

No thread takes part. A cancelled request closes its connection, since nobody will read the answer. The connections of
a loop end with it: ``asyncio.run`` and servers close a loop's asynchronous generators, and each pool holds one.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections import deque
from collections.abc import AsyncGenerator
from time import monotonic
from typing import cast
from weakref import WeakKeyDictionary

from django_dynamodb.coroutines import wait
from django_dynamodb.wire.http import HttpReply, MalformedReplyError, ReplyParser
from django_dynamodb.wire.origins import ENDS, ConnectTimeoutError, DroppedError, Origin, UnconnectedError


class LoopPools:
    """Sends requests to one address from any event loop.

    Args:
        origin: The address. No more than its number of connections is open in one loop; further requests wait.
    """

    def __init__(self, origin: Origin) -> None:
        self._origin = origin
        self._pools: WeakKeyDictionary[asyncio.AbstractEventLoop, LoopPool] = WeakKeyDictionary()
        self._last: LoopPool | None = None
        """That of the loop that asked last, for the next time."""

    def exchange(self, request: bytes) -> HttpReply:
        """Sends a request and waits for the answer, as ``SocketPool.exchange`` does and with its exceptions.

        Args:
            request: The whole request.

        Returns:
            The answer.

        Raises:
            RuntimeError: Outside of ``coroutines.run``.
        """
        loop = asyncio.get_running_loop()
        pool = self._last
        if pool is None or pool.loop is not loop or pool.closed:
            pool = self._last = self._pools.get(loop) or self._open(loop)
        return pool.exchange(request)

    def _open(self, loop: asyncio.AbstractEventLoop) -> LoopPool:
        """Begins the pool of a loop."""
        pool = self._pools[loop] = LoopPool(self._origin, loop)
        pool.keeper = self._keeper(loop, pool)
        wait(anext(pool.keeper))
        return pool

    def close(self) -> None:
        """Closes the idle connections of all loops, each on its own; the next call opens new ones."""
        pools, self._pools, self._last = self._pools, WeakKeyDictionary(), None
        for loop, pool in tuple(pools.items()):
            if not loop.is_closed():
                loop.call_soon_threadsafe(pool.close)

    async def _keeper(self, loop: asyncio.AbstractEventLoop, pool: LoopPool) -> AsyncGenerator[None, None]:
        """Lasts as long as the loop does, which closes it, and closes the pool then."""
        try:
            yield
        finally:
            pool.close()
            if self._pools.get(loop) is pool:
                del self._pools[loop]
            if self._last is pool:
                self._last = None
            await asyncio.sleep(0)  # the transports close their sockets in the next turn


class LoopPool:
    """The connections of one event loop.

    Args:
        origin: The address.
        loop: The loop.
    """

    def __init__(self, origin: Origin, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self._origin = origin
        self._free = max(1, origin.connections)
        self._waiting: deque[asyncio.Future[None]] = deque()
        """Requests that there is no connection for, the first one first."""
        self._idle: list[_Connection] = []
        self.closed = False
        self.keeper: AsyncGenerator[None, None] | None = None
        """Closes this pool when the loop ends; kept here, as the loop holds it weakly."""

    def exchange(self, request: bytes) -> HttpReply:
        """Sends a request and waits for the answer, within ``coroutines.run``.

        Args:
            request: The whole request.

        Returns:
            The answer.

        Raises:
            OSError: As ``SocketPool.exchange``.
        """
        if self._free:
            self._free -= 1
        else:
            self._queue()
        try:
            connection = None
            while self._idle and connection is None:  # that used last, if it is still open
                last = self._idle.pop()
                connection = last if last.is_open else None
            if connection is None:
                connection = wait(self._connect())
            reusable = False
            try:
                reply = connection.exchange(request)
                reusable = reply.reusable
            finally:
                if reusable and not self.closed:
                    self._idle.append(connection)
                else:
                    connection.close()
            return reply
        finally:
            self._leave()

    def close(self) -> None:
        """Closes the idle connections now, and those in use when they are given back."""
        self.closed = True
        while self._idle:
            self._idle.pop().close()

    def _queue(self) -> None:
        """Waits for the connection of another request, which hands it on without letting go of it."""
        turn, taken = self.loop.create_future(), False
        self._waiting.append(turn)
        try:
            wait(turn)
            taken = True
        finally:
            if not taken and turn.done() and not turn.cancelled():  # cancelled when it was this one's turn already
                self._leave()

    def _leave(self) -> None:
        """Hands the place of a request on to the next one that waits for it."""
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1

    async def _connect(self) -> _Connection:
        """Opens a connection."""
        origin = self._origin
        try:
            async with asyncio.timeout(origin.connect_timeout):
                _, connection = await self.loop.create_connection(
                    lambda: _Connection(self.loop, origin),
                    origin.host,
                    origin.port,
                    ssl=origin.tls,
                    server_hostname=origin.host if origin.tls else None,
                )
        except TimeoutError as error:
            raise ConnectTimeoutError(str(error) or "timed out") from error
        except ENDS as error:
            raise UnconnectedError(str(error)) from error
        except ssl.SSLError:
            raise
        except OSError as error:
            raise UnconnectedError(str(error)) from error
        return connection


class _Connection(asyncio.Protocol):
    """One connection.

    Args:
        loop: Its loop.
        origin: The address, for its timeout.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, origin: Origin) -> None:
        self._loop = loop
        self._timeout = origin.read_timeout
        self._keepalive = origin.keepalive
        self._parser = ReplyParser()
        self._transport: asyncio.Transport | None = None
        self._answer: asyncio.Future[HttpReply] | None = None
        self._used = False
        self._deadline = 0.0
        self._alarm: asyncio.TimerHandle | None = None

    @property
    def is_open(self) -> bool:
        """Whether the other side is still there, as far as the loop has heard."""
        return self._transport is not None and not self._transport.is_closing()

    def exchange(self, request: bytes) -> HttpReply:
        """Sends a request and waits for the answer."""
        transport = self._transport
        if transport is None:
            raise DroppedError("the connection ended before the request was sent", unheard=self._used)
        answer: asyncio.Future[HttpReply] = self._loop.create_future()
        self._answer = answer
        if self._timeout is not None:
            self._deadline = monotonic() + self._timeout
            if self._alarm is None:
                self._alarm = self._loop.call_later(self._timeout, self._ring)
        transport.write(request)
        try:
            return wait(answer)
        finally:
            self._answer = None
            self._used = True

    def close(self) -> None:
        """Closes the connection at once."""
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keeps the way out."""
        self._transport = cast("asyncio.Transport", transport)
        if self._keepalive:
            transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)

    def data_received(self, data: bytes) -> None:
        """Takes bytes of the answer; those that nobody waits for end the connection."""
        if self._answer is None or self._answer.done():
            self.close()
            return
        try:
            reply = self._parser.feed(data)
        except MalformedReplyError as error:
            self._fail(DroppedError(str(error)), error)
        else:
            if reply is not None:
                self._answer.set_result(reply)
            elif self._timeout is not None:
                self._deadline = monotonic() + self._timeout

    def connection_lost(self, exc: Exception | None) -> None:
        """Takes the end of the connection, which may be that of the answer."""
        self._transport = None
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        if self._answer is None or self._answer.done():
            return
        if not self._parser.started:
            why = f": {exc}" if exc else " before an answer came"
            self._fail(DroppedError(f"the connection ended{why}", silent=self._used), exc)
            return
        try:
            self._answer.set_result(self._parser.end())
        except MalformedReplyError as error:
            self._fail(DroppedError(str(error)), exc or error)

    def _fail(self, error: OSError, cause: Exception | None = None) -> None:
        """Ends the request that waits."""
        error.__cause__ = cause
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error)
        self.close()

    def _ring(self) -> None:
        """Looks at the deadline; one timer serves many requests."""
        self._alarm = None
        if self._answer is None:
            return
        left = self._deadline - monotonic()
        if left > 0:
            self._alarm = self._loop.call_later(left, self._ring)
            return
        self._fail(TimeoutError("timed out"))
