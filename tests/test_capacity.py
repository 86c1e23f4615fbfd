"""Tests that a block knows what its calls cost, and only its own."""

import asyncio
import logging
import threading

import pytest

from django_dynamodb.capacity import Usage, capacity, described
from django_dynamodb.connections import connections
from django_dynamodb.exceptions import OverwriteError
from tests.testapp.models import Thread, Ticket

pytestmark = pytest.mark.dynamodb


@pytest.fixture
def engine():
    """Answers in the engine's stead, so that units are known: 1.5 for each call and table."""

    def layer(connection, send):
        def answer(operation, body):
            table = b"t" if b"threads" in body else b"u"
            return b'{"Items":[],"ConsumedCapacity":{"TableName":"%s","CapacityUnits":1.5}}' % table

        return answer

    connections.add_layer(layer, at_wire=True)
    yield
    connections.remove_layer(layer, at_wire=True)


def read():
    """Makes one call."""
    return list(Thread.objects.query("AWS"))


@pytest.mark.usefixtures("engine")
def test_sums():
    """A block adds up calls, read units and write units, and says so in one line."""
    with capacity() as used:
        read()
        Thread.objects.query("AWS", index="by_views").first()
        Thread(forum="a", subject="b").save()
    assert (used.calls, used.read_units, used.write_units) == (3, 3, 1.5)
    assert str(used) == "3 calls, 3 RCU, 1.5 WCU"
    assert repr(used) == "<Capacity: 3 calls, 3 RCU, 1.5 WCU>"
    assert used.ms > 0


@pytest.mark.usefixtures("engine")
def test_parts():
    """Sums are there by operation, table and index."""
    with capacity() as used:
        read()
        Thread.objects.query("AWS", index="by_views").first()
        Ticket(id=4).save()
    two, one = Usage(calls=2, read_units=3), Usage(calls=1, write_units=1.5)
    assert used.by_operation() == {"Query": two, "PutItem": one}
    assert used.by_table() == {"t": two, "u": one}
    assert {index: usage for (_, index), usage in used.by_index().items()} == {
        "by_views": Usage(calls=1, read_units=1.5)
    }


def test_receipts(dynamodb):
    """Every call is listed, one that was refused with its code and without units."""
    Thread.objects.create(forum="a", subject="b")
    with capacity() as used, pytest.raises(OverwriteError):
        Thread.objects.create(forum="a", subject="b")
    (receipt,) = used.receipts
    assert (receipt.operation, receipt.table) == ("PutItem", dynamodb.prefixes["default"] + "threads")
    assert (receipt.error, receipt.write_units) == ("ConditionalCheckFailedException", 0)
    assert used.by_table() == {receipt.table: Usage(calls=1)}


def test_tableless_calls_are_of_no_table():
    """A call without a table counts as a call, and in no table."""
    with capacity() as used:
        connections["default"].send("ListTables", b"{}")
    assert (used.calls, used.by_table(), used.by_index()) == (1, {}, {})


def test_engine_counts():
    """The engine of the run reports units for a read and a write: how many is its own business."""
    with capacity() as used:
        Thread.objects.create(forum="a", subject="b")
        Thread.objects.get("a", "b")
    assert used.calls == 2
    assert used.read_units > 0 < used.write_units


def test_nesting():
    """Nested blocks each count; a closed one counts no more, and an empty one says so."""
    with capacity() as outer:
        with capacity() as inner:
            read()
        read()
    read()
    assert (outer.calls, inner.calls) == (2, 1)
    assert str(capacity()) == "0 calls, 0 RCU, 0 WCU"


def test_a_failed_block_is_closed():
    """A block that ends with an error counts no more."""
    with pytest.raises(InterruptedError), capacity() as used:
        raise InterruptedError
    read()
    assert used.calls == 0


def test_no_cost_without_a_block():
    """Outside of blocks a request is not changed."""
    sent = []

    def layer(connection, send):
        def keep(operation, body):
            sent.append(body)
            return send(operation, body)

        return keep

    connections.add_layer(layer, at_wire=True)
    read()
    with capacity():
        read()
    connections.remove_layer(layer, at_wire=True)
    assert [b"ReturnConsumedCapacity" in body for body in sent] == [False, True]


def test_threads_do_not_mix():
    """A thread's calls are its own."""
    counted = []

    def work():
        with capacity() as own:
            read()
        counted.append(own.calls)

    with capacity() as used:
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
    assert (used.calls, counted) == (0, [1])


async def _task(calls):
    async with capacity() as own:
        for _ in range(calls):
            await Thread.objects.filter(forum="AWS").aexists()
    return own.calls


async def _tasks():
    async with capacity() as used:
        counted = await asyncio.gather(_task(1), _task(3))
    return used.calls, counted


def test_tasks_do_not_mix():
    """Tasks count apart from one another, and the block that began them counts all."""
    assert asyncio.run(_tasks()) == (4, [1, 3])


def test_access_log_has_units(caplog):
    """With DEBUG on, the access log asks for units by the same way, without a block."""
    caplog.set_level(logging.DEBUG, "django_dynamodb.access")
    read()
    assert caplog.records[-1].units is not None


@pytest.mark.parametrize(
    ("usage", "line"),
    [((1, 0.5, 0), "1 call, 0.5 RCU, 0 WCU"), ((0, 10, 2500000.0), "0 calls, 10 RCU, 2500000 WCU")],
)
def test_described(usage, line):
    """Numbers are short and never in exponents."""
    assert described(*usage) == str(Usage(calls=usage[0], read_units=usage[1], write_units=usage[2])) == line
