"""Records the verbs of a table itself: CreateTable, DescribeTable, DeleteTable, ListTables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal, TypeAlias

from django_dynamodb.operations.descriptions import TableDescription, description_of
from django_dynamodb.operations.json import loads
from django_dynamodb.operations.operation import Verb, add_present
from django_dynamodb.records import record
from django_dynamodb.types import Payload

KeyTag: TypeAlias = Literal["S", "N", "B"]
"""The types a key attribute can have."""


@record(frozen=True, kw_only=True, slots=True)
class IndexRequest:
    """An index to create with its table."""

    name: str
    partition: str | tuple[str, ...]
    """One attribute, or the several of a global index."""
    sort: str | tuple[str, ...] | None = None
    projection: Literal["ALL", "KEYS_ONLY"] | tuple[str, ...] = "ALL"
    """All attributes, the keys only, or the keys and these attributes."""
    units: tuple[int, int] | None = None
    """Provisioned read and write units of a global index; None as its table is on demand."""

    def payload(self) -> Payload:
        """The index as the service spells it."""
        payload: Payload = {"IndexName": self.name, "KeySchema": _key_schema(self.partition, self.sort)}
        if isinstance(self.projection, tuple):
            payload["Projection"] = {"ProjectionType": "INCLUDE", "NonKeyAttributes": list(self.projection)}
        else:
            payload["Projection"] = {"ProjectionType": self.projection}
        add_present(payload, {"ProvisionedThroughput": _throughput(self.units)})
        return payload


@record(frozen=True, kw_only=True, slots=True)
class CreateTable(Verb):
    """Creates a table with its indexes."""

    name: ClassVar[str] = "CreateTable"

    table: str
    partition: str
    sort: str | None = None
    attributes: Mapping[str, KeyTag]
    """Type of each key attribute, of the table and of its indexes; no others."""
    global_indexes: tuple[IndexRequest, ...] = ()
    local_indexes: tuple[IndexRequest, ...] = ()
    units: tuple[int, int] | None = None
    """Provisioned read and write units; None for on demand."""
    stream: str | None = None
    """What the stream tells of a changed item, such as ``"NEW_IMAGE"``; None for no stream."""

    def payload(self) -> Payload:
        """The request as the service spells it."""
        payload: Payload = {
            "TableName": self.table,
            "KeySchema": _key_schema(self.partition, self.sort),
            "AttributeDefinitions": [
                {"AttributeName": name, "AttributeType": tag} for name, tag in self.attributes.items()
            ],
            "BillingMode": "PAY_PER_REQUEST" if self.units is None else "PROVISIONED",
        }
        stream = self.stream and {"StreamEnabled": True, "StreamViewType": self.stream}
        members = {
            "ProvisionedThroughput": _throughput(self.units),
            "GlobalSecondaryIndexes": [index.payload() for index in self.global_indexes] or None,
            "LocalSecondaryIndexes": [index.payload() for index in self.local_indexes] or None,
            "StreamSpecification": stream,
        }
        add_present(payload, members)
        return payload

    def result(self, body: bytes) -> TableDescription:
        """The table as it starts out; usually still being created."""
        return description_of(loads(body)["TableDescription"])


@record(frozen=True, kw_only=True, slots=True)
class DescribeTable(Verb):
    """Asks what a table is like."""

    name: ClassVar[str] = "DescribeTable"

    table: str

    def payload(self) -> Payload:
        """The request as the service spells it."""
        return {"TableName": self.table}

    def result(self, body: bytes) -> TableDescription:
        """The table as it stands."""
        return description_of(loads(body)["Table"])


@record(frozen=True, kw_only=True, slots=True)
class DeleteTable(Verb):
    """Deletes a table with all its items."""

    name: ClassVar[str] = "DeleteTable"

    table: str

    def payload(self) -> Payload:
        """The request as the service spells it."""
        return {"TableName": self.table}

    def result(self, body: bytes) -> TableDescription:
        """The table as it goes."""
        return description_of(loads(body)["TableDescription"])


@record(frozen=True, kw_only=True, slots=True)
class TableNames:
    """One page of table names."""

    names: list[str]
    last: str | None
    """Where the next page starts; None on the last one."""


@record(frozen=True, kw_only=True, slots=True)
class ListTables(Verb):
    """Asks for the names of the account's tables in this region, at most 100 a call."""

    name: ClassVar[str] = "ListTables"

    start: str | None = None
    """The ``last`` of the page before."""
    limit: int | None = None

    def payload(self) -> Payload:
        """The request as the service spells it."""
        payload: Payload = {}
        add_present(payload, {"ExclusiveStartTableName": self.start, "Limit": self.limit})
        return payload

    def result(self, body: bytes) -> TableNames:
        """The names, sorted by the service."""
        answer = loads(body)
        return TableNames(names=answer.get("TableNames", []), last=answer.get("LastEvaluatedTableName"))


def _key_schema(partition: str | tuple[str, ...], sort: str | tuple[str, ...] | None) -> list[Payload]:
    """The key attributes as the service spells them, those of the partition key first."""
    parts = (("HASH", partition), ("RANGE", sort or ()))
    return [
        {"AttributeName": name, "KeyType": role}
        for role, names in parts
        for name in ((names,) if isinstance(names, str) else names)
    ]


def _throughput(units: tuple[int, int] | None) -> Payload | None:
    """Provisioned units as the service spells them."""
    return None if units is None else {"ReadCapacityUnits": units[0], "WriteCapacityUnits": units[1]}
