"""Does the operations with boto3's Table resource: plain Python values in and out, no objects."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

import boto3
from boto3.dynamodb.conditions import Key

from benchmarks.dataset import ACTIONS_OF_TRANSACTION, BATCH_OF_READS, BATCH_OF_WRITES, COUNTER, TICKETS
from benchmarks.peers import requests
from benchmarks.peers.peer import CREDENTIALS, REGION, Calls, Peer
from benchmarks.shapes import FLAT, PARTITION, PARTITION_KEY, Shape


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as libraries without a type for moments take them: moments as ISO text."""
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()}


class Boto3Table(Peer):
    """``boto3.resource("dynamodb").Table``; it has no transactions of its own, so the resource's client does them."""

    package: ClassVar[str] = "boto3"

    def __init__(self, endpoint: str, shape: Shape) -> None:
        super().__init__(endpoint, shape)
        self._resource: Any = boto3.resource("dynamodb", region_name=REGION, endpoint_url=endpoint, **CREDENTIALS)
        self._table = self._resource.Table(shape.table)

    def calls(self) -> Calls:
        """One call of the service each, the autoincrement two."""
        table, resource, name = self._table, self._resource, self.shape.table
        rows = [plain(values) for values in self.values(BATCH_OF_READS)]
        key = requests.key_of(rows[0])
        puts = rows[:ACTIONS_OF_TRANSACTION]
        return {
            "GetItem": lambda: [table.get_item(Key=key)["Item"]],
            "PutItem": lambda: table.put_item(Item=rows[0]),
            "UpdateItem": lambda: table.update_item(**_here(requests.update(name, rows[0], *self._changes()))),
            "Query 100": lambda: table.query(KeyConditionExpression=Key(PARTITION_KEY).eq(PARTITION))["Items"],
            "Scan 1,000": lambda: table.scan()["Items"],
            "BatchGet 100": lambda: resource.batch_get_item(**requests.batch_get(name, rows))["Responses"][name],
            "BatchWrite 25": lambda: self._batch_write(rows[:BATCH_OF_WRITES]),
            "TransactWrite 10": lambda: resource.meta.client.transact_write_items(
                **requests.transact_write(name, puts)
            ),
            "Conditional save": lambda: table.update_item(
                **_here(requests.conditional_save(name, rows[0], self._changes()[0]))
            ),
            **({"Autoincrement": self._autoincrement} if self.shape is FLAT else {}),
        }

    def values_of(self, row: Any) -> Mapping[str, Any]:
        """They are plain already."""
        found: Mapping[str, Any] = row
        return found

    def _changes(self) -> tuple[str, int]:
        number = next(self.numbers)
        return f"Name {number}", number

    def _batch_write(self, rows: list[dict[str, Any]]) -> None:
        with self._table.batch_writer() as batch:
            for row in rows:
                batch.put_item(Item=row)

    def _autoincrement(self) -> None:
        table = self._resource.Table(TICKETS)
        counted = table.update_item(**_here(requests.next_number(-1, 1)))
        table.put_item(
            **_here(requests.put_ticket({"id": counted["Attributes"][COUNTER], "name": "A ticket", "pieces": 1}))
        )


def _here(request: dict[str, Any]) -> dict[str, Any]:
    """A request without the table's name, which the Table adds."""
    return {name: value for name, value in request.items() if name != "TableName"}
