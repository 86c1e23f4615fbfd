"""Does the operations with this package's asynchronous methods."""

from __future__ import annotations

from typing import Any, ClassVar

from benchmarks.dataset import ACTIONS_OF_TRANSACTION, BATCH_OF_READS, BATCH_OF_WRITES, make_item
from benchmarks.model import shape_model, ticket_model
from benchmarks.peers.peer import Calls, Peer
from benchmarks.shapes import FLAT, PARTITION, SORT_KEY, Shape


class OursAsync(Peer):
    """The twins of what ``ours`` calls: ``aget``, ``asave``, ``async for`` and so on."""

    package: ClassVar[str] = "django-dynamodb"
    asynchronous: ClassVar[bool] = True

    def __init__(self, endpoint: str, shape: Shape) -> None:
        super().__init__(endpoint, shape)
        self.model = shape_model(endpoint, shape)
        self._loaded, self._compared = (self.model.from_item(make_item(0, shape)) for _ in range(2))

    def calls(self) -> Calls:
        """The reads, the writes, and the counter where it is measured."""
        model, objects = self.model, self.model.objects
        values = self.values(BATCH_OF_WRITES)
        key = PARTITION, values[0][SORT_KEY]
        keys = [(PARTITION, each[SORT_KEY]) for each in self.values(BATCH_OF_READS)]
        return {
            "GetItem": lambda: objects.aget(*key),
            "PutItem": lambda: model(**values[0]).asave(),
            "UpdateItem": self._update,
            "Query 100": lambda: self._all(objects.query(PARTITION)),
            "Scan 1,000": lambda: self._all(objects.scan()),
            "BatchGet 100": lambda: objects.aget_batch(keys),
            "BatchWrite 25": lambda: objects.abatch_write(puts=[model(**each) for each in values]),
            "TransactWrite 10": lambda: self._transact(values[:ACTIONS_OF_TRANSACTION]),
            "Conditional save": self._conditional_save,
            **({"Autoincrement": self._autoincrement} if self.shape is FLAT else {}),
        }

    async def _all(self, queryset: Any) -> list[Any]:
        return [row async for row in queryset]

    async def _update(self) -> None:
        number = next(self.numbers)
        self._loaded.name, self._loaded.pieces = f"Name {number}", number
        await self._loaded.asave()

    async def _transact(self, values: list[dict[str, Any]]) -> None:
        from django_dynamodb import transaction  # noqa: PLC0415 - wants configured settings

        async with transaction.write() as tx:
            for each in values:
                await tx.asave(self.model(**each))

    async def _conditional_save(self) -> None:
        self._compared.name = f"Name {next(self.numbers)}"
        await self._compared.asave(raise_on_conflict=True)

    async def _autoincrement(self) -> None:
        await ticket_model(self.endpoint)(name="A ticket", pieces=1).asave()
