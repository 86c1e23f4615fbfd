"""Holds every wire to what becomes of answers and failures: the same bytes, the same exceptions, the same retries."""

import json
import socket
from contextlib import contextmanager
from email.utils import formatdate
from time import sleep

import pytest

from django_dynamodb import exceptions
from django_dynamodb.wire.trail import following
from tests.wire.contract.server import OK, refusal, written

GET = b'{"TableName":"t","Key":{"k":{"S":"\xc3\xa9"}}}'
PUT = b'{"TableName":"t","Item":{"k":{"S":"a"}}}'


EVIDENCE = ("code", "status", "request_id", "table", "key", "operation", "body")


def evidence(error):
    """What an exception says, all of it."""
    return {
        "type": type(error),
        "text": str(error),
        **{
            name: getattr(error, name) for name in ("code", "status", "request_id", "table", "key", "operation", "body")
        },
        "item": getattr(error, "item", None),
        "cause": type(error.__cause__).__name__,
    }


def raised(wire, operation="PutItem", body=PUT):
    """The exception of a call."""
    with pytest.raises(exceptions.ServiceError) as caught:
        wire(operation, body)
    return caught.value


@contextmanager
def full_of_connections(listener):
    """Fills the queue of a listener that takes no connection, so that the system ignores further ones."""
    others = []
    for _ in range(3):
        other = socket.socket()
        other.setblocking(False)
        other.connect_ex(listener.getsockname())
        others.append(other)
    sleep(0.05)
    yield
    for other in others:
        other.close()


def test_body_and_answer_travel_untouched(wire, service):
    """The request carries our bytes, the answer's bytes come back, and one connection serves several calls."""
    service.answer(b'{"Unheard":{"of":[1.0]}}')
    assert wire("GetItem", GET) == b'{"Unheard":{"of":[1.0]}}'
    assert wire("Query", PUT) == OK
    first, second = service.requests
    assert (first.body, second.body) == (GET, PUT)
    assert (first.method, first.target, first.version) == ("POST", "/", "HTTP/1.1")
    assert second.headers["x-amz-target"] == "DynamoDB_20120810.Query"
    assert service.connections == 1


def test_fields(make, service):
    """Every wire sends the same fields; of those that differ from call to call, fields of the same form."""
    sent = []
    for kind in ("lean", "botocore", "async"):
        make(kind, service.url, user_agent_extra="ours/1")("GetItem", GET)
        headers = service.requests[-1].headers
        assert headers["amz-sdk-request"] == "attempt=1; max=3"
        assert len(headers["amz-sdk-invocation-id"]) == 36
        assert "SignedHeaders=content-type;host;x-amz-date;x-amz-target" in headers["authorization"]
        assert headers["user-agent"].endswith("ours/1")
        changing = ("amz-sdk-invocation-id", "authorization", "user-agent", "x-amz-date")
        sent.append({name: value for name, value in headers.items() if name not in changing})
    assert sent[0] == sent[1] == sent[2]


@pytest.mark.parametrize("size", [100_000, 3_000_000])
def test_large(wire, service, size):
    """Bodies and answers of many portions travel whole."""
    big = b'{"x":"%b"}' % (b"x" * size)
    service.answer(big)
    assert wire("Scan", big) == big
    assert service.requests[0].body == big


@pytest.mark.parametrize(
    "how", [{"chunked": True}, {"Connection": "close"}, {"length": False, "Connection": "close"}, {"version": "1.0"}]
)
def test_forms_of_answers(wire, service, how):
    """Chunked bodies, bodies until the end and the end of the connection are understood."""
    step = written(**how)
    closes = not how.get("chunked")
    service.plan.append(lambda connection, _request: connection.sendall(step) or not closes)
    assert wire("GetItem", GET) == OK
    assert wire("GetItem", GET) == OK
    assert service.connections == 1 + closes


@pytest.mark.parametrize(
    "code",
    [
        "ProvisionedThroughputExceededException",
        "ThrottlingException",
        "RequestLimitExceeded",
        "TransactionInProgressException",
    ],
)
def test_throttles_pass(wire, service, code):
    """Throttles are tried again, and the service is told which attempt it is of the same call."""
    service.refuse(code, times=2)
    assert wire("PutItem", PUT) == OK
    attempts = [request.headers["amz-sdk-request"] for request in service.requests]
    assert [text.partition("attempt=")[2][:1] for text in attempts] == ["1", "2", "3"]
    assert len({request.headers["amz-sdk-invocation-id"] for request in service.requests}) == 1


