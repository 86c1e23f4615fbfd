"""Reads the service's description of a table into a record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django_dynamodb.records import record
from django_dynamodb.types import Payload


@record(frozen=True, kw_only=True, slots=True)
class IndexDescription:
    """An index as it stands."""

    name: str
    partition: str | tuple[str, ...]
    """One attribute, or the several of a global index."""
    sort: str | tuple[str, ...] | None
    """Likewise; None for none."""
    projection: str | tuple[str, ...]
    """``"ALL"``, ``"KEYS_ONLY"``, or the attributes beside the keys, in the order of the service."""
    local: bool
    status: str | None
    """``"ACTIVE"``, ``"CREATING"``, …; a local index has none of its own."""
    units: tuple[int, int] | None
    """Provisioned read and write units; None on demand, and for a local index."""
    item_count: int = 0
    """As the service last counted, about every six hours."""


@record(frozen=True, kw_only=True, slots=True)
class TableDescription:
    """A table as it stands."""

    name: str
    status: str
    """``"ACTIVE"``, ``"CREATING"``, ``"UPDATING"``, ``"DELETING"``, …."""
    partition: str
    sort: str | None
    attributes: Mapping[str, str]
    """Type tag of each key attribute, of the table and of its indexes."""
    indexes: tuple[IndexDescription, ...]
    """Global ones first, then local ones, each sorted by name."""
    units: tuple[int, int] | None
    """Provisioned read and write units; None on demand."""
    stream: str | None
    """What the stream tells of a changed item; None without a stream."""
    item_count: int
    """As the service last counted, about every six hours."""
    size_bytes: int
    """As the service last counted, about every six hours."""
    arn: str | None


def description_of(table: Payload) -> TableDescription:
    """Reads a table description.

    Args:
        table: The service's ``TableDescription``.

    Returns:
        The same as a record.
    """
    on_demand = table.get("BillingModeSummary", {}).get("BillingMode") == "PAY_PER_REQUEST"
    partitions, sorts = _keys(table.get("KeySchema", []))
    return TableDescription(
        name=table["TableName"],
        status=table.get("TableStatus", ""),
        partition=partitions[0],
        sort=sorts[0] if sorts else None,
        attributes={entry["AttributeName"]: entry["AttributeType"] for entry in table.get("AttributeDefinitions", [])},
        indexes=(
            *_indexes(table.get("GlobalSecondaryIndexes") or [], local=False, on_demand=on_demand),
            *_indexes(table.get("LocalSecondaryIndexes") or [], local=True, on_demand=on_demand),
        ),
        units=None if on_demand else _units(table),
        stream=_stream(table.get("StreamSpecification") or {}),
        item_count=table.get("ItemCount", 0),
        size_bytes=table.get("TableSizeBytes", 0),
        arn=table.get("TableArn"),
    )


def _indexes(entries: list[Payload], *, local: bool, on_demand: bool) -> list[IndexDescription]:
    """The indexes of one kind, sorted by name, since the service has no order of its own."""
    return [
        _index(entry, local=local, on_demand=on_demand)
        for entry in sorted(entries, key=lambda entry: str(entry["IndexName"]))
    ]


def _index(entry: Payload, *, local: bool, on_demand: bool) -> IndexDescription:
    """One index."""
    partitions, sorts = _keys(entry["KeySchema"])
    projection = entry.get("Projection", {})
    kind = projection.get("ProjectionType", "ALL")
    return IndexDescription(
        name=entry["IndexName"],
        partition=partitions[0] if len(partitions) == 1 else partitions,
        sort=sorts if len(sorts) > 1 else sorts[0] if sorts else None,
        projection=tuple(projection.get("NonKeyAttributes", ())) if kind == "INCLUDE" else kind,
        local=local,
        status=entry.get("IndexStatus"),
        units=None if local or on_demand else _units(entry),
        item_count=entry.get("ItemCount", 0),
    )


def _keys(schema: list[dict[str, Any]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The attributes of partition key and sort key, in their order; a table on its way out may have none left."""
    partitions, sorts = (
        tuple(entry["AttributeName"] for entry in schema if entry["KeyType"] == role) for role in ("HASH", "RANGE")
    )
    return partitions or ("",), sorts


def _units(entry: Payload) -> tuple[int, int] | None:
    """Provisioned units of a table or index."""
    throughput = entry.get("ProvisionedThroughput")
    return throughput and (throughput["ReadCapacityUnits"], throughput["WriteCapacityUnits"])


def _stream(specification: Payload) -> str | None:
    """The view of a stream that is on."""
    return specification.get("StreamViewType") if specification.get("StreamEnabled") else None
