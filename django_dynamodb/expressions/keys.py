"""States which items of one partition a query reads."""

from __future__ import annotations

from django_dynamodb.exceptions import InvalidValueError
from django_dynamodb.expressions.bounds import validate_text
from django_dynamodb.expressions.conditions import BeginsWith, Between, Compare
from django_dynamodb.expressions.paths import Path
from django_dynamodb.expressions.placeholders import Placeholders
from django_dynamodb.records import record
from django_dynamodb.types import AttributeValue


@record(frozen=True, slots=True)
class KeyCondition:
    """One partition, and optionally a range of its sort key.

    Args:
        partition: Name and value of the partition key, or of its first attribute.
        sort: A test of the sort key: ``= < <= > >=``, a range or a prefix, against values only.
        also: Names and values of further attributes that are given exactly, where an index has several: the rest of
            the partition key, then those of the sort key before the one that is tested.

    Raises:
        InvalidValueError: A sort key test the service refuses: ``<>``, a document path, or an attribute given already.
    """

    partition: tuple[str, AttributeValue]
    sort: Compare | Between | BeginsWith | None = None
    also: tuple[tuple[str, AttributeValue], ...] = ()

    def __post_init__(self) -> None:
        if self.sort is not None:
            _validate_sort(self.sort, self.partition[0], {name for name, _ in self.also})

    @property
    def given(self) -> tuple[tuple[str, AttributeValue], ...]:
        """Every attribute that is given exactly, in the order of the key, without what the sort test says."""
        return (self.partition, *self.also)

    def render(self, placeholders: Placeholders) -> str:
        """Writes the key condition.

        Args:
            placeholders: The names and values of the request; added to.

        Returns:
            The text for ``KeyConditionExpression``.

        Raises:
            InvalidValueError: Over 4 KB.
        """
        text = " AND ".join(f"{placeholders.name(name)} = {placeholders.value(value)}" for name, value in self.given)
        if self.sort is not None:
            text = f"{text} AND {self.sort.text(placeholders)}"
        return validate_text(text, "The key condition")


def _validate_sort(sort: Compare | Between | BeginsWith, partition: str, also: set[str]) -> None:
    """Refuses what the service would refuse of a sort key test."""
    path = sort.path
    if not isinstance(path, Path) or len(path.steps) != 1:
        raise InvalidValueError(f"A sort key is a plain attribute, not {path}.")
    if path.attribute == partition:
        raise InvalidValueError(f"{partition!r} is the partition key already; test the sort key, or use a filter.")
    if path.attribute in also:
        raise InvalidValueError(f"{path.attribute!r} is given exactly already; test an attribute behind it.")
    if isinstance(sort, Compare) and sort.operator == "<>":
        raise InvalidValueError(f"A key query cannot exclude one {path}; query two ranges, or filter afterwards.")
    if not all(isinstance(operand, dict) for operand in _operands(sort)):
        raise InvalidValueError(f"A key query compares {path} with values only, not with other attributes.")


def _operands(sort: Compare | Between | BeginsWith) -> tuple[object, ...]:
    """What the sort key is compared with."""
    if isinstance(sort, Between):
        return sort.low, sort.high
    return (sort.operand,) if isinstance(sort, Compare) else (sort.prefix,)
