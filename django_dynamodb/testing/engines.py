"""Says where a test run finds a DynamoDB: moto inside the process, or an endpoint somebody started."""

from __future__ import annotations

import re
from typing import Protocol

from django_dynamodb.connections import connections


class Engine(Protocol):
    """A DynamoDB for one test run."""

    @property
    def endpoint_url(self) -> str | None:
        """Where it listens; None is inside the process."""

    @property
    def shared(self) -> bool:
        """Whether other processes and other runs see the same tables."""

    def catches(self, url: str) -> bool:
        """Says whether calls to an address are answered inside this process, whatever the address is."""

    def start(self) -> None:
        """Makes it ready to answer."""

    def stop(self) -> None:
        """Lets go of it."""


class Moto:
    """Moto in this process: private to it, gone with it.

    Raises:
        ModuleNotFoundError: On ``start``, when moto is not installed.
    """

    endpoint_url = None
    shared = False

    def __init__(self) -> None:
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
        """Starts moto's mock; clients made before it are dropped, for it does not catch those."""
        from moto import mock_aws  # noqa: PLC0415 - an optional package, and slow to import
        from moto.dynamodb.urls import url_bases  # noqa: PLC0415 - as above

        self._mock = mock_aws(config={"core": {"mock_credentials": False}})
        self._mock.start()
        self._caught = url_bases
        connections.close_all()

    def stop(self) -> None:
        """Stops the mock and drops the clients it caught."""
        connections.close_all()
        self._caught = []
        self._mock.stop()


class Endpoint:
    """A server that speaks DynamoDB's API.

    Args:
        url: Its address, such as ``http://127.0.0.1:8000``.
    """

    shared = True

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
        """Does nothing: whoever named the endpoint started it."""

    def stop(self) -> None:
        """Drops the clients."""
        connections.close_all()
