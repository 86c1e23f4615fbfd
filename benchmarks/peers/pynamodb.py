"""Does the operations with PynamoDB: model instances in and out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import reduce
from operator import and_
from typing import Any, ClassVar

from pynamodb.attributes import (
    Attribute,
    BooleanAttribute,
    ListAttribute,
    MapAttribute,
    NumberAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
)
from pynamodb.connection import Connection
from pynamodb.constants import STRING
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from benchmarks.dataset import ACTIONS_OF_TRANSACTION, BATCH_OF_READS, BATCH_OF_WRITES, COUNTER, TICKETS
from benchmarks.peers.peer import REGION, Calls, Peer
from benchmarks.shapes import FLAT, PARTITION, PARTITION_KEY, SORT_KEY, Shape


class Moment(Attribute[datetime]):
    """ISO text, as the others store moments; the library's own type has another text."""

    attr_type = STRING

    def serialize(self, value: datetime) -> str:
        """Writes it."""
        return value.isoformat()

    def deserialize(self, value: str) -> datetime:
        """Reads it."""
        return datetime.fromisoformat(value)


KINDS: dict[str, Any] = {
    "text": UnicodeAttribute,
    "integer": NumberAttribute,
    "decimal": NumberAttribute,
    "boolean": BooleanAttribute,
    "moment": Moment,
    "texts": UnicodeSetAttribute,
    "numbers": lambda: ListAttribute(of=NumberAttribute),
    "map": MapAttribute,
}


class Pynamodb(Peer):
    """Its numbers are floats, since it has no exact ones: the dataset's have digits few enough to survive that."""

    package: ClassVar[str] = "pynamodb"

    def __init__(self, endpoint: str, shape: Shape) -> None:
        super().__init__(endpoint, shape)
        self.connection = Connection(region=REGION, host=endpoint)
        meta = type("Meta", (), {"table_name": shape.table, "region": REGION, "host": endpoint})
        columns = {name: KINDS[kind]() for name, kind in shape.kinds.items()}
        columns[PARTITION_KEY] = UnicodeAttribute(hash_key=True)
        columns[SORT_KEY] = UnicodeAttribute(range_key=True)
        self.model: Any = type("Order", (Model,), {"Meta": meta, **columns})
        meta = type("Meta", (), {"table_name": TICKETS, "region": REGION, "host": endpoint})
        columns = {"id": NumberAttribute(hash_key=True), "name": UnicodeAttribute(null=True)}
        columns |= {"pieces": NumberAttribute(null=True), "last": NumberAttribute(null=True, attr_name=COUNTER)}
        self.tickets: Any = type("Ticket", (Model,), {"Meta": meta, **columns})

    def calls(self) -> Calls:
        """One call of the service each, the autoincrement two."""
        model = self.model
        rows = [self._floats(values) for values in self.values(BATCH_OF_WRITES)]
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
            **({"Autoincrement": self._autoincrement} if self.shape is FLAT else {}),
        }

    def values_of(self, row: Any) -> Mapping[str, Any]:
        """Maps are objects of their own here."""
        return {name: _plain(getattr(row, name)) for name in self.shape.kinds}

    def _floats(self, values: dict[str, Any]) -> dict[str, Any]:
        kinds = self.shape.kinds
        return {name: float(value) if kinds[name] == "decimal" else value for name, value in values.items()}

    def _update(self, loaded: Any) -> None:
        model, number = self.model, next(self.numbers)
        loaded.update(actions=[model.name.set(f"Name {number}"), model.pieces.set(number)])

    def _batch_write(self, rows: list[dict[str, Any]]) -> None:
        with self.model.batch_write() as batch:
            for row in rows:
                batch.save(self.model(**row))

    def _transact(self, rows: list[dict[str, Any]]) -> None:
        with TransactWrite(connection=self.connection) as transaction:
            for row in rows:
                transaction.save(self.model(**row))

    def _conditional_save(self, loaded: Any, row: dict[str, Any]) -> None:
        """Every attribute compared with the value it was read with."""
        condition = reduce(and_, self._conditions(row))
        loaded.update(actions=[self.model.name.set(f"Name {next(self.numbers)}")], condition=condition)

    def _conditions(self, row: dict[str, Any]) -> Iterator[Any]:
        for name, value in row.items():
            yield getattr(self.model, name) == value

    def _autoincrement(self) -> None:
        counter = self.tickets(id=-1)
        counter.update(actions=[self.tickets.last.add(1)])
        self.tickets(id=counter.last, name="A ticket", pieces=1).save(condition=self.tickets.id.does_not_exist())


def _plain(value: Any) -> Any:
    if isinstance(value, MapAttribute):
        return value.as_dict()
    return value
