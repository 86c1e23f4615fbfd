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
)
from django_dynamodb.expressions.paths import Path
from django_dynamodb.limits import IN_OPERANDS
from django_dynamodb.models.keys import CompositeKey
from django_dynamodb.models.mapper import Mapper, column
from django_dynamodb.models.nodes import All, AnyOf, FieldValue, Negated, Node, Test
from django_dynamodb.models.storage import SET_TYPES, internal_type
from django_dynamodb.types import AttributeValue

OPERATORS: Final[dict[str, Comparator]] = {"exact": "=", "lt": "<", "lte": "<=", "gt": ">", "gte": ">="}


def path_of(field: Field[Any, Any]) -> Path:
    """Where a field is stored."""
    return Path(column(field))


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
    return COMPILERS.get(test.lookup, _comparison)(mapper, test)


def compile_sort(mapper: Mapper, test: Test) -> Compare | Between | BeginsWith:
    """A leaf as the sort key test of a key condition."""
    compiled = compile_test(mapper, test)
    if not isinstance(compiled, Compare | Between | BeginsWith):
        raise UnsupportedError(f"{mapper.label}.{test.field.name}__{test.lookup} cannot be asked of a sort key.")
    return compiled


def _pair(mapper: Mapper, key: tuple[Any, ...]) -> Condition:
    return And(
        *(
            Compare(path_of(field), "=", mapper.encode(field, value))
            for field, value in zip(mapper.key_fields, key, strict=True)
        )
    )


def _comparison(mapper: Mapper, test: Test) -> Condition:
    return Compare(path_of(test.field), OPERATORS[test.lookup], _operand(mapper, test.field, test.value))


def _is_null(mapper: Mapper, test: Test) -> Condition:
    """Absent, or stored as NULL by another writer; or neither."""
    path = path_of(test.field)
    null = HasType(path, "NULL")
    return Or(NotExists(path), null) if test.value else And(Exists(path), Not(null))


def _one_of(mapper: Mapper, test: Test) -> Condition:
    return In(path_of(test.field), _in_operands(mapper, test))


def _range(mapper: Mapper, test: Test) -> Condition:
    low, high = (_operand(mapper, test.field, end) for end in test.value)
    return Between(path_of(test.field), low, high)


def _starts_with(mapper: Mapper, test: Test) -> Condition:
    return BeginsWith(path_of(test.field), mapper.encode(test.field, test.value))


def _contains(mapper: Mapper, test: Test) -> Condition:
    return Contains(path_of(test.field), _member(mapper, test.field, test.value))


def _in_operands(mapper: Mapper, test: Test) -> tuple[AttributeValue, ...]:
    if len(test.value) > IN_OPERANDS:
        raise UnsupportedError(
            f"{mapper.label}.{test.field.name}__in has {len(test.value)} values; DynamoDB takes {IN_OPERANDS}. "
            f"Read in chunks of {IN_OPERANDS}, or filter the result in Python."
        )
    return tuple(mapper.encode(test.field, value) for value in test.value)


def _operand(mapper: Mapper, field: Field[Any, Any], value: Any) -> AttributeValue | Path:
    return path_of(value.field) if isinstance(value, FieldValue) else mapper.encode(field, value)


def _member(mapper: Mapper, field: Field[Any, Any], value: Any) -> AttributeValue:
    """The operand of ``contains``: an element of a set or list, or a part of a text."""
    kind = internal_type(field)
    return encode_value(value) if kind in SET_TYPES or kind == "ListField" else mapper.encode(field, value)


COMPILERS: Final[dict[str, Callable[[Mapper, Test], Condition]]] = {
    "contains": _contains,
    "in": _one_of,
    "isnull": _is_null,
    "range": _range,
    "startswith": _starts_with,
}
"""Lookup → how it is compiled; the others are plain comparisons."""
