"""Remembers, per instance, the item it was loaded from or last written as."""

from __future__ import annotations

import json
from typing import Any

from django.db.models.base import ModelState

from django_dynamodb.types import Item, ItemText, Put


class ItemState(ModelState):
    """Django's instance state plus the snapshot that conflicts and changes are found by.

    ``unread`` names the attributes that exist in the table but were not asked for; whether they are there is not known.
    ``together`` names the fields that an index did not hold: the first that is used loads them all.
    A snapshot that came as text stays text until it is looked at, which most never are.
    """

    unread: frozenset[str] = frozenset()
    together: frozenset[str] = frozenset()
    text: str | bytes | None = None
    most: int | None = None
    """Bytes that the snapshot has at most, where that is known without counting."""
    migrated: Item | None = None
    """The item in its present version, when the snapshot is of an older one (SEED row 37)."""
    _item: Item | None = None

    @property
    def item(self) -> Item | None:
        """The snapshot; None for an object that was never loaded or saved (SEED row 7)."""
        text = self.text
        if text is not None:  # read once: another thread may look at the same time
            self._item = json.loads(text)
            self.most = len(text) if isinstance(text, bytes) or text.isascii() else len(text.encode())
            self.text = None
        return self._item

    @item.setter
    def item(self, item: Item | None) -> None:
        self._item = item
        self.text = self.most = None

    @property
    def basis(self) -> Item | None:
        """What the fields were loaded from: the snapshot, or what the migrations made of it."""
        return self.item if self.migrated is None else self.migrated


def state_of(instance: Any) -> ItemState:
    """The instance's state as an ``ItemState``; Django's constructor makes the plain kind."""
    state = instance._state
    if not isinstance(state, ItemState):
        state.__class__ = ItemState
    return state  # type: ignore[no-any-return]  # its class was set on the line above


def mark_stored(instance: Any, item: Put, unread: frozenset[str] = frozenset(), most: int | None = None) -> None:
    """Notes that the instance is stored as ``item``, which has ``most`` bytes at most where that is known."""
    state = instance._state
    if state.__class__ is not ItemState:
        state = state_of(instance)
    state.adding = False
    if isinstance(item, ItemText):
        state.text = item.text
    else:
        state.text, state._item, state.most = None, item, most
    state.migrated = None
    state.unread = unread


def mark_migrated(instance: Any, item: Item, migrated: Item) -> None:
    """Notes that the instance is stored as ``item``, of an older version, and shows ``migrated``."""
    mark_stored(instance, item)
    state_of(instance).migrated = migrated


def mark_deleted(instance: Any) -> None:
    """Notes that the instance is not stored: its next save is an insert (SEED row 30)."""
    state = state_of(instance)
    state.adding = True
    state.item = None
    state.migrated = None
    state.unread = frozenset()
