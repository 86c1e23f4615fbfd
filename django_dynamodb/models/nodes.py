"""Says what a filter comes to: a small tree of tests on stored fields, with nothing of SQL left in it.

A leaf is one field, one lookup and one value of the field's own type. ``NOTHING`` and ``EVERYTHING`` are folded away
on the way up, so a plan sees them only at the top.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, TypeAlias, TypeGuard

from django.db.models import Field

from django_dynamodb.expressions.paths import Step
from django_dynamodb.records import record

FUNCTIONS: Final = ("size", "type")
"""What can be asked about a value instead of the value itself; such a lookup is written ``size__gt``."""


@record(frozen=True, slots=True)
class FieldValue:
    """The value of another field of the same item, or of a place in its document: ``F("views")`` on the right side."""

    field: Field[Any, Any]
    steps: tuple[Step, ...] = ()


@record(frozen=True, slots=True)
class Test:
    """One field, one lookup, one value; the value of a key ``in`` is a tuple of key tuples.

    With ``steps`` it is about a place in the document that the field holds, and its value is encoded already: Python
    takes 1 and True for equal, DynamoDB does not.
    """

    __test__ = False

    field: Field[Any, Any]
    lookup: str
    value: Any
    steps: tuple[Step, ...] = ()

    @property
    def name(self) -> str:
        """The test as a keyword of ``filter()``, for messages."""
        return "__".join(map(str, (self.field.name, *self.steps, self.lookup)))


@record(frozen=True, slots=True)
class All:
    """Every part holds; without parts: everything matches."""

    parts: tuple[Node, ...]


@record(frozen=True, slots=True)
class AnyOf:
    """At least one part holds; without parts: nothing matches."""

    parts: tuple[Node, ...]


@record(frozen=True, slots=True)
class Negated:
    """The part does not hold."""

    part: Node


Node: TypeAlias = "Test | All | AnyOf | Negated"
EVERYTHING: Final = All(())
NOTHING: Final = AnyOf(())


def all_of(parts: Iterable[Node]) -> Node:
    """The conjunction, flattened, each part once; NOTHING swallows it."""
    flat: list[Node] = []
    for part in parts:
        if part == NOTHING:
            return NOTHING
        flat.extend(new for new in (part.parts if isinstance(part, All) else (part,)) if new not in flat)
    return flat[0] if len(flat) == 1 else All(tuple(flat))


def any_of(parts: Iterable[Node]) -> Node:
    """The disjunction, flattened; EVERYTHING swallows it."""
    flat: list[Node] = []
    for part in parts:
        if part == EVERYTHING:
            return EVERYTHING
        flat.extend(part.parts if isinstance(part, AnyOf) else (part,))
    return flat[0] if len(flat) == 1 else AnyOf(tuple(flat))


def negated(part: Node) -> Node:
    """The opposite."""
    match part:
        case Negated(inner):
            return inner
        case All(()):
            return NOTHING
        case AnyOf(()):
            return EVERYTHING
        case _:
            return Negated(part)


def conjuncts(node: Node) -> tuple[Node, ...]:
    """The parts that must all hold."""
    return node.parts if isinstance(node, All) else (node,)


def narrowed(parts: Sequence[Node]) -> tuple[Node, ...]:
    """The conjuncts with a lower and an upper bound of one field put together into a range."""
    found = list(parts)
    for low in _bounds(parts, "gte"):
        highs = [high for high in _bounds(parts, "lte") if high.field == low.field]
        if len(highs) == 1 and low in found and highs[0] in found:
            found = [part for part in found if part not in (low, highs[0])]
            found.append(span(low.field, low.value, highs[0].value))
    return tuple(found)


def span(field: Field[Any, Any], low: Any, high: Any, *, lookup: str = "range") -> Node:
    """The values from ``low`` to ``high``, both included; NOTHING when they are the wrong way round.

    The service refuses such a range in a key condition. Source: API reference, ``Query``, ``KeyConditionExpression``.
    """
    computed = isinstance(low, FieldValue) or isinstance(high, FieldValue)
    return NOTHING if not computed and low > high else Test(field, lookup, (low, high))


def is_exact(part: Node) -> TypeGuard[Test]:
    """Whether a part gives one field one value."""
    if not isinstance(part, Test) or part.lookup != "exact" or part.steps:
        return False
    return not isinstance(part.value, FieldValue)


def decided(node: Node, judge: Callable[[Test], bool | None]) -> bool | None:
    """Whether the tree holds, as far as its leaves can be judged without the item; None where it is open.

    Args:
        node: Any tree.
        judge: Says of one leaf whether it holds; None where only the item can tell.
    """
    match node:
        case Test():
            return judge(node)
        case Negated(part):
            inner = decided(part, judge)
            return None if inner is None else not inner
        case All(parts) | AnyOf(parts):
            decisive = isinstance(node, AnyOf)
            found = [decided(part, judge) for part in parts]
            return decisive if decisive in found else None if None in found else not decisive


def _bounds(parts: Sequence[Node], lookup: str) -> list[Test]:
    """The tests of one lookup of a field against a value."""
    tests = (part for part in parts if isinstance(part, Test) and part.lookup == lookup and not part.steps)
    return [test for test in tests if not isinstance(test.value, FieldValue)]


def tests_in(node: Node) -> Iterable[Test]:
    """Every leaf of the tree."""
    match node:
        case Test():
            yield node
        case Negated(part):
            yield from tests_in(part)
        case All(parts) | AnyOf(parts):
            for part in parts:
                yield from tests_in(part)
