"""Holds conditions to their text, their names and values, and the limits of the service."""

import re

import pytest

from django_dynamodb.exceptions import InvalidValueError
from django_dynamodb.expressions.conditions import (
    And,
    BeginsWith,
    Between,
    Compare,
    Contains,
    Exists,
    HasType,
    Holds,
    In,
    Not,
    NotExists,
    Or,
    Size,
)
from django_dynamodb.expressions.paths import Path
from django_dynamodb.expressions.placeholders import Placeholders

A, B, C = Path("a"), Path("b"), Path("c")
ONE, TWO, X = {"N": "1"}, {"N": "2"}, {"S": "x"}
IS_A, IS_B, IS_C = Exists(A), Compare(B, "=", ONE), BeginsWith(C, X)


def rendered(condition):
    """The text, names and values of a condition alone in its request."""
    placeholders = Placeholders()
    return condition.render(placeholders), list(placeholders.names().values()), list(placeholders.values().values())


@pytest.mark.parametrize(
    ("condition", "text", "names", "values"),
    [
        *(
            (Compare(A, operator, ONE), f"#n0 {operator} :v0", ["a"], [ONE])
            for operator in ("=", "<>", "<", "<=", ">", ">=")
        ),
        (Compare(A, "=", B), "#n0 = #n1", ["a", "b"], []),
        (Compare(A, "<", A), "#n0 < #n0", ["a"], []),
        (Compare(Size(A), ">", ONE), "size(#n0) > :v0", ["a"], [ONE]),
        (Compare(A, "=", Size(Path("b", 0))), "#n0 = size(#n1[0])", ["a", "b"], []),
        (Compare(Path("m.x", "y", 3), "=", X), "#n0.#n1[3] = :v0", ["m.x", "y"], [X]),
        (Between(A, ONE, TWO), "#n0 BETWEEN :v0 AND :v1", ["a"], [ONE, TWO]),
        (Between(A, ONE, ONE), "#n0 BETWEEN :v0 AND :v0", ["a"], [ONE]),
        (Between(Size(A), ONE, B), "size(#n0) BETWEEN :v0 AND #n1", ["a", "b"], [ONE]),
        (In(A, (ONE,)), "#n0 IN (:v0)", ["a"], [ONE]),
        (In(A, (TWO, ONE, B, TWO)), "#n0 IN (:v0, :v1, #n1, :v0)", ["a", "b"], [TWO, ONE]),
        (BeginsWith(A, X), "begins_with(#n0, :v0)", ["a"], [X]),
        (Contains(A, X), "contains(#n0, :v0)", ["a"], [X]),
        (Contains(A, B), "contains(#n0, #n1)", ["a", "b"], []),
        (HasType(A, "NULL"), "attribute_type(#n0, :v0)", ["a"], [{"S": "NULL"}]),
        (Exists(A), "attribute_exists(#n0)", ["a"], []),
        (NotExists(Path("a", 0)), "attribute_not_exists(#n0[0])", ["a"], []),
        (Holds(key="a", values={}), "attribute_exists(#n0)", ["a"], []),
        (
            Holds(key="a", values={"b": X, "a.b": X}, absent=("c",)),
            "attribute_exists(#n0) AND #n1 = :v0 AND #n2 = :v1 AND attribute_not_exists(#n3)",
            ["a", "b", "a.b", "c"],
            [X, X],
        ),
    ],
)
def test_tests(condition, text, names, values):
    """Every test has one text, and its names and values in the order of the text."""
    assert rendered(condition) == (text, names, values)


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        (And(IS_A, IS_B), "attribute_exists(#n0) AND #n1 = :v0"),
        (Or(IS_A, IS_B, IS_A), "attribute_exists(#n0) OR #n1 = :v0 OR attribute_exists(#n0)"),
        (And(IS_A), "attribute_exists(#n0)"),
        (Or(And(IS_B)), "#n0 = :v0"),
        (And(Or(IS_A, IS_B)), "attribute_exists(#n0) OR #n1 = :v0"),
        (And(Or(IS_A, IS_B), IS_A), "(attribute_exists(#n0) OR #n1 = :v0) AND attribute_exists(#n0)"),
        (Or(IS_A, And(IS_B, IS_A)), "attribute_exists(#n0) OR (#n1 = :v0 AND attribute_exists(#n0))"),
        (And(And(IS_A, IS_B), And(IS_A)), "attribute_exists(#n0) AND #n1 = :v0 AND attribute_exists(#n0)"),
        (And(Or(And(IS_A, IS_B)), IS_A), "attribute_exists(#n0) AND #n1 = :v0 AND attribute_exists(#n0)"),
        (And(Or(IS_B), IS_A), "#n0 = :v0 AND attribute_exists(#n1)"),
        (And(Between(A, ONE, TWO), IS_A), "#n0 BETWEEN :v0 AND :v1 AND attribute_exists(#n0)"),
        (Not(IS_A), "NOT attribute_exists(#n0)"),
        (Not(IS_C), "NOT begins_with(#n0, :v0)"),
        (Not(IS_B), "NOT (#n0 = :v0)"),
        (Not(In(A, (ONE,))), "NOT (#n0 IN (:v0))"),
        (Not(Between(A, ONE, TWO)), "NOT (#n0 BETWEEN :v0 AND :v1)"),
        (Not(Compare(Size(A), "=", ONE)), "NOT (size(#n0) = :v0)"),
        (Not(And(IS_A, IS_B)), "NOT (attribute_exists(#n0) AND #n1 = :v0)"),
        (Not(Or(IS_C)), "NOT begins_with(#n0, :v0)"),
        (Not(And(Or(IS_A, IS_B))), "NOT (attribute_exists(#n0) OR #n1 = :v0)"),
        (Not(Not(IS_A)), "NOT (NOT attribute_exists(#n0))"),
        (And(Holds(key="a", values={"b": ONE}), IS_A), "attribute_exists(#n0) AND #n1 = :v0 AND attribute_exists(#n0)"),
        (Or(IS_A, Holds(key="a", values={"b": ONE})), "attribute_exists(#n0) OR attribute_exists(#n0) AND #n1 = :v0"),
        (Not(Holds(key="a", values={"b": ONE})), "NOT (attribute_exists(#n0) AND #n1 = :v0)"),
        (And(Not(IS_A), IS_B), "(NOT attribute_exists(#n0)) AND #n1 = :v0"),
        (Or(IS_A, Not(And(IS_A, IS_B))), "attribute_exists(#n0) OR (NOT (attribute_exists(#n0) AND #n1 = :v0))"),
    ],
)
def test_combinations(condition, text):
    """A combination inside another stands in parentheses; nothing stands in two."""
    assert rendered(condition)[0] == text
    assert not re.search(r"(?<![a-z_])\(\([^()]*\)\)", text)


