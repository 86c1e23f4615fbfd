"""Tests that a check of health asks once, cheaply, and tells no secrets."""

import asyncio

import pytest

pytest.importorskip("health_check")

from django.test import Client
from django.urls import path
from health_check.exceptions import ServiceUnavailable
from health_check.views import HealthCheckView

from django_dynamodb.capacity import capacity
from django_dynamodb.connections import connections
from django_dynamodb.contrib.health import ABSENT, DynamoDB, every_alias
from django_dynamodb.testing.faults import throttled, unavailable
from tests.recording import sent
from tests.testapp.models import Ticket

__all__ = ["sent"]

pytestmark = [pytest.mark.dynamodb, pytest.mark.urls(__name__)]

urlpatterns = [path("health/", HealthCheckView.as_view(checks=every_alias()))]


def result(check):
    """What the check says, as the view asks it."""
    return asyncio.run(check.get_result())


def test_healthy(sent):
    """A service that answers is healthy, after one read of one item that need not be consistent."""
    with capacity() as used:
        DynamoDB().run()
    assert used.calls == 1
    assert used.read_units == 0.5
    assert used.write_units == 0
    ((operation, payload),) = sent.calls
    assert operation == "GetItem"
    assert "ConsistentRead" not in payload


@pytest.mark.parametrize("table", ["threads", Ticket._meta.table.name])
def test_table(sent, table):
    """The table to ask can be named, whatever the types of its key."""
    DynamoDB(table=table).run()
    ((_, payload),) = sent.calls
    assert payload["TableName"] == connections["default"].settings.table_prefix + table
    assert {value for tagged in payload["Key"].values() for value in tagged.values()} <= {*ABSENT.values()}


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (throttled, "Warning: ThrottledError ProvisionedThroughputExceededException"),
        (unavailable, "Unavailable: ServiceUnavailableError InternalServerError"),
    ],
)
def test_faults(fault, said):
    """What is wrong is told by class and code; throttling is a warning."""
    with fault():
        error = result(DynamoDB()).error
    assert str(error) == said


def test_unknown_alias():
    """An alias that is not there is named."""
    assert str(result(DynamoDB(alias="archive")).error) == "Unavailable: DYNAMODB has no alias 'archive'"


def test_no_table():
    """A table that is not there is named."""
    with pytest.raises(ServiceUnavailable, match="alias 'default' has no table 'x' to ask"):
        DynamoDB(table="x").run()


def test_wrong_settings(settings):
    """Wrong settings are said to be wrong, without what is in them."""
    settings.DYNAMODB = {"default": {**settings.DYNAMODB["default"], "SECRET_ACCESS_KEY": None}}
    connections.reset()
    assert str(result(DynamoDB()).error) == "Unavailable: the settings of alias 'default' are wrong"


def test_view():
    """The view of django-health-check asks every alias, and shows no more of a check than its alias."""
    response = Client().get("/health/?format=json")
    assert (response.status_code, response.json()) == (200, {"DynamoDB(alias='default')": "OK"})
