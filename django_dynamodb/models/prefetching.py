"""Answers what Django's prefetching asks of a query in SQL's terms: a comparison of tuples of columns."""

from __future__ import annotations

from typing import Any

from django.db.models import Field, Q
from django.db.models.fields.tuple_lookups import TupleIn

from django_dynamodb.records import record


@record(frozen=True, slots=True)
class Reference:
    """A field as ``sql.Query.resolve_ref`` names it: the part that prefetching looks at."""

    target: Field[Any, Any]


def plain(condition: Any) -> Any:
    """Puts a comparison of tuples of one column as what it is.

    Django compares ``(id) IN ((1), (2))`` where the objects of foreign keys are read together (5.2 and later,
    ``ForwardManyToOneDescriptor.get_prefetch_querysets``).

    Args:
        condition: An argument of ``filter()``.

    Returns:
        A ``Q``; any other argument as it is.
    """
    if not isinstance(condition, TupleIn):
        return condition
    targets: Any = condition.lhs.targets  # those of a ColPairs
    if len(targets) != 1:
        return condition
    values: Any = condition.rhs
    return Q(**{f"{targets[0].name}__in": [value for (value,) in values]})
