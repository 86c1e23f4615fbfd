"""Tells items that have expired from those that live, for the service and after reading.

The service deletes expired items within a few days, not at their time; until then they are there for whoever does not
leave them out. It never deletes those that expired more than five years ago.
Source: developer guide, "Using time to live (TTL) in DynamoDB". The line itself is drawn in ``tables.expiry``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final, TypeAlias

from django.utils import timezone

from django_dynamodb.exceptions import InvalidValueError
from django_dynamodb.expressions.conditions import And, BeginsWith, Between, Compare, Condition, Or
from django_dynamodb.expressions.keys import KeyCondition
from django_dynamodb.expressions.paths import Path
from django_dynamodb.models.changes import is_expression, item_absent
from django_dynamodb.models.mapper import Mapper, column
from django_dynamodb.records import record
from django_dynamodb.tables.expiry import ExpiryLine
from django_dynamodb.types import AttributeValue, Item

SortTest: TypeAlias = Compare | Between | BeginsWith | None

SPANS: Final[dict[str, tuple[int | None, int | None]]] = {
    "=": (0, 0), ">": (1, None), ">=": (0, None), "<": (None, -1), "<=": (None, 0),
}  # fmt: skip
"""Operator → the first and the last whole second it lets through, counted from its operand."""


@record(frozen=True, kw_only=True, slots=True)
class Expiry(ExpiryLine):
    """The line between expired and alive at one moment, for the reads of a model."""

    def sifted(self, build: Callable[[Item], Any]) -> Callable[[Item], Any]:
        """A builder that makes None of an expired item."""
        return lambda item: None if self.check_passed(item) else build(item)

    def widened(self, columns: tuple[str, ...] | None) -> tuple[str, ...] | None:
        """The attributes to bring back, with the one to judge by."""
        return None if columns is None else tuple(dict.fromkeys((*columns, self.attribute)))

    def filtered(self, condition: Condition | None) -> Condition:
        """A filter that leaves out expired items too."""
        return self.ahead if condition is None else And(condition, self.ahead)

    def narrowed(self, condition: KeyCondition, sort: str | None) -> KeyCondition | None:
        """A key condition that selects living items only, where a key is the time of expiry.

        Args:
            condition: What is asked for.
            sort: The attribute of the sort key that a range can be asked of, if any.

        Returns:
            The condition; None when it selects expired items alone.
        """
        given = dict(condition.given)
        if self.attribute in given:
            return None if self.check_passed(given) else condition
        if sort != self.attribute:
            return condition
        test = self._narrowed_sort(condition.sort)
        return None if test is None else replace(condition, sort=test)

    def _narrowed_sort(self, test: SortTest) -> Compare | Between | None:
        low, high = _span(test)
        low = self.now + 1 if low is None else max(low, self.now + 1)
        if high is None:
            return Compare(Path(self.attribute), ">=", _seconds(low))
        return None if low > high else Between(Path(self.attribute), _seconds(low), _seconds(high))


def expiry_now(mapper: Mapper) -> Expiry | None:
    """The line at this moment; None for a model whose items do not expire by a ``TTLField``."""
    if mapper.expires is None:
        return None
    return Expiry(attribute=column(mapper.expires), now=int(timezone.now().timestamp()))


def hidden_from(query: Any) -> Expiry | None:
    """What a query leaves out; None when nothing, as after ``with_expired()``."""
    return None if query.expired_too else expiry_now(query.model._meta.mapper)


def vacant(mapper: Mapper) -> Condition:
    """There is no item under the key, or one that has expired: nobody sees it, so it keeps no key."""
    expiry = expiry_now(mapper)
    return item_absent(mapper) if expiry is None else Or(item_absent(mapper), expiry.passed)


def refuse_passed(mapper: Mapper, value: Any) -> None:
    """What expires before it is written would be hidden at once.

    Args:
        mapper: The model's codecs.
        value: What its ``TTLField`` is to hold.

    Raises:
        InvalidValueError: A moment that has passed, or no moment at all.
    """
    expiry = expiry_now(mapper)
    if expiry is None or mapper.expires is None or value is None or is_expression(value):
        return
    if expiry.check_passed({expiry.attribute: mapper.encode(mapper.expires, value)}):
        raise InvalidValueError(
            f"{mapper.label}.{mapper.expires.name} is {value}, which has passed: the item would be hidden at once. "
            "Delete the object instead, or let it expire later; None is never."
        )


def _span(test: SortTest) -> tuple[int | None, int | None]:
    """The first and the last second a test of the sort key lets through; None where it sets no bound."""
    if isinstance(test, Between):
        return _number(test.low), _number(test.high)
    if not isinstance(test, Compare):
        return None, None
    first, last = SPANS[test.operator]
    number = _number(test.operand)
    return None if first is None else number + first, None if last is None else number + last


def _seconds(number: int) -> AttributeValue:
    return {"N": str(number)}


def _number(operand: Any) -> int:
    return int(operand["N"])
