"""Resolves ``Q`` objects and keywords into a small tree of tests on stored fields.

Nothing of SQL is left in the tree: a leaf is one field, one lookup and one value already of the field's own type.
``NOTHING`` and ``EVERYTHING`` are folded away on the way up, so a plan sees them only at the top.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import F, Field, Model, Q, QuerySet

from django_dynamodb.exceptions import InvalidTypeError, UnsupportedError, UnsupportedLookupError
from django_dynamodb.models.keys import CompositeKey
from django_dynamodb.models.mapper import Mapper
from django_dynamodb.models.storage import SET_TYPES, internal_type, stored_field

COMPARISONS: Final = ("exact", "lt", "lte", "gt", "gte", "range", "in", "isnull")
LOOKUPS_BY_TAG: Final[dict[str | None, tuple[str, ...]]] = {
    "S": (*COMPARISONS, "startswith", "contains"),
    "N": COMPARISONS,
    "B": (*COMPARISONS, "startswith", "contains"),
    "BOOL": ("exact", "in", "isnull"),
    "SS": ("exact", "contains", "isnull"),
    "NS": ("exact", "contains", "isnull"),
    "BS": ("exact", "contains", "isnull"),
    "L": ("exact", "contains", "isnull"),
    "M": ("exact", "isnull"),
    None: ("exact", "isnull"),
}
"""What each wire type can be asked. Source: developer guide, "Comparison operator and function reference"."""

ALTERNATIVES: Final = {
    "iexact": "DynamoDB compares bytes; store a lower-cased copy of the value and compare that",
    "icontains": "DynamoDB compares bytes; store a lower-cased copy and use contains on it",
    "istartswith": "DynamoDB compares bytes; store a lower-cased copy and use startswith on it",
    "endswith": "store the value reversed and use startswith on it",
    "iendswith": "store the value reversed and lower-cased and use startswith on it",
    "regex": "filter the result in Python",
    "iregex": "filter the result in Python",
    "search": "use a search service",
}


@dataclass(frozen=True, slots=True)
class Test:
    """One field, one lookup, one value; the value of a key ``in`` is a tuple of key tuples."""

    __test__ = False

    field: Field[Any, Any]
    lookup: str
    value: Any


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds; without parts: everything matches."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds; without parts: nothing matches."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Negated:
    """The part does not hold."""

    part: Node


Node: TypeAlias = "Test | All | AnyOf | Negated"
EVERYTHING: Final = All(())
NOTHING: Final = AnyOf(())


def all_of(parts: Iterable[Node]) -> Node:
    """The conjunction, flattened, each part once; NOTHING swallows it."""
    flat: list[Node] = []
    for part in parts:
        if part == NOTHING:
            return NOTHING
        flat.extend(new for new in (part.parts if isinstance(part, All) else (part,)) if new not in flat)
    return flat[0] if len(flat) == 1 else All(tuple(flat))


def any_of(parts: Iterable[Node]) -> Node:
    """The disjunction, flattened; EVERYTHING swallows it."""
    flat: list[Node] = []
    for part in parts:
        if part == EVERYTHING:
            return EVERYTHING
        flat.extend(part.parts if isinstance(part, AnyOf) else (part,))
    return flat[0] if len(flat) == 1 else AnyOf(tuple(flat))


def negated(part: Node) -> Node:
    """The opposite."""
    match part:
        case Negated(inner):
            return inner
        case All(()):
            return NOTHING
        case AnyOf(()):
            return EVERYTHING
        case _:
            return Negated(part)


def conjuncts(node: Node) -> tuple[Node, ...]:
    """The parts that must all hold."""
    return node.parts if isinstance(node, All) else (node,)


def tests_in(node: Node) -> Iterable[Test]:
    """Every leaf of the tree."""
    match node:
        case Test():
            yield node
        case Negated(part):
            yield from tests_in(part)
        case All(parts) | AnyOf(parts):
            for part in parts:
                yield from tests_in(part)


class Resolver:
    """Resolves lookups of one model.

    Args:
        mapper: The model's names and codecs.
        pk: The model's primary key field, virtual or not.
    """

    def __init__(self, mapper: Mapper, pk: Field[Any, Any]) -> None:
        self.mapper = mapper
        self.pk = pk

    def resolve(self, q: Q) -> Node:
        """Turns a ``Q`` tree into a tree of tests.

        Raises:
            UnsupportedLookupError: A field, lookup or connector that cannot be used.
            InvalidTypeError: A value that is not of the field's type.
        """
        if q.connector == Q.XOR:
            raise UnsupportedError(f"{self.mapper.label}: DynamoDB has no XOR; write (a & ~b) | (~a & b).")
        parts = [self._child(child) for child in q.children]
        node = any_of(parts) if q.connector == Q.OR and parts else all_of(parts)
        return negated(node) if q.negated else node

    def _child(self, child: Any) -> Node:
        if isinstance(child, Q):
            return self.resolve(child)
        if isinstance(child, tuple):
            return self.test(*child)
        raise UnsupportedError(
            f"{self.mapper.label}: {child!r} cannot be used in a filter; use field lookups, Q() and F()."
        )

    def test(self, expression: str, value: Any) -> Node:
        """One keyword of ``filter()``."""
        name, *rest = expression.split("__")
        field = self._field(name, expression)
        if isinstance(field, CompositeKey):
            return self._composite(field, expression, rest, value)
        lookup = self._lookup(field, expression, rest)
        if lookup == "exact" and value is None:
            lookup, value = "isnull", True
        try:
            value = self._value(field, lookup, value)
        except (ValidationError, ValueError, TypeError) as error:
            if name == "pk":
                return NOTHING
            raise InvalidTypeError(
                f"{self.mapper.label}: {expression}={value!r} is no value of {type(stored_field(field)).__name__}."
            ) from error
        return NOTHING if lookup == "in" and not value else Test(field, lookup, value)

    # -- names --------------------------------------------------------------------------------------------------

    def _field(self, name: str, expression: str) -> Field[Any, Any]:
        if name == "pk":
            return self.pk
        try:
            return self.mapper.find(name)
        except FieldDoesNotExist as error:
            names = [field.name for field in self.mapper.fields]
            near = difflib.get_close_matches(name, names, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise UnsupportedLookupError(
                f"{self.mapper.label} has no stored field {name!r} (in {expression!r}).{hint} "
                f"Fields: {', '.join(names)}."
            ) from error

    def _lookup(self, field: Field[Any, Any], expression: str, rest: Sequence[str]) -> str:
        if field.remote_field is not None and rest and rest[0] in {"pk", stored_field(field).name}:
            rest = rest[1:]
        lookup = rest[0] if rest else "exact"
        allowed = LOOKUPS_BY_TAG[self.mapper.codecs[field.attname].tag]
        if len(rest) > 1 or lookup not in allowed:
            raise UnsupportedLookupError(
                f"{self.mapper.label}.{field.name} ({type(field).__name__}) has no lookup "
                f"{'__'.join(rest)!r} (in {expression!r}): {self._alternative(field, rest)}. "
                f"Lookups: {', '.join(allowed)}."
            )
        return lookup

    def _alternative(self, field: Field[Any, Any], rest: Sequence[str]) -> str:
        if field.remote_field is not None:
            return "DynamoDB joins nothing; read the related objects first and filter by their keys"
        return ALTERNATIVES.get(rest[-1], "DynamoDB cannot ask that of this type; filter the result in Python")

    # -- values -------------------------------------------------------------------------------------------------

    def _value(self, field: Field[Any, Any], lookup: str, value: Any) -> Any:
        if lookup == "isnull":
            if not isinstance(value, bool):
                raise TypeError(f"isnull takes True or False, not {value!r}")
            return value
        if lookup in {"in", "range"}:
            values = tuple(self._one(field, member) for member in _members(value))
            if lookup == "range" and len(values) != 2:  # noqa: PLR2004  # low and high
                raise ValueError(f"range takes two values, not {len(values)}")
            return tuple(dict.fromkeys(values)) if lookup == "in" else values
        return self._one(field, value, member=lookup == "contains")

    def _one(self, field: Field[Any, Any], value: Any, *, member: bool = False) -> Any:
        if isinstance(value, F):
            return FieldValue(self._field(value.name, value.name))  # type: ignore[attr-defined]  # F has a name
        if isinstance(value, Model):
            value = getattr(value, stored_field(field).attname) if field.remote_field is not None else value.pk
        kind = internal_type(field)
        if member and kind in SET_TYPES:
            return field.to_member(value)  # type: ignore[attr-defined]  # every set field has it
        if member and kind in {"ListField", "JSONField"}:
            return value
        return stored_field(field).to_python(value) if isinstance(value, str | int) else value

    def _composite(self, field: CompositeKey, expression: str, rest: Sequence[str], value: Any) -> Node:
        lookup = rest[0] if len(rest) == 1 else "exact" if not rest else "__".join(rest)
        if lookup == "exact":
            parts = self._parts(field, value)
            return (
                NOTHING
                if parts is None
                else all_of(Test(part, "exact", text) for part, text in zip(self.mapper.key_fields, parts, strict=True))
            )
        if lookup == "in":
            keys = [self._parts(field, member) for member in _members(value)]
            found = tuple(dict.fromkeys(key for key in keys if key is not None))
            return Test(field, "in", found) if found else NOTHING
        if lookup == "isnull" and isinstance(value, bool):
            return NOTHING if value else EVERYTHING
        raise UnsupportedLookupError(
            f"{self.mapper.label}.pk is the pair ({', '.join(f.name for f in self.mapper.key_fields)}) and has the "
            f"lookups exact, in and isnull, not {lookup!r} (in {expression!r}); filter by its parts."
        )

    def _parts(self, field: CompositeKey, value: Any) -> tuple[Any, ...] | None:
        """The key values; None for what can be no key, which therefore matches nothing."""
        try:
            return None if value is None else field.unpack(value.pk if isinstance(value, Model) else value)
        except ValidationError:
            return None


@dataclass(frozen=True, slots=True)
class FieldValue:
    """The value of another field of the same item: ``F("views")`` on the right side."""

    field: Field[Any, Any]


def _members(value: Any) -> Iterable[Any]:
    """The members of an ``in`` or ``range``, from any iterable or query set."""
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
