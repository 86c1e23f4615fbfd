"""Resolves ``Q`` objects and keywords into the tree of tests that a plan is made of.

What can be said wrongly is refused here, in ``filter()`` itself: a field or lookup that is not there, and a value that
is not of the field's type. Only a malformed ``pk`` is no error: it is the key of nothing.
"""

from __future__ import annotations

import difflib
import reprlib
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any, Final

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import F, Field, Model, Q
from django.db.models.constants import LOOKUP_SEP

from django_dynamodb.codec.values import encode_value
from django_dynamodb.exceptions import (
    InvalidKeyError,
    InvalidTypeError,
    InvalidValueError,
    UnsupportedError,
    UnsupportedLookupError,
)
from django_dynamodb.models.documents import NATIVE_TAGS, Place, divided, encode_part, is_document, place_of, steps_into
from django_dynamodb.models.fields.ttl import TTLField, asked
from django_dynamodb.models.keys import SEPARATOR, CompositeKey
from django_dynamodb.models.mapper import Mapper
from django_dynamodb.models.nodes import (
    EVERYTHING,
    FUNCTIONS,
    NOTHING,
    FieldValue,
    Node,
    Test,
    all_of,
    any_of,
    negated,
    span,
)
from django_dynamodb.models.operands import OF_FUNCTIONS, READERS, asked_of, comparable, members_of, truth
from django_dynamodb.models.places import keys_test, place_test
from django_dynamodb.models.storage import EXACT_TYPES, SET_TYPES, TEXT_TYPES, internal_type, stored_field
from django_dynamodb.tables.validation import key_fault

COMPARISONS: Final = ("exact", "lt", "lte", "gt", "gte", "range", "in", "isnull")
HAS_KEY: Final = ("has_key", "has_keys", "has_any_keys")
LOOKUPS_BY_TAG: Final[dict[str | None, tuple[str, ...]]] = {
    "S": (*COMPARISONS, "type"),
    "N": (*COMPARISONS, "type"),
    "B": (*COMPARISONS, "startswith", "contains", "size", "type"),
    "BOOL": ("exact", "in", "isnull", "type"),
    **dict.fromkeys(("SS", "NS", "BS", "L"), ("exact", "contains", "isnull", "size", "type")),
    "M": ("exact", "isnull", *HAS_KEY, "size", "type"),
    None: ("exact", "isnull", "type"),
}
"""What each wire type can be asked. Source: developer guide, "Comparison operator and function reference"."""

LOOKUPS_BY_KIND: Final = {
    **dict.fromkeys(TEXT_TYPES, (*COMPARISONS, "startswith", "contains", "size", "type")),
    "JSONField": ("exact", "contains", "isnull", *HAS_KEY, "size", "type"),
}
"""Kinds of fields that can be asked more than their wire type: parts of a text, but not of a date."""

PLACE_LOOKUPS: Final = (*COMPARISONS, "startswith", "contains", *HAS_KEY, "size", "type")
"""What a place in a document can be asked, which may hold anything."""

STRINGS: Final = TEXT_TYPES | {"BinaryField"}
"""Kinds whose values have parts, of which the empty one is part of each; the service takes none in a key condition."""

OF_FIELDS: Final = frozenset({"exact", "lt", "lte", "gt", "gte", "range"})
"""The lookups that take another field of the item."""

KEY_LOOKUPS: Final = ("exact", "in", "isnull")
"""The lookups of ``pk`` as a whole."""

ALTERNATIVES: Final = {
    "iexact": "DynamoDB compares bytes; store a lower-cased copy of the value and compare that",
    "icontains": "DynamoDB compares bytes; store a lower-cased copy and use contains on it",
    "istartswith": "DynamoDB compares bytes; store a lower-cased copy and use startswith on it",
    "endswith": "store the value reversed and use startswith on it",
    "iendswith": "store the value reversed and lower-cased and use startswith on it",
    "regex": "filter the result in Python",
    "iregex": "filter the result in Python",
    "search": "use a search service",
    "contained_by": "ask for each key by itself, or filter the result in Python",
    **dict.fromkeys(("date", "year", "month", "day"), "ask for a span of time by range=(first, last)"),
}

