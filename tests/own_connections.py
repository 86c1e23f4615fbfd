"""Gives tests connections of their own."""

import pytest
from django.test import override_settings

from django_dynamodb.connections import ConnectionHandler
from django_dynamodb.tables.schema import KeyAttribute, TableSchema

SETTING = {
    "default": {"ENDPOINT_URL": "http://user:sesame@127.0.0.1:8000", "ACCESS_KEY_ID": "a", "SECRET_ACCESS_KEY": "s"},
    "remote": {"REGION": "eu-west-1", "ACCESS_KEY_ID": "a", "SECRET_ACCESS_KEY": "sesame", "TABLE_PREFIX": "prod-"},
}
SCHEMA = TableSchema(name="threads", partition=KeyAttribute(name="k", type="S"))


@pytest.fixture
def connections():
    """Connections of our own: no layer of the test tools is around them."""
    with override_settings(DYNAMODB=SETTING):
        handler = ConnectionHandler()
        yield handler
        handler.close_all()
