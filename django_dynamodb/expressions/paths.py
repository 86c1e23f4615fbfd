"""Names a place in an item: an attribute, or a member or element deep in a document."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field
from functools import lru_cache
from typing import TypeAlias

from django_dynamodb.exceptions import InvalidValueError
from django_dynamodb.limits import NESTING_LEVELS
from django_dynamodb.records import record

Step: TypeAlias = str | int
"""A member name of a map, or an index into a list."""


@record(frozen=True, slots=True, init=False)
class Path:
    """A place in an item: ``Path("meta", "address", 0)`` is the first element of the list ``address`` in ``meta``.

    Args:
        attribute: The attribute of the item; dots and odd characters are part of the name, not of the path.
        steps: Member names (``str``) and list indexes (``int``, from 0) further down.

    Raises:
        InvalidValueError: An empty name, a negative index, a step of another type, or more steps than
            ``limits.NESTING_LEVELS``, below which nothing is stored.
    """

    steps: tuple[Step, ...]
    """The attribute first, then the way down."""
    attribute: str = field(compare=False, repr=False)
    """The attribute of the item the path starts in."""

    def __init__(self, attribute: str, *steps: Step) -> None:
        if not isinstance(attribute, str) or not attribute:
            raise InvalidValueError(f"A path starts with the name of an attribute, not with {attribute!r}.")
        for step in steps:
            _validate_step(step)
        if len(steps) > NESTING_LEVELS:
            raise InvalidValueError(
                f"A path with {len(steps)} steps leads to nothing: DynamoDB nests lists and maps {NESTING_LEVELS} deep."
            )
        object.__setattr__(self, "steps", (attribute, *steps))
        object.__setattr__(self, "attribute", attribute)

    def __str__(self) -> str:
        inner = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in self.steps[1:])
        return f"{self.attribute}{''.join(inner)}"


@lru_cache(maxsize=4096)  # the attributes that fields are stored in; a path takes longer to make than to find
def attribute_path(name: str) -> Path:
    """The path of an attribute, such as a field is stored in."""
    return Path(name)


def validate_apart(paths: Iterable[Path], where: str) -> None:
    """Refuses paths of which one holds another, as the service does within one expression.

    Args:
        paths: The paths one expression writes, or reads.
        where: The expression's kind, for the message, such as ``"an update"``.

    Raises:
        InvalidValueError: Two paths are the same, or one is inside the other; the message names both.
    """
    found = tuple(paths)
    if len({path.attribute for path in found}) == len(found):  # as nearly always
        return
    taken: dict[tuple[Step, ...], Path] = {}
    for path in found:
        if path.steps in taken:
            raise _overlap_error(path, path, where)
        taken[path.steps] = path
    for steps, path in taken.items():
        for depth in range(1, len(steps)):
            if (outer := taken.get(steps[:depth])) is not None:
                raise _overlap_error(outer, path, where)


def _validate_step(step: Step) -> None:
    """A step is a name with at least one character, or an index from 0."""
    if isinstance(step, str) and step:
        return
    if isinstance(step, int) and not isinstance(step, bool) and step >= 0:
        return
    raise InvalidValueError(f"A path goes on with a member name or a list index from 0, not with {step!r}.")


def _overlap_error(outer: Path, inner: Path, where: str) -> InvalidValueError:
    """Words the refusal of two overlapping paths."""
    return InvalidValueError(
        f"{where} names {str(outer)!r} and {str(inner)!r}, which overlap; DynamoDB takes each place only once."
    )
