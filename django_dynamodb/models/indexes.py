"""Declares the indexes and the billing of a table, as they are written inside ``class Table``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django_dynamodb.exceptions import SchemaError
from django_dynamodb.tables.schema import Projected, Throughput

ALL = "ALL"
KEYS_ONLY = "KEYS_ONLY"


@dataclass(frozen=True, slots=True)
class OnDemand:
    """Pay per request: the table has no throughput of its own."""


@dataclass(frozen=True, slots=True)
class Provisioned:
    """Reserved throughput.

    Args:
        read: Read capacity units a second, at least 1.
        write: Write capacity units a second, at least 1.
    """

    read: int
    write: int

    def __post_init__(self) -> None:
        if self.read < 1 or self.write < 1:
            raise SchemaError(
                f"Provisioned(read={self.read}, write={self.write}): both are at least 1 unit; "
                "use models.OnDemand() to reserve none."
            )

    def as_throughput(self) -> Throughput:
        """The same figures in the words of the table layer."""
        return Throughput(read=self.read, write=self.write)


@dataclass(frozen=True, slots=True)
class Index:
    """What a global and a local index have in common.

    Args:
        name: The index's name, unique in its table.
        projection: ``"ALL"``, ``"KEYS_ONLY"``, or the names of the fields it also holds.
    """

    name: str
    partition_key: str | None
    sort_key: str | None
    projection: Projected

    @property
    def local(self) -> bool:
        """Whether the index shares the table's partition key."""
        return isinstance(self, LocalIndex)


@dataclass(frozen=True, slots=True, init=False)
class GlobalIndex(Index):
    """A second way in: another partition key, and perhaps a sort key, over the whole table.

    Args:
        name: The index's name, unique in its table.
        partition_key: The field to look up by.
        sort_key: The field that orders one partition, if any.
        projection: ``"ALL"``, ``"KEYS_ONLY"``, or the names of the fields it also holds.
    """

    def __init__(
        self, name: str, partition_key: str, sort_key: str | None = None, *, projection: str | Sequence[str] = ALL
    ) -> None:
        _fill(self, name, partition_key, sort_key, projection)


@dataclass(frozen=True, slots=True, init=False)
class LocalIndex(Index):
    """Another order within each partition; can only be made together with its table.

    Args:
        name: The index's name, unique in its table.
        sort_key: The field that orders a partition.
        projection: ``"ALL"``, ``"KEYS_ONLY"``, or the names of the fields it also holds.
    """

    def __init__(self, name: str, sort_key: str, *, projection: str | Sequence[str] = ALL) -> None:
        _fill(self, name, None, sort_key, projection)


def _fill(index: Index, name: str, partition: str | None, sort: str | None, projection: str | Sequence[str]) -> None:
    """Sets the four values of a frozen index."""
    if isinstance(projection, str) and projection not in {ALL, KEYS_ONLY}:
        raise SchemaError(
            f"Index {name!r}: projection {projection!r} is not one of 'ALL', 'KEYS_ONLY' or a list of field names."
        )
    for attribute, value in (
        ("name", name),
        ("partition_key", partition),
        ("sort_key", sort),
        ("projection", projection if isinstance(projection, str) else tuple(projection)),
    ):
        object.__setattr__(index, attribute, value)