NO_LOOKUPS: Final = frozenset(
    {"iexact", "icontains", "istartswith", "endswith", "iendswith", "regex", "iregex", "contained_by"}
)
"""Lookups of Django's JSONField that DynamoDB has not; as the last word they are refused instead of taken for keys."""

_NO_VALUE: Final = (ValidationError, ValueError, TypeError, AttributeError)
"""What conversions raise for a value that is not of the field's type."""


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

        Args:
            q: Conditions; an empty ``Q``, negated or not, says nothing, as in Django.

        Raises:
            UnsupportedLookupError: A field, lookup or connector that cannot be used.
            InvalidTypeError: A value that is not of the field's type.
        """
        if q.connector == Q.XOR:
            raise UnsupportedError(f"{self.mapper.label}: DynamoDB has no XOR; write (a & ~b) | (~a & b).")
        parts = [self._child(child) for child in q.children if not _is_empty(child)]
        if not parts:
            return EVERYTHING
        node = any_of(parts) if q.connector == Q.OR else all_of(parts)
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
        name, *rest = expression.split(LOOKUP_SEP)
        if name == "pk" and (tuple(rest) in {(), *((lookup,) for lookup in KEY_LOOKUPS)}):
            return self._of_key(expression, "".join(rest) or "exact", value)
        field = self._field(name, expression)
        if rest and is_document(self.mapper, field):
            rest, lookup = divided(rest, (*PLACE_LOOKUPS, *NO_LOOKUPS))
            if rest or lookup in HAS_KEY:
                return self._of_document(field, expression, rest, lookup, value)
            rest = lookup.split(LOOKUP_SEP)
        lookup = self._lookup(field, expression, rest)
        if lookup == "exact" and (value is None or _is_empty_set(value)):
            lookup, value = "isnull", True
        try:
            return self._made(field, lookup, self._value(field, expression, lookup, value))
        except _NO_VALUE as error:
            raise self._type_error(field, expression, value, error) from error

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
        if isinstance(field, CompositeKey):
            raise UnsupportedLookupError(
                f"{self.mapper.label}.pk is the pair ({', '.join(f.name for f in self.mapper.key_fields)}) and has "
                f"the lookups {', '.join(KEY_LOOKUPS)}, not {'__'.join(rest)!r} (in {expression!r}); filter by its "
                "parts."
            )
        if field.remote_field is not None and rest and rest[0] in {"pk", stored_field(field).name}:
            rest = rest[1:]
        if not rest:
            return "exact"
        allowed = self._allowed(field)
        way, lookup = divided(rest, {*allowed, *COMPARISONS})
        if way or not _is_among(lookup, allowed):
            raise self._no_lookup(field, expression, rest, allowed)
        return lookup

    def _allowed(self, field: Field[Any, Any]) -> tuple[str, ...]:
        """The lookups of a field; a function after a relation would look like a field of the related model."""
        kind, tag = internal_type(field), self.mapper.codecs[field.attname].tag
        opaque = kind in NATIVE_TAGS or tag is None
        if opaque and not is_document(self.mapper, field):
            allowed = LOOKUPS_BY_TAG[None]
        else:
            allowed = LOOKUPS_BY_KIND.get(kind, LOOKUPS_BY_TAG[tag])
        return tuple(name for name in allowed if name not in FUNCTIONS) if field.remote_field is not None else allowed

    def _no_lookup(
        self, field: Field[Any, Any], expression: str, rest: Sequence[str], allowed: Sequence[str]
    ) -> UnsupportedLookupError:
        return UnsupportedLookupError(
            f"{self.mapper.label}.{field.name} ({type(field).__name__}) has no lookup "
            f"{'__'.join(rest)!r} (in {expression!r}): {self._alternative(field, rest)}. "
            f"Lookups: {', '.join(allowed)}."
        )

    def _alternative(self, field: Field[Any, Any], rest: Sequence[str]) -> str:
        if field.remote_field is not None:
            return "DynamoDB joins nothing; read the related objects first and filter by their keys"
        known = (ALTERNATIVES[name] for name in rest if name in ALTERNATIVES)
        if internal_type(field) in NATIVE_TAGS and not is_document(self.mapper, field):
            return "it is stored as text, into which DynamoDB cannot look; filter the result in Python"
        return next(known, "DynamoDB cannot ask that of this type; filter the result in Python")

    # -- values -------------------------------------------------------------------------------------------------

    def _value(self, field: Field[Any, Any], expression: str, lookup: str, value: Any) -> Any:
        """The value, or the tuple of values, in the field's own type."""
        asked = asked_of(lookup)
        if asked == "isnull":
            return truth(value)
        if asked == "range":
            low, high = (self._operand(field, expression, lookup, end) for end in members_of(value))
            return low, high
        if asked == "in":
            members = (member for member in members_of(value) if member is not None)
            return tuple(dict.fromkeys(self._operand(field, expression, lookup, member) for member in members))
        return self._operand(field, expression, lookup, value)

    def _operand(self, field: Field[Any, Any], expression: str, lookup: str, value: Any) -> Any:
        if hasattr(value, "resolve_expression"):
            return self._other_field(expression, lookup, value)
        if (read := READERS.get(lookup.partition(LOOKUP_SEP)[0])) is not None:
            return read(value)
        return self._member(field, value) if lookup == "contains" else self._one(field, value)

    def _other_field(self, expression: str, lookup: str, value: Any) -> FieldValue:
        other = self._place(value.name) if isinstance(value, F) else None  # type: ignore[attr-defined]  # F has a name
        if lookup.removeprefix("size__") not in OF_FIELDS or other is None or isinstance(other.field, CompositeKey):
            raise UnsupportedLookupError(
                f"{self.mapper.label}: {expression}={value!r}: DynamoDB compares with another field, F(<name>), "
                f"by {', '.join(sorted(OF_FIELDS))}, and computes nothing; filter the result in Python."
            )
        return FieldValue(other.field, other.steps)

    def _place(self, expression: str) -> Place:
        """What an ``F()`` names."""
        name, *words = expression.split(LOOKUP_SEP)
        field = self._field(name, expression)
        return place_of(self.mapper, expression) if words else Place(mapper=self.mapper, field=field)

    def _one(self, field: Field[Any, Any], value: Any) -> Any:
        if isinstance(value, Model):
            value = getattr(value, stored_field(field).attname) if field.remote_field is not None else value.pk
        python = stored_field(field).to_python(value) if isinstance(value, str | int) else value
        if type(python) not in {str, int} or EXACT_TYPES.get(internal_type(field)) is not type(python):
            self.mapper.codecs[field.attname].encode(python)
        return python

    def _member(self, field: Field[Any, Any], value: Any) -> Any:
        """The element of a set or list, or the part of a text, that ``contains`` looks for."""
        kind = internal_type(field)
        if kind in SET_TYPES:
            return field.to_member(value)  # type: ignore[attr-defined]  # every set field has it
        if kind == "ListField":
            encode_value(value)
            return value
        if kind == "JSONField":
            comparable("contains", encode_part(field, value))
            return value
        return self._one(field, value)

    def _made(self, field: Field[Any, Any], lookup: str, value: Any) -> Node:
        """The test, or what it comes to whatever is stored."""
        if isinstance(field, TTLField) and lookup in OF_FIELDS | {"in"}:
            value = asked(lookup, value)
            if value is None:
                return NOTHING
        if asked_of(lookup) == "range":
            return span(field, *value, lookup=lookup)
        if lookup in {"startswith", "contains"} and internal_type(field) in STRINGS and not len(value):
            lookup, value = "isnull", False
        if lookup == "isnull" and field.attname in self.mapper.key_attnames:
            return NOTHING if value else EVERYTHING
        return NOTHING if asked_of(lookup) == "in" and not value else Test(field, lookup, value)

    def _type_error(self, field: Field[Any, Any], expression: str, value: Any, error: Exception) -> InvalidValueError:
        said = f"{self.mapper.label}: {expression}={value!r}"
        if isinstance(error, InvalidValueError):
            return type(error)(f"{said}: {error}")
        return InvalidTypeError(f"{said} is no value of {type(stored_field(field)).__name__}.")

    # -- documents ----------------------------------------------------------------------------------------------

    def _of_document(
        self, field: Field[Any, Any], expression: str, way: Sequence[str], lookup: str, value: Any
    ) -> Node:
        """A test of a place in a document, or of the keys of one."""
        allowed = PLACE_LOOKUPS if way else self._allowed(field)
        if not _is_among(lookup, allowed):
            raise self._no_lookup(field, expression, [*way, *lookup.split(LOOKUP_SEP)], allowed)
        place = Place(mapper=self.mapper, field=field, steps=steps_into(self.mapper, field, way, expression))
        try:
            if lookup in HAS_KEY:
                return keys_test(place, lookup, value)
            return place_test(place, lookup, value, partial(self._other_field, expression, lookup))
        except _NO_VALUE as error:
            raise self._type_error(field, expression, value, error) from error

    # -- the key ------------------------------------------------------------------------------------------------

    def _of_key(self, expression: str, lookup: str, value: Any) -> Node:
        """A test of ``pk``; what can be no key is the key of nothing."""
        if lookup == "isnull":
            if not isinstance(value, bool):
                raise InvalidTypeError(f"{self.mapper.label}: {expression} takes True or False, not {value!r}.")
            return NOTHING if value else EVERYTHING
        if lookup == "exact":
            key = self._key(expression, value)
            pairs = zip(self.mapper.key_fields, key or (), strict=False)
            return NOTHING if key is None else all_of(Test(field, "exact", part) for field, part in pairs)
        try:
            members = members_of(value)
        except TypeError as error:
            raise InvalidTypeError(f"{self.mapper.label}: {expression}: {error}.") from error
        return self._one_of_keys(key for member in members if (key := self._key(expression, member)) is not None)

    def keys(self, values: Iterable[Any]) -> Node:
        """The test for one of these keys, which the caller composed to be keys.

        Args:
            values: Packed texts, tuples, or the values of a key of one part.

        Raises:
            InvalidKeyError: One that can be no key.
        """
        return self._one_of_keys(self._surely_key(value) for value in values)

    def _surely_key(self, value: Any) -> tuple[Any, ...]:
        key = self._key("a list of keys", value)
        if key is None:
            raise InvalidKeyError(f"{self.mapper.label}: {reprlib.repr(value)} is no key; {self._form_of_keys()}.")
        return key

    def _form_of_keys(self) -> str:
        names = [field.name for field in self.mapper.key_fields]
        if len(names) == 1:
            return f"a key is a value of {names[0]} ({type(self.mapper.key_fields[0]).__name__})"
        packed = SEPARATOR.join(f"<{name}>" for name in names)
        return f"a key is a pair ({', '.join(names)}), or the pk of an object: '{packed}'"

    def _one_of_keys(self, found: Iterable[tuple[Any, ...]]) -> Node:
        keys = tuple(dict.fromkeys(found))
        if isinstance(self.pk, CompositeKey):
            return Test(self.pk, "in", keys) if keys else NOTHING
        return Test(self.pk, "in", tuple(part for (part,) in keys)) if keys else NOTHING

    def _key(self, expression: str, value: Any) -> tuple[Any, ...] | None:
        """The values of the key's parts; None for what can be no key."""
        if hasattr(value, "resolve_expression"):
            raise UnsupportedLookupError(f"{self.mapper.label}: {expression} takes keys, not {value!r}.")
        try:
            parts = self._parts(value)
            rules = zip(self.mapper.schema.key_rules, self.mapper.key_fields, parts, strict=True)
            encoded = [(rule, self.mapper.codecs[field.attname].encode(part)) for rule, field, part in rules]
        except _NO_VALUE:
            return None
        return None if any(key_fault(rule, av) for rule, av in encoded) else parts

    def _parts(self, value: Any) -> tuple[Any, ...]:
        if isinstance(self.pk, CompositeKey):
            return self.pk.unpack(value.pk if isinstance(value, Model) else value)
        return (self._one(self.pk, value),)


def _is_among(lookup: str, allowed: Sequence[str]) -> bool:
    """Whether a lookup is one of those allowed, and its function has it."""
    head, _, asked = lookup.partition(LOOKUP_SEP)
    return head in allowed and (not asked or asked in OF_FUNCTIONS[head])


def _is_empty_set(value: Any) -> bool:
    """Whether the value is an empty set, which is stored as an absent attribute."""
    return isinstance(value, set | frozenset) and not value


def _is_empty(child: Any) -> bool:
    """Whether a ``Q`` has no conditions, however deep."""
    return isinstance(child, Q) and all(map(_is_empty, child.children))
