"""Finds out why the service calls an update invalid: it names no place, so the item is read and compared with it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from django.db.models.constants import LOOKUP_SEP

from django_dynamodb.exceptions import MissingParentError, RequestRejectedError, ServiceError
from django_dynamodb.expressions.paths import Path, Step
from django_dynamodb.expressions.updates import (
    Add,
    AnyUpdate,
    Arithmetic,
    Delete,
    IfNotExists,
    ListAppend,
    SetTo,
    SetValue,
)
from django_dynamodb.models.mapper import Mapper
from django_dynamodb.records import record
from django_dynamodb.tables.table import Table
from django_dynamodb.types import AttributeValue, Item, Key

INVALID: Final = "ValidationException"
"""The service's code for whatever it calls invalid, be it the request or what it meets in the item."""

HOLDERS: Final = {str: ("M", "a map", "{}"), int: ("L", "a list", "[]")}
"""Kind of a step → the type that has such steps, its name, and an empty one in Python."""


@record(frozen=True, kw_only=True, slots=True)
class Finding:
    """Something in the item that an update cannot work on.

    Args:
        text: What it is, and what to do.
        path: The place that was to be changed.
        missing: The place inside which it would be, when that is not there.
    """

    text: str
    path: Path
    missing: Path | None = None


def raise_diagnosed(mapper: Mapper, table: Table, key: Key, update: AnyUpdate, error: RequestRejectedError) -> None:
    """Says why the service rejected an update that depends on what is stored; reads the item to find out.

    Args:
        mapper: The names of the model.
        table: Its table.
        key: The item's key.
        update: The update that was sent.
        error: The service's answer; nothing is raised, when that does not depend on the item.

    Raises:
        MissingParentError: A place lies in a map or list that is not there.
        RequestRejectedError: The service's own, with what was found, or what it may be.
    """
    if error.code == INVALID and depends_on_item(update):
        found = examined(mapper, table, key, update, error)
        raise reworded(mapper, error, update, found) from error


def examined(mapper: Mapper, table: Table, key: Key, update: AnyUpdate, error: ServiceError) -> list[Finding]:
    """Reads an item and tells what an update cannot work on.

    Args:
        mapper: The names of the model.
        table: Its table.
        key: The item's key.
        update: What the service rejected.
        error: Its answer, which gets a note when the item cannot be read.
    """
    if not depends_on_item(update):
        return []
    try:
        return findings(mapper, update, table.get(key, consistent=True))
    except ServiceError as unread:
        error.add_note(f"The item could not be read to find out why: {unread}")
        return []


def depends_on_item(update: AnyUpdate) -> bool:
    """Whether the service may reject an update for what is stored."""
    computed = any(not isinstance(action.value, dict) for action in update.sets)
    return computed or bool(update.adds or update.deletes) or any(len(path.steps) > 1 for path in update.paths())


def reworded(
    mapper: Mapper, error: RequestRejectedError, update: AnyUpdate, found: Iterable[Finding]
) -> RequestRejectedError:
    """The error in the words of the model.

    Args:
        mapper: The names of the model.
        error: The service's own.
        update: What it rejected.
        found: What the item shows.
    """
    faults = list(found)
    evidence: dict[str, Any] = {
        "operation": error.operation,
        "table": error.table,
        "key": error.key,
        "code": error.code,
        "request_id": error.request_id,
        "status": error.status,
        "body": error.body,
    }
    text = f"{mapper.label}: {' '.join(fault.text for fault in faults) or possibilities(mapper, update)} ({error})"
    inner = next((fault for fault in faults if fault.missing is not None), None)
    if inner is None or inner.missing is None:
        return RequestRejectedError(text, **evidence)
    return MissingParentError(
        text, path=keyword(mapper, inner.path), missing=keyword(mapper, inner.missing), **evidence
    )


def possibilities(mapper: Mapper, update: AnyUpdate) -> str:
    """What may be amiss, where the item does not show it any more."""
    names = ", ".join(keyword(mapper, path) for path in update.paths())
    return (
        f"the service cannot change {names}, and the item, read just after, does not show why: it may have been "
        "changed in between. F() and Increment need numbers, ListAppend a list, SetAdd a set of the same type, and a "
        "place in a document its parent. Try again, or save a plain value."
    )


