"""Writes or reads several objects at once, all or nothing: ``transaction.write()``, ``run()`` and ``read()``.

Nothing is sent before the block of ``write()`` ends, and nothing of the objects changes before the service has agreed.
A transaction costs twice the capacity units of the single calls, holds at most 100 actions and each item once.
Source: developer guide, "Managing complex workflows with DynamoDB transactions".
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Any, Final, Self, TypeVar

from asgiref.sync import sync_to_async
from django.db import DEFAULT_DB_ALIAS
from django.db.models import Q, signals

from django_dynamodb.exceptions import DuplicateKeyError, TransactionCanceledError, UnsupportedError
from django_dynamodb.expressions.conditions import And
from django_dynamodb.models.changes import item_exists
from django_dynamodb.models.loader import builder
from django_dynamodb.models.naming import named_by
from django_dynamodb.models.persistence import WriteOptions, Writer, restored_on_failure
from django_dynamodb.models.targets import conditions_beside_key, given_keys, update_of
from django_dynamodb.models.writes import Write
from django_dynamodb.tables import transactions
from django_dynamodb.tables.batches import identifier
from django_dynamodb.tables.table import Table
from django_dynamodb.types import Key

R = TypeVar("R")
MOVED: Final = frozenset({"ConditionalCheckFailed", "TransactionConflict"})
"""Reasons that a second look at the items may cure: somebody else wrote in between."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One action, and what to do when all are done."""

    label: str
    table: Table
    key: Key
    action: transactions.Action
    write: Write | None = None
    done: Callable[[], None] | None = None


class WriteTransaction:
    """Collects actions; use it as a context manager, plain or asynchronous.

    Args:
        token: Makes a repeated call with the same actions do nothing again for ten minutes; at most 36 characters.
            A random one by default.
    """

    def __init__(self, token: str | None = None) -> None:
        self.token = token or str(uuid.uuid4())
        self._steps: list[Step] = []
        self._taken: set[Any] = set()
        self._instances = ExitStack()

    # -- actions ------------------------------------------------------------------------------------------------

    def save(
        self,
        instance: Any,
        *,
        force_insert: bool = False,
        raise_on_conflict: bool = False,
        condition: Q | None = None,
    ) -> None:
        """Saves an object as ``instance.save()`` would: a new one whole, a loaded one as what changed.

        Args:
            instance: An object of a DynamoDB model; it changes only when the transaction is done.
            force_insert: The key must not exist yet.
            raise_on_conflict: A new object must not exist, a loaded one must be stored as it was loaded.
            condition: What must hold of the stored item besides.

        Raises:
            InvalidValueError: A field holds what it cannot store.
            DuplicateKeyError: The item is in this transaction already.
        """
        writer = self._writer(instance)
        sent = {"sender": type(instance), "instance": instance, "raw": False, "using": DEFAULT_DB_ALIAS}
        signals.pre_save.send(**sent, update_fields=None)
        options = WriteOptions(force_insert=force_insert, raise_on_conflict=raise_on_conflict, condition=condition)
        created = instance._state.adding or force_insert
        write = writer.prepare(options)
        if write is not None:
            self._add_write(writer, write, lambda: _sent(signals.post_save, sent, created=created, update_fields=None))

    def create(self, instance: Any) -> None:
        """Saves a new object; its key must not exist yet."""
        self.save(instance, force_insert=True)

    def delete(self, instance: Any, *, raise_on_conflict: bool = False, condition: Q | None = None) -> None:
        """Deletes an object; it must exist.

        Args:
            instance: An object of a DynamoDB model.
            raise_on_conflict: The item must be stored as it was loaded.
            condition: What must hold of the stored item besides.
        """
        writer = self._writer(instance)
        sent = {"sender": type(instance), "instance": instance, "using": DEFAULT_DB_ALIAS, "origin": instance}
        signals.pre_delete.send(**sent)
        write = writer.prepare_delete(WriteOptions(raise_on_conflict=raise_on_conflict, condition=condition))
        self._add_write(writer, write, lambda: _sent(signals.post_delete, sent))

    def update(self, queryset: Any, **values: Any) -> None:
        """Changes one item without loading it; it must exist and match.

        Args:
            queryset: A query set that gives the whole key; what else it asks is the condition.
            values: Field → value or ``F()`` expression.

        Raises:
            UnsupportedError: The query set does not give exactly one key.
        """
        table, key = _one_key(queryset)
        mapper = queryset.model._meta.mapper
        condition = And(item_exists(mapper), *conditions_beside_key(queryset))
        with named_by(mapper):
            action = transactions.update(table, key, update_of(mapper, values), condition=condition)
        self._add(Step(label=mapper.label, table=table, key=key, action=action))

    def check(self, queryset: Any) -> None:
        """Asks of one item that it exists and matches, without writing it.

        Args:
            queryset: A query set that gives the whole key; what else it asks is the condition.

        Raises:
            UnsupportedError: The query set does not give exactly one key.
        """
        table, key = _one_key(queryset)
        mapper = queryset.model._meta.mapper
        condition = And(item_exists(mapper), *conditions_beside_key(queryset))
        with named_by(mapper):
            action = transactions.check(table, key, condition=condition)
        self._add(Step(label=mapper.label, table=table, key=key, action=action))

    # -- the block ----------------------------------------------------------------------------------------------

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._instances:
            if error is not None:
                raise error
            self.commit()
        for step in self._steps:
            if step.done is not None:
                step.done()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await sync_to_async(self.__exit__)(kind, error, trace)

    def commit(self) -> None:
        """Sends the actions; the end of the block does this.

        Raises:
            TransactionCanceledError: An action failed; ``reasons`` says which and why. Nothing was written.
        """
        if not self._steps:
            return
        table = self._steps[0].table
        try:
            transactions.write(table.send, table.pause, [step.action for step in self._steps], token=self.token)
        except TransactionCanceledError as error:
            raise _labelled(error, [(step.label, step.key) for step in self._steps]) from error
        for step in self._steps:
            if step.write is not None:
                step.write.done()

    # -- parts --------------------------------------------------------------------------------------------------

    def _writer(self, instance: Any) -> Writer:
        meta = instance._meta
        self._instances.enter_context(restored_on_failure(instance))
        return Writer(instance, meta.concrete_model, meta.open_table())

    def _add_write(self, writer: Writer, write: Write, done: Callable[[], None]) -> None:
        with named_by(writer.mapper):
            action = write.action(writer.table)
        label, key = writer.mapper.label, writer.key()
        self._add(Step(label=label, table=writer.table, key=key, action=action, write=write, done=done))

    def _add(self, step: Step) -> None:
        """Takes an action in, if its item is new here and of the same connection."""
        mark = (step.table.schema.name, identifier(step.table.schema)(step.key))
        if mark in self._taken:
            raise DuplicateKeyError(
                f"{step.label} {step.key} is in this transaction already, which does one thing with each item.",
                table=step.table.schema.name,
                key=step.key,
            )
        if self._steps and self._steps[0].table.send != step.table.send:
            raise UnsupportedError(
                f"{step.label} and {self._steps[0].label} have different connections (class Table: using); a "
                "transaction stays within one. Use one transaction for each."
            )
        self._taken.add(mark)
        self._steps.append(step)


