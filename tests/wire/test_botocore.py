"""Tests the wire on botocore: bytes in, bytes out, errors as ours; each test pins what it relies on in botocore."""

import json
import os
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from types import SimpleNamespace
from zlib import crc32

import boto3
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest, AWSResponse
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError
from botocore.stub import Stubber
from moto import mock_aws

from django_dynamodb import exceptions
from django_dynamodb.wire.botocore import BotocoreWire

GET = b'{"TableName":"t","Key":{"k":{"S":"\xc3\xa9"}}}'


def test_body_travels_untouched(wire, service):
    """The request carries our bytes, whatever botocore would have made of them."""
    service.answer({})
    wire("GetItem", GET)
    (request,) = service.requests
    assert request.body == GET
    assert request.headers["X-Amz-Target"] == b"DynamoDB_20120810.GetItem"
    assert request.headers["Content-Length"] == str(len(GET))


def test_body_is_what_was_signed(wire, service):
    """The signature covers our bytes: botocore's own signer gives the same one for them."""
    service.answer({})
    wire("GetItem", GET)
    headers = service.requests[0].headers.items()
    sent = {name.lower(): str(value, "utf-8") if isinstance(value, bytes) else value for name, value in headers}
    signed, signature = re.search("SignedHeaders=(.+), Signature=(.+)", sent["authorization"]).groups()
    headers = {name: sent[name] for name in signed.split(";") if name in sent}
    request = AWSRequest("POST", service.requests[0].url, headers, data=GET)
    request.context["timestamp"] = sent["x-amz-date"]
    auth = SigV4Auth(Credentials("key", "secret"), "dynamodb", "eu-west-1")
    assert auth.signature(auth.string_to_sign(request, auth.canonical_request(request)), request) == signature


@pytest.mark.parametrize(
    "answer", [b"{}", b'{"Item":{"k":{"S":"a"},"n":{"N":"1.50"},"b":{"B":"AAH/"}}}', b'{"Unheard":{"of":[1.0]}}']
)
def test_answer_travels_untouched(wire, service, answer):
    """The answer's bytes come back as they came, with members no parser knows."""
    service.answer(answer)
    assert wire("GetItem", GET) == answer


@pytest.mark.parametrize(
    ("operation", "payload"),
    [
        ("GetItem", {"TableName": "t"}),
        ("BatchGetItem", {"RequestItems": {"t": {"Keys": [{"k": {"S": "a"}}]}}}),
        ("BatchWriteItem", {"RequestItems": {"t": [{"DeleteRequest": {"Key": {"k": {"S": "a"}}}}]}}),
        ("TransactGetItems", {"TransactItems": [{"Get": {"TableName": "t", "Key": {"k": {"S": "a"}}}}]}),
        ("TransactWriteItems", {"TransactItems": [{"Delete": {"TableName": "t", "Key": {"k": {"S": "a"}}}}]}),
        ("ListTables", {}),
    ],
)
def test_hooks_see_the_table(wire, client, service, operation, payload):
    """Tracing tools see the table where botocore's own parameters have it, and never an item."""
    seen = []
    client.meta.events.register("before-parameter-build.dynamodb", lambda params, **event: seen.append(params))
    service.answer({})
    wire(operation, json.dumps(payload).encode())
    assert ("t" in json.dumps(seen[0])) is bool(payload)
    assert service.requests[0].body == json.dumps(payload).encode()


def test_table_arn_decides_the_endpoint(service):
    """Endpoint rules see a table's ARN: its account is part of the address where the mode asks for it."""
    session = boto3.Session("key", "secret", region_name="eu-west-1", aws_account_id="111122223333")
    client = session.client("dynamodb", config=Config(parameter_validation=False))
    client.meta.events.register_first("before-send.dynamodb", service)
    service.answer({})
    BotocoreWire(client)("GetItem", b'{"TableName":"arn:aws:dynamodb:eu-west-1:444455556666:table/t"}')
    assert service.requests[0].url == "https://444455556666.ddb.eu-west-1.amazonaws.com/"