@pytest.mark.parametrize("times", [0, 2])
def test_trail(wire, service, times):
    """Every wire notes how many requests a call took, and the id of the last answer."""
    for number in range(times):
        service.answer(**refusal("ThrottlingException"), **{"x-amzn-RequestId": f"refused-{number}"})
    service.answer(**{"x-amzn-RequestId": "answered"})
    with following() as trail:
        wire("PutItem", PUT)
    assert (trail.requests, trail.retries, trail.request_id) == (times + 1, times, "answered")


def test_trail_without_answer(wire, service):
    """A call that nobody answers leaves the number of its requests, and no id."""
    service.drop(times=3)
    with following() as trail:
        raised(wire)
    assert (trail.retries, trail.request_id) == (2, None)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_server_errors_pass(wire, service, status):
    """Errors of the service are tried again, by their status alone if there is no code."""
    service.answer(b"<html>x</html>", status)
    service.refuse("InternalServerError", status)
    assert wire("PutItem", PUT) == OK


@pytest.mark.parametrize(
    "answer",
    [
        refusal("ProvisionedThroughputExceededException", ThrottlingReasons=[{"reason": "KeyRangeThroughputExceeded"}]),
        refusal("InternalServerError", 500),
        refusal("ResourceNotFoundException"),
        refusal("ConditionalCheckFailedException", Item={"k": {"B": "AAH/"}}),
        refusal("TransactionCanceledException", CancellationReasons=[{"Code": "ConditionalCheckFailed"}]),
        refusal("ValidationException"),
        refusal("Unheard"),
        refusal("AccessDeniedException"),
        {"body": b'{"__type":"x#Coded:http://y","Message":"M"}', "status": 400},
        {"body": b"<html>Forbidden</html>", "status": 403},
        {"body": b"<html>Gone wrong</html>", "status": 502},
        {"body": b"", "status": 503},
        {"body": b"", "status": 599},
        {"body": b"", "status": 404},
        {"body": b"{}", "status": 301},
    ],
    ids=lambda answer: f"{answer['status']} {answer['body'][:60]!r}",
)
@pytest.mark.parametrize("operation", ["PutItem", "GetItem"])
def test_same_exceptions(make, service, answer, operation):
    """Whatever is refused, every wire raises the same exception with the same evidence, and botocore's as its cause."""
    errors = []
    for kind in ("botocore", "lean", "async"):
        for _ in range(3):
            service.answer(**answer)
        errors.append(evidence(raised(make(kind, service.url), operation, GET)))
        service.plan.clear()
    assert errors[0] == errors[1] == errors[2]
    assert errors[0]["body"] == answer["body"]


