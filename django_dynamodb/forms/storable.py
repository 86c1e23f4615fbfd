"""Says, in the words of a form, why DynamoDB would not store an object, before anything is sent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

from django.core.exceptions import ValidationError
from django.utils.formats import number_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from django_dynamodb.codec.size import key_size
from django_dynamodb.exceptions import InvalidValueError, ItemTooLargeError
from django_dynamodb.limits import ITEM_BYTES
from django_dynamodb.models.mapper import Mapper
from django_dynamodb.models.state import state_of
from django_dynamodb.tables.validation import validate_item_size
from django_dynamodb.types import Item

Refusal: TypeAlias = tuple[str | None, ValidationError]
"""The name of a field, None for the object as a whole, and what is wrong."""


def refusal_of(instance: Any) -> Refusal | None:
    """What DynamoDB would not store of an object.

    Args:
        instance: The object, as a form has filled it; parts of its key may be missing still.

    Returns:
        The first thing wrong: a value that cannot be stored (code ``"invalid"``), a key of the table or an index over
        its limit (``"key"``), or an item over 400 KB, with what is stored already (``"too_large"``). None for nothing.
    """
    mapper: Mapper = instance._meta.mapper
    try:
        item: Item = instance.to_item()
        validate_item_size(mapper.schema, _whole(instance, item))
    except ItemTooLargeError as fault:
        return None, _too_large_error(instance, fault)
    except InvalidValueError as fault:
        return None, ValidationError(str(fault), code="invalid")
    for name, size, most in _long_keys(mapper, item):
        message = _("%(field)s has %(size)s bytes; a key has %(limit)s at most.")
        params = {"field": _label(mapper, name), "size": _grouped(size), "limit": _grouped(most)}
        return mapper.name_of(name), ValidationError(message, code="key", params=params)
    return None


def _long_keys(mapper: Mapper, item: Item) -> Iterator[tuple[str, int, int]]:
    """The keys, of the table and of indexes, over their limits: attribute, bytes, limit."""
    for rule in (*mapper.schema.key_rules, *mapper.schema.index_key_rules):
        value = item.get(rule.name)
        if value is not None and (size := key_size(value)) > rule.most:
            yield rule.name, size, rule.most


def _whole(instance: Any, item: Item) -> Item:
    """The item as it would be stored: with what its model does not know, and without what was emptied."""
    stored = state_of(instance).item or {}
    kept = {name: value for name, value in stored.items() if not _is_shown(instance, name)}
    return {**kept, **item}


def _is_shown(instance: Any, attribute: str) -> bool:
    """Whether the object has a value of its own for an attribute, be it an empty one."""
    mapper: Mapper = instance._meta.mapper
    return mapper.check_stores(attribute) and mapper.field_of(attribute).attname in vars(instance)


def _too_large_error(instance: Any, fault: ItemTooLargeError) -> ValidationError:
    """Names the size, the limit and the largest fields."""
    meta = instance._meta
    largest = [
        _("%(field)s (%(size)s bytes)") % {"field": _label(meta.mapper, name), "size": _grouped(size)}
        for name, size in fault.largest
    ]
    return ValidationError(
        _(
            "This %(model)s is too large: it has %(size)s bytes, and DynamoDB stores %(limit)s at most. Its largest "
            "fields: %(fields)s. Shorten them, or keep large values elsewhere and a reference here."
        ),
        code="too_large",
        params={
            "model": meta.verbose_name,
            "size": _grouped(fault.size),
            "limit": _grouped(ITEM_BYTES),
            "fields": ", ".join(largest),
        },
    )


def _label(mapper: Mapper, attribute: str) -> str:
    """What an editor calls an attribute."""
    if not mapper.check_stores(attribute):
        return attribute
    return str(capfirst(mapper.field_of(attribute).verbose_name))


def _grouped(number: int) -> str:
    """A number as it is written in the language of the form."""
    return str(number_format(number, force_grouping=True))
