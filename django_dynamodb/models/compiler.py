"""Compiles a tree of tests into the condition and key expressions of the layer below."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.db.models import Field

from django_dynamodb.codec.values import encode_value
from django_dynamodb.exceptions import UnsupportedError
from django_dynamodb.expressions.conditions import (
    And,
    BeginsWith,
    Between,
    Comparator,
    Compare,
    Condition,
    Contains,
    Exists,
    HasType,
    In,
    Not,
    NotExists,
    Or,
    Size,
)
from django_dynamodb.expressions.paths import Path, Step
from django_dynamodb.limits import IN_OPERANDS
from django_dynamodb.models.keys import CompositeKey
from django_dynamodb.models.mapper import Mapper, column
from django_dynamodb.models.nodes import All, AnyOf, FieldValue, Negated, Node, Test
from django_dynamodb.models.storage import SET_TYPES, internal_type
from django_dynamodb.types import AttributeValue

OPERATORS: Final[dict[str, Comparator]] = {"exact": "=", "lt": "<", "lte": "<=", "gt": ">", "gte": ">="}

OF_SIZE: Final = "size__"
"""What stands before a lookup that asks for the size."""


def path_of(field: Field[Any, Any], steps: tuple[Step, ...] = ()) -> Path:
    """Where a field, or a place in its document, is stored."""
    return Path(column(field), *steps)


def compile_node(mapper: Mapper, node: Node) -> Condition:
    """The condition that says what the tree says.

    Args:
        mapper: The model's codecs.
        node: A tree that is neither EVERYTHING nor NOTHING.
    """
    match node:
        case Test():
            return compile_test(mapper, node)
        case All(parts):
            return And(*(compile_node(mapper, part) for part in parts))
        case AnyOf(parts):
            return Or(*(compile_node(mapper, part) for part in parts))
        case Negated(part):
            return Not(compile_node(mapper, part))


def compile_test(mapper: Mapper, test: Test) -> Condition:
    """One leaf."""
    if isinstance(test.field, CompositeKey):
        return Or(*(_pair(mapper, key) for key in test.value))
    return COMPILERS[test.lookup.removeprefix(OF_SIZE)](mapper, test)


def compile_sort(mapper: Mapper, test: Test) -> Compare | Between | BeginsWith:
    """A leaf as the sort key test of a key condition."""
    compiled = compile_test(mapper, test)
    if not isinstance(compiled, Compare | Between | BeginsWith):
        raise UnsupportedError(f"{mapper.label}.{test.name} cannot be asked of a sort key.")
    return compiled


def _pair(mapper: Mapper, key: tuple[Any, ...]) -> Condition:
    return And(
        *(
            Compare(path_of(field), "=", mapper.encode(field, value))
            for field, value in zip(mapper.key_fields, key, strict=True)
        )
    )


def _comparison(mapper: Mapper, test: Test) -> Condition:
    operator = OPERATORS[test.lookup.removeprefix(OF_SIZE)]
    return Compare(_compared(test), operator, _operand(mapper, test, test.value))


def _is_null(mapper: Mapper, test: Test) -> Condition:
    """Absent, or stored as NULL by another writer; or neither. In a document, NULL is a value like another."""
    path = path_of(test.field, test.steps)
    if test.steps:
        return NotExists(path) if test.value else Exists(path)
    null = HasType(path, "NULL")
    return Or(NotExists(path), null) if test.value else And(Exists(path), Not(null))


def _has_type(mapper: Mapper, test: Test) -> Condition:
    tags = test.value if isinstance(test.value, tuple) else (test.value,)
    return Or(*(HasType(path_of(test.field, test.steps), tag) for tag in tags))


def _one_of(mapper: Mapper, test: Test) -> Condition:
    if len(test.value) > IN_OPERANDS:
        raise UnsupportedError(
            f"{mapper.label}.{test.name} has {len(test.value)} values; DynamoDB takes {IN_OPERANDS}. "
            f"Read in chunks of {IN_OPERANDS}, or filter the result in Python."
        )
    return In(_compared(test), tuple(_operand(mapper, test, value) for value in test.value))


def _range(mapper: Mapper, test: Test) -> Condition:
    low, high = (_operand(mapper, test, end) for end in test.value)
    return Between(_compared(test), low, high)


def _starts_with(mapper: Mapper, test: Test) -> Condition:
    return BeginsWith(path_of(test.field, test.steps), _operand(mapper, test, test.value))


def _contains(mapper: Mapper, test: Test) -> Condition:
    return Contains(path_of(test.field, test.steps), _member(mapper, test))


def _compared(test: Test) -> Path | Size:
    """The left side: what stands at the place, or its size."""
    path = path_of(test.field, test.steps)
    return Size(path) if test.lookup.startswith(OF_SIZE) else path


def _operand(mapper: Mapper, test: Test, value: Any) -> AttributeValue | Path:
    """The right side: another place, or a value, which that of a place in a document is encoded already."""
    if isinstance(value, FieldValue):
        return path_of(value.field, value.steps)
    if test.lookup.startswith(OF_SIZE):
        return {"N": str(value)}
    return value if test.steps else mapper.encode(test.field, value)


def _member(mapper: Mapper, test: Test) -> AttributeValue | Path:
    """The operand of ``contains``: an element of a set or list, or a part of a text."""
    plain = internal_type(test.field) in {*SET_TYPES, "ListField"} and not test.steps
    return encode_value(test.value) if plain else _operand(mapper, test, test.value)


COMPILERS: Final[dict[str, Callable[[Mapper, Test], Condition]]] = {
    **dict.fromkeys(OPERATORS, _comparison),
    "contains": _contains,
    "in": _one_of,
    "isnull": _is_null,
    "range": _range,
    "startswith": _starts_with,
    **dict.fromkeys(("type__exact", "type__in"), _has_type),
}
"""Lookup, without the ``size__`` before it → how it is compiled."""
