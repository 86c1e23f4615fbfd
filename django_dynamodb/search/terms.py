"""Reads what is typed into a search box as keys: a partition key, then the beginning of a sort key."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Field
from django.utils.timezone import get_current_timezone, is_naive, make_aware
from django.utils.translation import gettext as _

from django_dynamodb.models.storage import TEXT_TYPES, internal_type, stored_field
from django_dynamodb.records import record
from django_dynamodb.search.ways import Way, ways_of

KEY: Final = "pk"
"""What stands before a whole packed key."""

SPAN: Final = ".."
"""Between the ends of a span, either of which may be missing."""

QUOTED: Final = re.compile(r'"((?:[^"\\]|\\.)*)"\s*')
"""A value with blanks in it."""

MOMENT: Final = re.compile(r"(\d{4})(?:-(\d\d?)(?:-(\d\d?)(?:[ T](\d\d?)(?::(\d\d?)(?::(\d\d?))?)?)?)?)?")
"""The beginning of a moment: a year at least."""

TICK: Final = dt.timedelta(microseconds=1)
"""The least time between two moments that DynamoDB tells apart as Django stores them."""


@record(frozen=True, kw_only=True, slots=True)
class Search:
    """What can be searched for.

    Args:
        model: A DynamoDB model.
        ways: The ways in by a value; the first one is meant where none is named.
    """

    model: Any
    ways: tuple[Way, ...]

    @property
    def help_text(self) -> str:
        """What to type, for who searches."""
        first, *others = self.ways
        said = [_("Type a whole %(key)s.") % {"key": first.partition.verbose_name}]
        if first.sort is not None:
            names = {"key": first.partition.verbose_name, "sort": first.sort.verbose_name}
            said = [
                _('Type a whole %(key)s, then the beginning of a %(sort)s; “"” around a %(key)s with blanks.') % names
                if _is_text(first.sort)
                else _("Type a whole %(key)s, then a %(sort)s, or a span such as “1..9”.") % names
            ]
        if named := [f"{way.partition.name}:…" for way in others]:
            said.append(_("Or %(named)s") % {"named": ", ".join(named)})
        return " ".join(said)

    def way_of(self, term: str) -> tuple[Way | None, str]:
        """The way that a term asks for, and the rest of the term.

        Args:
            term: What was typed.

        Returns:
            The way; None for a whole key.
        """
        name, colon, rest = term.partition(":")
        if colon and name == KEY:
            return None, rest.strip()
        named = next((way for way in self.ways if colon and way.partition.name == name), None)
        return (self.ways[0], term.strip()) if named is None else (named, rest.strip())

    def narrow(self, queryset: Any, term: str) -> tuple[Any, Way | None]:
        """Keeps what a term asks for.

        Args:
            queryset: A query set of the model.
            term: What was typed; not empty.

        Returns:
            A query set, and the way it reads; None for a whole key.

        Raises:
            ValidationError: Something that can be no such key.
        """
        way, text = self.way_of(term)
        if way is None:
            return queryset.filter(pk=self.model._meta.pk.to_python(text)), None
        value, rest = _parted(text, alone=way.sort is None)
        partition = stored_field(way.partition).to_python(value)
        lookups = _sort_lookups(way.sort, rest) if way.sort is not None and rest else {}
        return way.narrow(queryset, partition, **lookups), way


def search_of(model: Any, names: Sequence[str]) -> Search:
    """What the ``search_fields`` of an admin or of an API let be searched.

    Args:
        model: A DynamoDB model.
        names: Fields that are partition keys of the table or an index; sort keys among them choose between several
            ways in by one partition key. Django's marks (``^``, ``=``) mean nothing here. None is the table's own key.

    Returns:
        The search.
    """
    wanted = [_bare(name) for name in names]
    ways = list(ways_of(model))
    found: dict[str, Way] = {}
    for name in wanted:
        among = [way for way in ways if way.partition.name == name]
        sorted_by = [way for way in among if way.sort is not None and way.sort.name in wanted]
        for way in [*sorted_by, *among][:1]:
            found.setdefault(name, way)
    return Search(model=model, ways=tuple(found.values()) or (ways[0],))


def unserved(model: Any, names: Iterable[str]) -> Iterator[tuple[str, Field[Any, Any]]]:
    """What of ``search_fields`` no key and no index serves.

    Args:
        model: A DynamoDB model.
        names: As ``search_of`` takes them.

    Yields:
        The name as written, and the field; a name without a field is not looked at.
    """
    named = {name: _bare(name) for name in names}
    partitions = {way.partition.name for way in ways_of(model)}
    sorts = {way.sort.name for way in ways_of(model) if way.sort and way.partition.name in named.values()}
    fields = {field.name: field for field in model._meta.mapper.fields}
    for written, name in named.items():
        if name in fields and name not in partitions | sorts:
            yield written, fields[name]


def _bare(name: str) -> str:
    """A name of ``search_fields`` without Django's marks."""
    return name.lstrip("^=@").partition("__")[0]


