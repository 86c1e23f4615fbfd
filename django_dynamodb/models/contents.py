"""Makes what an instance is stored as: its key, a whole item, or the fields that a save is about.

``dump`` and ``dump_text`` take the slots they know out of whatever they are given, so the instance's own ``__dict__``
serves as the values wherever no field has to be asked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from django.db.models import Field

from django_dynamodb.exceptions import InvalidKeyError, InvalidValueError
from django_dynamodb.models.changes import hold_expression, is_expression
from django_dynamodb.models.composed import check_outdated
from django_dynamodb.models.expiry import refuse_passed
from django_dynamodb.models.hooks import overrides
from django_dynamodb.models.mapper import Mapper, column
from django_dynamodb.models.sources import sources
from django_dynamodb.models.versions import numbered
from django_dynamodb.records import record
from django_dynamodb.types import Item, Key, Put


def key_of(mapper: Mapper, instance: Any) -> Key:
    """The instance's key.

    Args:
        mapper: Its model's names and codecs.
        instance: The object.

    Raises:
        InvalidKeyError: A part is unset.
        SchemaError: It is the counter item's.
    """
    key = mapper.encode_key([getattr(instance, name) for name in mapper.key_attnames])
    mapper.refuse_counter(key)
    return key


def wants_number(mapper: Mapper, instance: Any) -> bool:
    """Whether the key of a new object is the counter's next number."""
    return mapper.autoincrement and not getattr(instance, mapper.key_attnames[0])


def batch_item(instance: Any, *, adding: bool) -> Put:
    """The whole item, for a batch, which compares nothing; a version counts on from the object's own.

    Args:
        instance: The object.
        adding: Whether it is new to the table, as ``pre_save`` of its fields understands it.

    Raises:
        InvalidKeyError: It wants a number from the counter, which batches do not ask.
    """
    model = instance._meta.concrete_model
    mapper: Mapper = model._meta.mapper
    if wants_number(mapper, instance):
        raise InvalidKeyError(
            f"{mapper.label}.{mapper.key_attnames[0]} is unset and a batch takes no numbers from the "
            "counter; use save() or bulk_create(), or give the object a number."
        )
    version = None if mapper.version is None else getattr(instance, mapper.version.attname)
    return whole_item(instance, model, adding=adding, raw=False, version=numbered(mapper, None if adding else version))


def whole_item(instance: Any, model: Any, *, adding: bool, raw: bool, version: Item) -> Put:
    """The whole item, as text where nobody but the fields makes it.

    Args:
        instance: The object.
        model: Its concrete model.
        adding: Whether it is new to the table.
        raw: Values as they are, without ``pre_save`` of the fields.
        version: The attribute that holds the version, if any.

    Raises:
        InvalidValueError: A field holds what it cannot store, or what has expired.
    """
    mapper: Mapper = model._meta.mapper
    _refuse_expressions(mapper, instance)
    migrations = model._meta.item_migrations
    added = mapper.stamped({**migrations.stamp, **version} if migrations.active else version)
    values = _values(instance, model, adding=adding, raw=raw)
    _refuse_passed(mapper, values, raw=raw)
    if not overrides(instance.__class__, "to_item"):
        return mapper.dump_text(values, added)
    item: Item = {**instance.to_item(), **mapper.encode_key([values.get(name) for name in mapper.key_attnames])}
    mapper.refuse_counter(item)
    return {**item, **added}


@record(frozen=True, kw_only=True, slots=True)
class Part:
    """What a save of a loaded object is about.

    Args:
        item: The key and the fields, as an item.
        columns: The attributes to compare with what is stored, empty ones included.
    """

    item: Item
    columns: list[str]


def part_item(
    instance: Any,
    model: Any,
    *,
    raw: bool,
    fields: Collection[Field[Any, Any]],
    skipped: Iterable[str] = (),
    stored: Item | None = None,
) -> Part:
    """The key and the fields asked for, after the fields' ``pre_save``.

    Args:
        instance: The object.
        model: Its concrete model.
        raw: Values as they are, without ``pre_save`` of the fields.
        fields: The fields.
        skipped: Attributes that the service computes.
        stored: The whole item the object was loaded from, to pass over fields that surely hold what they held; None
            to leave out none.

    Raises:
        InvalidValueError: As ``whole_item``.
    """
    mapper: Mapper = model._meta.mapper
    own = overrides(instance.__class__, "to_item")
    wanted = None if len(fields) == len(mapper.fields) else {f.attname for f in fields} | mapper.key_names
    values = _values(instance, model, adding=False, raw=raw, wanted=wanted)
    _refuse_passed(mapper, values, raw=raw)
    if own or stored is None:
        kept = {name: values[name] for name in mapper.columns if name in values}
    else:
        kept = mapper.table_codec.sift(values, stored)
    for name in skipped:
        kept.pop(mapper.field_of(name).attname, None)
    item = instance.to_item() if own else mapper.dump(kept)
    if stored is not None and mapper.key_names.isdisjoint(kept):
        item.update(mapper.schema.key_of(stored))
    else:
        item.update(mapper.encode_key([values.get(name) for name in mapper.key_attnames]))
        mapper.refuse_counter(item)
    item = mapper.stamped(item)
    return Part(item=item, columns=_columns(model, kept, item))


def _columns(model: Any, kept: Iterable[str], item: Item) -> list[str]:
    """The attributes of the slots, and those that the entity or an own ``to_item`` adds."""
    mapper: Mapper = model._meta.mapper
    apart = model._meta.item_migrations.attribute, mapper.version and column(mapper.version)
    columns = [name for attname in kept if (name := mapper.columns[attname]) not in apart]
    return columns + [name for name in item if name not in mapper.by_column and name not in apart]


def _values(
    instance: Any, model: Any, *, adding: bool, raw: bool, wanted: AbstractSet[str] | None = None
) -> Mapping[str, Any]:
    """Attname → value of the fields that are loaded, and wanted, after their ``pre_save``; more may stand there."""
    loaded: dict[str, Any] = vars(instance)
    _, special = sources(model)
    if not special and wanted is None:
        return loaded
    values = {name: value for name, value in loaded.items() if wanted is None or name in wanted}
    mapper = model._meta.mapper
    for field in special:
        if wanted is not None and field.attname not in wanted:
            continue
        if field.attname in loaded or (not adding and check_outdated(mapper, instance, field)):
            found = getattr(instance, field.attname) if raw else field.pre_save(instance, adding)
            values[field.attname] = found
    return values


def _refuse_passed(mapper: Mapper, values: Mapping[str, Any], *, raw: bool) -> None:
    """What has expired before it is written would be hidden at once."""
    if mapper.expires is not None and not raw:
        refuse_passed(mapper, values.get(mapper.expires.attname))


def _refuse_expressions(mapper: Mapper, instance: Any) -> None:
    """What only the service can compute has nothing to work on in a new object."""
    values = vars(instance)
    if not hold_expression(values):
        return
    for field in mapper.fields:
        if is_expression(values.get(field.attname)):
            raise InvalidValueError(
                f"{mapper.label}.{field.name}: a new object has no stored value for F() or the like to work "
                "on; give it a plain value."
            )
