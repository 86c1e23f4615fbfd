"""Declares the indexes and the billing of a table, as they are written inside ``class Table``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from django_dynamodb.exceptions import SchemaError
from django_dynamodb.tables.indexes import one_or_all, several
from django_dynamodb.tables.schema import Projected, Throughput

ALL = "ALL"
KEYS_ONLY = "KEYS_ONLY"

KeyPart: TypeAlias = str | tuple[str, ...] | None
"""One field, or several of a global index, or none."""


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
    partition_key: KeyPart
    sort_key: KeyPart
    projection: Projected

    @property
    def partition_keys(self) -> tuple[str, ...]:
        """The fields of the partition key; none for a local index, which has the table's."""
        return several(self.partition_key)

    @property
    def sort_keys(self) -> tuple[str, ...]:
        """The fields of the sort key, in the order they sort by."""
        return several(self.sort_key)

    @property
    def local(self) -> bool:
        """Whether the index shares the table's partition key."""
        return isinstance(self, LocalIndex)


@dataclass(frozen=True, slots=True, init=False)
class GlobalIndex(Index):
    """A second way in: another partition key, and perhaps a sort key, over the whole table.

    Args:
        name: The index's name, unique in its table.
        partition_key: The field to look up by, or a list of up to 4, all of which a query gives.
        sort_key: The field that orders one partition, if any, or a list of up to 4, which a query gives from the left.
        projection: ``"ALL"``, ``"KEYS_ONLY"``, or the names of the fields it also holds.
    """

    def __init__(
        self,
        name: str,
        partition_key: str | Sequence[str],
        sort_key: str | Sequence[str] | None = None,
        *,
        projection: str | Sequence[str] = ALL,
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
        if not isinstance(sort_key, str):
            raise SchemaError(
                f"Index {name!r}: sort_key is {sort_key!r}; a local index is sorted by one field. Several make "
                "the key of a models.GlobalIndex."
            )
        _fill(self, name, None, sort_key, projection)


def _fill(
    index: Index,
    name: str,
    partition: str | Sequence[str] | None,
    sort: str | Sequence[str] | None,
    projection: str | Sequence[str],
) -> None:
    """Sets the four values of a frozen index."""
    if isinstance(projection, str) and projection not in {ALL, KEYS_ONLY}:
        raise SchemaError(
            f"Index {name!r}: projection {projection!r} is not one of 'ALL', 'KEYS_ONLY' or a list of field names."
        )
    for attribute, value in (
        ("name", name),
        ("partition_key", _part(partition)),
        ("sort_key", _part(sort)),
        ("projection", projection if isinstance(projection, str) else tuple(projection)),
    ):
        object.__setattr__(index, attribute, value)


def _part(names: str | Sequence[str] | None) -> KeyPart:
    """A part of a key as it is kept, whichever way it was written."""
    return names if names is None or isinstance(names, str) else one_or_all(tuple(names))
