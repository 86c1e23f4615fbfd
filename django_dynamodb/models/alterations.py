"""Says how a stored value changes without being read: what an update is given in place of a new value.

Each alteration refuses a field it is not for when it is compiled, before anything is sent. None of them is computed
from a value in Python, so none loses what another writer did in between.
"""

from __future__ import annotations

import reprlib
from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar, Final, NoReturn

from django.db.models.expressions import Combinable

from django_dynamodb.exceptions import InvalidTypeError, InvalidValueError, UnsupportedError
from django_dynamodb.expressions import updates
from django_dynamodb.expressions.updates import Add, Arithmetic, Clause, Delete, SetTo
from django_dynamodb.models.documents import Place, validate_depth
from django_dynamodb.models.expiry import refuse_passed
from django_dynamodb.models.mapper import column
from django_dynamodb.models.storage import INTEGER_TYPES, SET_TYPES
from django_dynamodb.types import AttributeValue

ANYWHERE: Final = ""
"""The kind of a place in a document, which may hold anything."""

NUMBERS: Final = INTEGER_TYPES | {"DecimalField", "FloatField", ANYWHERE}
LISTS: Final = frozenset({"JSONField", "ListField", ANYWHERE})
ZERO: Final[AttributeValue] = {"N": "0"}
NO_MEMBERS: Final[AttributeValue] = {"L": []}


if TYPE_CHECKING:

    class Assignable(Combinable):
        """What a type checker sees: fields take it as they take an ``F()``."""

else:

    class Assignable:
        """Nothing: an alteration does not combine with others."""

        __slots__ = ()