def write(token: str | None = None) -> WriteTransaction:
    """Begins a writing transaction: ``with transaction.write() as tx: tx.save(a); tx.delete(b)``.

    Args:
        token: Makes a repeated call with the same actions do nothing again for ten minutes.
    """
    return WriteTransaction(token)


def run(work: Callable[[WriteTransaction], R]) -> R:
    """Does a piece of work in a transaction, and does it again, reads and all, while others write in between.

    Args:
        work: Reads what it needs, adds actions to the transaction it is given, returns anything.

    Returns:
        What ``work`` returned at the attempt that went through.

    Raises:
        TransactionCanceledError: It did not go through within the retries, or never can.
    """
    attempt = 0
    while True:
        transaction = WriteTransaction()
        try:
            with transaction:
                result = work(transaction)
        except TransactionCanceledError as error:
            attempt += 1
            codes = {reason.code for reason in error.reasons if reason.code}
            if not codes or not codes <= MOVED or not transaction._steps[0].table.pause(attempt):
                raise
        else:
            return result


def read(querysets: Iterable[Any]) -> list[Any]:
    """Reads up to 100 objects of any models as they stood at one moment.

    Args:
        querysets: Query sets that each give one whole key and ask nothing else.

    Returns:
        The objects in the same order; None where there is none.

    Raises:
        UnsupportedError: A query set that does not give exactly one key, or asks more.
        TransactionCanceledError: A writing transaction held an item until the retries were spent.
    """
    wanted = [(queryset.model, *_one_key(queryset, alone=True)) for queryset in querysets]
    if not wanted:
        return []
    gets = [transactions.get(table, key) for _model, table, key in wanted]
    table = wanted[0][1]
    try:
        items = transactions.read(table.send, table.pause, gets)
    except TransactionCanceledError as error:
        raise _labelled(error, [(model._meta.label, key) for model, _table, key in wanted]) from error
    return [
        None if item is None else builder(model)(item)
        for (model, _table, _key), item in zip(wanted, items, strict=True)
    ]


async def aread(querysets: Iterable[Any]) -> list[Any]:
    """Asynchronous version of ``read``."""
    return await sync_to_async(read, thread_sensitive=False)(querysets)


async def arun(work: Callable[[WriteTransaction], R]) -> R:
    """Asynchronous version of ``run``; the work itself is synchronous and runs in a thread."""
    return await sync_to_async(run)(work)


def _one_key(queryset: Any, *, alone: bool = False) -> tuple[Table, Key]:
    """The table and the one key a query set gives."""
    label = queryset.model._meta.label
    keys = given_keys(queryset)
    if keys is None or len(keys) != 1:
        raise UnsupportedError(
            f"{label}: a transaction names each item by its key: "
            f"{queryset.model._meta.object_name}.objects.filter(pk=...)."
        )
    if alone and conditions_beside_key(queryset):
        raise UnsupportedError(f"{label}: a reading transaction takes keys only; test the objects in Python.")
    return queryset._dynamo_table(), keys[0]


def _labelled(error: TransactionCanceledError, places: list[tuple[str, Key]]) -> TransactionCanceledError:
    """The same error with the models' labels in its reasons."""
    given = zip(error.reasons, places, strict=False)
    reasons = [replace(reason, model=label, key=key) for reason, (label, key) in given]
    faults = [
        f"{number}. {reason.action} of {reason.model} {reason.key}: {reason.code}"
        for number, reason in enumerate(reasons, 1)
        if reason.code
    ]
    return TransactionCanceledError(
        f"The transaction was cancelled and nothing was written: {'; '.join(faults) or error}.",
        reasons=reasons,
        operation=error.operation,
        code=error.code,
        request_id=error.request_id,
        status=error.status,
        body=error.body,
    )


def _sent(signal: Any, arguments: dict[str, Any], **more: Any) -> None:
    """Sends a signal once all is done."""
    signal.send(**arguments, **more)
