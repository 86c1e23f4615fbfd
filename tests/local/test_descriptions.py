"""Tests the way from a description to a request."""

from django_dynamodb.local.descriptions import create_request
from tests.local.conftest import CREATE


def test_description_gives_the_request_that_made_the_table(client):
    """What the service describes leads back to the request it was made with."""
    client.create_table(**CREATE)
    assert create_request(client.describe_table(TableName="cities")["Table"]) == CREATE


def test_provisioned_units_are_kept(client):
    """Provisioned tables keep the units of the table and of each global index."""
    units = {"ReadCapacityUnits": 3, "WriteCapacityUnits": 2}
    index = {**CREATE["GlobalSecondaryIndexes"][0], "ProvisionedThroughput": units}
    request = {
        **CREATE,
        "BillingMode": "PROVISIONED",
        "ProvisionedThroughput": units,
        "GlobalSecondaryIndexes": [index],
        "DeletionProtectionEnabled": True,
    }
    client.create_table(**request)
    assert create_request(client.describe_table(TableName="cities")["Table"]) == request
