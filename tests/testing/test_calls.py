"""Tests which tables requests name."""

import json

import pytest

from django_dynamodb.exceptions import TestSafetyError
from django_dynamodb.testing.calls import table_names

NAMED = [
    ("GetItem", {"TableName": "a", "Key": {"TableName": {"S": "not this"}}}, {"a"}),
    ("Query", {"TableName": "arn:aws:dynamodb:eu-west-1:123456789012:table/a/index/by_x"}, {"a"}),
    ("BatchGetItem", {"RequestItems": {"a": {}, "b": {}}}, {"a", "b"}),
    ("BatchWriteItem", {"RequestItems": {"a": []}}, {"a"}),
    ("TransactGetItems", {"TransactItems": [{"Get": {"TableName": "a"}}, {"Get": {"TableName": "b"}}]}, {"a", "b"}),
    ("TransactWriteItems", {"TransactItems": [{"ConditionCheck": {"TableName": "a"}}]}, {"a"}),
    ("ListTables", {}, set()),
]


@pytest.mark.parametrize(("operation", "payload", "names"), NAMED, ids=[row[0] for row in NAMED])
def test_tables_are_read_from_the_request(operation, payload, names):
    """Each operation's tables are found where that operation names them."""
    assert table_names(operation, json.dumps(payload).encode()) == names


@pytest.mark.parametrize("operation", ["BatchExecuteStatement", "RestoreTableFromBackup", "TagResource"])
def test_a_request_with_hidden_tables_is_refused(operation):
    """What names its tables in text or in another way cannot be checked, so it is refused."""
    with pytest.raises(TestSafetyError, match=operation):
        table_names(operation, b'{"Statement": "SELECT * FROM a"}')
