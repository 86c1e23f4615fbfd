"""Does the operations with dyntastic: pydantic models in and out."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from functools import reduce
from operator import and_
from typing import Any, ClassVar

from dyntastic import A, Dyntastic, transaction

from benchmarks.dataset import ACTIONS_OF_TRANSACTION, BATCH_OF_READS, BATCH_OF_WRITES
from benchmarks.peers.peer import REGION, Calls, Peer
from benchmarks.shapes import PARTITION, PARTITION_KEY, SORT_KEY, Shape

KINDS: dict[str, Any] = {
    "text": str,
    "integer": int,
    "decimal": Decimal,
    "boolean": bool,
    "moment": datetime,
    "texts": set[str],
    "numbers": list[int],
    "map": dict[str, Any],
}


class DyntasticPeer(Peer):
    """Its updates read the item again unless told otherwise; here they are told otherwise."""

    package: ClassVar[str] = "dyntastic"

    def __init__(self, endpoint: str, shape: Shape) -> None:
        super().__init__(endpoint, shape)

        options = {"name": shape.table, "host": endpoint, "region": REGION}
        body: dict[str, Any] = {f"__table_{name}__": value for name, value in options.items()}
        body |= {"__hash_key__": PARTITION_KEY, "__range_key__": SORT_KEY, "__module__": __name__}
        body["__annotations__"] = {name: KINDS[kind] for name, kind in shape.kinds.items()}
        self.model: Any = type("Order", (Dyntastic,), body)

    def calls(self) -> Calls:
        """One call of the service each."""
        model = self.model
        rows = self.values(BATCH_OF_WRITES)
        keys = [(PARTITION, values[SORT_KEY]) for values in self.values(BATCH_OF_READS)]
        loaded = model(**rows[0])
        return {
            "GetItem": lambda: model.get(*keys[0]),
            "PutItem": lambda: model(**rows[0]).save(),
            "UpdateItem": lambda: self._update(loaded),
            "Query 100": lambda: list(model.query(PARTITION)),
            "Scan 1,000": lambda: list(model.scan()),
            "BatchGet 100": lambda: list(model.batch_get(keys)),
            "BatchWrite 25": lambda: self._batch_write(rows),
            "TransactWrite 10": lambda: self._transact(rows[:ACTIONS_OF_TRANSACTION]),
            "Conditional save": lambda: self._conditional_save(loaded, rows[0]),
        }

    def _update(self, loaded: Any) -> None:
        number = next(self.numbers)
        loaded.ignore_unrefreshed()
        loaded.update(A.name.set(f"Name {number}"), A.pieces.set(number), refresh=False)

    def _batch_write(self, rows: list[dict[str, Any]]) -> None:
        with self.model.batch_writer():
            for row in rows:
                self.model(**row).save()

    def _transact(self, rows: list[dict[str, Any]]) -> None:
        with transaction():
            for row in rows:
                self.model(**row).save()

    def _conditional_save(self, loaded: Any, row: dict[str, Any]) -> None:
        """The attributes compared that conditions of this library can hold: moments would need text."""
        kinds = self.shape.kinds
        condition = reduce(and_, (getattr(A, name) == row[name] for name in row if kinds[name] != "moment"))
        loaded.ignore_unrefreshed()
        loaded.update(A.name.set(f"Name {next(self.numbers)}"), condition=condition, refresh=False)
