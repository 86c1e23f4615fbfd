"""Tests what is read from a request without decoding it."""

import json

import pytest

from django_dynamodb.wire.names import index_of, key_of, table_of

TRAP = {"S": '"TableName":"wrong"', "M": {"TableName": {"S": "wrong"}}}


@pytest.mark.parametrize(
    ("payload", "table"),
    [
        ({"TableName": "t", "Key": {}}, "t"),
        ({"Item": {"TableName": TRAP, "x": TRAP}, "TableName": "t"}, "t"),
        ({"ExpressionAttributeNames": {"#n0": "TableName"}, "TableName": "t"}, "t"),
        ({"RequestItems": {"t": [{"PutRequest": {"Item": {"TableName": TRAP}}}]}}, "t"),
        ({"TransactItems": [{"Put": {"Item": {"TableName": TRAP}, "TableName": "t"}}]}, "t"),
        ({"TableName": "arn:aws:dynamodb:eu-west-1:1:table/t"}, "arn:aws:dynamodb:eu-west-1:1:table/t"),
        ({"Limit": 5}, None),
    ],
)
@pytest.mark.parametrize("separators", [(",", ":"), (", ", ": ")])
def test_table(payload, table, separators):
    """The table is found wherever it stands, and nothing in an item is mistaken for it."""
    assert table_of(json.dumps(payload, separators=separators).encode()) == table


def test_index():
    """The index is found, and its absence too."""
    assert index_of(b'{"TableName":"t","IndexName":"by_author"}') == "by_author"
    assert index_of(b'{"TableName":"t"}') is None


def test_key():
    """The key is read from a request that has one."""
    assert key_of(b'{"TableName":"t","Key":{"k":{"S":"a"}}}') == {"k": {"S": "a"}}
    assert key_of(b'{"TableName":"t"}') is None
