"""Does the operations with boto3's client: raw dictionaries in and out, no objects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import boto3

from benchmarks.dataset import (
    ACTIONS_OF_TRANSACTION,
    BATCH_OF_READS,
    BATCH_OF_WRITES,
    COUNTER,
    from_item,
    make_item,
)
from benchmarks.peers import requests
from benchmarks.peers.peer import CREDENTIALS, REGION, Calls, Peer
from benchmarks.shapes import FLAT, Shape


class Boto3Client(Peer):
    """The client as ``boto3.client("dynamodb")`` makes it; the dictionaries it sends are made before."""

    package: ClassVar[str] = "boto3"

    def __init__(self, endpoint: str, shape: Shape) -> None:
        super().__init__(endpoint, shape)
        self._client: Any = boto3.client("dynamodb", region_name=REGION, endpoint_url=endpoint, **CREDENTIALS)

    def calls(self) -> Calls:
        """One call of the service each, the autoincrement two."""
        client, table = self._client, self.shape.table
        items = [make_item(number, self.shape) for number in range(BATCH_OF_READS)]
        key = requests.key_of(items[0])
        return {
            "GetItem": lambda: [client.get_item(TableName=table, Key=key)["Item"]],
            "PutItem": lambda: client.put_item(TableName=table, Item=items[0]),
            "UpdateItem": lambda: client.update_item(**requests.update(table, items[0], *self._changes())),
            "Query 100": lambda: client.query(**requests.query(table))["Items"],
            "Scan 1,000": lambda: client.scan(TableName=table)["Items"],
            "BatchGet 100": lambda: client.batch_get_item(**requests.batch_get(table, items))["Responses"][table],
            "BatchWrite 25": lambda: client.batch_write_item(**requests.batch_write(table, items[:BATCH_OF_WRITES])),
            "TransactWrite 10": lambda: client.transact_write_items(
                **requests.transact_write(table, items[:ACTIONS_OF_TRANSACTION])
            ),
            "Conditional save": lambda: client.update_item(
                **requests.conditional_save(table, items[0], self._changes()[0])
            ),
            **({"Autoincrement": self._autoincrement} if self.shape is FLAT else {}),
        }

    def values_of(self, row: Any) -> Mapping[str, Any]:
        """Reads the DynamoDB JSON."""
        return from_item(row)

    def _changes(self) -> tuple[dict[str, str], dict[str, str]]:
        number = str(next(self.numbers))
        return {"S": f"Name {number}"}, {"N": number}

    def _autoincrement(self) -> None:
        counted = self._client.update_item(**requests.next_number({"N": "-1"}, {"N": "1"}))
        item = {"id": counted["Attributes"][COUNTER], "name": {"S": "A ticket"}, "pieces": {"N": "1"}}
        self._client.put_item(**requests.put_ticket(item))
