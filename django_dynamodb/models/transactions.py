"""Collects the actions of a writing transaction, and does to their objects what becomes of it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from types import TracebackType
from typing import Any, Final, Literal, Self

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Q, signals

from django_dynamodb import coroutines
from django_dynamodb.exceptions import (
    DynamoDBError,
    RequestRejectedError,
    ServiceError,
    TransactionCanceledError,
    UnsupportedError,
)
from django_dynamodb.expressions.updates import AnyUpdate
from django_dynamodb.models.asynchrony import announce, run_write
from django_dynamodb.models.base import Model
from django_dynamodb.models.composed import recomposed
from django_dynamodb.models.diagnosis import examined
from django_dynamodb.models.mapper import Mapper
from django_dynamodb.models.members import Members, labelled, one_key
from django_dynamodb.models.naming import named_by, place, raise_named
from django_dynamodb.models.persistence import PLAINLY, WriteOptions, Writer, restore, restored_on_failure
from django_dynamodb.models.plainly import prepares_alone
from django_dynamodb.models.targets import condition_on, update_of
from django_dynamodb.models.upgrades import demand_current
from django_dynamodb.models.writes import UpdateWrite, Write
from django_dynamodb.records import record
from django_dynamodb.tables import transactions
from django_dynamodb.tables.table import Table
from django_dynamodb.types import Key

CONDITION: Final = "ConditionalCheckFailed"
"""The reason of an action whose condition did not hold."""

INVALID_ACTION: Final = "ValidationError"
"""The reason of an action that cannot be done to what is stored."""

CURABLE: Final = transactions.PASSING | {CONDITION}
"""Reasons that a second look at the items may cure: somebody else wrote in between."""


@record(frozen=True, kw_only=True, slots=True)
class Step:
    """One action, the write of an object that it stands for, and the update that it makes."""

    mapper: Mapper
    table: Table
    key: Key
    action: transactions.Action
    write: Write | None = None
    update: AnyUpdate | None = None

    def causes(self, error: ServiceError) -> str:
        """What in the stored item this step's update cannot work on; empty where nothing is found."""
        if self.update is None:
            return ""
        found = examined(self.mapper, self.table, self.key, self.update, error)
        return " ".join(finding.text for finding in found)


