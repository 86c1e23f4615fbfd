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


def test_tables_of_sessions_and_caches_are_the_runs(settings):
    """They are made and emptied like those of models."""
    settings.SESSION_ENGINE = "django_dynamodb.sessions"
    settings.CACHES = {"default": {"BACKEND": "django_dynamodb.cache.DynamoDBCache", "LOCATION": "cache"}}
    prefix = settings.DYNAMODB["default"]["TABLE_PREFIX"]
    found = tables.project_schemas()
    assert found["default", f"{prefix}django_session"].ttl == "expires"
    assert found["default", f"{prefix}cache"].name == "cache"
