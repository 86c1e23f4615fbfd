"""Turns the description of a table into the request that makes it again."""

from __future__ import annotations

from typing import Any

from django_dynamodb.types import Payload

PLAIN = ("TableName", "AttributeDefinitions", "KeySchema", "StreamSpecification", "DeletionProtectionEnabled")
"""Entries that a description and a CreateTable request spell alike."""

INDEX_LISTS = ("GlobalSecondaryIndexes", "LocalSecondaryIndexes")

INDEX_ENTRIES = ("IndexName", "KeySchema", "Projection")

CAPACITY_ENTRIES = ("ReadCapacityUnits", "WriteCapacityUnits")


def create_request(description: Payload) -> Payload:
    """The CreateTable request for a table like the one described.

    Args:
        description: The ``Table`` entry of a DescribeTable answer.

    Returns:
        A request without anything of the table's history: no state, sizes, times or ARNs.
    """
    billing = description.get("BillingModeSummary", {}).get("BillingMode") or "PROVISIONED"
    provisioned = billing == "PROVISIONED"
    request = {name: description[name] for name in PLAIN if description.get(name)}
    request["BillingMode"] = billing
    if provisioned:
        request |= _throughput(description)
    for name in INDEX_LISTS:
        indexes = [_index(index, provisioned=provisioned) for index in description.get(name) or ()]
        request |= {name: indexes} if indexes else {}
    return request


def _index(description: dict[str, Any], *, provisioned: bool) -> Payload:
    """One index of the request; only global ones have a throughput."""
    index = {name: description[name] for name in INDEX_ENTRIES}
    return index | (_throughput(description) if provisioned else {})


def _throughput(description: dict[str, Any]) -> Payload:
    """The provisioned units, where the description has them."""
    units = description.get("ProvisionedThroughput")
    return {"ProvisionedThroughput": {name: units[name] for name in CAPACITY_ENTRIES}} if units else {}
