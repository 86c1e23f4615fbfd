"""Hands out the placeholders of one request: ``#n0`` for a name, ``:v0`` for a value."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Final

from django_dynamodb.expressions.paths import Path
from django_dynamodb.types import AttributeValue

SCALARS: Final = (str, bytes, bool)
"""Types of content that are compared at once; a union would be made anew at each look."""


class Placeholders:
    """The names and values of one request, numbered in the order they are first asked for.

    All expressions of a request share one object, so the same name has one placeholder, and so has the same scalar.
    Since no name stands in an expression as itself, reserved words and odd characters never matter.
    """

    __slots__ = ("_aliases", "_known_values", "_values")

    def __init__(self) -> None:
        self._aliases: dict[str, str] = {}
        self._values: dict[str, AttributeValue] = {}
        self._known_values: dict[Hashable, str] = {}

    def name(self, name: str) -> str:
        """The placeholder of an attribute or member name.

        Args:
            name: The name as stored; dots belong to the name.

        Returns:
            ``"#n0"``, ``"#n1"``, …
        """
        alias = self._aliases.get(name)
        if alias is None:
            alias = self._aliases[name] = f"#n{len(self._aliases)}"
        return alias

    def value(self, value: AttributeValue) -> str:
        """The placeholder of a value.

        Args:
            value: A tagged value; equal scalars share a placeholder, lists, maps and sets get one each.

        Returns:
            ``":v0"``, ``":v1"``, …
        """
        ((tag, content),) = value.items()
        if not isinstance(content, SCALARS):
            return self.own(value)
        known = self._known_values.get((tag, content))
        if known is None:
            known = self._known_values[tag, content] = self.own(value)
        return known

    def own(self, value: AttributeValue) -> str:
        """The placeholder of a value that shares it with no other.

        Args:
            value: A tagged value.

        Returns:
            ``":v0"``, ``":v1"``, …
        """
        placeholder = f":v{len(self._values)}"
        self._values[placeholder] = value
        return placeholder

    def path(self, path: Path) -> str:
        """The text of a path: ``"#n0.#n1[0]"``.

        Args:
            path: Where to look in the item.

        Returns:
            Its names as placeholders, its indexes in brackets.
        """
        text = self.name(path.attribute)
        if len(path.steps) == 1:
            return text
        for step in path.steps[1:]:
            text += f"[{step}]" if isinstance(step, int) else f".{self.name(step)}"
        return text

    def names(self) -> dict[str, str]:
        """Placeholder to name, as ``ExpressionAttributeNames`` wants it; empty when no name was asked for."""
        return {alias: name for name, alias in self._aliases.items()}

    def values(self) -> dict[str, AttributeValue]:
        """Placeholder to value, as ``ExpressionAttributeValues`` wants it; empty when no value was asked for."""
        return dict(self._values)
