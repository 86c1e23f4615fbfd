"""Tests the serving engine."""

import logging
import socket
from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.exceptions import ClientError

from django_dynamodb.exceptions import RequestError
from django_dynamodb.local.claim import who_answers
from django_dynamodb.local.engine import Engine
from tests.local.conftest import CREATE

KEY = {"country": {"S": "NO"}, "id": {"N": "1"}}


def add_one(client, number):
    """Adds one to a counter in a transaction."""
    update = {
        "TableName": "cities",
        "Key": KEY,
        "UpdateExpression": "ADD hits :one",
        "ExpressionAttributeValues": {":one": {"N": "1"}},
    }
    client.transact_write_items(TransactItems=[{"Update": update}])


def test_items_go_in_and_out(client):
    """A client writes an item and reads it back."""
    client.create_table(**CREATE)
    client.put_item(TableName="cities", Item=KEY)
    assert client.get_item(TableName="cities", Key=KEY)["Item"] == KEY


def test_transactions_at_once_lose_nothing(client):
    """Every transaction counts, however many run at once."""
    client.create_table(**CREATE)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: add_one(client, number), range(40)))
    assert client.get_item(TableName="cities", Key=KEY)["Item"]["hits"] == {"N": "40"}


def test_port_in_use_is_an_error_that_helps(engine):
    """A port somebody else has raises, and says what to do."""
    port = int(engine.url.rpartition(":")[2])
    with pytest.raises(RequestError, match=f"{port}.*--port"):
        Engine(port=port)


def test_port_out_of_range_is_an_error():
    """A number that is no port raises."""
    with pytest.raises(RequestError, match="70000"):
        Engine(port=70000)


def test_closed_engine_confirms_nothing(engine, client):
    """After close every call is refused as unavailable."""
    client.meta.config.retries = {"total_max_attempts": 1}
    engine.close()
    with pytest.raises(ClientError) as error:
        client.list_tables()
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 503


def test_stop_gives_the_port_back():
    """A stopped engine listens no more, whether it ever answered or not."""
    for answering in (True, False):
        engine = Engine()
        if answering:
            engine.start()
        engine.stop()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", int(engine.url.rpartition(":")[2])))


@pytest.mark.parametrize("wanted", [True, False])
def test_requests_are_logged_on_demand(caplog, wanted):
    """Each request is a line of werkzeug's log, only where it was asked for."""
    engine = Engine(log_requests=wanted)
    engine.start()
    with caplog.at_level(logging.INFO, "werkzeug"):
        who_answers(engine.url)
    engine.stop()
    assert ("GET / HTTP/1.1" in caplog.text) is wanted
