"""Runs a PartiQL statement page by page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from django_dynamodb.exceptions import InvalidValueError
from django_dynamodb.limits import STATEMENT_CHARACTERS
from django_dynamodb.operations.statements import ExecuteStatement, StatementResult
from django_dynamodb.tables.table import Table
from django_dynamodb.types import AttributeValue, Item

T = TypeVar("T")


def validate_length(text: str) -> None:
    """Refuses a statement that is longer than the service takes.

    Args:
        text: The statement as it is sent.

    Raises:
        InvalidValueError: It has too many characters.
    """
    if len(text) > STATEMENT_CHARACTERS:
        raise InvalidValueError(
            f"The statement has {len(text):,} characters as it is sent, and DynamoDB takes {STATEMENT_CHARACTERS:,}: "
            "give values as parameters, or split it."
        )


def select(
    table: Table,
    text: str,
    parameters: Sequence[AttributeValue],
    *,
    consistent: bool,
    page_size: int | None,
    build: Callable[[Item], T],
) -> Iterator[StatementResult[T]]:
    """Reads what a SELECT finds.

    Args:
        table: Where to send it; the statement names the table itself.
        text: The statement.
        parameters: A value for each ``?``.
        consistent: Whether to see every write finished before, at twice the cost.
        page_size: The most items the service reads in one call; None leaves it at 1 MB.
        build: Makes of each item what is returned.

    Yields:
        The pages, the empty ones included.

    Raises:
        ServiceError: What the service answered otherwise.
    """
    call = ExecuteStatement(statement=text, parameters=parameters, consistent=consistent, limit=page_size)
    while True:
        page = call.result(table.answer(call), build)
        yield page
        if page.next_token is None:
            return
        call = replace(call, token=page.next_token)
