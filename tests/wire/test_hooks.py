"""Tests what hooks on ``before-send`` see and answer."""

from io import BytesIO
from types import SimpleNamespace

import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.session import Session

from django_dynamodb.wire.hooks import Audience, CountedEmitter, ShownRequest, answered

RAW = b"POST /a HTTP/1.1\r\nHost: h\r\nAccept-Encoding: identity\r\nMine: 1\r\nContent-Length: 2\r\n\r\n{}"


def test_request():
    """A hook sees what botocore shows it: type, fields without those of the connection, bytes but for the length."""
    request = ShownRequest("http://h/a", RAW, b"{}")
    assert isinstance(request, AWSPreparedRequest)
    assert (request.method, request.url, request.body, request.stream_output) == ("POST", "http://h/a", b"{}", False)
    assert dict(request.headers) == {"Mine": b"1", "Content-Length": "2"}
    assert request.headers["mine"] == b"1"


def test_nobody_looked():
    """A request that nobody looked into goes out as it is."""
    assert ShownRequest("http://h/a", RAW, b"{}").written() is RAW


def test_somebody_looked():
    """One that was looked into is the same request; what was changed in its fields is sent."""
    request = ShownRequest("http://h/a", RAW, b"{}")
    assert request.headers
    assert request.written() == RAW
    request.headers["Mine"] = "2"
    del request.headers["Content-Length"]
    request.headers["New"] = b"3"
    lines = b"POST /a HTTP/1.1\r\nHost: h\r\nAccept-Encoding: identity\r\nMine: 2\r\nNew: 3\r\n\r\n{}"
    assert request.written() == lines


def test_answers():
    """The first answer of a hook counts; its connection cannot be used again, as there is none."""
    raw = SimpleNamespace(stream=lambda: [BytesIO(b"{}").read()])
    first = AWSResponse("http://h", 400, {"x-amzn-RequestId": b"r", "Number": 5}, raw)
    reply = answered([(None, None), (None, first), (None, AWSResponse("http://h", 200, {}, raw))])
    assert (reply.status, reply.body, reply.reusable) == (400, b"{}", False)
    assert (reply.header(b"x-amzn-requestid"), reply.header(b"number")) == (b"r", b"5")
    assert answered([]) is answered([(None, None)]) is None


@pytest.mark.parametrize("register", ["register", "register_first", "register_last"])
@pytest.mark.parametrize(
    ("event", "heard"),
    [
        ("before-send", True),
        ("before-send.dynamodb", True),
        ("before-send.dynamodb.GetItem", True),
        ("before-send.*.GetItem", True),
        ("*", True),
        ("*.dynamodb", True),
        ("before-send.s3", False),
        ("before-sign.dynamodb", False),
        ("request-created.*.GetItem", False),
    ],
)
def test_audience(event, heard, register):
    """Whoever may hear our event is noted, on a session as on each of its clients; others are not."""
    audience = Audience(there=False)
    session = Session(event_hooks=CountedEmitter(audience))
    session.set_credentials("key", "secret")
    client = session.create_client("dynamodb", region_name="eu-west-1")
    audience.there = False  # every session has moto's hook once moto is imported
    calls = []
    getattr(client.meta.events, register)(event, lambda **kwargs: calls.append(kwargs))
    assert audience.there is heard
    client.meta.events.emit(
        "before-send.dynamodb.GetItem", request=AWSPreparedRequest("POST", "http://h", {}, b"", False)
    )
    assert bool(calls) is heard


def test_audience_of_a_session():
    """A hook on the session, which its clients take over, counts; one that is gone again still does."""
    audience = Audience(there=False)
    session = Session(event_hooks=CountedEmitter(audience))
    audience.there = False
    session.register("before-send", dict)
    session.unregister("before-send", dict)
    assert audience.there