def test_error_keeps_its_evidence(wire, service):
    """An error answer becomes ours, with botocore's as the cause and the bytes of the answer."""
    service.error("ResourceNotFoundException")
    with pytest.raises(exceptions.TableNotFoundError, match="what the service says") as caught:
        wire("GetItem", GET)
    error = caught.value
    assert (error.operation, error.table, error.key) == ("GetItem", "t", {"k": {"S": "é"}})
    assert (error.code, error.status, error.request_id) == ("ResourceNotFoundException", 400, "request-1")
    assert json.loads(error.body)["message"] == "what the service says"
    assert isinstance(error.__cause__, ClientError)
    assert error.__cause__.response.keys() == {"Error", "ResponseMetadata", "message"}


def test_stored_item_stays_json(wire, service):
    """The stored item of a failed condition keeps binary as base64 text."""
    service.error("ConditionalCheckFailedException", Item={"b": {"B": "AAH/"}})
    with pytest.raises(exceptions.ConditionFailedError) as caught:
        wire("PutItem", b'{"TableName":"t","Item":{}}')
    assert caught.value.item == {"b": {"B": "AAH/"}}


def test_html_error(wire, service):
    """An error page of something in between is judged by its status and kept."""
    service.answer(b"<html>Forbidden</html>", 403)
    with pytest.raises(exceptions.AccessDeniedError) as caught:
        wire("GetItem", GET)
    assert caught.value.body == b"<html>Forbidden</html>"


@pytest.mark.parametrize("answer", [b"<html>Welcome</html>", b""])
def test_success_that_is_no_json(wire, service, answer):
    """A success that is not DynamoDB's is an error that names the endpoint."""
    service.answer(answer)
    with pytest.raises(exceptions.ConnectionFailedError, match="Check ENDPOINT_URL"):
        wire("GetItem", GET)


def test_botocore_retries_server_errors(wire, service):
    """An error 500 is tried again by botocore, with our bytes in each request."""
    service.error("InternalServerError", 500)
    service.answer(b'{"Item":{}}')
    assert wire("GetItem", GET) == b'{"Item":{}}'
    assert [request.body for request in service.requests] == [GET, GET]


def test_botocore_checks_the_checksum(wire, service):
    """An answer that does not fit its checksum is asked for again."""
    service.answer(b'{"Item":{"k":{"S":"broken"}}}', **{"x-amz-crc32": "1"})
    service.answer(b'{"Item":{}}', **{"x-amz-crc32": str(crc32(b'{"Item":{}}'))})
    assert wire("GetItem", GET) == b'{"Item":{}}'


def test_spent_retries(wire, service, pauses):
    """What fails at every attempt is raised; the wire itself pauses only for conflicts."""
    service.error("InternalServerError", 500)
    service.error("InternalServerError", 500)
    with pytest.raises(exceptions.ServiceUnavailableError):
        wire("GetItem", GET)
    assert pauses == []


def test_transaction_conflict_is_retried(wire, service, pauses):
    """A write that met a transaction is tried again after a pause, which botocore does not do."""
    service.error("TransactionConflictException")
    service.error("TransactionConflictException")
    service.answer({})
    assert wire("PutItem", b'{"TableName":"t","Item":{}}') == b"{}"
    assert pauses == [1, 2]


def test_transaction_conflict_in_the_end(wire, service, pauses):
    """When the pauses are spent, the conflict is raised."""
    for _ in range(3):
        service.error("TransactionConflictException")
    with pytest.raises(exceptions.TransactionConflictError):
        wire("PutItem", b'{"TableName":"t","Item":{}}')
    assert pauses == [1, 2, 3]


def test_cancelled_transaction_is_not_retried(wire, service, pauses):
    """A cancelled transaction is for the floor above to try again: only it knows whether it may."""
    service.error("TransactionCanceledException", CancellationReasons=[{"Code": "TransactionConflict"}])
    with pytest.raises(exceptions.TransactionConflictError):
        wire("TransactWriteItems", b'{"TransactItems":[{"Put":{"TableName":"t","Item":{}}}]}')
    assert pauses == []


def test_threads_do_not_mix(wire, client, service):
    """Each of many threads gets the answer to its own request."""

    def echo(request, **event):
        return AWSResponse(request.url, 200, {}, SimpleNamespace(stream=lambda: [request.body]))

    client.meta.events.unregister("before-send.dynamodb", service)
    client.meta.events.register("before-send.dynamodb", echo)
    bodies = [b'{"TableName":"t%d"}' % number for number in range(200)]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda body: wire("GetItem", body), bodies)) == bodies


