"""The time at which an item expires: hidden from then on, and deleted by the service some time later."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from django.db.models import DateTimeField
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    MomentField = DateTimeField[Any, dt.datetime]
else:
    MomentField = DateTimeField

BEGUN: Final = frozenset({"gt", "lte"})
"""Lookups for which a moment within a second counts as its beginning; for the others, as with storing, as its end."""


class TTLField(MomentField):
    """A moment, stored as the seconds since 1970 that DynamoDB expires items by; None is never.

    Seconds are whole: a moment within one is rounded up, so that nothing expires early. A model's only ``TTLField`` is
    its ``Table.ttl``, and hides what has expired from every query set but those of ``with_expired()``.
    """

    description = _("Time of expiry")

    def get_internal_type(self) -> str:
        """The name the storage mapping knows the field by."""
        return "TTLField"

    def db_type(self, connection: Any) -> None:
        """No SQL column."""


def asked(lookup: str, value: Any) -> Any:
    """What a lookup compares whole seconds with, so that it says the same of them.

    Args:
        lookup: The lookup.
        value: Its value, or values.

    Returns:
        The same, to be rounded up like what is stored; None when no whole second can match.
    """
    if lookup == "in":
        return tuple(moment for moment in value if not _is_within(moment)) or None
    if lookup == "range":
        low, high = value
        return low, _begun(high)
    if lookup == "exact":
        return None if _is_within(value) else value
    return _begun(value) if lookup in BEGUN else value


def _is_within(value: Any) -> bool:
    return isinstance(value, dt.datetime) and value.microsecond > 0


def _begun(value: Any) -> Any:
    return value.replace(microsecond=0) if isinstance(value, dt.datetime) else value
