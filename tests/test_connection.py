"""Tests the connection of one alias: lazy, for all threads and tasks, with layers around it, or the short way."""

import asyncio
import gc
import json
import threading
import time
import weakref
from types import SimpleNamespace

import pytest
from botocore.awsrequest import AWSResponse
from django.test import override_settings

from django_dynamodb import coroutines
from django_dynamodb.connections import ConnectionHandler
from django_dynamodb.connections import connections as shared
from django_dynamodb.listening import listening
from tests.own_connections import SCHEMA, SETTING, connections
from tests.testapp.models import Thread

__all__ = ["connections"]


def test_describe(connections):
    """A connection says where it leads without credentials."""
    assert connections["default"].describe() == "alias 'default', region us-east-1, endpoint http://127.0.0.1:8000"
    remote = connections["remote"].describe()
    assert remote == "alias 'remote', region eu-west-1, endpoint https://dynamodb.eu-west-1.amazonaws.com"


def test_is_local(connections, monkeypatch):
    """Local is what leads to this machine, by the settings or by the environment."""
    assert connections["default"].is_local
    assert not connections["remote"].is_local
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", "http://localhost:8000")
    connections.close_all()
    assert connections["remote"].is_local


def test_clients(connections):
    """Users get a plain client; the models' calls go through another, whose events are there for hooks."""
    connection = connections["default"]
    assert connection.client is connection.client
    assert connection.client is not connection.wire_client
    assert connection.client.meta.service_model.service_name == "dynamodb"


def test_send_goes_through_the_wire(connections):
    """A call reaches the events of the wire's client."""
    seen = []

    def stop(request, **event):
        seen.append(request.body)
        raise InterruptedError

    connections["default"].wire_client.meta.events.register_first("before-send.dynamodb", stop)
    with pytest.raises(InterruptedError):
        connections["default"].send("ListTables", b'{"Limit":1}')
    assert seen == [b'{"Limit":1}']


def test_table(connections):
    """A table carries the prefix of its alias and is made once."""
    table = connections["remote"].table(SCHEMA)
    assert table.schema.name == "prod-threads"
    assert connections["remote"].table(SCHEMA) is table
    assert connections["default"].table(SCHEMA).schema.name == "threads"


def test_the_short_way(connections):
    """A call goes straight to the wire while nobody hears of it; a layer, a listener and a close are seen at once."""
    connection, sent, heard = connections["default"], [], []

    def answer(request, **event):
        sent.append(request.body)
        return AWSResponse(request.url, 200, {}, SimpleNamespace(stream=lambda: [b"{}"]))

    def layer(connection, send):
        def noted(operation, body):
            heard.append("layer")
            return send(operation, body)

        return noted

    connection.wire_client.meta.events.register_first("before-send.dynamodb", answer)
    send = connection.send
    for _ in range(3):
        assert send("ListTables", b"{}") == b"{}"
    for at_wire in (False, True):
        connections.add_layer(layer, at_wire=at_wire)
        send("ListTables", b"{}")
        connections.remove_layer(layer, at_wire=at_wire)
        send("ListTables", b"{}")
    assert heard == ["layer", "layer"]
    with listening(heard.append):
        send("ListTables", b"{}")
    assert heard[2].operation == "ListTables"
    assert len(sent) == 8
    connection.close()
    connection.wire_client.meta.events.register_first("before-send.dynamodb", answer)
    send("ListTables", b"{}")
    assert len(sent) == 9


def test_close(connections):
    """A closed connection forgets its clients and opens anew by itself."""
    before = connections["default"].client
    connections.close_all()
    connections.close_all()
    assert connections["default"].client is not before


def test_closed_clients_are_not_kept(connections):
    """Nothing keeps the clients of a closed connection alive."""
    connection = connections["default"]
    clients = [weakref.ref(connection.client), weakref.ref(connection.wire_client)]
    connections.close_all()
    gc.collect()
    assert [client() for client in clients] == [None, None]


async def on(connection, function, *args, **kwargs):
    """Runs code through a connection, and gives what it returns and how often the loop turned meanwhile."""
    task, turns = asyncio.create_task(connection.run(function, *args, **kwargs)), 0
    while not task.done():
        turns += 1
        await asyncio.sleep(0.001)
    return task.result(), turns


@pytest.mark.parametrize("transport", ["lean", "botocore"])
def test_run(transport):
    """Code runs in the loop's thread, whether the wire can wait for the loop or not."""
    setting = {"default": {**SETTING["default"], "TRANSPORT": transport}}

    def where(*args, active):
        return threading.get_ident(), args, coroutines.active() is active

    with override_settings(DYNAMODB=setting):
        handler = ConnectionHandler()
        found, _ = asyncio.run(on(handler["default"], where, 1, 2, active=True))
        assert found == (threading.get_ident(), (1, 2), True)
        assert handler["default"].is_native_async is (transport == "lean")
        handler.close_all()


@pytest.mark.dynamodb
def test_the_botocore_transport_from_a_coroutine(settings):
    """Threads make its calls, so that the loop goes on meanwhile."""
    settings.DYNAMODB = {"default": {**settings.DYNAMODB["default"], "TRANSPORT": "botocore"}}
    threads = set()

    def note(request, **kwargs):
        threads.add(threading.get_ident())

    async def main():
        calls = (coroutines.run(shared["default"].send, "ListTables", b"{}") for _ in range(5))
        return await asyncio.gather(*calls)

    shared["default"].wire_client.meta.events.register_first("before-send.dynamodb", note)
    assert len(set(asyncio.run(main()))) == 1
    assert threads
    assert threading.get_ident() not in threads


def test_opening_lets_the_loop_go_on(connections):
    """Importing the client libraries and reading credentials happen in a thread when a coroutine waits."""
    connection, threads = connections["default"], []
    opened = connection._open

    def open_slowly():
        threads.append(threading.get_ident())
        time.sleep(0.1)
        return opened()

    connection._open = open_slowly
    (_, turns) = asyncio.run(on(connection, lambda: connection.region))
    connection.close()
    region = asyncio.run(coroutines.run(lambda: connection.region))
    assert region == "us-east-1"
    assert len(threads) == 2
    assert threading.get_ident() not in threads
    assert turns > 5


def test_pauses_let_the_loop_go_on(connections):
    """The pause of a connection is one of the task within ``coroutines.run``, and can be taken out of it."""
    connection = connections["default"]
    _, turns = asyncio.run(on(connection, lambda: [connection.pause(attempt) for attempt in range(1, 5)]))
    with connections.pausing(lambda attempt: False):
        assert asyncio.run(on(connection, lambda: connection.pause(1)))[0] is False
    assert turns > 5


@pytest.fixture
def own_table(dynamodb):
    """The name of a table that no other process of the run changes."""
    return Thread._meta.open_table().schema.name


def test_engine_from_a_coroutine(own_table):
    """On the engine of the run, calls from many tasks get their answers."""
    body = json.dumps({"TableName": own_table}).encode()

    async def main():
        calls = (shared["default"].run(shared["default"].send, "DescribeTable", body) for _ in range(20))
        return await asyncio.gather(*calls)

    assert set(asyncio.run(main())) == {shared["default"].send("DescribeTable", body)}


def test_engine(own_table):
    """On the engine of the run, both ways to the service see the same table."""
    table = json.loads(shared["default"].send("DescribeTable", json.dumps({"TableName": own_table}).encode()))["Table"]
    assert table["KeySchema"] == shared["default"].client.describe_table(TableName=own_table)["Table"]["KeySchema"]
