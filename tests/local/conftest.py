"""Gives the tests of the local engine an engine, a plain client and a table with every type in it."""

import copy

import boto3
import pytest

from django_dynamodb.local.engine import Engine
from django_dynamodb.local.memory import Memory
from django_dynamodb.local.snapshot import TableImage

REGION = "eu-west-1"

CREATE = {
    "TableName": "cities",
    "AttributeDefinitions": [
        {"AttributeName": "country", "AttributeType": "S"},
        {"AttributeName": "id", "AttributeType": "N"},
        {"AttributeName": "size", "AttributeType": "N"},
    ],
    "KeySchema": [
        {"AttributeName": "country", "KeyType": "HASH"},
        {"AttributeName": "id", "KeyType": "RANGE"},
    ],
    "BillingMode": "PAY_PER_REQUEST",
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "by_id",
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "KEYS_ONLY"},
        },
    ],
    "LocalSecondaryIndexes": [
        {
            "IndexName": "by_size",
            "KeySchema": [
                {"AttributeName": "country", "KeyType": "HASH"},
                {"AttributeName": "size", "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "ALL"},
        },
    ],
    "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
}

EVERY_TYPE = {
    "country": {"S": "Österreich"},
    "id": {"N": "-1"},
    "number": {"N": "12345678901234567890123456789012345678"},
    "fraction": {"N": "0.00000000000000000000000000000000000012345678901234567890123456789012345678"},
    "empty": {"S": ""},
    "nothing": {"NULL": True},
    "no": {"BOOL": False},
    "bytes": {"B": "AP/+"},
    "no_bytes": {"B": ""},
    "texts": {"SS": ["a", "ß"]},
    "numbers": {"NS": ["1", "99999999999999999999999999999999999999"]},
    "blobs": {"BS": ["AP8=", "AQ=="]},
    "list": {"L": [{"S": "x"}, {"L": []}, {"M": {"deep": {"BS": ["AA=="]}}}]},
    "map": {"M": {"": {"S": "line\n\u2028end"}, "none": {"M": {}}}},
}


@pytest.fixture
def image():
    """A table with indexes, a stream, a time to live and an item of every type."""
    items = copy.deepcopy([EVERY_TYPE, {**EVERY_TYPE, "id": {"N": "2"}}])
    return TableImage(region=REGION, create=CREATE, ttl="size", items=items)


@pytest.fixture
def memory():
    """DynamoDB in memory, empty."""
    memory = Memory()
    yield memory
    memory.clear()


@pytest.fixture
def engine():
    """An engine that answers."""
    engine = Engine()
    engine.start()
    yield engine
    engine.stop()


@pytest.fixture
def client(engine):
    """A plain client of the engine."""
    client = make_client(engine.url)
    yield client
    client.close()


def make_client(url):
    """A plain client of an endpoint."""
    return boto3.client("dynamodb", REGION, endpoint_url=url, aws_access_key_id="local", aws_secret_access_key="local")
