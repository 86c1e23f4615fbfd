"""States what must hold: the tests of a condition or filter, and how they combine.

Source of the grammar: developer guide, "Comparison operator and function reference". Two rules keep it unambiguous:
a combination inside another one stands in parentheses, and nothing else does, since the service refuses doubled ones.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import ClassVar, Literal, TypeAlias

from django_dynamodb.exceptions import InvalidValueError
from django_dynamodb.expressions.bounds import validate_operators, validate_text
from django_dynamodb.expressions.paths import Path
from django_dynamodb.expressions.placeholders import Placeholders
from django_dynamodb.limits import IN_OPERANDS
from django_dynamodb.records import record
from django_dynamodb.types import AttributeValue

Comparator: TypeAlias = Literal["=", "<>", "<", "<=", ">", ">="]
"""The comparison operators of the service."""

COMPARATORS: frozenset[str] = frozenset({"=", "<>", "<", "<=", ">", ">="})
"""The same, for a look-up."""


@record(frozen=True, slots=True)
class Size:
    """The size of what stands at a path: characters, bytes or elements, as the service's ``size`` function counts."""

    path: Path

    def __str__(self) -> str:
        return f"size({self.path})"


Operand: TypeAlias = AttributeValue | Path | Size
"""What a test compares: a tagged value, what stands at a path, or its size."""


class Condition(ABC):
    """A test of one item; rendered as a condition of a write or a filter of a search."""

    __slots__ = ()

    combined: ClassVar[bool] = False
    """Whether it stands in parentheses inside another condition."""

    def render(self, placeholders: Placeholders) -> str:
        """Writes the condition, whole.

        Args:
            placeholders: The names and values of the request; added to.

        Returns:
            The text for ``ConditionExpression`` or ``FilterExpression``.

        Raises:
            InvalidValueError: Over 4 KB or over 300 operators.
        """
        validate_operators(self.operators(), "The condition")
        return validate_text(self.text(placeholders), "The condition")

    @abstractmethod
    def text(self, placeholders: Placeholders) -> str:
        """Writes the condition, without a look at the limits.

        Args:
            placeholders: The names and values of the request; added to.

        Returns:
            The text, without parentheses around it.
        """

    def operators(self) -> int:
        """How many operators and functions the service counts in it."""
        return 1


@record(frozen=True, slots=True)
class Compare(Condition):
    """``path operator operand``.

    Args:
        path: What is compared.
        operator: One of ``= <> < <= > >=``.
        operand: With what.

    Raises:
        InvalidValueError: Another operator.
    """

    path: Path | Size
    operator: Comparator
    operand: Operand

    def __post_init__(self) -> None:
        if self.operator not in COMPARATORS:
            raise InvalidValueError(f"{self.operator!r} compares nothing; DynamoDB has = <> < <= > >=.")

    def text(self, placeholders: Placeholders) -> str:
        """``#n0 = :v0``."""
        return f"{operand_text(self.path, placeholders)} {self.operator} {operand_text(self.operand, placeholders)}"

    def operators(self) -> int:
        """The comparison, and each ``size``."""
        return 1 + _sizes(self.path, self.operand)


@record(frozen=True, slots=True)
class Between(Condition):
    """``path BETWEEN low AND high``, both ends included."""

    path: Path | Size
    low: Operand
    high: Operand

    def text(self, placeholders: Placeholders) -> str:
        """``#n0 BETWEEN :v0 AND :v1``."""
        path, low, high = (operand_text(part, placeholders) for part in (self.path, self.low, self.high))
        return f"{path} BETWEEN {low} AND {high}"

    def operators(self) -> int:
        """The range, and each ``size``."""
        return 1 + _sizes(self.path, self.low, self.high)


@record(frozen=True, slots=True)
class In(Condition):
    """``path IN (operand, …)``.

    Args:
        path: What is looked for.
        operands: Where; 1 to ``limits.IN_OPERANDS``.

    Raises:
        InvalidValueError: None, or too many; the message gives their number.
    """

    path: Path | Size
    operands: tuple[Operand, ...]

    def __post_init__(self) -> None:
        if not 1 <= len(self.operands) <= IN_OPERANDS:
            raise InvalidValueError(
                f"IN on {str(self.path)!r} has {len(self.operands)} values and DynamoDB takes 1 to {IN_OPERANDS}: "
                f"chunk the values by {IN_OPERANDS}, or use a key query."
            )

    def text(self, placeholders: Placeholders) -> str:
        """``#n0 IN (:v0, :v1)``."""
        path = operand_text(self.path, placeholders)
        return f"{path} IN ({', '.join(operand_text(operand, placeholders) for operand in self.operands)})"

    def operators(self) -> int:
        """The ``IN``, and each ``size``."""
        return 1 + _sizes(self.path, *self.operands)


@record(frozen=True, slots=True)
class BeginsWith(Condition):
    """The string or binary at the path starts with the operand."""

    path: Path
    prefix: Operand

    def text(self, placeholders: Placeholders) -> str:
        """``begins_with(#n0, :v0)``."""
        return f"begins_with({placeholders.path(self.path)}, {operand_text(self.prefix, placeholders)})"


@record(frozen=True, slots=True)
class Contains(Condition):
    """The string at the path has the operand in it, or the set or list has it as an element."""

    path: Path
    operand: Operand

    def text(self, placeholders: Placeholders) -> str:
        """``contains(#n0, :v0)``."""
        return f"contains({placeholders.path(self.path)}, {operand_text(self.operand, placeholders)})"


