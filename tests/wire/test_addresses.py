"""Tests what an endpoint's address says about it."""

import pytest

from django_dynamodb.wire.addresses import check_loopback, without_user


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("http://localhost:8000", True),
        ("http://dynamo.localhost", True),
        ("http://127.0.0.1:8000/path", True),
        ("http://127.8.8.8", True),
        ("http://[::1]:8000", True),
        ("http://0.0.0.0:8000", True),
        ("https://dynamodb.eu-west-1.amazonaws.com", False),
        ("http://localhost.example.com", False),
        ("http://notlocalhost", False),
        ("http://dynamodb:8000", False),
        ("http://10.0.0.1", False),
        ("nothing", False),
    ],
)
def test_loopback(url, local):
    """Only an address that cannot leave the machine counts as local."""
    assert check_loopback(url) is local


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://user:password@host:8000/path", "http://host:8000/path"),
        ("http://host:8000", "http://host:8000"),
    ],
)
def test_without_user(url, shown):
    """A password in an address is never shown."""
    assert without_user(url) == shown