def keyword(mapper: Mapper, path: Path) -> str:
    """A path in the words of ``update()``."""
    return LOOKUP_SEP.join(map(str, (mapper.name_of(path.attribute), *path.steps[1:])))


def findings(mapper: Mapper, update: AnyUpdate, item: Item | None) -> list[Finding]:
    """What in the item an update cannot work on; nothing of an item that is gone.

    Args:
        mapper: The names of the model.
        update: The changes.
        item: The item as stored.
    """
    if item is None:
        return []
    found = [_holder(mapper, path, item) for path in update.paths()]
    for action in update.sets:
        found += [_operand(mapper, action.path, operand, item) for operand in _operands(action)]
    changed: list[Add | Delete] = [*update.adds, *update.deletes]
    found += [_kind(mapper, action.path, item, *action.value) for action in changed]
    return [finding for finding in found if finding is not None]


def stored_at(item: Item, steps: Iterable[Step]) -> AttributeValue | None:
    """What stands at the end of the steps; None for nothing.

    Args:
        item: The item.
        steps: The attribute, then the way down.
    """
    at: AttributeValue | None = {"M": item}
    for step in steps:
        content: Any = (at or {}).get(HOLDERS[type(step)][0])
        if isinstance(step, str):
            at = (content or {}).get(step)
        else:
            at = content[step] if content is not None and step < len(content) else None
    return at


def _holder(mapper: Mapper, path: Path, item: Item) -> Finding | None:
    """The first parent that is absent, or of a type that has no such part."""
    for depth in range(1, len(path.steps)):
        tag, article, empty = HOLDERS[type(path.steps[depth])]
        parent = Path(path.attribute, *path.steps[1:depth])
        stored = stored_at(item, parent.steps)
        name, outer = keyword(mapper, path), keyword(mapper, parent)
        if stored is None:
            text = (
                f"{name} cannot be changed, because the item has no {outer}. Give the parent a value as a whole, "
                f"{outer}=..., or make it first with update({outer}=IfNotExists({empty})), which loses nothing."
            )
            return Finding(text=text, path=path, missing=parent)
        if tag not in stored:
            return Finding(text=f"{name} cannot be changed: {outer} {_is(stored)} and not {article}.", path=path)
    return None


def _operands(action: SetTo) -> list[tuple[Path, bool, str]]:
    """The places a SET works on: whether each must be there, and the type it needs."""
    sides: list[SetValue] = [action.value]
    tag = ""
    if isinstance(action.value, Arithmetic):
        sides, tag = [action.value.left, action.value.right], "N"
    elif isinstance(action.value, ListAppend):
        sides, tag = [action.value.first, action.value.second], "L"
    found: list[tuple[Path, bool, str]] = []
    for side in sides:
        if isinstance(side, Path):
            found.append((side, True, tag))
        elif isinstance(side, IfNotExists):
            found.append((side.path, False, tag))
    return found


def _operand(mapper: Mapper, path: Path, operand: tuple[Path, bool, str], item: Item) -> Finding | None:
    source, needed, tag = operand
    stored, name = stored_at(item, source.steps), keyword(mapper, source)
    if stored is None:
        text = (
            f"the service cannot compute {keyword(mapper, path)}: {name} has no stored value. An F() takes only what "
            "is stored: give it one, or save a plain value first."
        )
        return Finding(text=text, path=path) if needed else None
    if not tag or tag in stored:
        return None
    wanted = "number" if tag == "N" else "list"
    return Finding(
        text=f"the service cannot compute {keyword(mapper, path)}: {name} {_is(stored)} and no {wanted}.", path=path
    )


def _kind(mapper: Mapper, path: Path, item: Item, tag: str) -> Finding | None:
    stored = stored_at(item, path.steps)
    if stored is None or tag in stored:
        return None
    return Finding(text=f"{keyword(mapper, path)} {_is(stored)}, to which nothing of type {tag} fits.", path=path)


def _is(stored: AttributeValue) -> str:
    return f"is stored as {next(iter(stored))}"
