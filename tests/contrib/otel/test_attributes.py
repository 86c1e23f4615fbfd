"""Tests that a call is spelled as the semantic conventions spell it."""

import json

import pytest
from opentelemetry.semconv._incubating.attributes import aws_attributes, cloud_attributes, db_attributes, rpc_attributes
from opentelemetry.semconv.attributes import error_attributes, http_attributes, server_attributes
from opentelemetry.semconv.schemas import Schemas

from django_dynamodb.capacity import Receipt, TableUnits
from django_dynamodb.connections import connections
from django_dynamodb.contrib.otel.attributes import SYSTEM, of_connection, of_receipt, of_request
from django_dynamodb.contrib.otel.spans import SCHEMA

KNOWN = {
    value
    for module in (
        aws_attributes,
        cloud_attributes,
        db_attributes,
        error_attributes,
        http_attributes,
        rpc_attributes,
        server_attributes,
    )
    for value in vars(module).values()
    if isinstance(value, str)
}
READ = b'{"TableName":"t","IndexName":"i","ConsistentRead":true,"Limit":5,"ScanIndexForward":false,"Select":"COUNT",'


def own(operation, body):
    """What a request is beside what all of DynamoDB's have."""
    found = of_request(operation, body)
    return {name: value for name, value in found.items() if name not in {*SYSTEM, "rpc.method", "db.operation.name"}}


def receipt(**facts):
    """A receipt."""
    return Receipt(**{"operation": "Query", "table": "t", "index": None, "shares": (), "ms": 1, **facts})


def test_names():
    """Every name is one of the conventions."""
    shares = (TableUnits(table="t", read_units=1, write_units=0),)
    told = of_receipt(receipt(shares=shares, error="x", request_id="r", retries=1, returned=1, scanned=2))
    asked = of_request("Query", READ + b'"Segment":0,"TotalSegments":2}')
    assert {*told, *asked, "cloud.region", "server.address", "server.port"} <= KNOWN
    assert len(told) == 7
    assert "http.request.resend_count" not in of_receipt(receipt(retries=0))
    assert SCHEMA in {schema.value for schema in Schemas}


def test_system():
    """The names of the service are those of the conventions, and of tools that read the older ones."""
    found = of_request("GetItem", b'{"TableName":"t"}')
    assert found["db.system.name"] == db_attributes.DbSystemNameValues.AWS_DYNAMODB.value
    assert (found["rpc.system"], found["rpc.service"], found["rpc.method"]) == ("aws-api", "DynamoDB", "GetItem")
    assert found["db.operation.name"] == "GetItem"


def test_options():
    """A request that reads says how."""
    assert own("Scan", READ + b'"Segment":1,"TotalSegments":4}') == {
        "db.collection.name": "t",
        "aws.dynamodb.table_names": ["t"],
        "aws.dynamodb.index_name": "i",
        "aws.dynamodb.consistent_read": True,
        "aws.dynamodb.limit": 5,
        "aws.dynamodb.scan_forward": False,
        "aws.dynamodb.select": "COUNT",
        "aws.dynamodb.segment": 1,
        "aws.dynamodb.total_segments": 4,
    }


@pytest.mark.parametrize(
    ("operation", "body", "tables"),
    [
        ("PutItem", b'{"Item":{"TableName":{"S":"x"},"s":{"S":"\\"TableName\\":\\"x\\""}},"TableName":"t"}', ["t"]),
        ("BatchGetItem", b'{"RequestItems":{"a":{"Keys":[]},"b":{"Keys":[]}}}', ["a", "b"]),
        ("BatchWriteItem", b'{"RequestItems":{"a":[]}}', ["a"]),
        ("TransactWriteItems", b'{"TransactItems":[{"Put":{"TableName":"b"}},{"Put":{"TableName":"b"}}]}', ["b"]),
        ("ListTables", b"{}", None),
    ],
)
def test_tables(operation, body, tables):
    """The tables of a request are named once each, whatever its items hold; a single one is the collection."""
    found = own(operation, body)
    assert found.get("aws.dynamodb.table_names") == tables
    assert found.get("db.collection.name") == (tables[0] if tables and len(tables) == 1 else None)


def test_units():
    """Units are written as the service writes them, for each table."""
    shares = (
        TableUnits(table="a", read_units=1.5, write_units=0),
        TableUnits(table="b", read_units=0, write_units=2),
    )
    entries = of_receipt(receipt(shares=shares))["aws.dynamodb.consumed_capacity"]
    assert [json.loads(entry) for entry in entries] == [
        {"TableName": "a", "CapacityUnits": 1.5, "ReadCapacityUnits": 1.5},
        {"TableName": "b", "CapacityUnits": 2, "WriteCapacityUnits": 2},
    ]


def test_nothing_to_tell():
    """What an answer does not say is left out."""
    assert of_receipt(receipt()) == {}


@pytest.mark.parametrize(
    ("endpoint", "place"),
    [
        (None, {"server.address": "dynamodb.eu-west-1.amazonaws.com"}),
        ("http://user:secret@localhost:8000", {"server.address": "localhost", "server.port": 8000}),
    ],
)
def test_place(settings, endpoint, place):
    """Address, port and region are told, and never a password."""
    settings.DYNAMODB = {"default": {**settings.DYNAMODB["default"], "ENDPOINT_URL": endpoint}}
    assert of_connection(connections["default"]) == {"cloud.region": "eu-west-1", **place}
