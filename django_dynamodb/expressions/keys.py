"""States which items of one partition a query reads."""

from __future__ import annotations

from dataclasses import dataclass

from django_dynamodb.exceptions import InvalidValueError
from django_dynamodb.expressions.bounds import validate_text
from django_dynamodb.expressions.conditions import BeginsWith, Between, Compare
from django_dynamodb.expressions.paths import Path
from django_dynamodb.expressions.placeholders import Placeholders
from django_dynamodb.types import AttributeValue


@dataclass(frozen=True, slots=True)
class KeyCondition:
    """One partition, and optionally a range of its sort key.

    Args:
        partition: Name and value of the partition key.
        sort: A test of the sort key: ``= < <= > >=``, a range or a prefix, against values only.

    Raises:
        InvalidValueError: A sort key test the service refuses: ``<>``, a document path, or the partition key again.
    """

    partition: tuple[str, AttributeValue]
    sort: Compare | Between | BeginsWith | None = None

    def __post_init__(self) -> None:
        if self.sort is not None:
            _validate_sort(self.sort, self.partition[0])

    def render(self, placeholders: Placeholders) -> str:
        """Writes the key condition.

        Args:
            placeholders: The names and values of the request; added to.

        Returns:
            The text for ``KeyConditionExpression``.

        Raises:
            InvalidValueError: Over 4 KB.
        """
        name, value = self.partition
        text = f"{placeholders.name(name)} = {placeholders.value(value)}"
        if self.sort is not None:
            text = f"{text} AND {self.sort.text(placeholders)}"
        return validate_text(text, "The key condition")


def _validate_sort(sort: Compare | Between | BeginsWith, partition: str) -> None:
    """Refuses what the service would refuse of a sort key test."""
    path = sort.path
    if not isinstance(path, Path) or len(path.steps) != 1:
        raise InvalidValueError(f"A sort key is a plain attribute, not {path}.")
    if path.attribute == partition:
        raise InvalidValueError(f"{partition!r} is the partition key already; test the sort key, or use a filter.")
    if isinstance(sort, Compare) and sort.operator == "<>":
        raise InvalidValueError(f"A key query cannot exclude one {path}; query two ranges, or filter afterwards.")
    if not all(isinstance(operand, dict) for operand in _operands(sort)):
        raise InvalidValueError(f"A key query compares {path} with values only, not with other attributes.")


def _operands(sort: Compare | Between | BeginsWith) -> tuple[object, ...]:
    """What the sort key is compared with."""
    if isinstance(sort, Between):
        return sort.low, sort.high
    return (sort.operand,) if isinstance(sort, Compare) else (sort.prefix,)
