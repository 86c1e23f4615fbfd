"""Holds key conditions to one partition and at most one test of the sort key."""

import pytest

from django_dynamodb.exceptions import InvalidValueError
from django_dynamodb.expressions.conditions import BeginsWith, Between, Compare, Size
from django_dynamodb.expressions.keys import KeyCondition
from django_dynamodb.expressions.paths import Path
from django_dynamodb.expressions.placeholders import Placeholders

AWS, ONE, TWO = {"S": "AWS"}, {"N": "1"}, {"N": "2"}
SORT = Path("sort.key")


@pytest.mark.parametrize(
    ("sort", "text", "names", "values"),
    [
        (None, "#n0 = :v0", ["forum"], [AWS]),
        (Compare(SORT, "=", AWS), "#n0 = :v0 AND #n1 = :v0", ["forum", "sort.key"], [AWS]),
        (Compare(SORT, ">=", ONE), "#n0 = :v0 AND #n1 >= :v1", ["forum", "sort.key"], [AWS, ONE]),
        (Between(SORT, ONE, TWO), "#n0 = :v0 AND #n1 BETWEEN :v1 AND :v2", ["forum", "sort.key"], [AWS, ONE, TWO]),
        (BeginsWith(SORT, AWS), "#n0 = :v0 AND begins_with(#n1, :v0)", ["forum", "sort.key"], [AWS]),
    ],
)
def test_render(sort, text, names, values):
    """The partition comes first, then the test of the sort key, without parentheses."""
    placeholders = Placeholders()
    assert KeyCondition(("forum", AWS), sort).render(placeholders) == text
    assert list(placeholders.names().values()) == names
    assert list(placeholders.values().values()) == values


def test_several_attributes():
    """What an index with several attributes is given exactly stands in their order, then the test of the next one."""
    placeholders = Placeholders()
    condition = KeyCondition(("tenant", AWS), Compare(SORT, ">", ONE), also=(("region", AWS), ("status", TWO)))
    assert condition.render(placeholders) == "#n0 = :v0 AND #n1 = :v0 AND #n2 = :v1 AND #n3 > :v2"
    assert list(placeholders.names().values()) == ["tenant", "region", "status", "sort.key"]
    assert condition.given == (("tenant", AWS), ("region", AWS), ("status", TWO))


def test_tested_twice():
    """An attribute that is given exactly takes no second test."""
    with pytest.raises(InvalidValueError, match=r"'sort\.key' is given exactly already"):
        KeyCondition(("forum", AWS), Compare(SORT, ">", ONE), also=(("sort.key", ONE),))


@pytest.mark.parametrize(
    ("sort", "message"),
    [
        (Compare(SORT, "<>", ONE), "cannot exclude"),
        (Compare(Size(SORT), "=", ONE), "plain attribute"),
        (Compare(Path("a", "b"), "=", ONE), "plain attribute"),
        (Compare(Path("forum"), "=", ONE), "'forum' is the partition key"),
        (Compare(SORT, "=", Path("b")), "values only"),
        (Between(SORT, ONE, Size(SORT)), "values only"),
        (BeginsWith(SORT, Path("b")), "values only"),
    ],
)
def test_refused(sort, message):
    """What the service refuses in a key condition is refused when it is made."""
    with pytest.raises(InvalidValueError, match=message):
        KeyCondition(("forum", AWS), sort)
