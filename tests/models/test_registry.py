"""Tests the list of models that have a table."""

from django.contrib.auth.models import User

from django_dynamodb.models.registry import table_models
from tests.declaring import declare
from tests.testapp.models import Thread, Ticket

__all__ = ["declare"]


def test_all():
    """Every DynamoDB model of the project, and no SQL model."""
    found = table_models()
    assert {Thread, Ticket} <= set(found)
    assert User not in found
    assert len(found) == len(set(found))


def test_narrowed():
    """By app and by alias."""
    assert Thread in table_models(app_labels=["testapp"], using="default")
    assert table_models(app_labels=["auth"]) == []
    assert table_models(using="elsewhere") == []
    assert table_models(app_labels=iter(["testapp"]))[0]._meta.app_label == "testapp"


def test_proxies_and_abstract_models(declare):
    """Proxies share a table and abstract models have none: neither is listed."""
    model = declare("Row")
    proxy = declare("Proxy", bases=(model,), meta={"proxy": True})
    abstract = declare("Base", meta={"abstract": True})
    assert not {proxy, abstract} & set(table_models())
