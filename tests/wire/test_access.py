"""Tests the access log."""

import logging

import pytest

from django_dynamodb.wire.access import written_to
from django_dynamodb.wire.receipts import Receipt, TableUnits

logger = logging.getLogger("tests.access")


@pytest.fixture
def log(caplog):
    """The log, with DEBUG on."""
    caplog.set_level(logging.DEBUG, logger.name)
    return caplog


def write(**facts):
    """Writes the line of a call."""
    call = {"operation": "Query", "table": "t", "index": "i", "shares": (), "ms": 1.234, **facts}
    written_to(logger)(Receipt(**call))


def test_line(log):
    """A call leaves one line with operation, table, index and time, and the same facts on the record."""
    write()
    (record,) = log.records
    assert record.getMessage() == "operation=Query table=t index=i duration_ms=1.23"
    assert (record.operation, record.table, record.index, record.units) == ("Query", "t", "i", None)


def test_units(log):
    """Capacity is added up over tables, reads and writes."""
    write(
        shares=(TableUnits(table="a", read_units=1, write_units=0), TableUnits(table="b", read_units=0, write_units=2))
    )
    assert log.records[0].units == 3
    assert log.records[0].getMessage().endswith("units=3.0")


def test_requests(log):
    """The id of the request ends the line; retries stand in it where there were some."""
    write(request_id="A1", retries=0)
    write(request_id="A2", retries=2)
    first, second = log.records
    assert first.getMessage().endswith("duration_ms=1.23 request_id=A1")
    assert second.getMessage().endswith("retries=2 request_id=A2")
    assert (first.retries, first.request_id) == (0, "A1")


def test_refused_call(log):
    """A call that failed leaves a line with the code."""
    write(error="ThrottlingException", index=None)
    assert log.records[0].getMessage() == "operation=Query table=t duration_ms=1.23 error_code=ThrottlingException"


def test_silent_without_debug(caplog):
    """While DEBUG is off nothing is written."""
    caplog.set_level(logging.INFO, logger.name)
    write()
    assert caplog.records == []