class Alteration(Assignable, ABC):
    """What a field, or a place in a document, is given instead of a value."""

    __slots__ = ()

    kinds: ClassVar[frozenset[str] | None] = None
    """The kinds of fields it is for; None for all."""
    instead: ClassVar[str] = ""
    """What to do where it is not for."""

    def clause(self, place: Place) -> Clause:
        """The change of one place.

        Args:
            place: What is altered.

        Raises:
            UnsupportedError: A field of another kind.
            InvalidValueError: A value that the field cannot store.
        """
        if self.kinds is not None and (place.kind not in self.kinds or _is_text(place)):
            raise UnsupportedError(
                f"{place.label}={self!r}: {type(self).__name__} is not for {_described(place)}; {self.instead}."
            )
        return self.made(place)

    @abstractmethod
    def made(self, place: Place) -> Clause:
        """The same, for a place of the right kind."""

    def resolve_expression(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Django's SQL compiler asks this of what it is given in place of a value.

        Raises:
            UnsupportedError: Always; SQL has none of this.
        """
        raise UnsupportedError(f"{self!r} is for saves and updates of DynamoDB models; SQL has no such expression.")


@dataclass(frozen=True, slots=True)
class Increment(Alteration):
    """Adds a number to the stored one; an absent one counts as 0.

    Args:
        amount: The number, negative to subtract.
    """

    amount: int | float | Decimal = 1
    kinds: ClassVar[frozenset[str] | None] = NUMBERS
    instead: ClassVar[str] = "use it on a field of numbers"

    def made(self, place: Place) -> Clause:
        """ADD; in a document, where the service documents no ADD, a sum."""
        if isinstance(self.amount, bool) or not isinstance(self.amount, int | float | Decimal):
            raise InvalidTypeError(f"{place.label}={self!r}: give a number to add.")
        amount = place.encode(self.amount)
        if not place.steps:
            return Add(place.path, amount)
        return SetTo(place.path, Arithmetic(updates.IfNotExists(place.path, ZERO), "+", amount))


@dataclass(frozen=True, slots=True)
class ListAppend(Alteration):
    """Puts values behind those of a list; an absent list counts as empty.

    Args:
        values: A list of values.
    """

    values: Iterable[Any]
    kinds: ClassVar[frozenset[str] | None] = LISTS
    instead: ClassVar[str] = "use it on a ListField, or on a list in a document"

    def made(self, place: Place) -> Clause:
        """``list_append`` of the stored list and the values."""
        return SetTo(place.path, updates.ListAppend(_stored_list(place), _encoded_list(self, place, self.values)))


@dataclass(frozen=True, slots=True)
class ListPrepend(Alteration):
    """Puts values before those of a list; an absent list counts as empty.

    Args:
        values: A list of values, which keep their order.
    """

    values: Iterable[Any]
    kinds: ClassVar[frozenset[str] | None] = LISTS
    instead: ClassVar[str] = "use it on a ListField, or on a list in a document"

    def made(self, place: Place) -> Clause:
        """``list_append`` of the values and the stored list."""
        return SetTo(place.path, updates.ListAppend(_encoded_list(self, place, self.values), _stored_list(place)))


@dataclass(frozen=True, slots=True, init=False)
class _OfMembers(Alteration):
    """What is done with members of a set."""

    members: tuple[Any, ...]
    kinds: ClassVar[frozenset[str] | None] = SET_TYPES
    instead: ClassVar[str] = "use it on a set field; DynamoDB adds to and deletes from no set inside a document"

    def __init__(self, *members: Any) -> None:
        object.__setattr__(self, "members", members)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(map(repr, self.members))})"

    def encoded(self, place: Place) -> AttributeValue:
        """The members as a set."""
        if not self.members:
            raise InvalidValueError(f"{place.label}={self!r}: name at least one member; DynamoDB has no empty set.")
        return place.encode(self.members)


class SetAdd(_OfMembers):
    """Adds members to a set; an absent set counts as empty.

    Args:
        members: At least one, of the type the field has.
    """

    __slots__ = ()

    def made(self, place: Place) -> Clause:
        """ADD."""
        return Add(place.path, self.encoded(place))


class SetRemove(_OfMembers):
    """Removes members from a set; those that are not in it are no error.

    Args:
        members: At least one, of the type the field has.
    """

    __slots__ = ()

    def made(self, place: Place) -> Clause:
        """DELETE."""
        return Delete(place.path, self.encoded(place))


@dataclass(frozen=True, slots=True)
class IfNotExists(Alteration):
    """Sets a value where none is stored; a stored one stays, NULL included.

    Args:
        value: The value, not None.
    """

    value: Any

    def made(self, place: Place) -> Clause:
        """``if_not_exists`` of the place itself."""
        if hasattr(self.value, "resolve_expression"):
            raise UnsupportedError(f"{place.label}={self!r}: give a plain value; DynamoDB computes none here.")
        if place.field is place.mapper.expires:
            refuse_passed(place.mapper, self.value)
        return SetTo(place.path, updates.IfNotExists(place.path, self._encoded(place)))

    def _encoded(self, place: Place) -> AttributeValue:
        if place.steps:
            return validate_depth(place, place.encode(self.value))
        stored = place.mapper.dump({place.field.attname: self.value}).get(column(place.field))
        if stored is None:
            raise InvalidValueError(
                f"{place.label}={self!r}: that value is stored as an absent attribute, so there is nothing to set; "
                "give another one."
            )
        return stored


@dataclass(frozen=True, slots=True)
class Remove(Alteration):
    """Removes the attribute, the member of a map or the element of a list; what is absent is no error."""

    def made(self, place: Place) -> Clause:
        """REMOVE."""
        return updates.Remove(place.path)


def _is_text(place: Place) -> bool:
    """Whether a list or document is stored as text, as dynamodb-mapper stored them."""
    return place.kind in LISTS - {ANYWHERE} and place.mapper.codecs[place.field.attname].tag == "S"


def _described(place: Place) -> str:
    """What a place is, for messages."""
    if place.steps:
        return "a place in a document"
    return f"a {type(place.field).__name__}{' that is stored as text' if _is_text(place) else ''}"


def _stored_list(place: Place) -> updates.IfNotExists:
    return updates.IfNotExists(place.path, NO_MEMBERS)


def _encoded_list(alteration: Alteration, place: Place, values: Any) -> AttributeValue:
    if isinstance(values, str | bytes | dict | set | frozenset) or not isinstance(values, Iterable):
        raise InvalidTypeError(
            f"{place.label}={type(alteration).__name__}({reprlib.repr(values)}): give a list of values."
        )
    return validate_depth(place, place.encode(list(values)))
