"""Reads the right side of lookups: members of a list, sizes, types, truth, and what a document is compared with."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from django.db.models import QuerySet
from django.db.models.constants import LOOKUP_SEP

from django_dynamodb.exceptions import InvalidTypeError, InvalidValueError
from django_dynamodb.types import AttributeValue

TYPES: Final = {
    "string": "S",
    "number": "N",
    "binary": "B",
    "boolean": "BOOL",
    "null": "NULL",
    "list": "L",
    "map": "M",
    "string_set": "SS",
    "number_set": "NS",
    "binary_set": "BS",
}
"""The service's words for its types → the tags they are written with. Source: developer guide, "Data types"."""

OF_FUNCTIONS: Final = {
    "size": ("exact", "lt", "lte", "gt", "gte", "range", "in"),
    "type": ("exact", "in"),
}
"""What can be asked of each function."""

PLACE_TAGS: Final[dict[str, frozenset[str]]] = {
    **dict.fromkeys(("lt", "lte", "gt", "gte", "range"), frozenset({"S", "N", "B"})),
    "startswith": frozenset({"S", "B"}),
    "contains": frozenset({"S", "N", "B", "BOOL", "NULL"}),
}
"""Types that a place in a document can be compared with, by lookup; the service refuses others."""


def asked_of(lookup: str) -> str:
    """What is asked, of the value itself or of a function: ``gt`` of ``size__gt``."""
    return lookup.rpartition(LOOKUP_SEP)[2]


def truth(value: Any) -> bool:
    """The operand of ``isnull``.

    Raises:
        TypeError: Neither True nor False.
    """
    if not isinstance(value, bool):
        raise TypeError(f"isnull takes True or False, not {value!r}")
    return value


def size_of(value: Any) -> int:
    """A size to compare with.

    Args:
        value: A whole number from 0.

    Raises:
        InvalidTypeError: Anything else.
    """
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise InvalidTypeError(f"a size is a whole number from 0, not {value!r}")
    return value


def tag_of(value: Any) -> str:
    """The tag of a type.

    Args:
        value: A tag, ``"M"``, or the service's word for it, ``"map"``.

    Raises:
        InvalidValueError: Neither.
    """
    if isinstance(value, str) and (tag := TYPES.get(value, value)) in TYPES.values():
        return tag
    names = ", ".join(f"{tag} ({word})" for word, tag in TYPES.items())
    raise InvalidValueError(
        f"{value!r} is no type of DynamoDB; it has {names}. A key of the name 'type' is written with four underscores "
        "before it, as in meta____type"
    )


READERS: Final = {"size": size_of, "type": tag_of}
"""Function → how its operand is read."""


def comparable(lookup: str, av: AttributeValue) -> AttributeValue:
    """A value as the operand of a lookup in a document.

    Raises:
        InvalidTypeError: Its type is one the service does not take there.
    """
    (tag,) = av
    if tag in PLACE_TAGS.get(lookup, av):
        return av
    hint = "; ask for each member by a contains of its own" if lookup == "contains" else ""
    raise InvalidTypeError(f"DynamoDB has no {lookup} for a value of type {tag}{hint}")


def members_of(value: Any) -> Iterable[Any]:
    """The members of an ``in`` or ``range``, from any iterable or query set.

    Raises:
        TypeError: Text, or what is no iterable, or a query set of several fields.
    """
    if isinstance(value, str | bytes) or not isinstance(value, Iterable):
        raise TypeError(f"{value!r} is not a list of values")
    return _single_values(value) if isinstance(value, QuerySet) else value


def _single_values(queryset: QuerySet[Any, Any]) -> Iterable[Any]:
    """One value a row: the object, or the one field of ``values()`` and ``values_list()``."""
    fields = queryset._fields  # type: ignore[attr-defined]  # the stubs leave it out
    if fields is None:
        return queryset
    if len(fields) != 1:
        raise TypeError(f"a query set of values with one field is needed, not with {len(fields)}")
    return queryset.values_list(*fields, flat=True)