def _parted(text: str, *, alone: bool) -> tuple[str, str]:
    """Partition key and the rest; quoted, or up to the first blank."""
    if quoted := QUOTED.match(text):
        return re.sub(r"\\(.)", r"\1", quoted[1]), text[quoted.end() :]
    if alone:
        return text, ""
    value, _blank, rest = text.partition(" ")
    return value, rest.strip()


def _sort_lookups(field: Field[Any, Any], text: str) -> dict[str, Any]:
    """What a text asks of a sort key."""
    if _is_text(field):
        return {f"{field.name}__startswith": text}
    low, span, high = text.partition(SPAN)
    (first, _last), (_first, last) = _ends(field, low.strip()), _ends(field, high.strip() if span else low.strip())
    if first is not None and last is not None:
        return {f"{field.name}__range": (first, last)}
    if first is None and last is None:
        return {}
    return {f"{field.name}__lte": last} if first is None else {f"{field.name}__gte": first}


def _ends(field: Field[Any, Any], text: str) -> tuple[Any, Any]:
    """The least and the greatest value that a text may mean."""
    if not text:
        return None, None
    stored = stored_field(field)
    moment = MOMENT.fullmatch(text) if internal_type(field) in {"DateField", "DateTimeField"} else None
    if moment is None:
        value = stored.to_python(text)
        return value, value
    try:
        first, last = _span([int(part) for part in moment.groups() if part is not None])
    except (ValueError, OverflowError) as error:
        raise ValidationError(_("“%(text)s” is no date."), code="invalid", params={"text": text}) from error
    if internal_type(field) == "DateField":
        return first.date(), last.date()
    return aware(first), aware(last)


def _span(parts: list[int]) -> tuple[dt.datetime, dt.datetime]:
    """The first and the last moment of a year, month, day, hour, minute or second."""
    first = dt.datetime(*(parts + [1, 1][len(parts) - 1 :]))  # type: ignore[arg-type]  # noqa: DTZ001  # made aware later
    if len(parts) == 1:
        behind = first.replace(year=first.year + 1)
    elif len(parts) == 2:  # noqa: PLR2004  # year and month
        behind = (first + dt.timedelta(days=31)).replace(day=1)
    else:
        unit = ("days", "hours", "minutes", "seconds")[len(parts) - 3]
        behind = first + dt.timedelta(**{unit: 1})
    return first, behind - TICK


def aware(moment: dt.datetime) -> dt.datetime:
    """A moment as Django would store it.

    Args:
        moment: One that was typed.

    Returns:
        The same in the current time zone where it names none and ``USE_TZ`` is on.
    """
    return make_aware(moment, get_current_timezone()) if settings.USE_TZ and is_naive(moment) else moment


def _is_text(field: Field[Any, Any]) -> bool:
    return internal_type(field) in TEXT_TYPES
