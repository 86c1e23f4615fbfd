"""Does the operations with aiobotocore, alone and as aioboto3 hands it out: raw dictionaries, asynchronous.

aioboto3 asks for older boto3 releases than this package: it is measured by an interpreter of its own (``--python``).
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AsyncExitStack
from typing import Any, ClassVar

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
from benchmarks.shapes import FLAT


class Aiobotocore(Peer):
    """One client for all calls."""

    package: ClassVar[str] = "aiobotocore"
    asynchronous: ClassVar[bool] = True

    async def connect(self) -> None:
        """Opens the client."""
        self._stack = AsyncExitStack()
        self.client = await self._stack.enter_async_context(
            self._opened(region_name=REGION, endpoint_url=self.endpoint, **CREDENTIALS)
        )

    async def close(self) -> None:
        """Closes it."""
        await self._stack.aclose()

    def _opened(self, **options: Any) -> Any:
        from aiobotocore.session import get_session  # noqa: PLC0415 - not both libraries are in one environment

        return get_session().create_client("dynamodb", **options)

    def calls(self) -> Calls:
        """One call of the service each, the autoincrement two."""
        client, table = self.client, self.shape.table
        items = [make_item(number, self.shape) for number in range(BATCH_OF_READS)]
        key = requests.key_of(items[0])
        return {
            "GetItem": lambda: self._rows(client.get_item(TableName=table, Key=key), "Item"),
            "PutItem": lambda: client.put_item(TableName=table, Item=items[0]),
            "UpdateItem": lambda: client.update_item(**requests.update(table, items[0], *self._changes())),
            "Query 100": lambda: self._rows(client.query(**requests.query(table)), "Items"),
            "Scan 1,000": lambda: self._rows(client.scan(TableName=table), "Items"),
            "BatchGet 100": lambda: self._rows(
                client.batch_get_item(**requests.batch_get(table, items)), "Responses", table
            ),
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

    async def _rows(self, call: Any, *path: str) -> list[Any]:
        found = await call
        for name in path:
            found = found[name]
        return found if isinstance(found, list) else [found]

    async def _autoincrement(self) -> None:
        counted = await self.client.update_item(**requests.next_number({"N": "-1"}, {"N": "1"}))
        item = {"id": counted["Attributes"][COUNTER], "name": {"S": "A ticket"}, "pieces": {"N": "1"}}
        await self.client.put_item(**requests.put_ticket(item))


class Aioboto3(Aiobotocore):
    """The same client, opened by aioboto3's session."""

    package: ClassVar[str] = "aioboto3"

    def _opened(self, **options: Any) -> Any:
        import aioboto3  # noqa: PLC0415 - not both libraries are in one environment

        return aioboto3.Session().client("dynamodb", **options)
