"""Tests how runs are kept apart."""

import pytest

from django_dynamodb.connections import connections
from django_dynamodb.testing.engines import Endpoint, Moto
from django_dynamodb.testing.isolation import CREDENTIALS, Run


@pytest.mark.parametrize(
    ("engine", "worker", "prefix"),
    [
        (Moto(), "", "test-"),
        (Moto(), "gw1", "test-gw1-"),
        (Endpoint("http://127.0.0.1:8000"), "", "test-1a2b-"),
        (Endpoint("http://127.0.0.1:8000"), "gw1", "test-gw1-1a2b-"),
    ],
)
def test_tables_of_runs_that_could_meet_have_different_names(engine, worker, prefix):
    """Workers never share a table, and runs do not where they share an endpoint."""
    assert Run(worker=worker, id="1a2b").prefix("test-", engine) == prefix


def test_moto_catches_nothing_before_it_starts():
    """Until moto is started a call to Amazon would leave the machine."""
    assert not Moto().catches("https://dynamodb.eu-west-1.amazonaws.com")


def test_a_test_run_has_no_real_credentials():
    """Whatever the project signs with, its tests do not."""
    settings = connections["default"].settings
    assert settings.access_key_id == CREDENTIALS["ACCESS_KEY_ID"]
    assert (settings.profile, settings.session, settings.session_token) == (None, None, None)


def test_every_alias_has_the_runs_prefix(dynamodb):
    """The prefix the locks ask for is the one tables are named with."""
    assert {alias: connections[alias].settings.table_prefix for alias in connections} == dynamodb.prefixes
