"""Does the operations with boto3's client: raw dictionaries in and out, no objects."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import boto3

from benchmarks.dataset import PARTITION, TABLE, make_item
from benchmarks.model import CREDENTIALS, REGION


class Boto3Client:
    """The client as ``boto3.client("dynamodb")`` makes it."""

    name: ClassVar[str] = "boto3 client"

    def __init__(self, endpoint: str) -> None:
        credentials = {f"aws_{name.lower()}": value for name, value in CREDENTIALS.items()}
        self._client: Any = boto3.client("dynamodb", region_name=REGION, endpoint_url=endpoint, **credentials)

    def calls(self) -> Mapping[str, Callable[[], Any]]:
        """One call of the service each."""
        client, item = self._client, make_item(0)
        key = {name: item[name] for name in ("customer", "number")}
        condition = {
            "KeyConditionExpression": "#n0 = :v0",
            "ExpressionAttributeNames": {"#n0": "customer"},
            "ExpressionAttributeValues": {":v0": {"S": PARTITION}},
        }
        return {
            "GetItem": lambda: client.get_item(TableName=TABLE, Key=key),
            "PutItem": lambda: client.put_item(TableName=TABLE, Item=item),
            "Query 100": lambda: client.query(TableName=TABLE, **condition),
            "Scan 1,000": lambda: client.scan(TableName=TABLE),
        }

    def items(self, operation: str, answer: Any) -> list[dict[str, Any]]:
        """Takes the items out of the answer."""
        found: list[dict[str, Any]] = [answer["Item"]] if "Item" in answer else answer.get("Items", [])
        return found
