"""Gives tests the fixture ``dynamodb`` and the marker of that name, and closes the locks for all others."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from uuid import uuid4

import pytest

from django_dynamodb.capacity import Capacity
from django_dynamodb.exceptions import TestSafetyError
from django_dynamodb.testing import process
from django_dynamodb.testing.assertions import assertDynamoDB
from django_dynamodb.testing.engines import Engine, choose
from django_dynamodb.testing.isolation import Isolation, Run

ISOLATION = pytest.StashKey[Isolation]()
"""Where the run's isolation is kept."""


def pytest_configure(config: pytest.Config) -> None:
    """Opens the isolation for the whole run.

    Args:
        config: Pytest's configuration.
    """
    run = Run(worker=os.environ.get("PYTEST_XDIST_WORKER", ""), id=uuid4().hex[:8])
    isolation = process.use(Isolation(chosen_engine(config), run))
    config.add_cleanup(process.close)
    config.stash[ISOLATION] = isolation


def chosen_engine(config: pytest.Config) -> Engine:
    """Makes the engine of the options, else of the environment, else moto in process.

    Args:
        config: Pytest's configuration.

    Returns:
        The engine of this run.

    Raises:
        UsageError: Both options are given, or the one names no engine.
    """
    engine, endpoint = config.getoption("--dynamodb-engine"), config.getoption("--dynamodb-endpoint")
    if engine and endpoint:
        raise pytest.UsageError("--dynamodb-engine and --dynamodb-endpoint say the same: give one.")
    try:
        return choose(engine or endpoint)
    except TestSafetyError as error:
        raise pytest.UsageError(f"--dynamodb-engine: {error}") from error


@pytest.fixture(scope="session")
def dynamodb_isolation(pytestconfig: pytest.Config) -> Isolation:
    """The isolation of this run; ``dynamodb_isolation.allowed()`` opens DynamoDB to fixtures wider than one test."""
    return pytestconfig.stash[ISOLATION]


@pytest.fixture
def dynamodb(dynamodb_isolation: Isolation) -> Iterator[Isolation]:
    """Lets the test use DynamoDB: the tables of all models exist, and what it writes is removed after it."""
    with dynamodb_isolation.test():
        yield dynamodb_isolation


@pytest.fixture
def assert_dynamodb(dynamodb: Isolation) -> Callable[..., AbstractContextManager[Capacity]]:
    """Lets the test use DynamoDB, and gives ``assertDynamoDB`` to say how."""
    return assertDynamoDB


@pytest.fixture(autouse=True)
def _dynamodb_by_marker(request: pytest.FixtureRequest, dynamodb_isolation: Isolation) -> None:
    """Gives a test marked ``@pytest.mark.dynamodb`` the fixture; every test starts from the run's settings."""
    dynamodb_isolation.settle()
    if request.node.get_closest_marker("dynamodb"):
        request.getfixturevalue("dynamodb")
