"""Tests how the tables of a run are listed."""

import json
from types import SimpleNamespace

from django_dynamodb.testing import tables

PAGES = {
    None: {"TableNames": ["other", "test-a"], "LastEvaluatedTableName": "test-a"},
    "test-a": {"TableNames": ["test-b", "testing"]},
}


def test_names_are_read_to_the_last_page():
    """ListTables answers by pages of 100; all are read, and only names with the prefix are given."""

    def send(operation, body):
        return json.dumps(PAGES[json.loads(body).get("ExclusiveStartTableName")]).encode()

    assert list(tables.names(SimpleNamespace(send=send), "test-")) == ["test-a", "test-b"]
