"""Tests that calls are asked for their units while somebody listens, and what their receipts say."""

import json
from contextlib import nullcontext

import pytest

from django_dynamodb.exceptions import ConnectionFailedError, ThrottledError
from django_dynamodb.wire.receipts import DIRECTIONS, TableUnits, asking, consumed, metered
from django_dynamodb.wire.trail import followed

QUERY = b'{"TableName":"t","IndexName":"i"}'


class Service:
    """A sender that keeps what was sent and gives or raises ``reply``."""

    def __init__(self, reply):
        self.reply = reply
        self.sent = []

    def __call__(self, operation, body):
        """Answers."""
        self.sent.append(body)
        if isinstance(self.reply, Exception):
            raise self.reply
        return self.reply


def receipt_of(operation, reply, body=QUERY):
    """The receipt of one call that took a quarter of a second."""
    told = []
    metered(Service(reply), lambda: [told.append], iter((1.0, 1.25)).__next__)(operation, body)
    (receipt,) = told
    return receipt


def test_nobody_listens():
    """While nobody listens, a request is sent as it is and no clock is read."""
    service = Service(b"{}")
    assert metered(service, lambda: (), iter(()).__next__)("Query", QUERY) == b"{}"
    assert service.sent == [QUERY]


def test_asked():
    """While somebody listens, the units are asked for and the answer is handed on."""
    service, told = Service(b"{}"), []
    assert metered(service, lambda: [told.append, told.append])("Query", QUERY) == b"{}"
    assert json.loads(service.sent[0]) == {**json.loads(QUERY), "ReturnConsumedCapacity": "TOTAL"}
    assert len(told) == 2


@pytest.mark.parametrize(
    ("operation", "body"),
    [("ListTables", b"{}"), ("Query", b'{"ReturnConsumedCapacity":"INDEXES"}'), ("CreateTable", QUERY)],
)
def test_not_asked(operation, body):
    """An operation without units, and a request that asks by itself, are left alone."""
    assert asking(operation, body) == body


@pytest.mark.parametrize("body", [b"{}", b' { "TableName": "t" } ', b'{"Key":{"ReturnConsumedCapacity":{"S":"x"}}}'])
def test_asking_keeps_the_rest(body):
    """The rest of the request is as before, whatever its spaces and the names of its attributes."""
    asked = json.loads(asking("GetItem", body))
    assert asked.pop("ReturnConsumedCapacity") == "TOTAL"
    assert asked == json.loads(body)


@pytest.mark.parametrize("operation", DIRECTIONS)
def test_directions(operation):
    """What an answer does not tell apart is read or written as the operation goes."""
    receipt = receipt_of(operation, b'{"ConsumedCapacity":{"TableName":"t","CapacityUnits":1.5}}')
    written = "Write" in operation or operation in {"DeleteItem", "PutItem", "UpdateItem"}
    assert (receipt.read_units, receipt.write_units) == ((0, 1.5) if written else (1.5, 0))


def test_own_words():
    """Where the answer tells read and write units apart, it is believed: a repeated transaction only reads."""
    reply = b'{"ConsumedCapacity":[{"TableName":"t","CapacityUnits":3,"ReadCapacityUnits":2,"WriteCapacityUnits":1}]}'
    assert receipt_of("TransactWriteItems", reply).shares == (TableUnits(table="t", read_units=2, write_units=1),)


def test_several_tables():
    """Each table of a batch has its share, and parts of a table are not counted twice."""
    reply = (
        b'{"ConsumedCapacity":[{"TableName":"a","CapacityUnits":1,"Table":{"CapacityUnits":1}},'
        b'{"TableName":"b","CapacityUnits":2}]}'
    )
    receipt = receipt_of("BatchGetItem", reply)
    assert [(share.table, share.read_units) for share in receipt.shares] == [("a", 1), ("b", 2)]
    assert receipt.read_units == 3


def test_facts():
    """A receipt names operation, table and index, and how long the call took by the clock handed in."""
    receipt = receipt_of("Query", b"{}")
    assert (receipt.operation, receipt.table, receipt.index, receipt.ms) == ("Query", "t", "i", 250)
    assert (receipt.shares, receipt.read_units, receipt.write_units, receipt.error) == ((), 0, 0, None)


@pytest.mark.parametrize(
    ("operation", "reply", "counts"),
    [
        ("Query", b'{"Count":3,"Items":[],"ScannedCount":40}', (3, 40)),
        ("Scan", b'{"Items":[{"Count":{"N":"7"},"x":{"S":"\\"Count\\":9"}}],"Count": 1, "ScannedCount": 1}', (1, 1)),
        ("Query", b"{}", (None, None)),
        ("GetItem", b'{"Item":{},"Count":3}', (None, None)),
    ],
)
def test_counts(operation, reply, counts):
    """A receipt says how many items were read and brought back, by the answer's own numbers alone."""
    receipt = receipt_of(operation, reply)
    assert (receipt.returned, receipt.scanned) == counts


def test_alias():
    """A receipt names the alias handed in."""
    told = []
    metered(Service(b"{}"), lambda: [told.append], using="archive")("Query", QUERY)
    assert told[0].using == "archive"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ThrottledError("slow", code="ThrottlingException", request_id="r"), "ThrottlingException"),
        (ConnectionFailedError("gone"), "ConnectionFailedError"),
    ],
)
def test_refused(error, code):
    """A call that failed leaves a receipt with the code, or else the name of the error, and still raises."""
    told = []
    with pytest.raises(type(error)):
        metered(Service(error), lambda: [told.append])("Query", QUERY)
    assert (told[0].error, told[0].shares, told[0].request_id) == (code, (), error.request_id)


@pytest.mark.parametrize("error", [None, ConnectionFailedError("gone"), ThrottledError("slow", request_id="other")])
def test_trail(error):
    """A receipt has what the wire noted of its requests; an error that knows its own id is believed."""

    def send(operation, body):
        followed().requests, followed().request_id = 3, "noted"
        if error is not None:
            raise error
        return b"{}"

    told = []
    with nullcontext() if error is None else pytest.raises(type(error)):
        metered(send, lambda: [told.append])("Query", QUERY)
    assert (told[0].retries, told[0].request_id) == (2, getattr(error, "request_id", None) or "noted")
    assert followed() is None


def test_no_wire():
    """Where a layer answers in the service's place, nothing was sent again, nor sent at all."""
    receipt = receipt_of("Query", b"{}")
    assert (receipt.retries, receipt.request_id) == (None, None)


@pytest.mark.parametrize(
    ("reply", "entries"),
    [
        (b'{"Items":[{"ConsumedCapacity":{"M":{}}}]}', []),
        (b'{"Items":[{"ConsumedCapacity":{"N":"1"}}],"ConsumedCapacity":{"CapacityUnits":2}}', [{"CapacityUnits": 2}]),
        (b'{"Items":[{"x":{"S":"\\"ConsumedCapacity\\":{\\"CapacityUnits\\":9}"}}]}', []),
        (b'{"ConsumedCapacity":null}', []),
        (b'{"ConsumedCapacity": [ ]}', []),
        ('{"ConsumedCapacity":{"CapacityUnits":1},"Item":{"s":{"S":"é"}}}'.encode(), [{"CapacityUnits": 1}]),
    ],
)
def test_consumed(reply, entries):
    """What is stored is never taken for what the service reports."""
    assert consumed(reply) == entries
