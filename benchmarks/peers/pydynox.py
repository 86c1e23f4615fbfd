"""Does the operations with pydynox, whose core is Rust: model instances in and out, by its synchronous methods."""

from __future__ import annotations

from functools import reduce
from operator import and_
from typing import Any, ClassVar

from pydynox import DynamoDBClient, Model, ModelConfig, SyncBatchWriter, SyncTransaction, attributes

from benchmarks.dataset import ACTIONS_OF_TRANSACTION, BATCH_OF_READS, BATCH_OF_WRITES
from benchmarks.peers.peer import REGION, Calls, Peer
from benchmarks.shapes import PARTITION, PARTITION_KEY, SORT_KEY, Shape

KINDS: dict[str, Any] = {
    "text": attributes.StringAttribute,
    "integer": attributes.NumberAttribute,
    "decimal": attributes.DecimalAttribute,
    "boolean": attributes.BooleanAttribute,
    "moment": attributes.DatetimeAttribute,
    "texts": attributes.StringSetAttribute,
    "numbers": attributes.ListAttribute,
    "map": attributes.MapAttribute,
}


class Pydynox(Peer):
    """Its threads' CPU counts, as it does for every peer."""

    package: ClassVar[str] = "pydynox"
    sets_are_lists: ClassVar[bool] = True

    def __init__(self, endpoint: str, shape: Shape) -> None:
        super().__init__(endpoint, shape)
        self.client = DynamoDBClient(
            region=REGION, endpoint_url=endpoint, access_key="benchmark", secret_key="benchmark"
        )
        columns = {name: KINDS[kind]() for name, kind in shape.kinds.items()}
        columns[PARTITION_KEY] = attributes.StringAttribute(partition_key=True)
        columns[SORT_KEY] = attributes.StringAttribute(sort_key=True)
        config = ModelConfig(table=shape.table, client=self.client)
        self.model: Any = type("Order", (Model,), {"model_config": config, **columns})

    def calls(self) -> Calls:
        """One call of the service each."""
        model = self.model
        rows = self.values(BATCH_OF_WRITES)
        keys = [
            {PARTITION_KEY: values[PARTITION_KEY], SORT_KEY: values[SORT_KEY]} for values in self.values(BATCH_OF_READS)
        ]
        loaded = model(**rows[0])
        return {
            "GetItem": lambda: model.sync_get(**keys[0]),
            "PutItem": lambda: model(**rows[0]).sync_save(),
            "UpdateItem": lambda: self._update(loaded),
            "Query 100": lambda: list(model.sync_query(partition_key=PARTITION)),
            "Scan 1,000": lambda: list(model.sync_scan()),
            "BatchGet 100": lambda: model.sync_batch_get(keys),
            "BatchWrite 25": lambda: self._batch_write(rows),
            "TransactWrite 10": lambda: self._transact(rows[:ACTIONS_OF_TRANSACTION]),
            "Conditional save": lambda: self._conditional_save(loaded, rows[0]),
        }

    def _update(self, loaded: Any) -> None:
        number = next(self.numbers)
        loaded.sync_update(name=f"Name {number}", pieces=number)

    def _batch_write(self, rows: list[dict[str, Any]]) -> None:
        with SyncBatchWriter(self.client, self.shape.table) as batch:
            for row in rows:
                batch.put(self.model(**row).to_dict())

    def _transact(self, rows: list[dict[str, Any]]) -> None:
        with SyncTransaction(self.client) as transaction:
            for row in rows:
                transaction.save_model(self.model(**row))

    def _conditional_save(self, loaded: Any, row: dict[str, Any]) -> None:
        """The attributes compared that its conditions can hold: texts, whole numbers and booleans."""
        kinds = self.shape.kinds
        plain = [name for name in row if kinds[name] in {"text", "integer", "boolean"}]
        condition = reduce(and_, (getattr(self.model, name) == row[name] for name in plain))
        loaded.sync_update(name=f"Name {next(self.numbers)}", condition=condition)
