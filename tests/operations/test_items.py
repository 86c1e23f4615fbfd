"""Holds the verbs of a single item to the service's spelling, down and up."""

import pytest

from django_dynamodb.expressions.conditions import Compare, Exists, NotExists
from django_dynamodb.expressions.paths import Path
from django_dynamodb.expressions.projections import Projection
from django_dynamodb.expressions.updates import SetTo, Update
from django_dynamodb.operations.items import (
    DeleteItem,
    GetItem,
    ItemResult,
    PutItem,
    UpdateItem,
    found_item,
    get_body,
    put_body,
)
from django_dynamodb.operations.json import dumps
from django_dynamodb.types import ItemText

KEY = {"id": {"S": "a"}}
ITEM = {"id": {"S": "a"}, "n": {"N": "1"}}
CONDITION = {"ConditionExpression": "attribute_exists(#n0)", "ExpressionAttributeNames": {"#n0": "id"}}
WRITES = [PutItem(table="t", item=ITEM), UpdateItem(table="t", key=KEY), DeleteItem(table="t", key=KEY)]


@pytest.mark.parametrize(
    ("operation", "payload"),
    [
        (GetItem(table="t", key=KEY), {"TableName": "t", "Key": KEY}),
        (
            GetItem(table="t", key=KEY, consistent=True, projection=Projection((Path("n"),)), capacity="TOTAL"),
            {
                "TableName": "t",
                "Key": KEY,
                "ConsistentRead": True,
                "ReturnConsumedCapacity": "TOTAL",
                "ProjectionExpression": "#n0",
                "ExpressionAttributeNames": {"#n0": "n"},
            },
        ),
        (PutItem(table="t", item=ITEM), {"TableName": "t", "Item": ITEM}),
        (PutItem(table="t", item=ITEM, condition=Exists(Path("id"))), {"TableName": "t", "Item": ITEM, **CONDITION}),
        (
            PutItem(table="t", item=ITEM, returning="ALL_OLD", return_stored=True, capacity="INDEXES"),
            {
                "TableName": "t",
                "Item": ITEM,
                "ReturnValues": "ALL_OLD",
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
                "ReturnConsumedCapacity": "INDEXES",
            },
        ),
        (UpdateItem(table="t", key=KEY), {"TableName": "t", "Key": KEY}),
        (UpdateItem(table="t", key=KEY, update=Update()), {"TableName": "t", "Key": KEY}),
        (
            UpdateItem(
                table="t",
                key=KEY,
                update=Update(sets=(SetTo(Path("n"), {"N": "2"}),)),
                condition=Compare(Path("n"), "<", {"N": "2"}),
                returning="UPDATED_NEW",
                return_stored=True,
            ),
            {
                "TableName": "t",
                "Key": KEY,
                "ReturnValues": "UPDATED_NEW",
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
                "UpdateExpression": "SET #n0 = :v0",
                "ConditionExpression": "#n0 < :v0",
                "ExpressionAttributeNames": {"#n0": "n"},
                "ExpressionAttributeValues": {":v0": {"N": "2"}},
            },
        ),
        (DeleteItem(table="t", key=KEY), {"TableName": "t", "Key": KEY}),
        (
            DeleteItem(table="t", key=KEY, condition=Exists(Path("id")), returning="ALL_OLD", return_stored=True),
            {
                "TableName": "t",
                "Key": KEY,
                "ReturnValues": "ALL_OLD",
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
                **CONDITION,
            },
        ),
    ],
)
def test_payload(operation, payload):
    """A request says what was asked and leaves the service's defaults out."""
    assert operation.payload() == payload


@pytest.mark.parametrize("operation", [GetItem(table="t", key=KEY), *WRITES])
def test_name(operation):
    """A record has the name of its verb."""
    assert operation.name == type(operation).__name__


def test_get_result():
    """A read gives the item, or None, and the capacity if told."""
    get = GetItem(table="t", key=KEY)
    assert get.result(b"{}") == ItemResult(item=None)
    assert get.result(b'{"Item":{"id":{"S":"a"}},"ConsumedCapacity":{"CapacityUnits":0.5}}') == ItemResult(
        item=KEY, consumed={"CapacityUnits": 0.5}
    )


@pytest.mark.parametrize("write", WRITES)
def test_write_result(write):
    """A write gives the attributes it was asked for, and the capacity if told."""
    assert write.result(b"{}") == ItemResult(item=None)
    assert write.result(b'{"Attributes":{"id":{"S":"a"}},"ConsumedCapacity":{}}') == ItemResult(item=KEY, consumed={})


def test_payload_is_new():
    """A record can be sent twice: each payload is its own."""
    put = PutItem(table="t", item=ITEM, condition=NotExists(Path("id")))
    put.payload()["TableName"] = "other"
    assert put.payload()["TableName"] == "t"


@pytest.mark.parametrize("consistent", [False, True])
def test_short_bodies(consistent):
    """The bodies of the plainest reads and writes are those of their records."""
    key = {"k": {"S": 'ü"'}, "s": {"N": "1"}}
    read = GetItem(table="t", key=key, consistent=consistent)
    assert get_body("t", key, consistent=consistent) == read.body() == dumps(read.payload())
    item = ItemText('{"k":{"S":"x"}}', {"k": {"S": "x"}})
    assert put_body("t", item) == PutItem(table="t", item=item).body()


def test_found_item():
    """The item of an answer, or nothing."""
    assert found_item(b'{"Item":{"k":{"S":"x"}}}') == {"k": {"S": "x"}}
    assert found_item(b"{}") is None