@record(frozen=True, slots=True)
class HasType(Condition):
    """What stands at the path has a type tag: ``HasType(Path("a"), "NULL")``."""

    path: Path
    tag: str

    def text(self, placeholders: Placeholders) -> str:
        """``attribute_type(#n0, :v0)``."""
        return f"attribute_type({placeholders.path(self.path)}, {placeholders.value({'S': self.tag})})"


@record(frozen=True, slots=True)
class Exists(Condition):
    """Something stands at the path, NULL included."""

    path: Path

    def text(self, placeholders: Placeholders) -> str:
        """``attribute_exists(#n0)``."""
        return f"attribute_exists({placeholders.path(self.path)})"


@record(frozen=True, slots=True)
class NotExists(Condition):
    """Nothing stands at the path, not even NULL."""

    path: Path

    def text(self, placeholders: Placeholders) -> str:
        """``attribute_not_exists(#n0)``."""
        return f"attribute_not_exists({placeholders.path(self.path)})"


@record(frozen=True, kw_only=True, slots=True)
class Holds(Condition):
    """The item is there, and whole attributes hold just these values: with less around each than ``And`` has.

    Args:
        key: An attribute that every item has.
        values: Attribute → value.
        absent: Attributes that are not there.
    """

    key: str
    values: Mapping[str, AttributeValue]
    absent: tuple[str, ...] = ()

    def text(self, placeholders: Placeholders) -> str:
        """The tests, joined; each value has a placeholder of its own, so that no value decides the text."""
        name, own = placeholders.name, placeholders.own
        tests = [f"attribute_exists({name(self.key)})"]
        tests += [f"{name(attribute)} = {own(value)}" for attribute, value in self.values.items()]
        return " AND ".join([*tests, *[f"attribute_not_exists({name(attribute)})" for attribute in self.absent]])

    def operators(self) -> int:
        """One for each test, and the connectives between them."""
        return 2 * (len(self.values) + len(self.absent)) + 1


@record(frozen=True, slots=True, init=False)
class _Joined(Condition):
    """Conditions with one connective between them; those of the same connective are taken apart."""

    conditions: tuple[Condition, ...]
    word: ClassVar[str]
    combined: ClassVar[bool] = True

    def __init__(self, *conditions: Condition) -> None:
        flat: list[Condition] = []
        for given in conditions:
            condition = _bare(given) if given.combined else given
            flat.extend(condition.conditions if type(condition) is type(self) else (condition,))
        if not flat:
            raise InvalidValueError(f"{self.word} joins at least one condition, not none.")
        object.__setattr__(self, "conditions", tuple(flat))

    def text(self, placeholders: Placeholders) -> str:
        """The conditions in the order given."""
        if len(self.conditions) == 1:
            return self.conditions[0].text(placeholders)
        return f" {self.word} ".join([_inner_text(condition, placeholders) for condition in self.conditions])

    def operators(self) -> int:
        """Those of the conditions, and the connectives between them."""
        return sum([condition.operators() for condition in self.conditions]) + len(self.conditions) - 1


@record(frozen=True, slots=True, init=False)
class And(_Joined):
    """All conditions hold; one alone is written as itself.

    Raises:
        InvalidValueError: No condition at all.
    """

    word: ClassVar[str] = "AND"


@record(frozen=True, slots=True, init=False)
class Or(_Joined):
    """At least one condition holds; one alone is written as itself.

    Raises:
        InvalidValueError: No condition at all.
    """

    word: ClassVar[str] = "OR"


@record(frozen=True, slots=True)
class Not(Condition):
    """The condition does not hold."""

    condition: Condition
    combined: ClassVar[bool] = True

    def text(self, placeholders: Placeholders) -> str:
        """``NOT begins_with(#n0, :v0)``; anything but a function stands in parentheses."""
        condition = _bare(self.condition)
        text = condition.text(placeholders)
        return f"NOT {text}" if isinstance(condition, FUNCTIONS) else f"NOT ({text})"

    def operators(self) -> int:
        """The NOT, and what it denies."""
        return 1 + self.condition.operators()


FUNCTIONS = (BeginsWith, Contains, HasType, Exists, NotExists)
"""Conditions whose text is a function call, which brings its own parentheses."""


def operand_text(operand: Operand, placeholders: Placeholders) -> str:
    """Writes one side of a test.

    Args:
        operand: A tagged value, a path, or the size of what stands at a path.
        placeholders: The names and values of the request; added to.

    Returns:
        ``":v0"``, ``"#n0"`` or ``"size(#n0)"``.
    """
    if isinstance(operand, Path):
        return placeholders.path(operand)
    if isinstance(operand, Size):
        return f"size({placeholders.path(operand.path)})"
    return placeholders.value(operand)


def _sizes(*operands: Operand) -> int:
    """How many of the operands call the ``size`` function."""
    return sum([isinstance(operand, Size) for operand in operands])


def _bare(condition: Condition) -> Condition:
    """What is left of a connective that joins a single condition."""
    while isinstance(condition, _Joined) and len(condition.conditions) == 1:
        condition = condition.conditions[0]
    return condition


def _inner_text(condition: Condition, placeholders: Placeholders) -> str:
    """A condition as part of another one."""
    text = condition.text(placeholders)
    return f"({text})" if condition.combined else text
