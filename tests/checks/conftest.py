"""Gives the tests of checks an empty registry of models, a maker of models, and names for what a check says."""

import pytest
from django.db import models as sql
from django.test.utils import isolate_apps

from django_dynamodb import models


@pytest.fixture(autouse=True)
def _isolated():
    """Keeps the models of a test from the project's registry."""
    with isolate_apps("tests.testapp"):
        yield


@pytest.fixture
def make():
    """A function that makes a DynamoDB model; its key is ``code`` unless the table names another."""

    def model(name="Thing", *, table=None, meta=None, base=models.Model, **fields):
        body = {"__module__": "tests.testapp.models", **fields}
        if base is models.Model:
            own_key = "partition_key" in (table or {}) or any(f.primary_key for f in fields.values() if is_field(f))
            body |= {} if own_key else {"code": models.CharField(primary_key=True)}
            body |= {"Table": type("Table", (), table or {})}
        if meta:
            body["Meta"] = type("Meta", (), meta)
        return type(base)(name, (base,), body)

    return model


def is_field(value):
    """Whether a value is a field rather than a manager."""
    return isinstance(value, sql.Field)


@pytest.fixture
def make_sql():
    """A function that makes an SQL model."""

    def model(name="Row", **fields):
        return type(sql.Model)(name, (sql.Model,), {"__module__": "tests.testapp.models", **fields})

    return model


@pytest.fixture
def ids():
    """A function that lists the ids of messages without the app."""

    def listed(messages):
        messages = list(messages)
        assert all(f"(Documentation: ref/checks#{m.id.split('.')[1].lower()})" in m.hint for m in messages)
        return [message.id.removeprefix("django_dynamodb.") for message in messages]

    return listed
