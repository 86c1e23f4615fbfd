"""Words the errors of the layers below in the names of the model: label, field, key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django_dynamodb.exceptions import (
    DuplicateKeyError,
    DynamoDBError,
    InvalidValueError,
    ItemTooLargeError,
    RequestError,
)
from django_dynamodb.limits import ITEM_BYTES
from django_dynamodb.models.mapper import Mapper


class named_by:  # noqa: N801 - a class takes a third of the time of a generator, around each plan and batch
    """Rewords what the block refuses before a call; class, evidence and notes stay.

    Args:
        mapper: The names of the model the block works for.
    """

    __slots__ = ("_mapper",)

    def __init__(self, mapper: Mapper) -> None:
        self._mapper = mapper

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if isinstance(error, DynamoDBError):
            raise_named(self._mapper, error)


def raise_named(mapper: Mapper, error: DynamoDBError) -> None:
    """Raises what was refused before a call in the words of the model; class, evidence and notes stay.

    Args:
        mapper: The names of the model.
        error: What was raised; nothing is, when it has these words already or others' are as good.
    """
    if isinstance(error, DuplicateKeyError | InvalidValueError) and not str(error).startswith(mapper.label):
        reworded = _reworded(mapper, error)
        for note in getattr(error, "__notes__", ()):
            reworded.add_note(note)
        raise reworded from error


def _reworded(mapper: Mapper, error: DuplicateKeyError | InvalidValueError) -> RequestError:
    evidence: dict[str, Any] = {"table": error.table, "key": error.key}
    match error:
        case DuplicateKeyError():
            text = f"{place(mapper, error.key)} comes twice in one batch, which has no order; write it once."
            return DuplicateKeyError(text, **evidence)
        case ItemTooLargeError():
            return ItemTooLargeError(_too_large(mapper, error), size=error.size, largest=error.largest, **evidence)
        case InvalidValueError(attribute=str(attribute), fault=fault):
            text = f"{mapper.label}.{mapper.name_of(attribute)} {fault}."
            return type(error)(text, attribute=attribute, fault=fault, **evidence)
        case _:
            return type(error)(f"{mapper.label}: {error}", **evidence)


def place(mapper: Mapper, key: Mapping[str, Any] | None) -> str:
    """Names an item: the model's label and the values of the key.

    Args:
        mapper: The names of its model.
        key: Its key.
    """
    values = mapper.load(dict(key or {}))
    return f"{mapper.label} {', '.join(repr(values[attname]) for attname in mapper.key_attnames)}"


def _too_large(mapper: Mapper, error: ItemTooLargeError) -> str:
    largest = ", ".join(f"{mapper.name_of(name)} {size:,} bytes" for name, size in error.largest)
    return (
        f"{place(mapper, error.key)}: the item has {error.size:,} bytes, DynamoDB allows {ITEM_BYTES:,}. Its largest "
        f"fields: {largest}. Store large values elsewhere and keep a reference here."
    )
