"""Tells the items of one model from those of the others in a table: each says, in one attribute, what entity it is.

Subclasses of a model are entities of its table too: a family, in which each name stands for a class.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django_dynamodb.expressions.conditions import And, Compare, Condition, In
from django_dynamodb.expressions.paths import Path
from django_dynamodb.records import record
from django_dynamodb.types import AttributeValue, Item


@record(frozen=True, kw_only=True, slots=True)
class Entity:
    """What the items of one model are called.

    Args:
        attribute: The attribute that says so.
        name: The model's own entity, which its writes stamp.
        family: Entity → class, of the model and its subclasses; it grows while models are declared.
    """

    attribute: str
    name: str
    family: Mapping[str, Any]

    @property
    def stamp(self) -> Item:
        """The attribute a whole item has."""
        return {self.attribute: {"S": self.name}}

    @property
    def own(self) -> Condition:
        """The item is one of the model, or of a subclass."""
        path, names = Path(self.attribute), tuple(_text(name) for name in self.family)
        return Compare(path, "=", names[0]) if len(names) == 1 else In(path, names)

    def entity_of(self, item: Item) -> str | None:
        """The entity an item says it is; None when it says nothing."""
        return item.get(self.attribute, {}).get("S")

    def model_of(self, item: Item, model: Any) -> Any:
        """The class of an item's object.

        Args:
            item: An item of the family.
            model: The class that is read: the family's head, or a proxy of it.
        """
        found = self.family.get(self.entity_of(item) or "", model)
        return model if found is model._meta.concrete_model else found

    def check_foreign(self, item: Item) -> bool:
        """Whether an item is none of the model's."""
        return self.entity_of(item) not in self.family

    def filtered(self, condition: Condition | None) -> Condition:
        """A filter that passes the model's items only."""
        return self.own if condition is None else And(condition, self.own)

    def sifted(self, build: Callable[[Item], Any]) -> Callable[[Item], Any]:
        """A builder that makes None of a foreign item."""
        return lambda item: None if self.check_foreign(item) else build(item)

    def widened(self, columns: tuple[str, ...] | None) -> tuple[str, ...] | None:
        """The attributes to bring back, with the one to tell by."""
        return None if columns is None else tuple(dict.fromkeys((*columns, self.attribute)))


def _text(name: str) -> AttributeValue:
    return {"S": name}
