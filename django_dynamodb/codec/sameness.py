"""Tells that a value is what is stored already, without encoding it: most values of an object that is saved again are.

Yes is certain; no only means that the value is to be encoded and compared. So whatever is rare is a no: other types,
subclasses, and texts of the same number in another form. Nothing here raises.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final, TypeAlias
from uuid import UUID

from django_dynamodb.codec.numbers import PLAIN_BOUND
from django_dynamodb.records import record
from django_dynamodb.types import AttributeValue

Kinds: TypeAlias = "Mapping[type, Callable[[AttributeValue, Any, Kinds], bool]]"
"""Type → whether an attribute value surely is what a value of that type would be encoded to."""


@record(frozen=True, kw_only=True, slots=True)
class Sameness:
    """How values of one type are held against what is stored.

    Args:
        of: The very type; None for any. Values of another are encoded.
        source: The answer as a Python expression of ``value``, of ``held``, which is replaced by the content of the
            codec's tag or None, and of ``av``, the whole attribute value; with the names of ``SAMENESS_NAMES``.
        settled: Whether two contents of the codec's tag are read as the same value only where DynamoDB holds them for
            equal; a moment may stand there in another time zone, a float with more digits.
    """

    of: type | None
    source: str
    settled: bool = False


def same_decimal(held: str | None, value: Decimal) -> bool:
    """Whether a Decimal is a stored number, whose text has no trailing zeros.

    Args:
        held: The text of a number, or whatever is stored there.
        value: The Decimal.
    """
    text = str(value)
    return text == held or ("." in text and "E" not in text and text.rstrip("0").rstrip(".") == held)


def same_float(held: str | None, value: float) -> bool:
    """Whether a float is a stored number.

    Args:
        held: The text of a number, or whatever is stored there.
        value: The float.
    """
    text = float.__repr__(value)
    return text in {held, f"{held}.0"}


def same_moment(held: str | None, value: datetime) -> bool:
    """Whether a datetime is a stored moment.

    Args:
        held: A moment in UTC as text, or whatever is stored there.
        value: The datetime.
    """
    if value.tzinfo is not UTC:
        return False
    return held == (value.isoformat() if value.microsecond else value.isoformat("T", "microseconds"))


def same_list(av: AttributeValue, value: list[Any], kinds: Kinds) -> bool:
    """Whether a list is what is stored.

    Args:
        av: Anything that is stored.
        value: The list.
        kinds: How its members are compared.
    """
    held = av.get("L")
    if held is None or len(held) != len(value):
        return False
    for member, part in zip(held, value, strict=True):
        of = type(part)
        if of is int and -PLAIN_BOUND < part < PLAIN_BOUND:
            same = member.get("N") == str(part)
        else:
            same = member.get("S") == part if of is str else kinds.get(of, _never)(member, part, kinds)
        if not same:
            return False
    return True


def same_map(av: AttributeValue, value: dict[Any, Any], kinds: Kinds) -> bool:
    """Whether a dict is what is stored.

    Args:
        av: Anything that is stored.
        value: The dict.
        kinds: How its members are compared.
    """
    held = av.get("M")
    if held is None or len(held) != len(value):
        return False
    for key, part in value.items():
        member, of = held.get(key), type(part)
        if member is None:
            return False
        if not (member.get("S") == part if of is str else kinds.get(of, _never)(member, part, kinds)):
            return False
    return True


def same_document(av: AttributeValue, value: Any, kinds: Kinds) -> bool:
    """Whether a value of any type is what is stored.

    Args:
        av: Anything that is stored.
        value: The value.
        kinds: How it, and what stands in it, is compared.
    """
    return kinds.get(type(value), _never)(av, value, kinds)


def _same_integer(av: AttributeValue, value: int, kinds: Kinds) -> bool:
    return -PLAIN_BOUND < value < PLAIN_BOUND and bool(av.get("N") == str(value))


def _never(av: AttributeValue, value: Any, kinds: Kinds) -> bool:
    return False


EXACT: Final[Kinds] = {
    str: lambda av, value, kinds: av.get("S") == value,
    int: _same_integer,
    bool: lambda av, value, kinds: av.get("BOOL") is value,
    type(None): lambda av, value, kinds: av.get("NULL") is True,
    Decimal: lambda av, value, kinds: same_decimal(av.get("N"), value),
    list: same_list,
    dict: same_map,
}
"""Type → how it is compared where floats are refused."""

WITH_FLOATS: Final[Kinds] = {**EXACT, float: lambda av, value, kinds: same_float(av.get("N"), value)}
"""The same where they are taken."""

SAME_TEXT: Final = Sameness(of=str, source="held == value", settled=True)
SAME_INTEGER: Final = Sameness(of=int, source="-plain < value < plain and held == str(value)", settled=True)
SAME_BOOLEAN: Final = Sameness(of=bool, source="held is value", settled=True)
SAME_DECIMAL: Final = Sameness(of=Decimal, source="same_decimal(held, value)", settled=True)
SAME_FLOAT: Final = Sameness(of=float, source="same_float(held, value)")
SAME_MOMENT: Final = Sameness(of=datetime, source="same_moment(held, value)")
SAME_DATE: Final = Sameness(of=date, source="held == value.isoformat()")
SAME_UUID: Final = Sameness(of=UUID, source="held == str(value)")
SAME_MEMBERS: Final = Sameness(of=set, source="held is not None and value == set(held)", settled=True)
SAME_LIST: Final = Sameness(of=list, source="same_list(av, value, exact)")
SAME_MAP: Final = Sameness(of=dict, source="same_map(av, value, exact)")
SAME_DOCUMENT: Final = Sameness(of=None, source="value is not None and same_document(av, value, with_floats)")

SAMENESS_NAMES: Final[dict[str, Any]] = {
    "exact": EXACT,
    "plain": PLAIN_BOUND,
    "same_decimal": same_decimal,
    "same_document": same_document,
    "same_float": same_float,
    "same_list": same_list,
    "same_map": same_map,
    "same_moment": same_moment,
    "with_floats": WITH_FLOATS,
}
"""What ``Sameness.source`` may name."""
