"""Lists, empties and drops the tables of a test run."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import TypeVar

from django_dynamodb.connection import Connection
from django_dynamodb.connections import connections
from django_dynamodb.declared import declared_tables
from django_dynamodb.models.registry import table_models
from django_dynamodb.tables import batches, counters, lifecycle, pages
from django_dynamodb.tables.paging import identity
from django_dynamodb.tables.schema import KeyAttribute, TableSchema
from django_dynamodb.tables.table import Table
from django_dynamodb.types import Item, Key

T = TypeVar("T")


def project_schemas() -> Mapping[tuple[str, str], TableSchema]:
    """Lists the tables of all DynamoDB models, and those that settings declare for sessions and caches.

    Returns:
        Alias and full name of each table, and the table as it is declared, without prefix.

    Raises:
        ImproperlyConfigured: When the settings of sessions or of a cache are wrong.
    """
    of_models = [(model._meta.dynamodb.using, model._meta.shared_table) for model in table_models()]
    of_settings = [(table.using, table.schema) for table in declared_tables()]
    return {
        (alias, connections[alias].settings.table_prefix + schema.name): schema
        for alias, schema in (*of_models, *of_settings)
    }


def truncate(table: Table) -> None:
    """Deletes every item; the counter of an autoincrement table starts again.

    Args:
        table: The table.
    """
    batches.write_many(table, deletes=list(_keys(table)))
    if table.schema.counter:
        counters.create(table)


def items(table: Table) -> list[Item]:
    """Reads every item as it is stored, the counter item too.

    Args:
        table: The table.
    """
    return list(_read(table, identity))


def fill(table: Table, content: list[Item]) -> None:
    """Writes items back that ``items`` read.

    Args:
        table: The table.
        content: The items.
    """
    batches.write_many(_plain(table), content)


def drop(connection: Connection, name: str) -> None:
    """Deletes a table, if it is still there, and waits until it is gone.

    Args:
        connection: Where the table is.
        name: Its full name.
    """
    schema = TableSchema(name=name, partition=KeyAttribute("key", "S"))
    table = Table(schema=schema, send=connection.send, pause=connection.pause)
    if lifecycle.delete(table):
        lifecycle.wait_deleted(table)


def names(connection: Connection, prefix: str) -> Iterator[str]:
    """Lists the tables of this run.

    Args:
        connection: Where to look.
        prefix: What their names start with.

    Yields:
        Their full names.
    """
    start: str | None = None
    while True:
        request = {"ExclusiveStartTableName": start} if start else {}
        answer = json.loads(connection.send("ListTables", json.dumps(request).encode()))
        yield from (name for name in answer["TableNames"] if name.startswith(prefix))
        start = answer.get("LastEvaluatedTableName")
        if start is None:
            return


def _keys(table: Table) -> Iterator[Key]:
    """Reads every key, that of the counter item too.

    Whole items are read: to project, moto turns each into Python values, and fails at numbers of more than 38 digits
    though the rest be zeros.
    """
    return _read(table, table.schema.key_of)


def _read(table: Table, build: Callable[[Item], T]) -> Iterator[T]:
    for page in pages.scan(_plain(table), consistent=True, build=build):
        yield from page.items


def _plain(table: Table) -> Table:
    """The table without a counter, so that the counter item is one like others."""
    return replace(table, schema=replace(table.schema, counter=False))