def test_second_wire_on_a_client(wire, client, service):
    """A second wire on the same client does no harm."""
    service.answer({"Item": {}})
    assert BotocoreWire(client)("GetItem", GET) == b'{"Item": {}}'


def test_call_past_the_wire(wire, client, service):
    """A call on the client itself still sends what botocore makes of it."""
    service.answer({})
    client.get_item(TableName="t", Key={"k": {"B": b"\0"}})
    assert json.loads(service.requests[0].body) == {"TableName": "t", "Key": {"k": {"B": "AA=="}}}


def test_stubber_answers(wire, client):
    """Botocore's Stubber works: what it answers is encoded as the service would."""
    created = datetime(2024, 1, 2, tzinfo=UTC)
    with Stubber(client) as stubber:
        stubber.add_response("get_item", {"Item": {"b": {"B": b"\0\1\xff"}}})
        stubber.add_response("describe_table", {"Table": {"CreationDateTime": created}})
        assert json.loads(wire("GetItem", GET)) == {"Item": {"b": {"B": "AAH/"}}}
        described = json.loads(wire("DescribeTable", b'{"TableName":"t"}'))
    assert described == {"Table": {"CreationDateTime": created.timestamp()}}


def test_stubber_errors(wire, client):
    """An error of botocore's Stubber is ours too, with its members."""
    with Stubber(client) as stubber:
        item = {"Item": {"b": {"B": b"\0\1\xff"}}}
        stubber.add_client_error("put_item", "ConditionalCheckFailedException", modeled_fields=item)
        with pytest.raises(exceptions.ConditionFailedError) as caught:
            wire("PutItem", b'{"TableName":"t"}')
    assert caught.value.item == {"b": {"B": "AAH/"}}


def test_close(wire, service):
    """A closed wire opens again at the next call."""
    wire.close()
    service.answer({})
    assert wire("GetItem", GET) == b"{}"


@pytest.fixture
def engine():
    """A wire before a real engine: the endpoint of the run, else moto in this process."""
    url = os.environ.get("DYNAMODB_TEST_ENDPOINT")
    session = boto3.Session("key", "secret", region_name="eu-west-1")
    mock = None if url else mock_aws()
    if mock:
        mock.start()
    config = Config(parameter_validation=False)
    wire = BotocoreWire(session.client("dynamodb", endpoint_url=url, config=config))
    key = {"AttributeName": "k", "KeyType": "HASH"}, {"AttributeName": "k", "AttributeType": "S"}
    schema = {"TableName": "wire-test", "KeySchema": key[:1], "AttributeDefinitions": key[1:]}
    wire("CreateTable", json.dumps({**schema, "BillingMode": "PAY_PER_REQUEST"}).encode())
    yield wire
    wire("DeleteTable", b'{"TableName":"wire-test"}')
    wire.close()
    if mock:
        mock.stop()


def test_engine_round_trip(engine):
    """On a real engine an item comes back as it was sent."""
    item = {"k": {"S": "é"}, "b": {"B": "AAH/"}, "n": {"N": "1.5"}, "s": {"SS": ["a"]}}
    engine("PutItem", json.dumps({"TableName": "wire-test", "Item": item}).encode())
    got = engine("GetItem", json.dumps({"TableName": "wire-test", "Key": {"k": {"S": "é"}}}).encode())
    assert json.loads(got) == {"Item": item}


def test_engine_failed_condition(engine):
    """On a real engine a failed condition hands over the stored item, binary as base64 text."""
    put = {"TableName": "wire-test", "Item": {"k": {"S": "a"}, "b": {"B": "AAH/"}}}
    engine("PutItem", json.dumps(put).encode())
    again = {"ConditionExpression": "attribute_not_exists(k)", "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    with pytest.raises(exceptions.ConditionFailedError) as caught:
        engine("PutItem", json.dumps(put | again).encode())
    assert caught.value.item == put["Item"]


def test_engine_missing_table(engine):
    """On a real engine a missing table is named."""
    with pytest.raises(exceptions.TableNotFoundError, match="wire-missing"):
        engine("GetItem", b'{"TableName":"wire-missing","Key":{"k":{"S":"a"}}}')
