"""Holds updates to their text, their order and the limits of the service."""

import pytest

from django_dynamodb.exceptions import InvalidValueError
from django_dynamodb.expressions.paths import Path
from django_dynamodb.expressions.placeholders import Placeholders
from django_dynamodb.expressions.updates import Add, Arithmetic, Delete, IfNotExists, ListAppend, SetTo, Update

A, B, C = Path("a"), Path("b"), Path("c")
ZERO, ONE, TAGS, EMPTY = {"N": "0"}, {"N": "1"}, {"SS": ["x"]}, {"L": []}


@pytest.mark.parametrize(
    ("update", "text", "names", "values"),
    [
        (Update(), "", [], []),
        (Update(sets=(SetTo(A, ONE),)), "SET #n0 = :v0", ["a"], [ONE]),
        (Update(sets=(SetTo(B, ONE), SetTo(A, ONE))), "SET #n0 = :v0, #n1 = :v0", ["b", "a"], [ONE]),
        (Update(sets=(SetTo(Path("m", "x", 0), B),)), "SET #n0.#n1[0] = #n2", ["m", "x", "b"], []),
        (Update(sets=(SetTo(A, Arithmetic(A, "+", ONE)),)), "SET #n0 = #n0 + :v0", ["a"], [ONE]),
        (Update(sets=(SetTo(A, Arithmetic(ONE, "-", B)),)), "SET #n0 = :v0 - #n1", ["a", "b"], [ONE]),
        (Update(sets=(SetTo(A, IfNotExists(B, C)),)), "SET #n0 = if_not_exists(#n1, #n2)", ["a", "b", "c"], []),
        (
            Update(sets=(SetTo(A, Arithmetic(IfNotExists(A, ZERO), "+", ONE)),)),
            "SET #n0 = if_not_exists(#n0, :v0) + :v1",
            ["a"],
            [ZERO, ONE],
        ),
        (
            Update(sets=(SetTo(A, ListAppend(IfNotExists(A, EMPTY), EMPTY)),)),
            "SET #n0 = list_append(if_not_exists(#n0, :v0), :v1)",
            ["a"],
            [EMPTY, EMPTY],
        ),
        (Update(removes=(B, Path("a", 0))), "REMOVE #n0, #n1[0]", ["b", "a"], []),
        (Update(adds=(Add(A, ONE), Add(B, TAGS))), "ADD #n0 :v0, #n1 :v1", ["a", "b"], [ONE, TAGS]),
        (Update(deletes=(Delete(A, TAGS),)), "DELETE #n0 :v0", ["a"], [TAGS]),
        (
            Update(deletes=(Delete(Path("d"), TAGS),), adds=(Add(C, ONE),), removes=(B,), sets=(SetTo(A, ONE),)),
            "SET #n0 = :v0 REMOVE #n1 ADD #n2 :v0 DELETE #n3 :v1",
            ["a", "b", "c", "d"],
            [ONE, TAGS],
        ),
    ],
)
def test_render(update, text, names, values):
    """Clauses come as SET, REMOVE, ADD, DELETE, actions in the order given."""
    placeholders = Placeholders()
    assert update.render(placeholders) == text
    assert list(placeholders.names().values()) == names
    assert list(placeholders.values().values()) == values


def test_overlap():
    """One place is written once, whatever the clause."""
    with pytest.raises(InvalidValueError, match=r"The update names 'a' and 'a\[0\]'"):
        Update(sets=(SetTo(Path("a", 0), ONE),), removes=(A,))


def test_unknown_operator():
    """The service adds and subtracts, nothing else."""
    with pytest.raises(InvalidValueError, match=r"'\*'"):
        Arithmetic(A, "*", ONE)


def sums(number):
    """An update with so many operators: each sum has one, and a function inside it another."""
    value = Arithmetic(IfNotExists(A, ZERO), "+", ONE)
    return Update(sets=tuple(SetTo(Path("x", index), value) for index in range(number // 2)))


def test_operators_at_limit():
    """300 operators are not too many; here the text is over 4 KB first."""
    with pytest.raises(InvalidValueError, match=r"The update is [\d,]+ bytes long"):
        sums(300).render(Placeholders())


def test_operators_over_limit():
    """More are refused with the number found."""
    with pytest.raises(InvalidValueError, match="The update has 302 operators"):
        sums(302).render(Placeholders())


def test_list_append_counts():
    """A function on either side of a function counts as well."""
    value = ListAppend(IfNotExists(A, EMPTY), IfNotExists(B, EMPTY))
    update = Update(sets=tuple(SetTo(Path("x", index), value) for index in range(101)))
    with pytest.raises(InvalidValueError, match="has 303 operators"):
        update.render(Placeholders())


@pytest.mark.parametrize("value", ["x", Arithmetic(A, "+", 1), IfNotExists(A, 1)])
def test_no_tagged_value(value):
    """A plain Python value is a bug of the caller and never reaches the text."""
    with pytest.raises(AssertionError, match="unreachable"):
        Update(sets=(SetTo(A, value),)).render(Placeholders())
