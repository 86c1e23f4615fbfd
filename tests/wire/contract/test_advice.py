"""Holds the lean wire to what botocore decides: addresses, signatures, credentials, hooks; pins what is assumed."""

import asyncio
import datetime as dt
import json
import threading
from types import SimpleNamespace

import boto3
import botocore.session
import pytest
from botocore import exceptions as botocore_exceptions
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.credentials import Credentials, RefreshableCredentials
from moto import mock_aws

from django_dynamodb import exceptions
from django_dynamodb.coroutines import run
from django_dynamodb.wire.credentials import SessionKeys
from django_dynamodb.wire.envelope import learn
from django_dynamodb.wire.lean import LeanWire
from tests.wire.contract.server import OK

GET = b'{"TableName":"t","Key":{"k":{"S":"a"}}}'
ARN = "arn:aws:dynamodb:eu-west-1:444455556666:table/t"


def client_of(url=None, **options):
    """A client for the lean wire, whose credentials know their account."""
    session = boto3.Session("key", "secret", region_name="eu-west-1", aws_account_id="111122223333")
    return session.client("dynamodb", endpoint_url=url, config=Config(parameter_validation=False, **options))


def sent_by_botocore(client, table):
    """The request botocore would send."""
    seen = []

    def stop(request, **event):
        seen.append(request)
        raise InterruptedError

    client.meta.events.register_first("before-send.dynamodb", stop)
    with pytest.raises(InterruptedError):
        client.get_item(TableName=table)
    return seen[0]


@pytest.mark.parametrize("table", ["t", ARN])
@pytest.mark.parametrize(
    ("environment", "url", "options"),
    [
        ({}, None, {}),
        ({}, None, {"use_fips_endpoint": True}),
        ({}, None, {"use_dualstack_endpoint": True}),
        ({}, None, {"use_fips_endpoint": True, "use_dualstack_endpoint": True}),
        ({}, None, {"account_id_endpoint_mode": "required"}),
        ({}, None, {"account_id_endpoint_mode": "disabled"}),
        ({"AWS_USE_FIPS_ENDPOINT": "true"}, None, {}),
        ({"AWS_ENDPOINT_URL_DYNAMODB": "http://host.test:9/prefix"}, None, {}),
        ({"AWS_ENDPOINT_URL": "https://host.test/a%20b/c"}, None, {}),
        ({}, "http://user:secret@127.0.0.1:8000", {}),
        ({}, "https://[::1]:8000/x/../y/", {}),
        ({}, "https://host.test:443", {}),
    ],
)
def test_learned_address(monkeypatch, environment, url, options, table):
    """The address and the user agent learned are those botocore itself would use, whatever decides them."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    client = client_of(url, **options)
    envelope = learn(client, table)
    request = sent_by_botocore(client, table)
    assert envelope.url == request.url
    assert (envelope.region, envelope.service, envelope.signer) == ("eu-west-1", "dynamodb", "v4")
    assert envelope.user_agent.partition(" m/")[0] == request.headers["User-Agent"].decode().partition(" m/")[0]


def test_accounts_have_addresses(make, service):
    """A table's ARN leads to the address of its account, others to the usual one; each is learned once."""
    client = client_of()
    urls = []

    def answer(request, **event):
        urls.append(request.url)
        return AWSResponse(request.url, 200, {}, type("Raw", (), {"stream": lambda self: [b"{}"]})())

    client.meta.events.register_first("before-send.dynamodb", answer)
    wire = LeanWire(client, SessionKeys(Credentials("key", "secret")))
    for table in ("t", ARN, "t", ARN):
        wire("GetItem", b'{"TableName":"%b","Key":{"k":{"S":"a"}}}' % table.encode())
    wire("PutItem", json.dumps({"TableName": "t", "Item": {"k": {"S": ARN}}}, separators=(",", ":")).encode())
    usual, other = (f"https://{account}.ddb.eu-west-1.amazonaws.com/" for account in ("111122223333", "444455556666"))
    assert urls == [usual, other, usual, other, usual]


def test_learning_sends_nothing_and_leaves_nothing(service):
    """Learning makes no request, and the client's own calls work as before."""
    client = client_of(service.url)
    learn(client)
    assert service.requests == []
    client.get_item(TableName="t", Key={"k": {"S": "a"}})
    assert len(service.requests) == 1


def test_learning_does_not_stop_others(service):
    """While one thread learns, calls of other threads on the client go through."""
    client = client_of(service.url)
    ended = threading.Event()

    def learn_on():
        while not ended.is_set():
            learn(client)

    thread = threading.Thread(target=learn_on)
    thread.start()
    for _ in range(20):
        client.get_item(TableName="t", Key={"k": {"S": "a"}})
    ended.set()
    thread.join()


