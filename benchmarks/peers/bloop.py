"""Does the operations with bloop: model instances in and out."""

from __future__ import annotations

from datetime import datetime
from functools import reduce
from operator import and_
from typing import Any, ClassVar

import bloop
import boto3

from benchmarks.dataset import ACTIONS_OF_TRANSACTION, BATCH_OF_READS
from benchmarks.peers.peer import CREDENTIALS, REGION, Calls, Peer
from benchmarks.shapes import PARTITION, PARTITION_KEY, SORT_KEY, Shape


class Moment(bloop.String):  # type: ignore[misc]
    """ISO text, as the others store moments; the library's own type has another text."""

    python_type = datetime

    def dynamo_load(self, value: str, *, context: Any, **kwargs: Any) -> datetime:
        """Reads it."""
        return datetime.fromisoformat(value)

    def dynamo_dump(self, value: datetime | None, *, context: Any, **kwargs: Any) -> str | None:
        """Writes it."""
        return None if value is None else value.isoformat()


KINDS: dict[str, Any] = {
    "text": bloop.String,
    "integer": bloop.Integer,
    "decimal": bloop.Number,
    "boolean": bloop.Boolean,
    "moment": Moment,
    "texts": lambda: bloop.Set(bloop.String),
    "numbers": lambda: bloop.List(bloop.Integer),
    "map": bloop.DynamicMap,
}


class Bloop(Peer):
    """It reads by BatchGetItem and writes by UpdateItem, one object a call, and has no batch of writes."""

    package: ClassVar[str] = "bloop"
    writes_whole_items: ClassVar[bool] = False

    def __init__(self, endpoint: str, shape: Shape) -> None:
        super().__init__(endpoint, shape)
        columns = {name: bloop.Column(KINDS[kind]()) for name, kind in shape.kinds.items()}
        columns[PARTITION_KEY] = bloop.Column(bloop.String, hash_key=True)
        columns[SORT_KEY] = bloop.Column(bloop.String, range_key=True)
        meta = type("Meta", (), {"table_name": shape.table})
        self.model: Any = type("Order", (bloop.BaseModel,), {"Meta": meta, **columns})
        clients = {
            service: boto3.client(service, region_name=REGION, endpoint_url=endpoint, **CREDENTIALS)  # type: ignore[call-overload]
            for service in ("dynamodb", "dynamodbstreams")
        }
        self.engine: Any = bloop.Engine(**clients)
        self.engine.bind(self.model, skip_table_setup=True)

    def calls(self) -> Calls:
        """One call of the service each; no GetItem, which it would do as a BatchGetItem of one."""
        model, engine = self.model, self.engine
        rows = self.values(ACTIONS_OF_TRANSACTION)
        keys = [values[SORT_KEY] for values in self.values(BATCH_OF_READS)]
        loaded, compared = model(**rows[0]), model(**rows[0])
        return {
            "PutItem": lambda: engine.save(model(**rows[0])),
            "UpdateItem": lambda: self._update(loaded),
            "Query 100": lambda: list(engine.query(model, key=getattr(model, PARTITION_KEY) == PARTITION)),
            "Scan 1,000": lambda: list(engine.scan(model)),
            "BatchGet 100": lambda: self._load([model(customer=PARTITION, number=key) for key in keys]),
            "TransactWrite 10": lambda: self._transact(rows),
            "Conditional save": lambda: self._conditional_save(compared, rows[0]),
        }

    def _load(self, objects: list[Any]) -> list[Any]:
        self.engine.load(*objects)
        return objects

    def _update(self, loaded: Any) -> None:
        """An object with its key and the two attributes: it saves what was set."""
        number = next(self.numbers)
        fresh = self.model(customer=PARTITION, number=loaded.number)
        fresh.name, fresh.pieces = f"Name {number}", number
        self.engine.save(fresh)

    def _transact(self, rows: list[dict[str, Any]]) -> None:
        with self.engine.transaction() as transaction:
            for row in rows:
                transaction.save(self.model(**row))

    def _conditional_save(self, compared: Any, row: dict[str, Any]) -> None:
        condition = reduce(and_, (getattr(self.model, name) == value for name, value in row.items()))
        fresh = self.model(customer=PARTITION, number=compared.number, name=f"Name {next(self.numbers)}")
        self.engine.save(fresh, condition=condition)
