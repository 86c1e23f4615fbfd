"""Makes the tests of places in documents, their operands encoded: what stands there may be of any type."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.db.models.constants import LOOKUP_SEP

from django_dynamodb.exceptions import InvalidTypeError
from django_dynamodb.models.documents import Place, encode_part
from django_dynamodb.models.nodes import NOTHING, FieldValue, Node, Test, all_of, any_of
from django_dynamodb.models.operands import READERS, asked_of, comparable, members_of, truth


def keys_test(place: Place, lookup: str, value: Any) -> Node:
    """Whether the map at a place has members of these names.

    Args:
        place: A document field, or a place in it.
        lookup: ``has_key``, ``has_keys`` or ``has_any_keys``.
        value: One name, or several.

    Raises:
        InvalidTypeError: What is no name.
    """
    keys = [value] if lookup == "has_key" else list(members_of(value))
    for key in keys:
        if not isinstance(key, str) or not key:
            raise InvalidTypeError(f"{lookup} takes names of keys, not {key!r}")
    places = [replace(place, steps=(*place.steps, key)) for key in keys]
    tests = [Test(inner.field, "isnull", False, inner.path.steps[1:]) for inner in places]
    return any_of(tests) if lookup == "has_any_keys" else all_of(tests)


def place_test(place: Place, lookup: str, value: Any, other: Callable[[Any], FieldValue]) -> Node:
    """A test of what stands at a place; None is the NULL of a document there, not an absence.

    Args:
        place: A place in a document.
        lookup: One of ``lookups.PLACE_LOOKUPS``, of the value or of a function of it.
        value: What it is compared with.
        other: Makes what an expression refers to.

    Raises:
        InvalidTypeError: A value of a type that the lookup does not take.
        InvalidValueError: A value that no document holds.
        TypeError: No list where one is needed, no truth value where one is, or ends of a range that have no order.
    """
    asked = asked_of(lookup)
    if asked == "isnull":
        return Test(place.field, lookup, truth(value), place.steps)
    if asked == "range":
        low, high = members_of(value)
        ends = _operand(place, lookup, low, other), _operand(place, lookup, high, other)
        apart = not any(isinstance(end, FieldValue) for end in ends) and low > high
        return NOTHING if apart else Test(place.field, lookup, ends, place.steps)
    if asked == "in":
        members = tuple(_operand(place, lookup, member, other) for member in members_of(value))
        return Test(place.field, lookup, members, place.steps) if members else NOTHING
    if (tag := _as_type(lookup, value)) is not None:
        return Test(place.field, "type__exact", tag, place.steps)
    return Test(place.field, lookup, _operand(place, lookup, value, other), place.steps)


def _as_type(lookup: str, value: Any) -> str | None:
    """The type that says the same as the test: of NULL there is one value, and every text starts with the empty one."""
    if lookup == "exact" and value is None:
        return "NULL"
    if lookup == "startswith" and value in ("", b""):
        return "S" if isinstance(value, str) else "B"
    return None


def _operand(place: Place, lookup: str, value: Any, other: Callable[[Any], FieldValue]) -> Any:
    """Another place, the operand of a function, or an encoded value."""
    if hasattr(value, "resolve_expression"):
        return other(value)
    if (read := READERS.get(lookup.partition(LOOKUP_SEP)[0])) is not None:
        return read(value)
    return comparable(lookup, encode_part(place.field, value))
