"""Records the verbs of the time to live: UpdateTimeToLive and DescribeTimeToLive."""

from __future__ import annotations

from typing import ClassVar

from django_dynamodb.operations.json import loads
from django_dynamodb.operations.operation import Verb
from django_dynamodb.records import record
from django_dynamodb.types import Payload


@record(frozen=True, kw_only=True, slots=True)
class TimeToLive:
    """The time to live of a table."""

    attribute: str | None
    """The number attribute with the expiry in epoch seconds; None when there is none."""

    status: str
    """``"ENABLED"``, ``"ENABLING"``, ``"DISABLED"`` or ``"DISABLING"``."""


@record(frozen=True, kw_only=True, slots=True)
class UpdateTimeToLive(Verb):
    """Turns the time to live of a table on or off; the service takes one such call an hour."""

    name: ClassVar[str] = "UpdateTimeToLive"

    table: str
    attribute: str
    enabled: bool = True

    def payload(self) -> Payload:
        """The request as the service spells it."""
        specification = {"AttributeName": self.attribute, "Enabled": self.enabled}
        return {"TableName": self.table, "TimeToLiveSpecification": specification}

    def result(self, body: bytes) -> TimeToLive:
        """What the service is now about to do."""
        specification = loads(body)["TimeToLiveSpecification"]
        status = "ENABLING" if specification["Enabled"] else "DISABLING"
        return TimeToLive(attribute=specification["AttributeName"], status=status)


@record(frozen=True, kw_only=True, slots=True)
class DescribeTimeToLive(Verb):
    """Asks for the time to live of a table."""

    name: ClassVar[str] = "DescribeTimeToLive"

    table: str

    def payload(self) -> Payload:
        """The request as the service spells it."""
        return {"TableName": self.table}

    def result(self, body: bytes) -> TimeToLive:
        """The time to live as it stands."""
        description = loads(body)["TimeToLiveDescription"]
        return TimeToLive(
            attribute=description.get("AttributeName"), status=description.get("TimeToLiveStatus", "DISABLED")
        )
