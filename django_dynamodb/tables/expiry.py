"""Tells items that have expired from those that live, for the service and after reading; the time is handed in.

The service deletes expired items within a few days, not at their time; until then they are there for whoever does not
leave them out. Source: developer guide, "Using time to live (TTL) in DynamoDB".
"""

from __future__ import annotations

from decimal import Decimal

from django_dynamodb.expressions.conditions import And, Compare, Condition, Exists, Not, NotExists, Or
from django_dynamodb.expressions.paths import Path
from django_dynamodb.records import record
from django_dynamodb.types import Item


@record(frozen=True, kw_only=True, slots=True)
class ExpiryLine:
    """The line between expired and alive at one moment.

    Args:
        attribute: The attribute that holds the time of expiry.
        now: The present, in whole seconds since 1970.
    """

    attribute: str
    now: int

    @property
    def passed(self) -> Condition:
        """The item has expired."""
        return Compare(Path(self.attribute), "<=", {"N": str(self.now)})

    @property
    def ahead(self) -> Condition:
        """The item lives: it expires later, or never."""
        return Not(self.passed)

    def living(self, key: str) -> Condition:
        """There is an item, and it has not expired.

        Args:
            key: A key attribute, which every item has.
        """
        return And(Exists(Path(key)), self.ahead)

    def vacant(self, key: str) -> Condition:
        """There is no item, or one that has expired.

        Args:
            key: A key attribute, which every item has.
        """
        return Or(NotExists(Path(key)), self.passed)

    def check_passed(self, item: Item) -> bool:
        """Whether an item has expired; what is no number expires never, as for the service."""
        stored = item.get(self.attribute, {}).get("N")
        return stored is not None and Decimal(stored) <= self.now
