"""Stores datetimes as moments, in UTC; above the table they follow ``USE_TZ``, as everywhere in Django."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from reprlib import repr as short
from typing import Any, cast

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.signals import setting_changed
from django.db.models import Field
from django.utils import timezone

from django_dynamodb.codec.codecs import ValueCodec
from django_dynamodb.codec.moments import read_datetime
from django_dynamodb.codec.text import json_text
from django_dynamodb.exceptions import InvalidTypeError, InvalidValueError
from django_dynamodb.types import AttributeValue


def datetime_codec(field: Field[Any, Any], codec: ValueCodec) -> ValueCodec:
    """The codec of a field that holds datetimes.

    Args:
        field: The model field.
        codec: Writes and reads aware datetimes.

    Returns:
        The codec that also takes text and, where ``USE_TZ`` is off, naive datetimes in ``TIME_ZONE``, which is then
        what it gives.
    """

    def encode(value: Any) -> AttributeValue:
        moment = value if isinstance(value, dt.datetime) else _parsed(field, value)
        return codec.encode(_aware(moment) if timezone.is_naive(moment) else moment)

    def text(value: dt.datetime) -> str:
        return json_text(encode(value))

    localised = codec.followed_by(_local)
    writer = None if codec.text is None else replace(codec.text, write=text)
    return replace(localised, encode=encode, text=writer, read=None if codec.read is None else _reader(codec.read))


@cache  # Django takes longer to look a setting up than a datetime takes to be read
def zones_used() -> bool:
    """The setting ``USE_TZ``."""
    return bool(settings.USE_TZ)


def _reader(read: Callable[[Any], dt.datetime]) -> Callable[[Any], dt.datetime]:
    """Reads a content of the codec's tag."""

    def read_local(content: Any) -> dt.datetime:
        moment = read(content)
        return moment if zones_used() else cast("dt.datetime", _local(moment))

    def read_moment(content: Any) -> dt.datetime:
        moment = parsed(content)  # as most are written, so that ``read`` need not be called
        return moment if moment.tzinfo is dt.UTC and zones_used() else read_local(content)

    parsed = dt.datetime.fromisoformat
    return read_moment if read is read_datetime else read_local


def _local(moment: dt.datetime | None) -> dt.datetime | None:
    """A moment as the project wants it."""
    return moment if zones_used() or moment is None else timezone.make_naive(moment, timezone.get_default_timezone())


def _parsed(field: Field[Any, Any], value: Any) -> dt.datetime:
    """A datetime out of text, or InvalidTypeError."""
    if isinstance(value, str):
        try:
            return cast("dt.datetime", field.to_python(value))  # of text, nothing else comes out
        except ValidationError as error:
            raise InvalidTypeError(f"{short(value)} is no datetime; write it as ISO 8601") from error
    raise InvalidTypeError(f"{short(value)} ({type(value).__name__}) is no datetime; convert it first")


def _aware(value: dt.datetime) -> dt.datetime:
    """A naive datetime as a moment, or InvalidValueError where that would be a guess."""
    if zones_used():
        raise InvalidValueError(
            f"{value.isoformat()} has no time zone and USE_TZ is on; pass django.utils.timezone.make_aware(value)"
        )
    local = timezone.get_default_timezone()
    moment = timezone.make_aware(value, local)
    if timezone.make_naive(moment.astimezone(dt.UTC), local) != value:
        raise InvalidValueError(f"{value.isoformat()} does not exist in {settings.TIME_ZONE}: clocks skip it")
    return moment


def _forget(*, setting: str, **signal: Any) -> None:
    """Runs when a test changes a setting."""
    if setting == "USE_TZ":
        zones_used.cache_clear()


setting_changed.connect(_forget, dispatch_uid="django_dynamodb.zones")
