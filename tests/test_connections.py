"""Tests connections: one per alias and process, anew after forks and changed settings."""

import gc
import os
import subprocess
import sys
import weakref
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import override_settings
from django.utils.connection import ConnectionDoesNotExist

from django_dynamodb.connections import ConnectionHandler
from tests.own_connections import SCHEMA, connections

__all__ = ["connections"]


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
