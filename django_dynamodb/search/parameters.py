"""Reads what a URL asks for by name, ``?author=ann&posted__gte=2024-01-01``, as far as one key or index serves it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Final, TypeAlias

from django.core.exceptions import ValidationError
from django.db.models import Field
from django.utils.translation import gettext as _

from django_dynamodb.exceptions import InvalidValueError
from django_dynamodb.models.storage import stored_field
from django_dynamodb.records import record
from django_dynamodb.search.terms import aware
from django_dynamodb.search.ways import Asked, Way, every_way

EXACT: Final = "exact"
BETWEEN: Final = "range"
SPAN: Final = frozenset({"gte", "lte"})
"""The two tests of one sort key that make a range together."""

COMMA: Final = ","
"""Between the ends of a range."""

Question: TypeAlias = tuple[str, str]
"""The name of a field and a lookup."""


@record(frozen=True, kw_only=True, slots=True)
class Parameter:
    """One name that a URL may ask by.

    Args:
        field: The field.
        lookup: What is asked of it.
    """

    field: Field[Any, Any]
    lookup: str

    @property
    def name(self) -> str:
        """The name, as a keyword of ``filter()``."""
        return self.field.name if self.lookup == EXACT else f"{self.field.name}__{self.lookup}"

    @property
    def question(self) -> Question:
        """What is asked, whatever the value."""
        return self.field.name, self.lookup

    def clean(self, text: str) -> Any:
        """Reads a value.

        Args:
            text: As it stands in the URL; the ends of a range have a comma between them.

        Returns:
            What ``filter()`` takes.

        Raises:
            ValidationError: A text that is no value of the field, or none that a key can have.
        """
        if self.lookup != BETWEEN:
            return self._value(text)
        low, comma, high = text.partition(COMMA)
        if not comma:
            raise ValidationError(_("A range is two values with a comma between them."), code="invalid")
        return self._value(low), self._value(high)

    def _value(self, text: str) -> Any:
        stored = stored_field(self.field)
        value = stored.to_python(text)
        if isinstance(value, dt.datetime):
            value = aware(value)
        if self.lookup == EXACT and self.field.choices and value not in dict(self.field.flatchoices):
            choices = ", ".join(str(choice) for choice, _label in self.field.flatchoices)
            raise ValidationError(_("This is none of %(choices)s."), code="choice", params={"choices": choices})
        try:
            self.field.model._meta.mapper.encode(self.field, value)  # type: ignore[attr-defined]  # a DynamoDB model
        except InvalidValueError as error:
            raise ValidationError(error.fault or str(error), code="invalid") from error
        return value


def parameters_of(model: Any, ways: Iterable[Way] | None = None) -> dict[str, Parameter]:
    """The names that the keys and indexes of a model can be asked by.

    Args:
        model: A DynamoDB model.
        ways: The ways in that are offered; None is all.

    Returns:
        Name → parameter, those of the table first.
    """
    found: dict[str, Parameter] = {}
    for way in every_way(model) if ways is None else ways:
        asked = [Parameter(field=part.field, lookup=EXACT) for part in way.given]
        asked += [Parameter(field=part.field, lookup=lookup) for part in way.ahead for lookup in part.lookups]
        for parameter in asked:
            found.setdefault(parameter.name, parameter)
    return found


def way_for(ways: Iterable[Way], questions: Collection[Question], sorted_by: str | None = None) -> Way | None:
    """The way in that serves all that is asked.

    Args:
        ways: Those there are.
        questions: What is asked.
        sorted_by: The name of the field that the answer is to be in the order of; None is no matter.

    Returns:
        One in that order before others, then one that holds whole items, then the first; None where no single one
        serves what is asked.
    """
    serving = [way for way in ways if _serves(way, questions)]
    return min(serving, key=lambda way: (sorted_by not in {None, _sort(way, questions)}, not way.whole), default=None)


def offered(ways: Iterable[Way]) -> str:
    """What can be asked, for who asked for something else.

    Args:
        ways: The ways in that are offered.

    Returns:
        A line, such as ``forum, with it subject (exact, gt, …); author, with it posted (…)``.
    """
    return "; ".join(dict.fromkeys(_shown(way) for way in ways))


def narrowed(queryset: Any, way: Way, lookups: Mapping[str, Any]) -> Any:
    """Keeps what is asked for.

    Args:
        queryset: A query set of the model.
        way: The way that serves it.
        lookups: Keywords of ``filter()``.

    Returns:
        A query set that reads this way, and whole items.
    """
    return way.read(queryset.filter(**lookups))


def _serves(way: Way, questions: Collection[Question]) -> bool:
    """Whether a way answers everything by its key, and leaves out no item that answers it."""
    exact = {name for name, lookup in questions if lookup == EXACT}
    if not exact.issuperset(part.field.name for part in way.given):
        return False
    exact -= {part.field.name for part in way.given}
    ahead = list(way.ahead)
    while ahead and ahead[0].field.name in exact:
        exact.remove(ahead.pop(0).field.name)
    others = [(name, lookup) for name, lookup in questions if lookup != EXACT]
    if exact or not _spans(ahead, others):
        return False
    untested = ahead[1:] if others else ahead
    return way.index is None or not any(part.optional for part in untested)


def _sort(way: Way, questions: Collection[Question]) -> str | None:
    """The name of the field that the answer of a way is in the order of."""
    exact = {name for name, lookup in questions if lookup == EXACT}
    return next((part.field.name for part in way.ahead if part.field.name not in exact), None)


def _spans(ahead: list[Asked], questions: Collection[Question]) -> bool:
    """Whether the next attribute of a sort key takes all these tests, which make one at most."""
    if not questions:
        return True
    lookups = {lookup for _name, lookup in questions}
    if not ahead or {name for name, _lookup in questions} != {ahead[0].field.name}:
        return False
    return lookups.issubset(ahead[0].lookups) and (len(lookups) == 1 or lookups == SPAN)


def _shown(way: Way) -> str:
    """One way in."""
    partition = _(" with ").join(part.field.name for part in way.given)
    sorts = ", ".join(_sorts(way.ahead))
    return _("%(key)s, with it %(sort)s") % {"key": partition, "sort": sorts} if sorts else partition


def _sorts(ahead: Iterable[Asked]) -> Iterator[str]:
    return (f"{part.field.name} ({', '.join(part.lookups)})" for part in ahead)