def test_one_pool():
    """Two conditions of one request share their names and values."""
    placeholders = Placeholders()
    assert Compare(A, "=", ONE).render(placeholders) == "#n0 = :v0"
    assert Compare(B, "=", ONE).render(placeholders) == "#n1 = :v0"


@pytest.mark.parametrize("joined", [And, Or])
def test_nothing_to_join(joined):
    """A connective without conditions is refused, since it would mean all or nothing."""
    with pytest.raises(InvalidValueError, match="at least one"):
        joined()


def test_unknown_operator():
    """A comparison the service does not have is refused at once."""
    with pytest.raises(InvalidValueError, match="'=='"):
        Compare(A, "==", ONE)


def test_equality():
    """Conditions are values: equal when they say the same."""
    assert And(IS_A, IS_B) == And(And(IS_A), IS_B)
    assert And(IS_A, IS_B) != Or(IS_A, IS_B)


@pytest.mark.parametrize("number", [0, 101])
def test_in_over_limit(number):
    """IN takes 1 to 100 operands; the message gives the number found and the way out."""
    with pytest.raises(InvalidValueError, match=rf"IN on 'size\(a\)' has {number} values.*chunk.*key query"):
        In(Size(A), tuple({"N": str(value)} for value in range(number)))


def test_in_at_limit():
    """A hundred operands pass."""
    assert rendered(In(A, tuple({"N": str(value)} for value in range(100))))[0].endswith(":v98, :v99)")


@pytest.mark.parametrize(
    ("condition", "operators"),
    [
        (IS_A, 1),
        (Compare(Size(A), "=", Size(B)), 3),
        (Between(Size(A), ONE, TWO), 2),
        (In(A, (ONE, Size(B))), 2),
        (And(IS_A, IS_B, IS_C), 5),
        (And(IS_A), 1),
        (Not(Or(IS_A, IS_B)), 4),
    ],
)
def test_operators(condition, operators):
    """Comparisons, functions and connectives count; parentheses and commas do not."""
    assert condition.operators() == operators


def test_operators_at_limit():
    """The service's 300 operators pass, here 150 comparisons and 149 connectives and a NOT."""
    assert rendered(Not(Or(*[IS_A] * 150)))[0].startswith("NOT (attribute_exists(#n0) OR")


def test_operators_over_limit():
    """One more is refused with the number found."""
    with pytest.raises(InvalidValueError, match=r"has 301 operators.*300"):
        Or(*[IS_A] * 151).render(Placeholders())


def test_text_over_limit():
    """A text over 4 KB is refused with its length."""
    numbers = [{"N": str(number)} for number in range(700)]
    long = Or(*(In(A, tuple(numbers[start : start + 100])) for start in range(0, 700, 100)))
    with pytest.raises(InvalidValueError, match=r"The condition is 4,\d\d\d bytes long.*4,096"):
        long.render(Placeholders())


def test_holds_what_and_does():
    """What an item holds is tested, and counted, as by single tests."""
    short = Holds(key="a", values={"b": ONE, "c": X}, absent=("d", "e"))
    long = And(
        IS_A, Compare(B, "=", ONE), Compare(Path("c"), "=", X), NotExists(Path("d")), NotExists(Path("e"))
    )  # fmt: skip
    assert rendered(short) == rendered(long)
    assert short.operators() == long.operators()
