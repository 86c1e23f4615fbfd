"""Tests what is read out of error answers that the contract of the wires does not touch."""

import time
from email.utils import formatdate

import pytest

from django_dynamodb.wire.http import HttpReply
from django_dynamodb.wire.refusals import refused, skew_of

BODY = b'{"TableName":"t"}'


def reply(body, status=400, fields=b""):
    """An answer."""
    return HttpReply(status, b"HTTP/1.1 %d x%b" % (status, fields), body, reusable=True)


@pytest.mark.parametrize(
    ("body", "status", "code", "message"),
    [
        (b'{"__type":"a.b#Code","message":"m"}', 400, "Code", "m"),
        (b'{"__type":"Code","Message":"M"}', 400, "Code", "M"),
        (b'{"__type":"a#Code:http://c/","message":"m"}', 400, "Code", "m"),
        (b'{"message":"m"}', 418, "418", "m"),
        (b'["list"]', 400, "400", '["list"]'),
        (b"\xff", 400, "400", "\ufffd"),
        (b"", 400, "400", "no message"),
        (b"<html>x", 500, "500", "Internal Server Error"),
        (b" ", 599, "599", "no message"),
        (b"text", 500, "500", "text"),
    ],
)
def test_code_and_message(client, body, status, code, message):
    """Code and message are found in every form they come in."""
    error = refused(client, reply(body, status), operation="GetItem", table="t", body=BODY)
    assert error.code == code
    assert f"{message} ({code})" in str(error)
    assert (error.request_id, error.key, error.body) == (None, None, body)


@pytest.mark.parametrize("date", [b"", b"\r\nDate: soon"])
def test_no_date(date):
    """Without a date the clock cannot be told."""
    assert skew_of(reply(b"", fields=date)) is None


def test_skew():
    """The service's clock is ahead by the difference."""
    date = formatdate(time.time() + 3600, usegmt=True).encode()
    assert skew_of(reply(b"", fields=b"\r\nDate: " + date)) == pytest.approx(3600, abs=5)
