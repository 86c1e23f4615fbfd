"""Tests connections: one per alias and process, lazy, for all threads, anew after forks and changed settings."""

import asyncio
import gc
import json
import os
import subprocess
import sys
import threading
import time
import weakref
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
from botocore.awsrequest import AWSResponse
from django.core.exceptions import ImproperlyConfigured
from django.test import override_settings
from django.utils.connection import ConnectionDoesNotExist

from django_dynamodb import coroutines
from django_dynamodb.connections import ConnectionHandler, listening
from django_dynamodb.connections import connections as shared
from django_dynamodb.tables.schema import KeyAttribute, TableSchema
from tests.testapp.models import Thread

SETTING = {
    "default": {"ENDPOINT_URL": "http://user:sesame@127.0.0.1:8000", "ACCESS_KEY_ID": "a", "SECRET_ACCESS_KEY": "s"},
    "remote": {"REGION": "eu-west-1", "ACCESS_KEY_ID": "a", "SECRET_ACCESS_KEY": "sesame", "TABLE_PREFIX": "prod-"},
}
SCHEMA = TableSchema(name="threads", partition=KeyAttribute(name="k", type="S"))


@pytest.fixture
def connections():
    """Connections of our own: no layer of the test tools is around them."""
    with override_settings(DYNAMODB=SETTING):
        handler = ConnectionHandler()
        yield handler
        handler.close_all()


def answering(reply):
    """A layer that answers in the service's stead."""
    return lambda connection, send: lambda operation, body: reply


def test_by_alias(connections):
    """An alias gives its connection, the same at each call; iteration gives the aliases."""
    assert connections["remote"].alias == "remote"
    assert connections["remote"] is connections["remote"]
    assert list(connections) == ["default", "remote"]
    assert repr(connections["remote"]) == "<Connection 'remote'>"


def test_unknown_alias(connections):
    """An unknown alias is refused as Django refuses it."""
    with pytest.raises(ConnectionDoesNotExist):
        connections["none"]


def test_wrong_settings(connections):
    """Wrong settings show at the first use of their alias, not before."""
    with override_settings(DYNAMODB={"default": {}, "bad": {"SCAN": "x"}}):
        assert connections["default"]
        with pytest.raises(ImproperlyConfigured):
            connections["bad"]


def test_nothing_is_imported_before_use():
    """Importing connections, and taking one, loads neither boto3 nor botocore."""
    code = (
        "import sys; from django.conf import settings; settings.configure();"
        "from django_dynamodb.connections import connections; connections['default'];"
        "assert not {'boto3', 'botocore'} & sys.modules.keys()"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


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


def test_layers(connections):
    """Layers wrap every connection, the last one outermost, and can be taken away."""
    opened = connections["default"]
    calls = []

    def noting(name):
        def layer(connection, send):
            def noted(operation, body):
                calls.append((name, connection.alias, operation))
                return send(operation, body)

            return noted

        return layer

    last = noting("last")
    for layer in (answering(b"{}"), noting("first"), last):
        connections.add_layer(layer)
    assert opened.send("GetItem", b"") == connections["remote"].send("Query", b"") == b"{}"
    connections.remove_layer(last)
    opened.send("Scan", b"")
    first, second = ("default", "GetItem"), ("remote", "Query")
    assert calls == [("last", *first), ("first", *first), ("last", *second), ("first", *second),
                     ("first", "default", "Scan")]  # fmt: skip


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


def test_layers_at_the_wire(connections):
    """A layer at the wire stands below all others, and can be taken away."""
    layers = []

    def noting(name):
        return lambda connection, send: lambda operation, body: (layers.append(name), send(operation, body))[1]

    wire = noting("wire")
    connections.add_layer(noting("usual"))
    connections.add_layer(answering(b"{}"), at_wire=True)
    connections.add_layer(wire, at_wire=True)
    connections["default"].send("GetItem", b"{}")
    connections.remove_layer(wire, at_wire=True)
    connections["default"].send("GetItem", b"{}")
    assert layers == ["usual", "wire", "usual"]


def test_pausing(connections):
    """Within a block connections and tables that exist wait as it says; the innermost block decides."""
    table = connections["default"].table(SCHEMA)
    with connections.pausing(lambda attempt: attempt < 2), connections.pausing(lambda attempt: attempt < 3):
        assert [table.pause(2), table.pause(3)] == [True, False]
    assert not table.pause(11)


def test_layer_reaches_tables_that_exist(connections):
    """A layer is around the calls of tables made before it."""
    table = connections["default"].table(SCHEMA)
    connections.add_layer(answering(b'{"Item":{"k":{"S":"a"}}}'))
    assert table.get({"k": {"S": "a"}}) == {"k": {"S": "a"}}


def test_removing_a_strange_layer(connections):
    """A layer that was not added cannot be taken away."""
    with pytest.raises(ValueError, match="not in list"):
        connections.remove_layer(answering(b""))


def test_changed_settings(connections):
    """When the setting changes in a test, connections are opened anew and layers stay."""
    before = connections["default"]
    connections.add_layer(answering(b"{}"))
    with override_settings(DYNAMODB={"default": {"TABLE_PREFIX": "new-"}}):
        assert connections["default"].settings.table_prefix == "new-"
        assert connections["default"].send("GetItem", b"") == b"{}"
    assert connections["default"] is not before
    with override_settings(DEBUG=True):
        assert connections["default"] is connections["default"]


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


def test_forget(connections):
    """What belongs to a parent process is forgotten, with the locks it may hold; connections and tables stay."""
    connection, table = connections["default"], connections["default"].table(SCHEMA)
    before, wire_client = connection.client, connection.wire_client
    connections._lock.acquire()
    connection._lock.acquire()
    connections.forget()
    assert connections["default"].table(SCHEMA) is table
    assert connection.client is not before
    before.close()
    wire_client.close()


def test_handlers_are_not_kept():
    """Listening to forks and settings keeps no handler alive."""
    handler = weakref.ref(ConnectionHandler())
    gc.collect()
    assert handler() is None


def test_threads_share_one_connection(connections):
    """Threads that race for a connection get the same one, with the same clients."""
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda _: connections["default"], range(32)))
        clients = list(pool.map(lambda one: (id(one.client), id(one.wire_client)), taken))
    assert len(set(map(id, taken))) == len(set(clients)) == 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_fork():
    """A forked child opens clients of its own, even if another thread held the locks, and tables stay usable."""
    code = """
import os, sys
from django.conf import settings
settings.configure(DYNAMODB={"default": {"ENDPOINT_URL": "http://127.0.0.1:1"}})
os.environ.update(AWS_ACCESS_KEY_ID="a", AWS_SECRET_ACCESS_KEY="s")
from django_dynamodb.connections import connections
connection = connections["default"]
client, wire_client = connection.client, connection.wire_client
connections._lock.acquire()
connection._lock.acquire()
child = os.fork()
if child == 0:
    fresh = connections["default"] is connection and connection.client is not client
    os._exit(0 if fresh and connection.wire_client is not wire_client else 1)
status = os.waitpid(child, 0)[1]
assert connection.client is client
sys.exit(os.waitstatus_to_exitcode(status))
"""
    subprocess.run([sys.executable, "-W", "ignore::DeprecationWarning", "-c", code], check=True, timeout=60)


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
