"""Is the way to the service for one alias: clients opened on first use, layers around the sender, tables at its end.

Client libraries are imported when the first client is built, not before: a command that only reads models, as
``makemigrations`` does, never loads them.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterable
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, Any, ParamSpec, TypeAlias, TypeVar

from django_dynamodb import coroutines
from django_dynamodb.conf import AliasSettings
from django_dynamodb.listening import LISTENERS, access_logger, listeners
from django_dynamodb.signals import call_finished
from django_dynamodb.tables.schema import TableSchema
from django_dynamodb.tables.table import Table
from django_dynamodb.types import Pause, Sender
from django_dynamodb.wire.addresses import check_loopback, without_user
from django_dynamodb.wire.receipts import metered
from django_dynamodb.wire.retry import FullJitter

if TYPE_CHECKING:
    from django_dynamodb.clients import AliasClients

P = ParamSpec("P")
R = TypeVar("R")


class Connection:
    """The way to the service for one alias; one object serves all threads of a process.

    Nothing is opened before the first call, and a connection that was closed, or found itself in a forked child, opens
    anew by itself: whoever holds a connection, its ``send`` or a table of it may keep it.

    Args:
        alias: A key of ``settings.DYNAMODB``.
        settings: The settings of that alias.
        layers: Wrapped around its sender, innermost first.
        at_wire: Wrapped around the wire itself, below the layers, the access log and the receipts; innermost first.
        pause: Waits between attempts; ``FullJitter`` by default.
    """

    def __init__(
        self,
        alias: str,
        settings: AliasSettings,
        *,
        layers: Iterable[Layer] = (),
        at_wire: Iterable[Layer] = (),
        pause: Pause | None = None,
    ) -> None:
        self.alias = alias
        self.settings = settings
        self.pause: Pause = FullJitter() if pause is None else pause
        """Waits between attempts, for the floors above the wire."""
        self._tables: dict[int, tuple[TableSchema, Table]] = {}
        self._lock = Lock()
        self._opened: AliasClients | None = None
        self._short_way: Sender | None = None
        """The wire itself, where no layer is around it and it can wait for an event loop: a call that nobody hears of
        goes there without the frames between."""
        self.wrap(layers, at_wire)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.alias!r}>"

    @property
    def client(self) -> Any:
        """A plain boto3 client of this alias (``DynamoDBClient``), for what this package does not wrap.

        Raises:
            ImproperlyConfigured: When the settings do not make a client.
        """
        return self._clients.client

    @property
    def wire_client(self) -> Any:
        """The botocore client that models' calls go through: register hooks on its events, but do not call it.

        Raises:
            ImproperlyConfigured: When the settings do not make a client.
        """
        return self._clients.wire.client

    @property
    def is_native_async(self) -> bool:
        """Whether calls within ``coroutines.run`` wait for the event loop; else a thread makes each of them."""
        return isinstance(self._clients.wire, self._clients.NATIVE_ASYNC)

    def run(self, function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Coroutine[Any, Any, R]:
        """Calls synchronous code that sends through this connection from a coroutine, without blocking its loop.

        Args:
            function: The code. It runs in this thread and waits for the loop at each call of the service; on a wire
                that cannot wait (``is_native_async``), a thread makes that call.
            *args: Its arguments.
            **kwargs: Its arguments by name.

        Returns:
            A coroutine that returns what the function returns.

        Raises:
            ImproperlyConfigured: When the settings do not make a client; by the coroutine, as is what follows.
            BaseException: What the function raises.
        """
        run = coroutines.run if self._opened is not None else self._open_and_run
        return run(function, *args, **kwargs)

    @property
    def region(self) -> str:
        """The region requests are signed for."""
        return str(self.wire_client.meta.region_name)

    @property
    def endpoint(self) -> str:
        """Where requests go, as settings, environment and region decide; without a user or password in it."""
        return without_user(self.wire_client.meta.endpoint_url)

    @property
    def is_local(self) -> bool:
        """Whether the endpoint is on this machine. An in-process mock is not seen from here."""
        return check_loopback(self.settings.endpoint_url or self.endpoint)

    def describe(self) -> str:
        """Says where this connection leads, for messages and prompts; credentials never appear in it.

        Returns:
            Such as ``alias 'default', region eu-west-1, endpoint https://dynamodb.eu-west-1.amazonaws.com``.
        """
        return f"alias {self.alias!r}, region {self.region}, endpoint {self.endpoint}"

    def send(self, operation: str, body: bytes, /) -> bytes:
        """Sends one request through all layers (``types.Sender``).

        Args:
            operation: The service's name of the call, such as ``"GetItem"``.
            body: The request as JSON.

        Returns:
            The body of a successful answer, as JSON.

        Raises:
            ServiceError: What the service answered otherwise, after the wire's own retries.
            ImproperlyConfigured: When the settings do not make a client.
        """
        wire = self._short_way
        if wire is None or LISTENERS.get() or call_finished.receivers or access_logger.isEnabledFor(logging.DEBUG):
            return self._sender(operation, body)
        return wire(operation, body)

    def table(self, schema: TableSchema) -> Table:
        """Gives a table at this end, under the alias's prefix.

        Args:
            schema: The table as the model declares it, without prefix.

        Returns:
            The same object for the same schema.

        Raises:
            SchemaError: When the prefix makes the name too long.
        """
        known = self._tables.get(id(schema))
        if known is None:
            table = Table(schema=schema.prefixed(self.settings.table_prefix), send=self.send, pause=self.pause)
            known = self._tables.setdefault(id(schema), (schema, table))  # the schema is kept, so is its id
        return known[1]

    def wrap(self, layers: Iterable[Layer], at_wire: Iterable[Layer] = ()) -> None:
        """Puts layers around the sender in place of those there are.

        Args:
            layers: The layers, innermost first.
            at_wire: Those around the wire itself, innermost first.
        """
        around_wire, around_all = tuple(at_wire), tuple(layers)
        sender: Sender = self._transmit
        for layer in around_wire:
            sender = layer(self, sender)
        sender = metered(sender, partial(listeners, Connection), using=self.alias)
        for layer in around_all:
            sender = layer(self, sender)
        with self._lock:
            self._sender = sender
            self._is_bare = not (around_wire or around_all)
            self._short_way = None

    def close(self) -> None:
        """Closes the pooled sockets and forgets clients and credentials; the next call opens anew."""
        with self._lock:
            opened, self._opened = self._opened, None
            self._short_way = None
        if opened is not None:
            opened.close()

    def forget(self) -> None:
        """Forgets clients, credentials and locks but leaves their sockets alone: those are the parent process's."""
        self._lock = Lock()
        self._opened = self._short_way = None

    @property
    def _clients(self) -> AliasClients:
        """The clients as they are now; importing the client libraries and reading credentials takes long."""
        if self._opened is not None:
            return self._opened
        return coroutines.aside(self._open)

    def _open(self) -> AliasClients:
        """Imports the client libraries and reads region and credentials."""
        from django_dynamodb import clients  # noqa: PLC0415 - boto3 is imported on first use

        with self._lock:
            if self._opened is None:
                self._opened = clients.AliasClients(self.alias, self.settings, self.pause)
            return self._opened

    async def _open_and_run(self, function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """Opens in a thread, since that takes long, and calls the code."""
        await asyncio.to_thread(self._open_wire)
        return await coroutines.run(function, *args, **kwargs)

    def _open_wire(self) -> None:
        """Opens all that the first call opens but its connection."""
        _ = self._clients.wire

    def _transmit(self, operation: str, body: bytes, /) -> bytes:
        """The innermost sender: the wire as it is now."""
        opened = self._opened
        if opened is None:
            coroutines.aside(self._open_wire)
            opened = self._clients
        wire = opened.wire
        if not isinstance(wire, opened.NATIVE_ASYNC):
            return coroutines.aside(wire, operation, body)
        if self._is_bare and self._short_way is None:
            self._shorten(opened)
        return wire(operation, body)

    def _shorten(self, opened: AliasClients) -> None:
        """Notes the short way, unless meanwhile these clients were closed or a layer was added."""
        with self._lock:
            if self._is_bare and self._opened is opened:
                self._short_way = opened.wire


Layer: TypeAlias = Callable[[Connection, Sender], Sender]
"""Wraps the sender of a connection: a lock, a counter of calls, an injected fault."""
