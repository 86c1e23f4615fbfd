"""Does the operations with this package: query sets in, model instances out."""

from __future__ import annotations

from typing import Any, ClassVar

from benchmarks.dataset import ACTIONS_OF_TRANSACTION, BATCH_OF_READS, BATCH_OF_WRITES, make_item
from benchmarks.model import shape_model, ticket_model
from benchmarks.peers.peer import Calls, Peer
from benchmarks.shapes import FLAT, PARTITION, SORT_KEY, Shape


class Ours(Peer):
    """Model instances by the public interface; every call makes its query set, or its instance, anew."""

    package: ClassVar[str] = "django-dynamodb"

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
            "GetItem": lambda: objects.get(*key),
            "PutItem": lambda: model(**values[0]).save(),
            "UpdateItem": self._update,
            "Query 100": lambda: list(objects.query(PARTITION)),
            "Scan 1,000": lambda: list(objects.scan()),
            "BatchGet 100": lambda: objects.get_batch(keys),
            "BatchWrite 25": lambda: objects.batch_write(puts=[model(**each) for each in values]),
            "TransactWrite 10": lambda: self._transact(values[:ACTIONS_OF_TRANSACTION]),
            "Conditional save": self._conditional_save,
            **({"Autoincrement": self._autoincrement} if self.shape is FLAT else {}),
        }

    def _update(self) -> None:
        """A loaded object whose name and pieces changed: an UpdateItem of the two."""
        number = next(self.numbers)
        self._loaded.name, self._loaded.pieces = f"Name {number}", number
        self._loaded.save()

    def _transact(self, values: list[dict[str, Any]]) -> None:
        from django_dynamodb import transaction  # noqa: PLC0415 - wants configured settings

        with transaction.write() as tx:
            for each in values:
                tx.save(self.model(**each))

    def _conditional_save(self) -> None:
        """One attribute changed, every attribute that was read compared."""
        self._compared.name = f"Name {next(self.numbers)}"
        self._compared.save(raise_on_conflict=True)

    def _autoincrement(self) -> None:
        ticket_model(self.endpoint)(name="A ticket", pieces=1).save()
