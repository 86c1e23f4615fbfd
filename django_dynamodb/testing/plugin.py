"""Joins pytest: names the options and the marker, and loads the fixtures where the app is in use.

Pytest loads this file in every project of an environment, so it imports nothing of Django or of this package: in a
project that does not use the app, all it adds is two options and one marker.
"""

from __future__ import annotations

import sys

import pytest

FIXTURES = "django_dynamodb.testing.fixtures"
"""The plugin with the fixtures and the locks."""

APP = "django_dynamodb"
"""The name of the app in ``INSTALLED_APPS``."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds ``--dynamodb-engine``, and ``--dynamodb-endpoint`` for the addresses among them.

    Args:
        parser: Pytest's own parser.
    """
    group = parser.getgroup("django_dynamodb", "DynamoDB")
    group.addoption(
        "--dynamodb-engine",
        metavar="ENGINE",
        help="run the tests on moto (the default: in process, and refusing what the service refuses), lenient (moto as "
        "it is), server (moto's server), or the endpoint at a URL",
    )
    group.addoption(
        "--dynamodb-endpoint",
        metavar="URL",
        help="run the tests on this endpoint, such as http://127.0.0.1:8000; "
        "without it DYNAMODB_TEST_ENDPOINT is read, and without that moto runs in process",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Registers the marker.

    Args:
        config: Pytest's configuration.
    """
    config.addinivalue_line("markers", "dynamodb: the test may use DynamoDB; what it writes is removed after it")


@pytest.hookimpl(trylast=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Loads the fixtures and closes the locks, where Django is set up with the app installed.

    By this time Django is set up, whoever did it: pytest-django, or a ``conftest.py`` with ``django.setup()``.

    Args:
        session: The test run.
    """
    if check_installed():
        session.config.pluginmanager.import_plugin(FIXTURES)


def check_installed() -> bool:
    """Says whether this process has Django set up with the app among its ``INSTALLED_APPS``."""
    registry = sys.modules.get("django.apps")
    return registry is not None and registry.apps.ready and registry.apps.is_installed(APP)
