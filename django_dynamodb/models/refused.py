"""Lists the query set methods DynamoDB has nothing for, and makes each raise with its alternative."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django_dynamodb.exceptions import UnsupportedError

REFUSED: Final = {
    "_insert": "it is SQL's; save objects, or use bulk_create()",
    "_raw_delete": "it is SQL's; use delete()",
    "_update": "it is SQL's; use update()",
    "aaggregate": "DynamoDB computes no aggregates; iterate and compute in Python, or keep a running total with F()",
    "abulk_update": "BatchWriteItem has no updates; save each object",
    "aggregate": "DynamoDB computes no aggregates; iterate and compute in Python, or keep a running total with F()",
    "alias": "DynamoDB computes nothing while reading; compute in Python",
    "annotate": "DynamoDB computes nothing while reading; compute in Python",
    "bulk_update": "BatchWriteItem has no updates; save each object",
    "dates": "DynamoDB has no distinct values; collect them in Python",
    "datetimes": "DynamoDB has no distinct values; collect them in Python",
    "difference": "read both and subtract in Python",
    "extra": "it is SQL's; use lookups",
    "intersection": "read both and intersect in Python",
    "raw": "it is SQL's; use connections[alias].client for a call of your own",
    "resolve_expression": "DynamoDB has no subqueries; read the inner query first and pass its values",
    "select_for_update": "DynamoDB locks no rows; use save(raise_on_conflict=True)",
    "union": "read both and chain them in Python",
    "__xor__": "write (a & ~b) | (~a & b) with Q objects",
}
"""Method of ``django.db.models.QuerySet`` → what to do instead."""


OPERATORS: Final = {"__xor__": "^"}
"""How a method is written where its name is not."""


def refuse(name: str) -> Callable[..., Any]:
    """A method that raises.

    Args:
        name: A key of ``REFUSED``.
    """

    def refused(self: Any, *args: Any, **kwargs: Any) -> Any:
        written = OPERATORS.get(name, f"{name}()")
        raise UnsupportedError(f"{self.model._meta.label}: {written} is not possible on DynamoDB: {REFUSED[name]}.")

    refused.__name__ = name
    refused.__doc__ = f"Raises UnsupportedError: {REFUSED[name]}."
    return refused
