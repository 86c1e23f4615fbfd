"""Gives the connection of each alias: one per alias and process, for all threads, built anew after a fork."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any
from weakref import WeakSet

from django.core.signals import setting_changed

from django_dynamodb import conf
from django_dynamodb.connection import Connection, Layer
from django_dynamodb.types import Pause
from django_dynamodb.wire.retry import FullJitter


class ConnectionHandler:
    """All connections of a process, by alias."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._connections: dict[str, Connection] = {}
        self.era = object()
        """Another one whenever the connections given before are no longer those of the settings."""
        self._layers: list[Layer] = []
        self._at_wire: list[Layer] = []
        self._pauses: list[Pause] = [FullJitter()]
        _HANDLERS.add(self)

    def __getitem__(self, alias: str) -> Connection:
        """Gives the connection of an alias.

        Args:
            alias: A key of ``settings.DYNAMODB``.

        Returns:
            The same object at each call, until the setting changes.

        Raises:
            ImproperlyConfigured: When the settings of the alias are wrong.
            ConnectionDoesNotExist: When there is no such alias.
        """
        connection = self._connections.get(alias)
        return connection if connection is not None else self._open(alias)

    def __iter__(self) -> Iterator[str]:
        """Goes through the aliases of ``settings.DYNAMODB``."""
        return iter(conf.aliases())

    def add_layer(self, layer: Layer, *, at_wire: bool = False) -> None:
        """Wraps a layer around the sender of every connection, those opened later included.

        Args:
            layer: Called with a connection and the sender so far, outside the layers added before; returns a sender.
            at_wire: Put it around the wire itself, below the other layers, the access log and the receipts, which
                take what it answers for the service's answer.
        """
        with self._lock:
            (self._at_wire if at_wire else self._layers).append(layer)
            self._wrap()

    def remove_layer(self, layer: Layer, *, at_wire: bool = False) -> None:
        """Takes a layer away.

        Args:
            layer: One that was added.
            at_wire: As it was added.

        Raises:
            ValueError: When it was not added.
        """
        with self._lock:
            (self._at_wire if at_wire else self._layers).remove(layer)
            self._wrap()

    @contextmanager
    def pausing(self, pause: Pause) -> Iterator[None]:
        """Makes every connection, and the tables it gave, wait between attempts in another way within a block.

        Args:
            pause: Waits, or does not: tests have no time for real pauses.

        Returns:
            A context manager; the innermost block decides, for all threads.
        """
        self._pauses.append(pause)
        try:
            yield
        finally:
            self._pauses.remove(pause)

    def close_all(self) -> None:
        """Closes every connection; the next call on one opens it anew."""
        for connection in tuple(self._connections.values()):
            connection.close()

    def reset(self) -> None:
        """Closes every connection and reads the settings again at the next use; layers stay."""
        self.close_all()
        self._connections.clear()
        self.era = object()

    def forget(self) -> None:
        """Makes all connections those of this process, after a fork."""
        self._lock = Lock()
        for connection in self._connections.values():
            connection.forget()

    def _open(self, alias: str) -> Connection:
        """Makes the connection of an alias, once."""
        settings = conf.settings_for(alias)
        with self._lock:
            connection = Connection(alias, settings, layers=self._layers, at_wire=self._at_wire, pause=self._pause)
            return self._connections.setdefault(alias, connection)

    def _wrap(self) -> None:
        """Puts the layers as they are now around every connection."""
        for connection in self._connections.values():
            connection.wrap(self._layers, self._at_wire)

    def _pause(self, attempt: int, /) -> bool:
        """Waits as the innermost block of ``pausing`` says."""
        return self._pauses[-1](attempt)


_HANDLERS: WeakSet[ConnectionHandler] = WeakSet()
"""Whom to tell of a fork and of changed settings."""

connections = ConnectionHandler()
"""The connections of this process: ``connections["default"]``."""


def _forget_parent() -> None:
    """Runs in a forked child: sockets and locks of the parent are not ours."""
    for handler in tuple(_HANDLERS):
        handler.forget()


def _forget_settings(*, setting: str, **signal: Any) -> None:
    """Runs when a test changes a setting."""
    if setting == conf.SETTING:
        for handler in tuple(_HANDLERS):
            handler.reset()


setting_changed.connect(_forget_settings, dispatch_uid="django_dynamodb.connections")
if hasattr(os, "register_at_fork"):  # pragma: no branch - Windows does not fork
    os.register_at_fork(after_in_child=_forget_parent)
