"""Declares models for one test, out of sight of the project's registry."""

import pytest
from django.test.utils import isolate_apps

from django_dynamodb import models


class Declarer:
    """Makes model classes; each goes with the test."""

    def __call__(self, name="Thing", /, *, table=None, meta=None, bases=(models.Model,), **fields):
        """A model of these fields; its key is ``code`` unless the fields or the table name one."""
        table = dict(table or {})
        own_key = "partition_key" in table or any(getattr(field, "primary_key", False) for field in fields.values())
        if bases == (models.Model,) and not own_key and not (meta or {}).get("abstract"):
            fields = {"code": models.CharField(primary_key=True, max_length=40), **fields}
        body = {"__module__": "tests.testapp.models", **fields}
        if table:
            body["Table"] = type("Table", (), table)
        if meta:
            body["Meta"] = type("Meta", (), meta)
        return type(bases[0])(name, bases, body)

    def stored(self, *args, **kwargs):
        """The same, with its table."""
        model = self(*args, **kwargs)
        model.objects.create_table()
        return model


@pytest.fixture
def declare():
    """A maker of models."""
    with isolate_apps("tests.testapp"):
        yield Declarer()
