"""Says what a failed condition means for the object that was to be written or deleted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, TypeAlias

from django_dynamodb.exceptions import (
    ConditionFailedError,
    ConflictError,
    DynamoDBError,
    ItemDeletedError,
    OverwriteError,
)
from django_dynamodb.models.changes import differing
from django_dynamodb.models.edition import Edition
from django_dynamodb.models.mapper import Mapper
from django_dynamodb.models.naming import raise_named
from django_dynamodb.models.state import state_of
from django_dynamodb.models.versions import check_stored, stored_version
from django_dynamodb.records import record
from django_dynamodb.types import Item

Verdict: TypeAlias = tuple[type[ConditionFailedError], str, Sequence[str]]
"""What to raise, the rest of a sentence that begins with the object, and the fields that differ."""

OVERWRITE: Final[Verdict] = (OverwriteError, "exists already; get it, change it and save it instead.", ())
DELETED: Final[Verdict] = (
    ItemDeletedError,
    "is not stored (any more); save(force_insert=True) writes it as a new item.",
    (),
)
UNMET: Final[Verdict] = (ConditionFailedError, "does not meet the condition; nothing was written.", ())


@record(frozen=True, kw_only=True, slots=True)
class Demands:
    """What a write demanded of the stored item.

    Args:
        new: That there is none.
        stored: That there is one.
        unchanged: That it is the one that was loaded.
        condition: Something the caller said besides.
        version: That it has this version.
        edition: That it is of this version of its model.
    """

    new: bool = False
    stored: bool = False
    unchanged: bool = False
    condition: bool = False
    version: int | None = None
    edition: Edition | None = None


NONE: Final = Demands()
"""What a write under no condition demands."""

STORED: Final = Demands(stored=True)
"""What most writes to a stored item demand."""

UNCHANGED: Final = Demands(stored=True, unchanged=True)
"""What a write demands that others must not have come before."""


def raise_explained(instance: Any, mapper: Mapper, demands: Demands, error: DynamoDBError) -> None:
    """Raises what a write came to in words for the developer who wrote the model.

    Args:
        instance: The object that was to be written or deleted.
        mapper: The names of its model.
        demands: What was demanded of the stored item.
        error: What was raised; nothing is, when its words are as good.

    Raises:
        OverwriteError: It had to be new and is not.
        ItemDeletedError: It had to be stored and is not.
        ConflictError: It is no longer what was loaded.
        ConditionFailedError: The caller's condition does not hold.
        InvalidValueError: What was refused before the call, named after model and field.
    """
    if isinstance(error, ConditionFailedError):
        raise _explained(instance, mapper, demands, error) from error
    raise_named(mapper, error)


def _explained(instance: Any, mapper: Mapper, demands: Demands, error: ConditionFailedError) -> ConditionFailedError:
    """The error for a condition that failed."""
    item = dict(error.item) if error.item is not None else None
    kind, text, names = _verdict(instance, mapper, demands, item)
    told = {"fields": names} if issubclass(kind, ConflictError) else {}
    return kind(
        f"{mapper.label} {instance.pk!r} {text}",
        **told,
        item=item,
        operation=error.operation,
        table=error.table,
        key=error.key,
        code=error.code,
        request_id=error.request_id,
        status=error.status,
    )


def _verdict(instance: Any, mapper: Mapper, demands: Demands, item: Item | None) -> Verdict:
    """What is stored says which of the demands was not met; the item may be another model's."""
    if mapper.entity is None or item is None or not mapper.entity.check_foreign(item):
        return _own_verdict(instance, mapper, demands, item)
    kind = ItemDeletedError if demands.stored else OverwriteError
    return kind, f"is not what its key holds: an item of entity {mapper.entity.entity_of(item)!r}.", ()


def _own_verdict(instance: Any, mapper: Mapper, demands: Demands, item: Item | None) -> Verdict:
    """The same, of an item of the model."""
    if demands.new and (item is not None or not demands.condition):
        return OVERWRITE
    if demands.stored and item is None:
        return DELETED
    if demands.edition is not None and not demands.edition.check_met(item or {}):
        return ConflictError, demands.edition.failure(item or {}), ()
    if demands.version is not None and not check_stored(mapper, demands.version, item or {}):
        return _outdated(instance, mapper, demands.version, item or {})
    if demands.unchanged and (names := differing(mapper, state_of(instance), item or {})):
        text = f"was changed by someone else since it was loaded ({', '.join(names)}); reload it."
        return ConflictError, text, names
    return UNMET


def _outdated(instance: Any, mapper: Mapper, version: int, item: Item) -> Verdict:
    """Names both versions and, where it is known, what else differs."""
    field = mapper.version.name if mapper.version else ""
    state = state_of(instance)
    names = [name for name in differing(mapper, state, item) if name != field] if state.item is not None else []
    besides = f"; what differs: {', '.join(names)}" if names else ""
    numbers = f"its {field} is {stored_version(mapper, item)}, not {version}"
    text = f"was changed by someone else since it was loaded: {numbers}{besides}; reload it."
    return ConflictError, text, [field, *names]
