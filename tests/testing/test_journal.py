"""Tests what is noted about a test's calls."""

from types import SimpleNamespace

import pytest

from django_dynamodb.exceptions import ConnectionFailedError, TableInUseError
from django_dynamodb.testing.journal import Journal

CONNECTION = SimpleNamespace(alias="default")
BODY = b'{"TableName": "a"}'


def answer(operation, body):
    """Answers every call."""
    return b"{}"


def failing(error):
    """Makes a sender that fails."""

    def send(operation, body):
        raise error

    return send


def test_reads_are_not_noted():
    """A test that only read leaves nothing to clean."""
    journal = Journal()
    journal(CONNECTION, answer)("GetItem", BODY)
    assert (journal.written, journal.altered) == (set(), set())


def test_a_write_is_noted_though_its_reply_was_lost():
    """A failed write may have been done, so its table counts as written."""
    journal = Journal()
    with pytest.raises(ConnectionFailedError):
        journal(CONNECTION, failing(ConnectionFailedError("gone")))("PutItem", BODY)
    assert journal.written == {("default", "a")}


def test_an_alteration_is_noted_when_it_was_done():
    """A table that was created counts as altered; one that was there already does not."""
    journal = Journal()
    with pytest.raises(TableInUseError):
        journal(CONNECTION, failing(TableInUseError("exists")))("CreateTable", b'{"TableName": "b"}')
    journal(CONNECTION, answer)("CreateTable", BODY)
    assert journal.altered == {("default", "a")}


def test_clear_forgets():
    """A new test starts with an empty journal."""
    journal = Journal()
    send = journal(CONNECTION, answer)
    send("PutItem", BODY)
    send("DeleteTable", BODY)
    journal.clear()
    assert (journal.written, journal.altered) == (set(), set())
