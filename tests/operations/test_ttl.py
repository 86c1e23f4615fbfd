"""Holds the verbs of the time to live to the service's spelling, down and up."""

import pytest

from django_dynamodb.operations.ttl import DescribeTimeToLive, TimeToLive, UpdateTimeToLive


@pytest.mark.parametrize(
    ("operation", "payload"),
    [
        (
            UpdateTimeToLive(table="t", attribute="expires"),
            {"TableName": "t", "TimeToLiveSpecification": {"AttributeName": "expires", "Enabled": True}},
        ),
        (DescribeTimeToLive(table="t"), {"TableName": "t"}),
    ],
)
def test_payload(operation, payload):
    """A request says what was asked."""
    assert operation.name == type(operation).__name__
    assert operation.payload() == payload


@pytest.mark.parametrize(("enabled", "status"), [("true", "ENABLING"), ("false", "DISABLING")])
def test_update_result(enabled, status):
    """A change is under way when the service answers."""
    body = f'{{"TimeToLiveSpecification":{{"AttributeName":"expires","Enabled":{enabled}}}}}'.encode()
    result = UpdateTimeToLive(table="t", attribute="expires").result(body)
    assert result == TimeToLive(attribute="expires", status=status)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b'{"TimeToLiveDescription":{"TimeToLiveStatus":"DISABLED"}}', (None, "DISABLED")),
        (b'{"TimeToLiveDescription":{}}', (None, "DISABLED")),
        (
            b'{"TimeToLiveDescription":{"AttributeName":"expires","TimeToLiveStatus":"ENABLED"}}',
            ("expires", "ENABLED"),
        ),
    ],
)
def test_describe_result(body, expected):
    """A table says whether it has a time to live, and by which attribute."""
    found = DescribeTimeToLive(table="t").result(body)
    assert (found.attribute, found.status) == expected