class WriteTransaction:
    """Collects actions and sends them when its block ends; a context manager, plain or asynchronous, to be used once.

    Args:
        token: Makes a repeated call with the same actions do nothing again for ten minutes; 1 to 36 characters.
            A random one by default.
    """

    def __init__(self, token: str | None = None) -> None:
        self.token = str(uuid.uuid4()) if token is None else token
        self._phase: Literal["new", "open", "ended", "cancelled"] = "new"
        self._steps: list[Step] = []
        self._members = Members()
        self._before: list[tuple[Any, dict[str, Any]]] = []
        self._announcements: list[Callable[[], object]] = []

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
            TypeError: It is no object of a DynamoDB model.
        """
        options = PLAINLY
        if force_insert or raise_on_conflict or condition is not None:
            options = WriteOptions(force_insert=force_insert, raise_on_conflict=raise_on_conflict, condition=condition)
        writer = self._writer(instance)
        sent = {"sender": type(instance), "instance": instance, "raw": False, "using": DEFAULT_DB_ALIAS}
        with restored_on_failure(instance) as before:
            if "fields_cache" in vars(instance._state):  # some related object was assigned or loaded
                instance._prepare_related_fields_for_save(operation_name="save")
            if signals.pre_save.receivers:
                announce(signals.pre_save, **sent, update_fields=None)
            created = instance._state.adding or force_insert
            if (write := writer.prepare(options)) is not None:
                self._add_write(writer.table, write)
        self._before.append((instance, before))
        self._announcements.append(partial(announce, signals.post_save, **sent, created=created, update_fields=None))

    def create(self, instance: Any) -> None:
        """Saves a new object; its key must not exist yet."""
        self.save(instance, force_insert=True)

    def delete(self, instance: Any, *, raise_on_conflict: bool = False, condition: Q | None = None) -> None:
        """Deletes an object; it must exist.

        Args:
            instance: An object of a DynamoDB model.
            raise_on_conflict: The item must be stored as it was loaded.
            condition: What must hold of the stored item besides.

        Raises:
            DuplicateKeyError: The item is in this transaction already.
            TypeError: It is no object of a DynamoDB model.
        """
        options = WriteOptions(raise_on_conflict=raise_on_conflict, condition=condition)
        writer = self._writer(instance)
        sent = {"sender": type(instance), "instance": instance, "using": DEFAULT_DB_ALIAS, "origin": instance}
        with restored_on_failure(instance) as before:
            announce(signals.pre_delete, **sent)
            self._add_write(writer.table, writer.prepare_delete(options))
        self._before.append((instance, before))
        self._announcements.append(partial(announce, signals.post_delete, **sent))

    def update(self, queryset: Any, /, **values: Any) -> None:
        """Changes one item without loading it; it must exist and match.

        Args:
            queryset: A query set that gives the whole key; what else it asks is the condition.
            values: Field → value or ``F()`` expression; at least one.

        Raises:
            UnsupportedError: The query set does not give exactly one key.
            InvalidValueError: A value that the field cannot store.
            DuplicateKeyError: The item is in this transaction already.
            TypeError: It is no query set, or there is nothing to change.
        """
        table, key = one_key(queryset)
        mapper = queryset.model._meta.mapper
        if not values:
            raise TypeError(f"{mapper.label}: update() needs a field to change; check() asks a condition alone.")
        condition = demand_current(queryset.model, condition_on(queryset))
        change = update_of(mapper, recomposed(queryset, values))
        with named_by(mapper):
            action = transactions.update(table, key, change, condition=condition)
        self._add(Step(mapper=mapper, table=table, key=key, action=action, update=change))

    def check(self, queryset: Any) -> None:
        """Asks of one item that it exists and matches, without writing it.

        Args:
            queryset: A query set that gives the whole key; what else it asks is the condition.

        Raises:
            UnsupportedError: The query set does not give exactly one key.
            DuplicateKeyError: The item is in this transaction already.
            TypeError: It is no query set.
        """
        table, key = one_key(queryset)
        mapper = queryset.model._meta.mapper
        condition = demand_current(queryset.model, condition_on(queryset))
        with named_by(mapper):
            action = transactions.check(table, key, condition=condition)
        self._add(Step(mapper=mapper, table=table, key=key, action=action))

    # -- the same, where signals or a new number would hold up an event loop -------------------------------------

    async def asave(self, instance: Any, **options: Any) -> None:
        """Asynchronous version of ``save``."""
        await _run(self.save, instance, options)

    async def acreate(self, instance: Any) -> None:
        """Asynchronous version of ``create``."""
        await _run(self.create, instance, {})

    async def adelete(self, instance: Any, **options: Any) -> None:
        """Asynchronous version of ``delete``."""
        await _run(self.delete, instance, options)

    # -- the block ----------------------------------------------------------------------------------------------

    def __enter__(self) -> Self:
        if self._phase != "new":
            raise UnsupportedError("A transaction is used once; begin another with transaction.write().")
        self._phase = "open"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._phase = "ended"
        with ExitStack() as failure:
            failure.callback(self._restore)
            if error is not None:
                return
            self._commit()
            failure.pop_all()
        _announce(iter(self._announcements))

    async def __aenter__(self) -> Self:
        return self.__enter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            self.__exit__(kind, error, trace)
        else:
            await coroutines.run(self.__exit__, None, None, None)

    def try_again(self, error: TransactionCanceledError, attempt: int) -> bool:
        """Says whether a repetition may help: others wrote in between and cancelled this very transaction; then waits.

        Args:
            error: What the block raised.
            attempt: Which attempt it was, from 1.
        """
        codes = {reason.code for reason in error.reasons if reason.code}
        mine = self._phase == "cancelled"
        return mine and CONDITION in codes and codes <= CURABLE and self._steps[0].table.pause(attempt)

    # -- parts --------------------------------------------------------------------------------------------------

    def _writer(self, instance: Any) -> Writer:
        """What prepares the writes of an object."""
        self._refuse_closed()
        if not isinstance(instance, Model):
            raise TypeError(
                f"A transaction saves and deletes objects of DynamoDB models, not {instance!r}; "
                "update() and check() take query sets."
            )
        meta: Any = instance._meta
        return Writer(instance, meta.concrete_model, meta.open_table())

    def _add_write(self, table: Table, write: Write) -> None:
        mapper = write.mapper
        try:
            action = write.action(table)
        except DynamoDBError as error:
            raise_named(mapper, error)
            raise
        update = write.change.as_update() if isinstance(write, UpdateWrite) else None
        self._add(Step(mapper=mapper, table=table, key=write.key, action=action, write=write, update=update))

    def _add(self, step: Step) -> None:
        self._refuse_closed()
        self._members.take(step.mapper, step.table, step.key)
        self._steps.append(step)

    def _refuse_closed(self) -> None:
        """An action outside the block would never be sent."""
        if self._phase != "open":
            raise UnsupportedError(
                "A transaction takes actions inside its block only: with transaction.write() as tx: ..."
            )

    def _commit(self) -> None:
        """Sends the actions, then notes on the objects that they are done."""
        if not self._steps:
            return
        table = self._steps[0].table
        try:
            transactions.write(table.send, table.pause, [step.action for step in self._steps], token=self.token)
        except TransactionCanceledError as error:
            self._phase = "cancelled"
            raise labelled(error, [(step.mapper, step.key) for step in self._steps], self._causes(error)) from error
        except RequestRejectedError as error:
            for step in self._steps:
                if causes := step.causes(error):
                    error.add_note(f"{place(step.mapper, step.key)}: {causes}")
            raise
        for step in self._steps:
            if step.write is not None:
                step.write.done()

    def _causes(self, error: TransactionCanceledError) -> list[str]:
        """For each action that the service calls invalid, what in its item that may be; empty for the others."""
        pairs = zip(error.reasons, self._steps, strict=False)
        return [step.causes(error) if reason.code == INVALID_ACTION else "" for reason, step in pairs]

    def _restore(self) -> None:
        """Puts the objects back, the last first: one may be here twice."""
        for instance, before in reversed(self._before):
            restore(instance, before)


def _announce(announcements: Iterator[Callable[[], object]]) -> None:
    """Tells every receiver, even after one that raises; its error then goes on."""
    for tell in announcements:
        told = False
        try:
            tell()
            told = True
        finally:
            if not told:
                _announce(announcements)


async def _run(method: Callable[..., None], instance: Any, options: dict[str, Any]) -> None:
    """Calls a method for an object where it blocks no event loop; what is no object, the method refuses."""
    told = signals.pre_save.receivers or signals.pre_delete.receivers
    if not isinstance(instance, Model) or (prepares_alone(instance) and not told):
        method(instance, **options)
    else:
        await run_write(type(instance), method, instance, **options)
