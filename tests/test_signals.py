"""Tests that receivers of ``call_finished`` hear of every call, and can do a call no harm."""

import asyncio
import gc
import logging
import threading
from contextlib import contextmanager

import pytest

from django_dynamodb.capacity import capacity
from django_dynamodb.connection import Connection
from django_dynamodb.connections import connections
from django_dynamodb.exceptions import OverwriteError
from django_dynamodb.signals import call_finished
from tests.testapp.models import Thread

pytestmark = pytest.mark.dynamodb


@contextmanager
def connected(receiver):
    """Connects a receiver within the block."""
    call_finished.connect(receiver)
    yield
    call_finished.disconnect(receiver)


@pytest.fixture
def heard():
    """What a receiver is told."""
    told = []

    def note(**arguments):
        told.append(arguments)

    with connected(note):
        yield told


@pytest.fixture
def sent():
    """The bodies of the requests, as the wire gets them."""
    bodies = []

    def layer(connection, send):
        return lambda operation, body: (bodies.append(body), send(operation, body))[1]

    connections.add_layer(layer, at_wire=True)
    yield bodies
    connections.remove_layer(layer, at_wire=True)


def test_a_call(heard):
    """A receiver is told who called, by which alias, and what the call was and cost."""
    list(Thread.objects.query("AWS", index="by_views"))
    (told,) = heard
    receipt = told["receipt"]
    assert (told["sender"], told["using"], told["signal"]) == (Connection, "default", call_finished)
    assert (receipt.operation, receipt.table, receipt.index) == (
        "Query",
        f"{connections['default'].settings.table_prefix}threads",
        "by_views",
    )
    assert (receipt.using, receipt.returned, receipt.scanned) == ("default", 0, 0)
    assert receipt.read_units > 0
    assert receipt.ms > 0


def test_a_refused_call(heard):
    """A call that the service refused is told of, with its code and the id of the request."""
    Thread.objects.create(forum="a", subject="b")
    with pytest.raises(OverwriteError) as caught:
        Thread.objects.create(forum="a", subject="b")
    receipt = heard[-1]["receipt"]
    assert receipt.error == caught.value.code == "ConditionalCheckFailedException"
    assert receipt.request_id == caught.value.request_id


def test_no_values(heard):
    """Nothing of an item or a key is told."""
    Thread.objects.create(forum="secret", subject="secret", author="secret")
    Thread.objects.get("secret", "secret")
    list(Thread.objects.filter(forum="secret", author="secret"))
    assert "secret" not in repr(heard)


def test_all_threads(heard):
    """A receiver is told of the calls of every thread, unlike a block that counts."""
    with capacity() as used:
        thread = threading.Thread(target=lambda: Thread.objects.query("AWS").first())
        thread.start()
        thread.join()
    assert (used.calls, len(heard)) == (0, 1)


async def _several():
    await asyncio.gather(
        *(Thread.objects.query("AWS").afirst() for _ in range(3)), Thread.objects.acreate(forum="a", subject="b")
    )


def test_asynchronous(heard):
    """A receiver is told of asynchronous calls as well."""
    asyncio.run(_several())
    assert sorted(told["receipt"].operation for told in heard) == ["PutItem", "Query", "Query", "Query"]


def test_nobody_is_connected(sent):
    """While nobody is connected a request is not changed, nor when the last receiver is gone without a word."""

    def receiver(**arguments):
        """Is told nothing."""

    with connected(receiver):
        Thread.objects.query("AWS").first()
    Thread.objects.query("AWS").first()
    call_finished.connect(receiver)
    del receiver
    gc.collect()
    for _ in range(2):
        Thread.objects.query("AWS").first()
    assert [b"ReturnConsumedCapacity" in body for body in sent] == [True, False, True, False]


def test_a_receiver_that_fails(heard, caplog):
    """The call stands, others are told, and the error is in the log."""

    def failing(**arguments):
        raise ZeroDivisionError

    with connected(failing), caplog.at_level(logging.ERROR, "django.dispatch"):
        Thread.objects.create(forum="a", subject="b")
    assert Thread.objects.get("a", "b")
    assert len(heard) == 2
    (record,) = caplog.records
    assert record.exc_info[0] is ZeroDivisionError


def test_coroutine_functions_are_refused():
    """A receiver that nothing could await is refused at once, and the message says what to do instead."""

    async def receiver(**arguments):
        """Is never connected."""

    with pytest.raises(TypeError, match="Connect a plain function that hands the receipt to a queue"):
        call_finished.connect(receiver)
    assert not call_finished.receivers
