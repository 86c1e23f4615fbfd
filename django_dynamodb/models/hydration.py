"""Reads whole items where an index holds a part of each: their keys from the index, then the items by BatchGetItem."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any, ClassVar

from django_dynamodb.limits import BATCH_GET_KEYS
from django_dynamodb.models.expiry import Expiry
from django_dynamodb.models.reads import BatchRead, Build, Columns, QueryRead, ScanRead
from django_dynamodb.records import record
from django_dynamodb.tables.table import Table
from django_dynamodb.types import Key


@record(frozen=True, kw_only=True, slots=True)
class HydratedRead:
    """The items of an index as the table holds them, in the order of the index, 100 at a time as they are needed.

    An item that was deleted since the index was brought up to date is left out; one that was changed comes as it is
    now, whether the filter still fits it or not.

    Args:
        source: What reads the index; without a limit of its own.
        consistent: Whether the items are read consistently.
        limit: How many items to return.
        expiry: What leaves out expired items, which the index may not tell.
    """

    held: ClassVar[None] = None

    source: QueryRead | ScanRead
    consistent: bool
    limit: int | None
    expiry: Expiry | None

    @property
    def verb(self) -> str:
        """The verb of the first call."""
        return self.source.verb

    @property
    def cost(self) -> str:
        """What the index costs, and what its items cost beside."""
        return f"{self.source.cost}, then by BatchGetItem {BatchRead.cost}"

    def rows(self, table: Table, build: Build, columns: Columns) -> Iterator[Any]:
        """The items, batch after batch; no key is read ahead of the batch it belongs to but within one page."""
        names = tuple(attribute.name for attribute in table.schema.keys)
        keys, left = self.source.rows(table, table.schema.key_of, names), self.limit
        while left is None or left > 0:
            chunk = list(islice(keys, BATCH_GET_KEYS if left is None else min(BATCH_GET_KEYS, left)))
            if not chunk:
                return
            found = self.items(table, chunk, build, columns)
            left = None if left is None else left - len(found)
            yield from found

    def items(self, table: Table, keys: Sequence[Key], build: Build, columns: Columns) -> list[Any]:
        """The items of keys that were read from the index, in their order.

        Args:
            table: The table.
            keys: Keys of the table.
            build: Makes of each item what is returned.
            columns: The attributes to bring back; None for all.
        """
        read = BatchRead(keys=tuple(keys), consistent=self.consistent, limit=None, expiry=self.expiry)
        return list(read.rows(table, build, columns))

    def count(self, table: Table) -> int:
        """Counted by the service in the index; by reading where the index does not tell what has expired."""
        if self.expiry is None or self.source.expiry is not None:
            return replace(self.source, limit=self.limit).count(table)
        names = tuple(attribute.name for attribute in table.schema.keys)
        return sum(1 for _ in self.rows(table, table.schema.key_of, names))


def hydrated(read: QueryRead | ScanRead, *, consistent: bool, expiry: Expiry | None) -> HydratedRead:
    """Reads what an index finds from the table.

    Args:
        read: What reads the index.
        consistent: Whether to read the items consistently.
        expiry: What leaves out expired items, whether or not the index tells them.
    """
    selective = read.filter is not None or read.expiry is not None
    step = read.page_size if selective or read.page_size is not None else read.limit
    source = replace(read, limit=None, page_size=step)  # what was deleted is made up for by reading on
    return HydratedRead(source=source, consistent=consistent, limit=read.limit, expiry=expiry)
