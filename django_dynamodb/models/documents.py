"""Finds the way into a document: ``meta__address__city`` names a field, then members of maps and positions in lists.

Django's ``JSONField`` sets the convention: the words between the field and the lookup are keys, whole numbers are
positions in lists, and the last word is the lookup if there is one of that name. Here a ``MapField`` starts with a key
and a ``ListField`` with a position, whatever the word looks like; and an empty word, four underscores in a row, makes
the next one a key: ``meta____size`` is the key ``size``, ``meta____0`` the key ``0``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

from django.db.models import Field
from django.db.models.constants import LOOKUP_SEP

from django_dynamodb.exceptions import InvalidValueError, UnsupportedLookupError
from django_dynamodb.expressions.paths import Path, Step
from django_dynamodb.limits import NESTING_LEVELS
from django_dynamodb.models.mapper import Mapper, column
from django_dynamodb.models.nodes import FUNCTIONS
from django_dynamodb.models.storage import internal_type, part_codec
from django_dynamodb.records import record
from django_dynamodb.types import AttributeValue

NATIVE_TAGS: Final = {"JSONField": None, "MapField": "M", "ListField": "L"}
"""Kind of a document field → the tag of its codec, when it is stored as a document and not as text."""

POSITION: Final = re.compile(r"0|[1-9][0-9]{0,8}", re.ASCII)
"""A word that is a position in a list; nine digits are more than any list of 400 KB has."""

FROM_THE_END: Final = re.compile(r"-[0-9]+", re.ASCII)


@record(frozen=True, kw_only=True, slots=True)
class Place:
    """A field of a model, or a place in the document it holds.

    Args:
        mapper: The model's names and codecs.
        field: The field.
        steps: The way down; none for the field itself.
    """

    mapper: Mapper
    field: Field[Any, Any]
    steps: tuple[Step, ...] = ()

    @property
    def path(self) -> Path:
        """Where it is stored."""
        return Path(column(self.field), *self.steps)

    @property
    def name(self) -> str:
        """The place as a keyword."""
        return LOOKUP_SEP.join(map(str, (self.field.name, *self.steps)))

    @property
    def label(self) -> str:
        """The place with its model, for messages."""
        return f"{self.mapper.label}.{self.name}"

    @property
    def kind(self) -> str:
        """Django's name for the kind of the field; a place in a document has none, it holds anything."""
        return "" if self.steps else internal_type(self.field)

    def encode(self, value: Any) -> AttributeValue:
        """A value as it is stored there.

        Raises:
            InvalidValueError: Named after the model and the place.
        """
        try:
            return (
                encode_part(self.field, value) if self.steps else self.mapper.codecs[self.field.attname].encode(value)
            )
        except InvalidValueError as error:
            raise type(error)(f"{self.label}: {error}") from error


def is_document(mapper: Mapper, field: Field[Any, Any]) -> bool:
    """Whether a field is stored as a document that the service can look into."""
    kind = internal_type(field)
    return kind in NATIVE_TAGS and mapper.codecs[field.attname].tag == NATIVE_TAGS[kind]


def encode_part(field: Field[Any, Any], value: Any) -> AttributeValue:
    """A part of a document as it is stored; None is NULL there.

    Args:
        field: The field that holds the document; a ``JSONField`` takes floats and has its own encoder.
        value: The part.
    """
    return part_codec(field).encode(value)


def place_of(mapper: Mapper, expression: str) -> Place:
    """The place that a keyword of an update, or an ``F()``, names; no word of it is a lookup.

    Args:
        mapper: The model's names.
        expression: ``"views"`` or ``"meta__address__city"``.

    Raises:
        FieldDoesNotExist: The model has no such field.
        UnsupportedLookupError: The field holds no document, or no document can have such a place.
    """
    name, *words = expression.split(LOOKUP_SEP)
    field = mapper.find(name)
    if not words:
        return Place(mapper=mapper, field=field)
    if not is_document(mapper, field):
        raise UnsupportedLookupError(
            f"{mapper.label}.{field.name} ({type(field).__name__}) {_opaque(field)}, so there is nothing in it to name "
            f"(in {expression!r}); name the field alone."
        )
    return Place(mapper=mapper, field=field, steps=steps_into(mapper, field, words, expression))


