"""Does the operations with aiodynamo over aiohttp: plain Python values in and out, no objects, asynchronous."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from operator import and_
from typing import Any, ClassVar

import aiohttp
from aiodynamo.client import Client
from aiodynamo.credentials import Key, StaticCredentials
from aiodynamo.expressions import F, HashKey
from aiodynamo.http.aiohttp import AIOHTTP
from aiodynamo.models import BatchGetRequest, BatchWriteRequest, ReturnValues
from aiodynamo.operations import Put
from yarl import URL

from benchmarks.dataset import ACTIONS_OF_TRANSACTION, BATCH_OF_READS, BATCH_OF_WRITES, COUNTER, TICKETS
from benchmarks.peers import requests
from benchmarks.peers.boto3_table import plain
from benchmarks.peers.peer import REGION, Calls, Peer
from benchmarks.shapes import FLAT, PARTITION, PARTITION_KEY


class Aiodynamo(Peer):
    """One client session."""

    package: ClassVar[str] = "aiodynamo"
    asynchronous: ClassVar[bool] = True

    async def connect(self) -> None:
        """Opens the session."""
        self._session = aiohttp.ClientSession()
        credentials = StaticCredentials(Key("benchmark", "benchmark"))
        self.client = Client(AIOHTTP(self._session), credentials, REGION, endpoint=URL(self.endpoint))
        self.table = self.client.table(self.shape.table)

    async def close(self) -> None:
        """Closes the session."""
        await self._session.close()

    def calls(self) -> Calls:
        """One call of the service each, the autoincrement two."""
        table, client, name = self.table, self.client, self.shape.table
        rows = [plain(values) for values in self.values(BATCH_OF_READS)]
        keys = [requests.key_of(row) for row in rows]
        puts = rows[:BATCH_OF_WRITES]
        return {
            "GetItem": lambda: self._listed(table.get_item(keys[0])),
            "PutItem": lambda: table.put_item(rows[0]),
            "UpdateItem": lambda: self._update(keys[0]),
            "Query 100": lambda: self._all(table.query(HashKey(PARTITION_KEY, PARTITION))),
            "Scan 1,000": lambda: self._all(table.scan()),
            "BatchGet 100": lambda: self._batch_get(keys),
            "BatchWrite 25": lambda: client.batch_write({name: BatchWriteRequest(items_to_put=puts)}),
            "TransactWrite 10": lambda: client.transact_write_items(
                [Put(table=name, item=row) for row in puts[:ACTIONS_OF_TRANSACTION]]
            ),
            "Conditional save": lambda: self._conditional_save(keys[0], rows[0]),
            **({"Autoincrement": self._autoincrement} if self.shape is FLAT else {}),
        }

    def values_of(self, row: Any) -> Mapping[str, Any]:
        """They are plain already."""
        found: Mapping[str, Any] = row
        return found

    async def _listed(self, item: Any) -> list[Any]:
        return [await item]

    async def _all(self, rows: Any) -> list[Any]:
        return [row async for row in rows]

    async def _batch_get(self, keys: list[dict[str, Any]]) -> Any:
        found = await self.client.batch_get({self.shape.table: BatchGetRequest(keys=keys)})
        return found.items[self.shape.table]

    async def _update(self, key: dict[str, Any]) -> None:
        number = next(self.numbers)
        await self.table.update_item(key, F("name").set(f"Name {number}") & F("pieces").set(number))

    async def _conditional_save(self, key: dict[str, Any], row: dict[str, Any]) -> None:
        condition = reduce(and_, (F(name).equals(value) for name, value in row.items()))
        await self.table.update_item(key, F("name").set(f"Name {next(self.numbers)}"), condition=condition)

    async def _autoincrement(self) -> None:
        tickets = self.client.table(TICKETS)
        counted = await tickets.update_item({"id": -1}, F(COUNTER).add(1), return_values=ReturnValues.updated_new)
        item = {"id": (counted or {})[COUNTER], "name": "A ticket", "pieces": 1}
        await tickets.put_item(item, condition=F("id").does_not_exist())