def test_cause_can_be_asked(wire, service):
    """The cause is botocore's exception, with the members botocore gives it."""
    service.refuse("ConditionalCheckFailedException", Item={"k": {"S": "a"}})
    cause = raised(wire).__cause__
    assert isinstance(cause, wire.client.exceptions.ConditionalCheckFailedException)
    assert cause.response["Error"] == {
        "Code": "ConditionalCheckFailedException",
        "Message": "what the service says",
    }
    assert cause.response["Item"] == {"k": {"S": "a"}}
    assert cause.response["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_spent(wire, service):
    """When the attempts are spent the refusal is raised, after as many requests as the settings grant."""
    service.refuse("ThrottlingException", times=9)
    assert type(raised(wire)) is exceptions.ThrottledError
    assert len(service.requests) == 3


def test_conflict(wire, service, waits):
    """A conflict with a transaction is tried again as often as the pause grants."""
    service.refuse("TransactionConflictException", times=2)
    assert wire("PutItem", PUT) == OK
    assert waits == [1, 2]


@pytest.mark.parametrize("after", [b"", b"HTTP/1.1 2", written()[:-5]])
def test_drops_pass(wire, service, after):
    """Connections that end before the answer or within it are tried again."""
    service.drop(times=2, after=after)
    assert wire("PutItem", PUT) == OK


def test_drops_in_the_end(make, service):
    """When every attempt ends like that, every wire raises the same, and warns that a write may have happened."""
    errors = []
    for kind in ("botocore", "lean", "async"):
        service.drop(times=3)
        error = raised(make(kind, service.url))
        assert "a write may have happened" in str(error)
        errors.append((type(error), error.code, type(error.__cause__).__name__))
        service.plan.clear()
    assert set(errors) == {(exceptions.ConnectionFailedError, "ConnectionClosedError", "ConnectionClosedError")}


def test_bad_checksum_passes(wire, service):
    """An answer that does not fit its checksum is asked for again."""
    service.answer(b'{"Item":{"k":{"S":"broken"}}}', checksum=1)
    assert wire("GetItem", GET) == OK


@pytest.mark.parametrize("kind", ["lean", "async"])
def test_bad_checksum_in_the_end(wire, service):
    """What stays damaged is never handed out."""
    for _ in range(3):
        service.answer(b"{}", checksum=1)
    error = raised(wire)
    assert (type(error), error.code) == (exceptions.ConnectionFailedError, "ChecksumError")


@pytest.mark.parametrize("body", [b"<html>Welcome</html>", b""])
def test_success_that_is_no_json(wire, service, body):
    """A success that is not DynamoDB's is an error that names the endpoint."""
    service.answer(body)
    assert "Check ENDPOINT_URL" in str(raised(wire))


def test_nobody_there(make, kind):
    """An address where nobody is is the same error on every wire."""
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    error = raised(make(kind, f"http://127.0.0.1:{port}"))
    assert (type(error), error.code) == (exceptions.ConnectionFailedError, "EndpointConnectionError")


def test_unknown_host(make, kind):
    """So is a name that nobody has."""
    error = raised(make(kind, "http://nobody.invalid:8000"))
    assert (type(error), error.code) == (exceptions.ConnectionFailedError, "EndpointConnectionError")


def test_silence(make, kind, service):
    """A service that is silent for too long is given up, and tried again as often as others are."""
    service.be_slow(1, times=3)
    error = raised(make(kind, service.url, read_timeout=0.1))
    assert (type(error), error.code) == (exceptions.ConnectionFailedError, "ReadTimeoutError")
    assert "read_timeout" in str(error)
    assert len(service.requests) == 3


def test_slow_but_not_silent(make, kind, service):
    """The limit is on silence: an answer that comes bit by bit may take longer."""

    def drip(connection, _request):
        data = written()
        for place in range(0, len(data), 40):
            connection.sendall(data[place : place + 40])
            sleep(0.1)
        return True

    service.plan.append(drip)
    assert make(kind, service.url, read_timeout=0.35)("GetItem", GET) == OK


def test_no_connection_in_time(make, kind):
    """A host that does not take the connection in time is the same error on every wire."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full, full_of_connections(full):
        error = raised(make(kind, f"http://127.0.0.1:{full.getsockname()[1]}", connect_timeout=0.1))
    assert (type(error), error.code) == (exceptions.ConnectionFailedError, "ConnectTimeoutError")


def test_clock_skew(make, service):
    """The lean wire sets its clock by the service's when that explains a refusal, and keeps it; botocore does not."""
    for kind in ("lean", "async"):
        wire = make(kind, service.url)
        service.answer(**refusal("InvalidSignatureException"), Date="Tue, 01 Jan 2030 10:00:00 GMT")
        assert wire("PutItem", PUT) == OK
        assert wire("PutItem", PUT) == OK
        assert [request.headers["x-amz-date"][:11] for request in service.requests[-2:]] == ["20300101T10"] * 2
    service.answer(**refusal("InvalidSignatureException"), Date="Tue, 01 Jan 2030 10:00:00 GMT")
    assert type(raised(make("botocore", service.url))) is exceptions.AccessDeniedError


@pytest.mark.parametrize("date", [None, "now", "yesterday"])
def test_wrong_signature(make, kind, service, date):
    """A refused signature that the clock does not explain is raised at once."""
    fields = {} if date is None else {"Date": formatdate(usegmt=True) if date == "now" else date}
    service.answer(**refusal("InvalidSignatureException"), **fields)
    assert type(raised(make(kind, service.url))) is exceptions.AccessDeniedError
    assert len(service.requests) == 1


def test_skew_is_not_corrected_twice(make, service):
    """A service that goes on refusing is believed."""
    for year in (2030, 2040):
        service.answer(**refusal("InvalidSignatureException"), Date=f"Tue, 01 Jan {year} 10:00:00 GMT")
    assert type(raised(make("lean", service.url))) is exceptions.AccessDeniedError
    assert len(service.requests) == 2


def test_closed_wire_opens_again(wire, service):
    """A closed wire makes new connections at the next call."""
    wire("GetItem", GET)
    getattr(wire, "inner", wire).close()
    assert wire("GetItem", GET) == OK
    assert service.connections == 2


def test_json_of_evidence(wire, service):
    """What a throttle says about its reasons stays with the exception."""
    reasons = [{"reason": "TableReadProvisionedThroughputExceeded", "resource": "arn"}]
    service.refuse("ProvisionedThroughputExceededException", times=3, ThrottlingReasons=reasons)
    assert json.loads(raised(wire).body)["ThrottlingReasons"] == reasons