def test_a_hook_that_answers_instead(service):
    """A hook that answers in the service's stead before the address is known leaves nothing to learn."""
    client = client_of(service.url)
    client.meta.events.register_first("before-call.dynamodb", lambda **event: (SimpleNamespace(status_code=200), {}))
    with pytest.raises(RuntimeError, match="another hook answered it"):
        learn(client)


def test_fields_of_hooks(make, service):
    """What a ``before-call`` hook adds to every call is learned and sent."""
    wire = make("lean", service.url)
    wire.client.meta.events.register("before-call.dynamodb", lambda params, **event: params["headers"].update(Mine="1"))
    wire("GetItem", GET)
    assert service.requests[0].headers["mine"] == "1"


def test_hooks_see_the_same(make, service):
    """A ``before-send`` hook sees the same request on each wire: names of fields, types, method, address, body."""
    shown = []
    for kind in ("botocore", "lean", "async"):
        wire = make(kind, service.url)
        seen = []
        wire.client.meta.events.register(
            "before-send.dynamodb.GetItem", lambda request, seen=seen, **event: seen.append((request, event))
        )
        wire("GetItem", GET)
        request, event = seen[0]
        types = {name: type(value) for name, value in request.headers.items()}
        shown.append((types, request.method, request.url, request.body, request.stream_output, event["event_name"]))
    assert shown[0] == shown[1] == shown[2]


def test_hooks_may_add_fields(wire, service):
    """What a ``before-send`` hook adds to the fields is sent."""

    def add(request, **event):
        request.headers["Mine"] = "1"
        request.headers["Bytes"] = b"2"

    wire.client.meta.events.register("before-send.dynamodb", add)
    assert wire("GetItem", GET) == OK
    headers = service.requests[0].headers
    assert (headers["mine"], headers["bytes"], headers["content-length"]) == ("1", "2", str(len(GET)))
    assert headers["host"].startswith("localhost:")


def test_hooks_may_come_late(wire, service):
    """A hook that comes after the first call sees the next one, and none once it is gone."""
    seen = []

    def look(request, **event):
        seen.append(request.body)

    assert wire("GetItem", GET) == OK
    wire.client.meta.events.register("before-send.dynamodb.GetItem", look)
    assert wire("GetItem", GET) == OK
    wire.client.meta.events.unregister("before-send.dynamodb.GetItem", look)
    assert wire("GetItem", GET) == OK
    assert [bytes(body) for body in seen] == [GET]


def test_hooks_may_fail(wire, service):
    """A failure of the network that a hook stages is as a real one."""
    failures = [botocore_exceptions.ConnectionClosedError(endpoint_url=service.url)] * 2

    def fail(**event):
        if failures:
            raise failures.pop()

    wire.client.meta.events.register("before-send.dynamodb", fail)
    assert wire("PutItem", GET) == OK
    assert failures == []


def test_trace_of_lambda(make, kind, service, monkeypatch):
    """In a Lambda function the trace of each invocation is handed on."""
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "f")
    wire = make(kind, service.url)
    for trace in ("Root=1-2;Sampled=1", "Root=ü 3"):
        monkeypatch.setenv("_X_AMZN_TRACE_ID", trace)
        wire("GetItem", GET)
    monkeypatch.delenv("_X_AMZN_TRACE_ID")
    wire("GetItem", GET)
    traces = [request.headers.get("x-amzn-trace-id") for request in service.requests]
    assert traces == ["Root=1-2;Sampled=1", "Root=%C3%BC%203", None]


def test_mock_aws(make, kind):
    """Moto in this process answers for every wire, errors included."""
    name = f"contract-{kind}"
    create = {
        "TableName": name,
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}],
    }
    item = {"k": {"S": "é"}, "b": {"B": "AAH/"}}
    with mock_aws():
        wire = make(kind)
        wire("CreateTable", json.dumps(create).encode())
        wire("PutItem", json.dumps({"TableName": name, "Item": item}).encode())
        get = json.dumps({"TableName": name, "Key": {"k": {"S": "é"}}}, ensure_ascii=False)
        assert json.loads(wire("GetItem", get.encode()))["Item"] == item
        wire("DeleteTable", json.dumps({"TableName": name}).encode())
        with pytest.raises(exceptions.TableNotFoundError) as caught:
            wire("GetItem", get.encode())
    assert caught.value.status == 400
    assert caught.value.request_id


