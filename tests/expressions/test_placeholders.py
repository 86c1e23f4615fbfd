"""Holds placeholders to one pool per request, numbered in the order of asking."""

import pytest

from django_dynamodb.expressions.paths import Path
from django_dynamodb.expressions.placeholders import Placeholders


def test_empty():
    """Who asked for nothing gets nothing."""
    placeholders = Placeholders()
    assert placeholders.names() == {}
    assert placeholders.values() == {}


def test_names():
    """Names are numbered as they come, and the same name keeps its number."""
    placeholders = Placeholders()
    assert [placeholders.name(name) for name in ("status", "a.b", "status", "é €")] == ["#n0", "#n1", "#n0", "#n2"]
    assert placeholders.names() == {"#n0": "status", "#n1": "a.b", "#n2": "é €"}


@pytest.mark.parametrize("value", [{"S": ""}, {"N": "1"}, {"B": "AA=="}, {"B": b"\0"}, {"BOOL": False}, {"NULL": True}])
def test_scalars_are_pooled(value):
    """An equal scalar of the same tag shares its placeholder."""
    placeholders = Placeholders()
    assert [placeholders.value(value), placeholders.value(dict(value))] == [":v0", ":v0"]
    assert placeholders.values() == {":v0": value}


def test_tags_differ():
    """The same content under another tag is another value."""
    placeholders = Placeholders()
    values = [{"S": "1"}, {"N": "1"}, {"B": "1"}, {"BOOL": True}, {"NULL": True}]
    assert [placeholders.value(value) for value in values] == [":v0", ":v1", ":v2", ":v3", ":v4"]
    assert list(placeholders.values().values()) == values


@pytest.mark.parametrize("value", [{"SS": ["a"]}, {"L": []}, {"M": {}}])
def test_collections_stand_alone(value):
    """Lists, maps and sets get a placeholder each."""
    placeholders = Placeholders()
    assert [placeholders.value(value), placeholders.value(value)] == [":v0", ":v1"]


@pytest.mark.parametrize(
    ("path", "text", "names"),
    [
        (Path("a"), "#n0", {"#n0": "a"}),
        (Path("a", "b", 0), "#n0.#n1[0]", {"#n0": "a", "#n1": "b"}),
        (Path("a", 1, 2, "a"), "#n0[1][2].#n0", {"#n0": "a"}),
        (Path("a.b", "c d"), "#n0.#n1", {"#n0": "a.b", "#n1": "c d"}),
    ],
)
def test_path(path, text, names):
    """Every name of a path is a placeholder, dots in names included; indexes stand as they are."""
    placeholders = Placeholders()
    assert placeholders.path(path) == text
    assert placeholders.names() == names
