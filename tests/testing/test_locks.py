"""Tests what a test run may not send."""

from types import SimpleNamespace

import pytest

from django_dynamodb.exceptions import TestSafetyError
from django_dynamodb.testing.locks import AccessLock, EndpointLock, PrefixLock

AWS = "https://dynamodb.eu-west-1.amazonaws.com"


class Sent(list):
    """Is a sender that notes what arrives."""

    def __call__(self, operation, body):
        """Sends."""
        self.append(operation)
        return b"{}"


@pytest.fixture
def sent():
    """Notes what gets through."""
    return Sent()


def connection(*, local=True, alias="default"):
    """Makes a connection as the locks see it."""
    return SimpleNamespace(alias=alias, is_local=local, endpoint=AWS, describe=lambda: f"endpoint {AWS}")


def test_access_is_closed_until_opened(sent):
    """The message names the fixture and the marker, and nothing is sent."""
    send = AccessLock()(connection(), sent)
    with pytest.raises(TestSafetyError, match=r"fixture `dynamodb`.*@pytest\.mark\.dynamodb"):
        send("PutItem", b"{}")
    assert sent == []


def test_access_opens_and_closes(sent):
    """Calls pass while the lock is open, and no longer: nested openings count."""
    lock = AccessLock()
    send = lock(connection(), sent)
    with lock.opened():
        with lock.opened():
            send("GetItem", b"{}")
        send("PutItem", b"{}")
    with pytest.raises(TestSafetyError):
        send("DeleteItem", b"{}")
    assert sent == ["GetItem", "PutItem"]


def test_a_remote_endpoint_is_refused(sent):
    """The message names the endpoint, and nothing is sent."""
    send = EndpointLock(lambda url: False)(connection(local=False), sent)
    with pytest.raises(TestSafetyError, match=AWS):
        send("GetItem", b"{}")
    assert sent == []


def test_a_local_endpoint_passes(sent):
    """An endpoint on this machine passes."""
    EndpointLock(lambda url: False)(connection(), sent)("GetItem", b"{}")
    assert sent == ["GetItem"]


def test_an_endpoint_caught_in_process_passes(sent):
    """Amazon's own endpoint passes where a mock answers for it."""
    EndpointLock(lambda url: url == AWS)(connection(local=False), sent)("GetItem", b"{}")
    assert sent == ["GetItem"]


@pytest.mark.parametrize(
    ("operation", "body"),
    [
        ("GetItem", b'{"TableName": "thread"}'),
        ("BatchWriteItem", b'{"RequestItems": {"test-thread": [], "thread": []}}'),
        ("DeleteTable", b'{"TableName": "prod-test-thread"}'),
    ],
)
def test_a_table_without_the_prefix_is_refused(sent, operation, body):
    """One foreign table among those of the run is enough, and nothing is sent."""
    send = PrefixLock({"default": "test-"})(connection(), sent)
    with pytest.raises(TestSafetyError, match="start with 'test-'"):
        send(operation, body)
    assert sent == []


def test_a_table_with_the_prefix_passes(sent):
    """The run's own tables pass."""
    PrefixLock({"default": "test-"})(connection(), sent)("GetItem", b'{"TableName": "test-thread"}')
    assert sent == ["GetItem"]


def test_an_alias_unknown_to_the_run_is_refused(sent):
    """An alias added in the middle of a run has no tables of the run."""
    send = PrefixLock({"default": "test-"})(connection(alias="late"), sent)
    with pytest.raises(TestSafetyError, match="'late'"):
        send("GetItem", b'{"TableName": "test-thread"}')


def test_an_empty_prefix_is_refused():
    """Every name starts with the empty prefix, so it would be no lock."""
    with pytest.raises(TestSafetyError, match="empty"):
        PrefixLock({"default": ""})