def rotating(lifetimes, fetched):
    """Credentials of a role that last for some seconds each, from an hour on."""

    def fetch():
        fetched.append(threading.get_ident())
        number = len(fetched)
        seconds = lifetimes[min(number, len(lifetimes)) - 1]
        expiry = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=seconds)
        return {
            "access_key": f"AK{number}",
            "secret_key": "s",
            "token": f"T{number}",
            "expiry_time": expiry.isoformat(),
        }

    return RefreshableCredentials.create_from_metadata(fetch(), fetch, "test")


@pytest.mark.parametrize("kind", ["lean", "async"])
def test_credentials_rotate(make, kind, service):
    """Credentials about to expire are renewed, off the event loop; their token is sent."""
    fetched = []
    core = botocore.session.Session()
    core._credentials = rotating([60, 7200], fetched)
    session = boto3.Session(botocore_session=core, region_name="eu-west-1")
    wire = make(kind, service.url, session=session)
    wire("GetItem", GET)
    assert "Credential=AK2/" in service.requests[0].headers["authorization"]
    assert service.requests[0].headers["x-amz-security-token"] == "T2"
    assert len(fetched) == 2
    assert (fetched[1] == threading.get_ident()) is (kind == "lean")


@pytest.mark.parametrize("credentials", [None, "broken"])
def test_nothing_to_sign_with(service, make, kind, credentials):
    """Without credentials, or when they cannot be renewed, nothing is sent, and the error says what to set."""
    if credentials:

        def fail():
            raise botocore_exceptions.CredentialRetrievalError(provider="p", error_msg="x")

        found = RefreshableCredentials("a", "s", "t", dt.datetime.now(dt.UTC), fail, "test")
    else:
        found = None
    core = botocore.session.Session()
    core.get_credentials = lambda: found
    wire = make(kind, service.url, session=boto3.Session(botocore_session=core, region_name="eu-west-1"))
    with pytest.raises(exceptions.AccessDeniedError, match="Nothing was sent"):
        wire("GetItem", GET)
    assert service.requests == []


def test_settings_that_lead_nowhere(make, kind):
    """Settings without an address are the same error on each wire."""
    wire = make(kind, account_id_endpoint_mode="required", session=boto3.Session("k", "s", region_name="eu-west-1"))
    with pytest.raises(exceptions.RequestRejectedError, match="OPTIONS"):
        wire("GetItem", GET)


def test_another_way_to_sign(monkeypatch, service):
    """Where botocore would sign in a way this wire does not know, it says so instead of guessing."""
    client = client_of(service.url)
    monkeypatch.setattr("django_dynamodb.wire.lean.SIGNERS", frozenset())
    with pytest.raises(exceptions.RequestRejectedError, match="v4"):
        LeanWire(client, SessionKeys(Credentials("a", "b")))("GetItem", GET)


@pytest.mark.parametrize(
    ("retries", "attempts"),
    [({"mode": "standard"}, None), ({"mode": "legacy"}, None), ({"mode": "standard", "total_max_attempts": 1}, 1),
     ({"mode": "standard", "max_attempts": 4}, 5)],
)  # fmt: skip
def test_attempts(make, service, retries, attempts):
    """Both wires make as many attempts as botocore's settings, or its defaults, say."""
    made = []
    for kind in ("botocore", "lean"):
        service.refuse("InternalServerError", 500, times=30)
        session = boto3.Session("key", "secret", region_name="eu-west-1")
        wire = make(kind, service.url, session=session, retries=retries)
        getattr(wire, "inner", wire)._pause = lambda attempt: True
        before = len(service.requests)
        with pytest.raises(exceptions.ServiceUnavailableError):
            wire("PutItem", GET)
        made.append(len(service.requests) - before)
        service.plan.clear()
    assert made[1] == (attempts or made[0])
    assert made[0] == made[1]


def test_pauses_let_the_loop_go_on(service, make):
    """Within ``coroutines.run`` the wire's own pause is one of the task, not of the thread."""
    session = boto3.Session("key", "secret", region_name="eu-west-1")
    client = session.client("dynamodb", endpoint_url=service.url, config=Config(parameter_validation=False))
    wire = LeanWire(client, SessionKeys(session.get_credentials()))
    service.refuse("ThrottlingException", times=2)

    async def main():
        task, turns = asyncio.create_task(run(wire, "GetItem", GET)), 0
        while not task.done():
            turns += 1
            await asyncio.sleep(0)
        return task.result(), turns

    answer, turns = asyncio.run(main())
    assert answer == OK
    assert turns > 10
