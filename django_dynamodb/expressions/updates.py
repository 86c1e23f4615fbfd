"""States how one item changes: values set, attributes removed, numbers added, set elements added or deleted.

Source of the grammar: developer guide, "Update expressions". The clauses come in the order SET, REMOVE, ADD, DELETE,
and inside each in the order given.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar, Final, Literal, Self, TypeAlias, assert_never

from django_dynamodb.exceptions import InvalidValueError
from django_dynamodb.expressions.bounds import validate_operators, validate_text
from django_dynamodb.expressions.paths import Path, attribute_path, validate_apart
from django_dynamodb.expressions.placeholders import Placeholders
from django_dynamodb.records import record
from django_dynamodb.types import AttributeValue


@record(frozen=True, slots=True)
class IfNotExists:
    """What stands at the path, else the value: ``if_not_exists(path, value)``."""

    path: Path
    value: AttributeValue | Path


@record(frozen=True, slots=True)
class ListAppend:
    """Two lists, one after the other: ``list_append(first, second)``."""

    first: AttributeValue | Path | IfNotExists
    second: AttributeValue | Path | IfNotExists


@record(frozen=True, slots=True)
class Arithmetic:
    """A sum or a difference of two numbers: ``Arithmetic(Path("views"), "+", {"N": "1"})``.

    Raises:
        InvalidValueError: Another operator; the service has no other.
    """

    left: AttributeValue | Path | IfNotExists
    operator: Literal["+", "-"]
    right: AttributeValue | Path | IfNotExists

    def __post_init__(self) -> None:
        if self.operator not in {"+", "-"}:
            raise InvalidValueError(f"DynamoDB computes with + and - only, not with {self.operator!r}.")


SetValue: TypeAlias = AttributeValue | Path | IfNotExists | ListAppend | Arithmetic
"""What can stand on the right of a SET."""


@record(frozen=True, slots=True)
class SetTo:
    """Sets what stands at the path."""

    path: Path
    value: SetValue


@record(frozen=True, slots=True)
class Add:
    """Adds a number to a number, or elements to a set; what is absent counts as 0 or empty."""

    path: Path
    value: AttributeValue


@record(frozen=True, slots=True)
class Delete:
    """Deletes elements from a set; the attribute goes with its last element."""

    path: Path
    value: AttributeValue


@record(frozen=True, slots=True)
class Remove:
    """Removes what stands at the path."""

    path: Path


Clause: TypeAlias = SetTo | Remove | Add | Delete
"""One change of one place."""


@record(frozen=True, kw_only=True, slots=True)
class Update:
    """All changes of one UpdateItem.

    Args:
        sets: Values to set.
        removes: Paths to remove.
        adds: Numbers or set elements to add.
        deletes: Set elements to delete.

    Raises:
        InvalidValueError: Two of the paths overlap, which the service refuses.
    """

    sets: tuple[SetTo, ...] = ()
    removes: tuple[Path, ...] = ()
    adds: tuple[Add, ...] = ()
    deletes: tuple[Delete, ...] = ()

    def __post_init__(self) -> None:
        only_sets = not (self.removes or self.adds or self.deletes)
        if only_sets and len({action.path.attribute for action in self.sets}) == len(self.sets):
            return  # as most updates are
        validate_apart(self.paths(), "The update")

    @classmethod
    def of(cls, clauses: Iterable[Clause]) -> Self:
        """Sorts changes by their kind.

        Args:
            clauses: Changes of places apart from each other.

        Raises:
            InvalidValueError: Two of the paths overlap.
        """
        found = tuple(clauses)
        return cls(
            sets=tuple(clause for clause in found if isinstance(clause, SetTo)),
            removes=tuple(clause.path for clause in found if isinstance(clause, Remove)),
            adds=tuple(clause for clause in found if isinstance(clause, Add)),
            deletes=tuple(clause for clause in found if isinstance(clause, Delete)),
        )

    def paths(self) -> tuple[Path, ...]:
        """The paths written, in the order of the text."""
        paths = (*[action.path for action in self.sets], *self.removes)
        if self.adds or self.deletes:
            return (*paths, *[action.path for action in self.adds], *[action.path for action in self.deletes])
        return paths

    def render(self, placeholders: Placeholders) -> str:
        """Writes the update.

        Args:
            placeholders: The names and values of the request; added to.

        Returns:
            The text for ``UpdateExpression``; empty when nothing changes.

        Raises:
            InvalidValueError: Over 4 KB or over 300 operators.
        """
        validate_operators(sum([_operators(action.value) for action in self.sets]), "The update")
        name, value = placeholders.path, placeholders.value
        clauses: list[str] = []
        if self.sets:
            sets = [f"{name(action.path)} = {_value_text(action.value, placeholders)}" for action in self.sets]
            clauses.append(f"SET {', '.join(sets)}")
        if self.removes:
            clauses.append(f"REMOVE {', '.join(map(name, self.removes))}")
        if self.adds:
            clauses.append(f"ADD {', '.join([f'{name(add.path)} {value(add.value)}' for add in self.adds])}")
        if self.deletes:
            clauses.append(f"DELETE {', '.join([f'{name(one.path)} {value(one.value)}' for one in self.deletes])}")
        return validate_text(" ".join(clauses), "The update")


@record(frozen=True, slots=True)
class SetValues:
    """Sets whole attributes to values, as most updates do, and says so with less around each than ``Update``.

    Args:
        values: Attribute → value; at least one.
    """

    values: Mapping[str, AttributeValue]

    removes: ClassVar[tuple[Path, ...]] = ()
    adds: ClassVar[tuple[Add, ...]] = ()
    deletes: ClassVar[tuple[Delete, ...]] = ()

    @property
    def sets(self) -> tuple[SetTo, ...]:
        """The same as ``Update`` has it."""
        return tuple([SetTo(attribute_path(name), value) for name, value in self.values.items()])

    def paths(self) -> tuple[Path, ...]:
        """The paths written, in the order of the text."""
        return tuple(map(attribute_path, self.values))

    def render(self, placeholders: Placeholders) -> str:
        """Writes the update; each value has a placeholder of its own, so that no value decides the text.

        Args:
            placeholders: The names and values of the request; added to.

        Returns:
            The text for ``UpdateExpression``.

        Raises:
            InvalidValueError: Over 4 KB.
        """
        name, own = placeholders.name, placeholders.own
        sets = [f"{name(attribute)} = {own(value)}" for attribute, value in self.values.items()]
        return validate_text(f"SET {', '.join(sets)}", "The update")


AnyUpdate: TypeAlias = Update | SetValues
"""What one UpdateItem changes."""


def _value_text(value: SetValue, placeholders: Placeholders) -> str:
    """The right side of a SET, or a part of it."""
    if isinstance(value, dict):
        return placeholders.value(value)
    match value:
        case Path():
            return placeholders.path(value)
        case IfNotExists(path, default):
            return f"if_not_exists({placeholders.path(path)}, {_value_text(default, placeholders)})"
        case ListAppend(first, second):
            return f"list_append({_value_text(first, placeholders)}, {_value_text(second, placeholders)})"
        case Arithmetic(left, operator, right):
            return f"{_value_text(left, placeholders)} {operator} {_value_text(right, placeholders)}"
        case _:
            assert_never(value)


PLAIN: Final = (dict, Path)
"""What stands on the right of a SET without an operator; a union would be made anew at each look."""


def _operators(value: SetValue) -> int:
    """How many operators and functions the service counts on the right side of a SET."""
    if isinstance(value, PLAIN):
        return 0
    match value:
        case IfNotExists():
            return 1
        case ListAppend(left, right) | Arithmetic(left, _, right):
            return 1 + _operators(left) + _operators(right)
        case _:
            assert_never(value)
