"""Knows the items of one transaction, reading or writing: each by its whole key, once, all of one connection."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from itertools import zip_longest
from typing import Any

from django_dynamodb.exceptions import DuplicateKeyError, TransactionCanceledError, UnsupportedError
from django_dynamodb.models.base import Model
from django_dynamodb.models.mapper import Mapper
from django_dynamodb.models.naming import place
from django_dynamodb.models.queryset import QuerySet
from django_dynamodb.models.targets import given_keys
from django_dynamodb.tables.batches import identifier
from django_dynamodb.tables.table import Table
from django_dynamodb.types import Key


class Members:
    """The items of one transaction: each once, all of one connection."""

    def __init__(self) -> None:
        self._taken: set[Any] = set()
        self._identifiers: dict[str, Callable[[Key], Hashable]] = {}
        self._first: tuple[Mapper, Table] | None = None

    def take(self, mapper: Mapper, table: Table, key: Key) -> None:
        """Takes an item in.

        Args:
            mapper: The names of its model.
            table: Its table.
            key: Its key.

        Raises:
            UnsupportedError: Its table is of another connection than those before.
            DuplicateKeyError: It is here already.
        """
        first, other = self._first or (mapper, table)
        if other.send != table.send:
            raise UnsupportedError(
                f"{mapper.label} and {first.label} have different connections (class Table: using); a "
                "transaction stays within one. Use one transaction for each."
            )
        name = table.schema.name
        identify = self._identifiers.get(name) or self._identifiers.setdefault(name, identifier(table.schema))
        mark = (name, identify(key))
        if mark in self._taken:
            raise DuplicateKeyError(
                f"{place(mapper, key)} is in this transaction already, which does one thing with each item.",
                table=table.schema.name,
                key=key,
            )
        self._taken.add(mark)
        self._first = first, other


def one_key(queryset: Any) -> tuple[Table, Key]:
    """The table and the one key a query set gives.

    Args:
        queryset: A query set of a DynamoDB model.

    Raises:
        UnsupportedError: It gives no key, or more than one.
        TypeError: It is no such query set.
    """
    if not isinstance(queryset, QuerySet):
        name = type(queryset).__name__ if isinstance(queryset, Model) else "Model"
        raise TypeError(
            "update(), check() and read() take query sets of DynamoDB models that give one whole key, such as "
            f"{name}.objects.filter(pk=...), not {queryset!r}."
        )
    meta: Any = queryset.model._meta
    keys = given_keys(queryset)
    if keys is None or len(keys) != 1:
        found = "more than one" if keys else "no key that an object can have"
        raise UnsupportedError(
            f"{meta.label}: a transaction names each item by its whole key, {meta.object_name}.objects.filter(pk=...); "
            f"this query set gives {found}."
        )
    return queryset._dynamo_table(), keys[0]


def labelled(
    error: TransactionCanceledError, places: list[tuple[Mapper, Key]], causes: Sequence[str] = ()
) -> TransactionCanceledError:
    """The same error in the names of the models.

    Args:
        error: The error of the layer below.
        places: Model and key of each action, in order.
        causes: What was found out besides about each action; nothing for most.
    """
    given = [*zip(error.reasons, places, strict=False)]
    faults = [
        f"{number}. {reason.action} of {place(mapper, key)}: {reason.code}{f' ({cause})' if cause else ''}"
        for number, ((reason, (mapper, key)), cause) in enumerate(zip_longest(given, causes), 1)
        if reason.code
    ]
    return TransactionCanceledError(
        f"The transaction was cancelled, nothing of it was done: {'; '.join(faults) or error.__cause__}.",
        reasons=[replace(reason, model=mapper.label, key=key) for reason, (mapper, key) in given],
        operation=error.operation,
        code=error.code,
        request_id=error.request_id,
        status=error.status,
        body=error.body,
    )
