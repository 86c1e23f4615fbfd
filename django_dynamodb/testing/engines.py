"""Says where a test run finds a DynamoDB: moto inside the process, moto's server, or an endpoint somebody started."""

from __future__ import annotations

import os
import re
from threading import RLock
from typing import Any, Final, Protocol

from django_dynamodb.connection import Connection, Layer
from django_dynamodb.connections import connections
from django_dynamodb.coroutines import aside
from django_dynamodb.exceptions import TestSafetyError
from django_dynamodb.local import engine as local
from django_dynamodb.testing.strict.layer import Strict
from django_dynamodb.types import Sender


class Engine(Protocol):
    """A DynamoDB for one test run."""

    @property
    def endpoint_url(self) -> str | None:
        """Where it listens; None is inside the process."""

    @property
    def shared(self) -> bool:
        """Whether other processes and other runs see the same tables."""

    @property
    def volatile(self) -> bool:
        """Whether others may take the run's tables away while no test uses them."""

    def catches(self, url: str) -> bool:
        """Says whether calls to an address are answered inside this process, whatever the address is."""

    def start(self) -> None:
        """Makes it ready to answer, before each test that uses it."""

    def stop(self) -> None:
        """Lets go of it after that test; tables and items stay."""

    def close(self) -> None:
        """Lets go of it for good, after the run."""


class Moto:
    """Moto in this process: private to it, gone with it.

    It is at work only while a test uses DynamoDB, so a project's other tests may use ``mock_aws`` as they please. Each
    of those empties moto when it starts, which is why the tables are volatile. It answers one call at a time: moto
    reads and writes in two steps, so two threads at once would lose updates that the service keeps.

    Args:
        strict: Whether requests are refused, before moto sees them, that the service would refuse.
    """

    endpoint_url = None
    shared = False
    volatile = True

    def __init__(self, *, strict: bool = True) -> None:
        self._layers: list[Layer] = [self._in_turn, *([Strict()] if strict else [])]
        self._mock: Any = None
        self._one_call = RLock()  # a fixture and its test may both have started it
        self._caught: list[str] = []

    def catches(self, url: str) -> bool:
        """Says whether moto is at work and catches an address.

        Args:
            url: The address.

        Returns:
            True for those of Amazon's own DynamoDB.
        """
        return any(re.match(pattern, url) for pattern in self._caught)

    def start(self) -> None:
        """Starts moto's mock and leaves what it holds as it is.

        Raises:
            ModuleNotFoundError: When moto is not installed.
        """
        from moto import mock_aws  # noqa: PLC0415 - an optional package, and slow to import
        from moto.dynamodb.urls import url_bases  # noqa: PLC0415 - as above

        if self._mock is None:
            self._mock = mock_aws(config={"core": {"mock_credentials": False}})
            connections.close_all()  # moto never catches a client made before it was imported
        self._mock.start(reset=False)
        self._caught = url_bases
        for layer in self._layers:
            connections.add_layer(layer, at_wire=True)

    def stop(self) -> None:
        """Stops moto's mock and keeps what it holds."""
        self._caught = []
        for layer in reversed(self._layers):
            connections.remove_layer(layer, at_wire=True)
        self._mock.stop(remove_data=False)

    def close(self) -> None:
        """Does nothing: moto goes with the process."""

    def _in_turn(self, connection: Connection, send: Sender) -> Sender:
        """Lets one call at a time through."""

        def take_turn(operation: str, body: bytes, /) -> bytes:
            with self._one_call:
                return send(operation, body)

        def send_in_turn(operation: str, body: bytes, /) -> bytes:
            if connection.is_native_async:  # it is answered at once, so that nobody waits for the lock
                return take_turn(operation, body)
            return aside(take_turn, operation, body)

        return send_in_turn


class Endpoint:
    """A server that speaks DynamoDB's API; whoever names it starts and stops it.

    Args:
        url: Its address, such as ``http://127.0.0.1:8000``.
    """

    shared = True
    volatile = False

    def __init__(self, url: str) -> None:
        self.endpoint_url = url

    def catches(self, url: str) -> bool:
        """Says that nothing is caught.

        Args:
            url: Any address.

        Returns:
            False.
        """
        return False

    def start(self) -> None:
        """Does nothing."""

    def stop(self) -> None:
        """Does nothing."""

    def close(self) -> None:
        """Does nothing."""


class Server(Endpoint):
    """Moto's server, in threads of the process that begins the run: its workers share it.

    Raises:
        RequestError: The extra ``[local]`` is not installed.
    """

    def __init__(self) -> None:
        self._engine = local.Engine()
        self._engine.start()
        self._owner = os.getpid()
        self._strict = Strict()
        super().__init__(self._engine.url)

    def start(self) -> None:
        """Puts strict mode before it."""
        connections.add_layer(self._strict, at_wire=True)

    def stop(self) -> None:
        """Takes strict mode away."""
        connections.remove_layer(self._strict, at_wire=True)

    def close(self) -> None:
        """Ends the server, in the process that began it."""
        if os.getpid() == self._owner:
            self._engine.stop()


ENDPOINT_VARIABLE: Final = "DYNAMODB_TEST_ENDPOINT"
"""The environment variable that names an endpoint, where no option does."""

KINDS: Final = ("moto", "lenient", "server")
"""The engines that need no address: moto in strict mode, moto as it is, and moto's server in strict mode."""


def choose(name: str | None) -> Engine:
    """Makes the engine of a run.

    Args:
        name: One of ``KINDS``, or the address of an endpoint; None reads the environment, and else is moto.

    Returns:
        The engine.

    Raises:
        TestSafetyError: It is neither.
        RequestError: The server cannot be started.
    """
    name = name or os.environ.get(ENDPOINT_VARIABLE) or "moto"
    if name == "server":
        return Server()
    if name in KINDS:
        return Moto(strict=name == "moto")
    if "://" not in name:
        raise TestSafetyError(
            f"{name!r} is no engine: give {', '.join(KINDS)}, or an address as http://127.0.0.1:8000."
        )
    return Endpoint(name)
