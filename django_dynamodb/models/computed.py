"""Words what the service computes: ``F()`` expressions and alterations of a field, or of a place in its document."""

from __future__ import annotations

from typing import Any, Final, Literal

from django.db.models import F, Value
from django.db.models.expressions import CombinedExpression

from django_dynamodb.exceptions import UnsupportedError
from django_dynamodb.expressions.paths import Path
from django_dynamodb.expressions.updates import Arithmetic, Clause, SetTo, SetValue
from django_dynamodb.models.alterations import Alteration
from django_dynamodb.models.documents import Place, place_of
from django_dynamodb.types import AttributeValue

ARITHMETIC: Final[dict[str, Literal["+", "-"]]] = {"+": "+", "-": "-"}
"""What an update expression computes. Source: developer guide, "Update expressions"."""


def clause_of(place: Place, value: Any) -> Clause:
    """The change that an expression stands for.

    Args:
        place: The field, or the place in a document, that is given the expression.
        value: An ``F()`` expression or an alteration.

    Raises:
        UnsupportedError: What DynamoDB cannot compute, or not there.
        InvalidValueError: A value that cannot be stored there.
    """
    return value.clause(place) if isinstance(value, Alteration) else SetTo(place.path, compute(place, value))


def compute(place: Place, expression: Any) -> SetValue:
    """An ``F()`` expression as the service computes it: another place, or one plus or minus a number.

    Raises:
        UnsupportedError: Any other expression.
    """
    if isinstance(expression, F):
        return _named(place, expression)
    if isinstance(expression, CombinedExpression) and (operator := ARITHMETIC.get(expression.connector)):
        left, right = (_operand(place, side) for side in (expression.lhs, expression.rhs))
        return Arithmetic(left, operator, right)
    raise UnsupportedError(
        f"{place.label} = {expression!r}: DynamoDB computes F(field), F(field) + number and "
        "F(field) - number only. Compute the value in Python and save it with raise_on_conflict=True."
    )


def _operand(place: Place, side: Any) -> AttributeValue | Path:
    if isinstance(side, F):
        return _named(place, side)
    return place.encode(side.value if isinstance(side, Value) else side)


def _named(place: Place, side: F) -> Path:
    return place_of(place.mapper, side.name).path  # type: ignore[attr-defined]  # F has a name
