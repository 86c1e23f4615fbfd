"""Says what the version field of a model demands of a write, and what the write makes of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django_dynamodb.codec.values import same_value
from django_dynamodb.exceptions import UnsupportedError
from django_dynamodb.expressions.conditions import Compare, Condition, HasType, NotExists, Or
from django_dynamodb.expressions.paths import Path
from django_dynamodb.expressions.updates import Arithmetic, IfNotExists, SetValue
from django_dynamodb.models.mapper import Mapper, column
from django_dynamodb.types import AttributeValue, Item

NONE_YET: Final = (None, {"N": "0"}, {"NULL": True})
"""How an item without a version is stored: it may come from another writer, or from a fixture."""


def claimed(mapper: Mapper, instance: Any) -> int | None:
    """The version an object says it was loaded with.

    Args:
        mapper: The model's codecs.
        instance: An object whose item is to be changed or deleted.

    Returns:
        The version; None when the model has none, or when the object was never loaded and says nothing of it.

    Raises:
        UnsupportedError: It was loaded without its version, or the version is an expression.
    """
    field = mapper.version
    if field is None:
        return None
    adding = instance._state.adding
    value = vars(instance).get(field.attname)
    if value is None and not adding:
        raise UnsupportedError(
            f"{mapper.label}: this object was read without {field.name!r}, from an index that does not hold it, so "
            "nothing can tell whether the item was changed meanwhile. Call refresh_from_db() first, or add the field "
            "to the projection of the index."
        )
    if hasattr(value, "resolve_expression"):
        raise refusal(mapper)
    return None if adding and not value else int(mapper.encode(field, value)["N"])


def demanded(mapper: Mapper, version: int | None) -> list[Condition]:
    """The condition under which a version is the stored one; empty where there is nothing to compare."""
    if mapper.version is None or version is None:
        return []
    path = Path(column(mapper.version))
    same = Compare(path, "=", {"N": str(version)})
    return [same] if version else [Or(NotExists(path), same, HasType(path, "NULL"))]


def check_stored(mapper: Mapper, version: int, item: Item) -> bool:
    """Whether an item has the version."""
    stored = item.get(_attribute(mapper))
    return stored in NONE_YET if not version else same_value(stored, {"N": str(version)})


def stored_version(mapper: Mapper, item: Item) -> Any:
    """The version of an item, for messages."""
    return next(iter(item.get(_attribute(mapper), {"N": "0"}).values()))


def numbered(mapper: Mapper, version: int | None) -> dict[str, AttributeValue]:
    """The attribute a write adds: the number that follows; nothing for a model without versions."""
    return {} if mapper.version is None else {_attribute(mapper): {"N": str((version or 0) + 1)}}


def counted(mapper: Mapper) -> SetValue:
    """The number that follows as the service counts it, whatever is stored."""
    return Arithmetic(IfNotExists(Path(_attribute(mapper)), {"N": "0"}), "+", {"N": "1"})


def take_over(mapper: Mapper, instance: Any, written: Mapping[str, AttributeValue]) -> None:
    """Gives the object the version its item was written with, once that is done."""
    if mapper.version is not None and (name := _attribute(mapper)) in written:
        setattr(instance, mapper.version.attname, mapper.load({name: written[name]})[mapper.version.attname])


def refusal(mapper: Mapper) -> UnsupportedError:
    """The error for a version that somebody wants to set."""
    field = mapper.version
    return UnsupportedError(
        f"{mapper.label}.{field.name if field else ''} is the version: each write adds 1 to it by itself. Leave it "
        "out, or filter by it to write one version only."
    )


def _attribute(mapper: Mapper) -> str:
    """The attribute that holds the version."""
    return column(mapper.version) if mapper.version is not None else ""
