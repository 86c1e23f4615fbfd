"""Holds the verbs of a table to the service's spelling, down and up."""

import json

import pytest

from django_dynamodb.operations.tables import (
    CreateTable,
    DeleteTable,
    DescribeTable,
    IndexRequest,
    ListTables,
    TableNames,
)

KEY_SCHEMA = [{"AttributeName": "p", "KeyType": "HASH"}, {"AttributeName": "s", "KeyType": "RANGE"}]


@pytest.mark.parametrize(
    ("operation", "payload"),
    [
        (
            CreateTable(table="t", partition="p", attributes={"p": "S"}),
            {
                "TableName": "t",
                "KeySchema": KEY_SCHEMA[:1],
                "AttributeDefinitions": [{"AttributeName": "p", "AttributeType": "S"}],
                "BillingMode": "PAY_PER_REQUEST",
            },
        ),
        (
            CreateTable(
                table="t",
                partition="p",
                sort="s",
                attributes={"p": "S", "s": "N"},
                global_indexes=(IndexRequest(name="g", partition="s", projection=("x", "a"), units=(3, 4)),),
                local_indexes=(IndexRequest(name="l", partition="p", sort="s", projection="KEYS_ONLY"),),
                units=(1, 2),
                stream="NEW_IMAGE",
            ),
            {
                "TableName": "t",
                "KeySchema": KEY_SCHEMA,
                "AttributeDefinitions": [
                    {"AttributeName": "p", "AttributeType": "S"},
                    {"AttributeName": "s", "AttributeType": "N"},
                ],
                "BillingMode": "PROVISIONED",
                "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 2},
                "GlobalSecondaryIndexes": [
                    {
                        "IndexName": "g",
                        "KeySchema": [{"AttributeName": "s", "KeyType": "HASH"}],
                        "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["x", "a"]},
                        "ProvisionedThroughput": {"ReadCapacityUnits": 3, "WriteCapacityUnits": 4},
                    }
                ],
                "LocalSecondaryIndexes": [
                    {"IndexName": "l", "KeySchema": KEY_SCHEMA, "Projection": {"ProjectionType": "KEYS_ONLY"}}
                ],
                "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
            },
        ),
        (DescribeTable(table="t"), {"TableName": "t"}),
        (DeleteTable(table="t"), {"TableName": "t"}),
        (ListTables(), {}),
        (ListTables(start="t", limit=10), {"ExclusiveStartTableName": "t", "Limit": 10}),
    ],
)
def test_payload(operation, payload):
    """A request says what was asked and leaves the rest out."""
    assert operation.name == type(operation).__name__
    assert operation.payload() == payload


def test_several_attributes():
    """A key of several attributes is spelled in their order, those of the partition key first."""
    request = IndexRequest(name="g", partition=("a", "b"), sort=("c", "d"))
    assert request.payload()["KeySchema"] == [
        {"AttributeName": "a", "KeyType": "HASH"},
        {"AttributeName": "b", "KeyType": "HASH"},
        {"AttributeName": "c", "KeyType": "RANGE"},
        {"AttributeName": "d", "KeyType": "RANGE"},
    ]
    alone = IndexRequest(name="g", partition=("a",), sort=())
    assert alone.payload() == IndexRequest(name="g", partition="a").payload()


@pytest.mark.parametrize(
    ("operation", "member"),
    [
        (CreateTable(table="t", partition="p", attributes={"p": "S"}), "TableDescription"),
        (DescribeTable(table="t"), "Table"),
        (DeleteTable(table="t"), "TableDescription"),
    ],
)
def test_result(operation, member):
    """Each verb finds the description under its own name."""
    table = operation.result(json.dumps({member: {"TableName": "t", "TableStatus": "ACTIVE"}}).encode())
    assert (table.name, table.status) == ("t", "ACTIVE")


def test_names():
    """A page of names says where the next one starts."""
    assert ListTables().result(b'{"TableNames":["a","b"],"LastEvaluatedTableName":"b"}') == TableNames(
        names=["a", "b"], last="b"
    )
    assert ListTables().result(b'{"TableNames":[]}') == TableNames(names=[], last=None)