def steps_into(mapper: Mapper, field: Field[Any, Any], words: Sequence[str], expression: str) -> tuple[Step, ...]:
    """The steps that the words between field and lookup stand for.

    Args:
        mapper: The model's names.
        field: A document field.
        words: The words, empty ones included.
        expression: The whole keyword, for messages.

    Raises:
        UnsupportedLookupError: No document can have such a place.
    """
    steps: list[Step] = []
    literal = False
    for word in words:
        if not word and not literal:
            literal = True
            continue
        steps.append(_step(mapper, field, word, expression, first=not steps, literal=literal))
        literal = False
    if literal:
        raise _no_place(mapper, field, expression, "ends where a key is expected")
    try:
        return Path(column(field), *steps).steps[1:]
    except InvalidValueError as error:
        raise UnsupportedLookupError(f"{mapper.label}: {expression!r}: {error}") from error


def _step(mapper: Mapper, field: Field[Any, Any], word: str, expression: str, *, first: bool, literal: bool) -> Step:
    kind = internal_type(field) if first else ""
    if not word:
        raise _no_place(mapper, field, expression, "has an empty key, which DynamoDB cannot name")
    if kind == "ListField" and (literal or not POSITION.fullmatch(word)):
        raise _no_place(
            mapper, field, expression, f"looks for {word!r} in a list; write a position, {field.name}__0, or a lookup"
        )
    if literal or kind == "MapField":
        return word
    if FROM_THE_END.fullmatch(word):
        raise _no_place(mapper, field, expression, f"counts from the end by {word}, and DynamoDB counts from 0 up")
    return int(word) if POSITION.fullmatch(word) else word


def _no_place(mapper: Mapper, field: Field[Any, Any], expression: str, fault: str) -> UnsupportedLookupError:
    return UnsupportedLookupError(
        f"{mapper.label}.{field.name} ({type(field).__name__}) has no such place: {expression!r} {fault}."
    )


def _opaque(field: Field[Any, Any]) -> str:
    """Why nothing can be named in a field."""
    if internal_type(field) in NATIVE_TAGS:
        return "is stored as text, into which DynamoDB cannot look"
    return "holds no document"


def divided(words: Sequence[str], lookups: Iterable[str]) -> tuple[list[str], str]:
    """Splits what follows a field into the way down and the lookup at the end.

    Args:
        words: What follows the field, split at the double underscores.
        lookups: The words that are lookups when they stand last.

    Returns:
        The words of the way, and the lookup, ``"exact"`` by default. A function is put before what is asked of it:
        ``"size__gt"``, ``"type__exact"``.
    """
    way, lookup = list(words), "exact"
    if _ends_with(way, lookups):
        lookup = way.pop()
    if lookup in FUNCTIONS:
        return way, f"{lookup}{LOOKUP_SEP}exact"
    if _ends_with(way, FUNCTIONS):
        return way[:-1], f"{way[-1]}{LOOKUP_SEP}{lookup}"
    return way, lookup


def _ends_with(words: Sequence[str], names: Iterable[str]) -> bool:
    """Whether the last word is one of the names, and not made a key by an empty word before it."""
    return bool(words) and words[-1] in set(names) and words[-2:-1] != [""]


def levels(av: AttributeValue) -> int:
    """How deep lists and maps are nested in a value; 0 for anything else."""
    ((tag, content),) = av.items()
    if tag not in {"L", "M"}:
        return 0
    return 1 + max(map(levels, content.values() if tag == "M" else content), default=0)


def validate_depth(place: Place, av: AttributeValue) -> AttributeValue:
    """Refuses a value that would be nested too deep where it is put.

    Args:
        place: Where.
        av: The value, within the limit by itself.

    Returns:
        The same value.

    Raises:
        InvalidValueError: Named after the model and the place.
    """
    if len(place.steps) + levels(av) > NESTING_LEVELS:
        raise InvalidValueError(
            f"{place.label}: the value would be nested {len(place.steps) + levels(av)} levels deep, and DynamoDB takes "
            f"{NESTING_LEVELS}; flatten it, or store a part of it as text."
        )
    return av
