"""Tests the access log."""

import logging

import pytest

from django_dynamodb.exceptions import ConnectionFailedError, ThrottledError
from django_dynamodb.wire.access import logged

QUERY = b'{"TableName":"t","IndexName":"i","ExpressionAttributeValues":{":v0":{"S":"secret"}}}'
logger = logging.getLogger("tests.access")


@pytest.fixture
def log(caplog):
    """The log, with DEBUG on."""
    caplog.set_level(logging.DEBUG, logger.name)
    return caplog


def sender(reply):
    """A sender that gives or raises ``reply``."""

    def send(operation, body):
        if isinstance(reply, Exception):
            raise reply
        return reply

    return send


def test_line(log):
    """A call leaves one line with operation, table, index and time, and no value."""
    assert logged(sender(b'{"Items":[{"k":{"S":"secret"}}]}'), logger)("Query", QUERY)
    (record,) = log.records
    assert record.getMessage().startswith("operation=Query table=t index=i duration_ms=")
    assert "secret" not in record.getMessage()
    assert (record.operation, record.table, record.index, record.units) == ("Query", "t", "i", None)


@pytest.mark.parametrize(
    ("reply", "units"),
    [
        (b'{"ConsumedCapacity":{"TableName":"t","CapacityUnits":1.5,"Table":{"CapacityUnits":0.5}}}', 1.5),
        (b'{"ConsumedCapacity":[{"CapacityUnits":1.0},{"CapacityUnits":2}]}', 3.0),
        (b'{"ConsumedCapacity":null}', 0.0),
    ],
)
def test_units(log, reply, units):
    """Capacity is added up over tables, and parts of a table are not counted twice."""
    logged(sender(reply), logger)("Query", QUERY)
    assert log.records[0].units == units


@pytest.mark.parametrize(
    ("error", "code"),
    [(ThrottledError("slow", code="ThrottlingException"), "ThrottlingException"), (ConnectionFailedError("gone"), "")],
)
def test_failed_call(log, error, code):
    """A call that failed leaves a line with the code, or else the name of the error, and still raises."""
    with pytest.raises(type(error)):
        logged(sender(error), logger)("Query", QUERY)
    assert log.records[0].error_code == (code or "ConnectionFailedError")


def test_silent_without_debug(caplog):
    """While DEBUG is off nothing is written."""
    caplog.set_level(logging.INFO, logger.name)
    assert logged(sender(b"{}"), logger)("Query", QUERY) == b"{}"
    assert caplog.records == []
