"""Tests how trees of tests fold, join and are judged."""

import pytest

from django_dynamodb.models import nodes
from django_dynamodb.models.nodes import (
    EVERYTHING,
    NOTHING,
    All,
    AnyOf,
    FieldValue,
    Negated,
    Test,
    all_of,
    any_of,
    conjuncts,
    decided,
    is_exact,
    narrowed,
    negated,
    span,
)
from tests.testapp.models import Thread

VIEWS, FORUM = Thread._meta.get_field("views"), Thread._meta.get_field("forum")
A, B, C = (Test(VIEWS, "exact", number) for number in (1, 2, 3))
LOW, HIGH = Test(VIEWS, "gte", 1), Test(VIEWS, "lte", 5)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (all_of([]), EVERYTHING),
        (all_of([A]), A),
        (all_of([A, EVERYTHING]), A),
        (all_of([A, NOTHING]), NOTHING),
        (all_of([A, A]), A),
        (all_of([All((A, B)), C]), All((A, B, C))),
        (any_of([]), NOTHING),
        (any_of([A, NOTHING]), A),
        (any_of([A, EVERYTHING]), EVERYTHING),
        (any_of([AnyOf((A, B)), C]), AnyOf((A, B, C))),
        (negated(EVERYTHING), NOTHING),
        (negated(NOTHING), EVERYTHING),
        (negated(negated(A)), A),
        (negated(A), Negated(A)),
        (conjuncts(A), (A,)),
        (conjuncts(All((A, B))), (A, B)),
        (conjuncts(EVERYTHING), ()),
        (tuple(nodes.tests_in(All((A, Negated(AnyOf((B, C))))))), (A, B, C)),
        (span(VIEWS, 1, 5), Test(VIEWS, "range", (1, 5))),
        (span(VIEWS, 5, 1), NOTHING),
        (span(VIEWS, FieldValue(VIEWS), 1), Test(VIEWS, "range", (FieldValue(VIEWS), 1))),
    ],
)
def test_folding(found, expected):
    """EVERYTHING and NOTHING are folded away, nested parts of one kind flattened."""
    assert found == expected


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([LOW, HIGH], [span(VIEWS, 1, 5)]),
        ([HIGH, A, LOW], [A, span(VIEWS, 1, 5)]),
        ([LOW, Test(VIEWS, "lte", 0)], [NOTHING]),
        ([LOW, Test(FORUM, "lte", "a")], [LOW, Test(FORUM, "lte", "a")]),
        ([LOW, Test(VIEWS, "lte", FieldValue(VIEWS))], [LOW, Test(VIEWS, "lte", FieldValue(VIEWS))]),
        ([LOW, HIGH, Test(VIEWS, "lte", 6)], [LOW, HIGH, Test(VIEWS, "lte", 6)]),
        ([LOW, Test(VIEWS, "lt", 5)], [LOW, Test(VIEWS, "lt", 5)]),
    ],
)
def test_narrowed(parts, expected):
    """One lower and one upper bound of a field, both included, are a range."""
    assert list(narrowed(parts)) == expected


@pytest.mark.parametrize(
    ("node", "verdict"),
    [
        (A, True), (B, False), (C, None), (Negated(A), False), (Negated(C), None),
        (All((A, A)), True), (All((A, B, C)), False), (All((A, C)), None), (EVERYTHING, True),
        (AnyOf((A, C)), True), (AnyOf((B, C)), None), (AnyOf((B, B)), False), (NOTHING, False),
    ],
)  # fmt: skip
def test_decided(node, verdict):
    """A tree is true or false as soon as its known leaves say so; otherwise it is open."""
    known = {1: True, 2: False, 3: None}
    assert decided(node, lambda test: known[test.value]) is verdict


def test_exact():
    """A comparison with another field gives no value."""
    assert is_exact(A)
    assert not is_exact(Test(VIEWS, "exact", FieldValue(VIEWS)))
    assert not is_exact(LOW)
    assert not is_exact(All((A, B)))
