"""Writes or reads several objects at once, all or nothing: ``transaction.write()``, ``run()`` and ``read()``.

No item is written before the block of ``write()`` ends, and when it fails the objects are as they were before it.
A transaction costs twice the capacity units of the single calls, holds at most 100 actions and each item once.
Source: developer guide, "Managing complex workflows with DynamoDB transactions".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final, TypeVar

from asgiref.sync import sync_to_async

from django_dynamodb import coroutines
from django_dynamodb.exceptions import TransactionCanceledError, UnsupportedError
from django_dynamodb.expressions.paths import Path
from django_dynamodb.expressions.projections import Projection
from django_dynamodb.models.asynchrony import reading_may_block
from django_dynamodb.models.expiry import hidden_from
from django_dynamodb.models.loader import Build, builder
from django_dynamodb.models.mapper import Mapper
from django_dynamodb.models.members import Members, labelled, one_key
from django_dynamodb.models.queryset import QuerySet
from django_dynamodb.models.targets import conditions_beside_key
from django_dynamodb.models.transactions import WriteTransaction
from django_dynamodb.records import record
from django_dynamodb.tables import transactions
from django_dynamodb.tables.table import Table
from django_dynamodb.types import Key

__all__ = ["WriteTransaction", "aread", "arun", "read", "run", "write"]

R = TypeVar("R")

RUN_TRIES: Final = 10
"""How often ``run()`` does its work; with the pauses of ``wire.retry`` that is 26 s at most."""


def write(token: str | None = None) -> WriteTransaction:
    """Begins a writing transaction: ``with transaction.write() as tx: tx.save(a); tx.delete(b)``.

    Args:
        token: Makes a repeated call with the same actions do nothing again for ten minutes.
    """
    return WriteTransaction(token)


def run(work: Callable[[WriteTransaction], R], *, tries: int = RUN_TRIES) -> R:
    """Does a piece of work in a transaction, and does it again, reads and all, while others write in between.

    Args:
        work: Reads what it needs, adds actions to the transaction it is given, returns anything.
        tries: How often to do it at most.

    Returns:
        What ``work`` returned at the attempt that went through.

    Raises:
        TransactionCanceledError: It did not go through within the tries, or never can.
    """
    attempt = 0
    while True:
        attempt += 1
        transaction = WriteTransaction()
        try:
            with transaction:
                result = work(transaction)
        except TransactionCanceledError as error:
            if attempt >= tries or not transaction.try_again(error, attempt):
                raise
        else:
            return result


@record(frozen=True, kw_only=True, slots=True)
class Wanted:
    """One object to read, and how to build it."""

    mapper: Mapper
    table: Table
    key: Key
    projection: Projection | None
    build: Build


def read(querysets: Iterable[Any]) -> list[Any]:
    """Reads up to 100 objects of any models as they stood at one moment.

    Args:
        querysets: Query sets that each give one whole key and ask nothing else; ``only()``, ``defer()`` and
            ``untracked()`` hold.

    Returns:
        The objects in the same order; None where there is none.

    Raises:
        UnsupportedError: A query set that does not give exactly one key, or asks more.
        DuplicateKeyError: The same item twice.
        InvalidValueError: More than 100.
        TransactionCanceledError: A writing transaction held an item until the retries were spent.
        TypeError: Something else than query sets.
    """
    wanted = [_wanted(queryset) for queryset in querysets]
    if not wanted:
        return []
    members = Members()
    for one in wanted:
        members.take(one.mapper, one.table, one.key)
    gets = [transactions.get(one.table, one.key, projection=one.projection) for one in wanted]
    table = wanted[0].table
    try:
        items = transactions.read(table.send, table.pause, gets)
    except TransactionCanceledError as error:
        raise labelled(error, [(one.mapper, one.key) for one in wanted]) from error
    return [None if item is None else one.build(item) for one, item in zip(wanted, items, strict=True)]


async def aread(querysets: Iterable[Any]) -> list[Any]:
    """Asynchronous version of ``read``."""
    listed = list(querysets)
    if any(isinstance(queryset, QuerySet) and reading_may_block(queryset.model) for queryset in listed):
        return await sync_to_async(read)(listed)
    return await coroutines.run(read, listed)


async def arun(work: Callable[[WriteTransaction], R], *, tries: int = RUN_TRIES) -> R:
    """Asynchronous version of ``run``.

    The work itself is synchronous. It runs on the event loop and waits for it at each call of the service, so that it
    must not block in another way; SQL in it raises ``SynchronousOnlyOperation``.
    """
    return await coroutines.run(run, work, tries=tries)


def _wanted(queryset: Any) -> Wanted:
    """What a query set asks for, if a reading transaction can bring it."""
    table, key = one_key(queryset)
    label = queryset.model._meta.label
    if conditions_beside_key(queryset):
        raise UnsupportedError(f"{label}: a reading transaction takes keys only; test the objects in Python.")
    if queryset._fields is not None or queryset._prefetch_related_lookups:
        raise UnsupportedError(
            f"{label}: a reading transaction brings objects alone, without values() or prefetch_related()."
        )
    if queryset.query.read_units is not None:
        raise UnsupportedError(
            f"{label}: a reading transaction is one call, at no rate; leave rate() out, and sleep between transactions."
        )
    only, columns = queryset._dynamo_wanted(queryset._dynamo_read())
    build, expiry = builder(queryset.model, only, tracked=queryset.query.tracked), hidden_from(queryset.query)
    if expiry is not None:
        build, columns = expiry.sifted(build), expiry.widened(columns)
    entity = queryset.model._meta.mapper.entity
    if entity is not None:
        build, columns = entity.sifted(build), entity.widened(columns)
    return Wanted(
        mapper=queryset.model._meta.mapper,
        table=table,
        key=key,
        projection=None if columns is None else Projection(tuple(map(Path, columns))),
        build=build,
    )
