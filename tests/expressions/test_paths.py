"""Holds paths to their spelling and their refusals."""

import pytest

from django_dynamodb.exceptions import InvalidValueError
from django_dynamodb.expressions.paths import Path, validate_apart


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (Path("title"), "title"),
        (Path("meta", "address", 0), "meta.address[0]"),
        (Path("rows", 0, 12, "a.b"), "rows[0][12].a.b"),
    ],
)
def test_text(path, text):
    """A path reads as in the developer guide."""
    assert str(path) == text


def test_equality():
    """Two paths are equal, and hash alike, when every step is."""
    assert Path("a", "b", 0) == Path("a", "b", 0)
    assert len({Path("a"), Path("a"), Path("a", 0), Path("a", "0")}) == 3


def test_attribute():
    """The attribute is the first step."""
    assert Path("meta", "address", 0).attribute == "meta"


@pytest.mark.parametrize("steps", [("",), (1,), (None,), ("a", ""), ("a", -1), ("a", True), ("a", 1.0), ("a", None)])
def test_refused(steps):
    """A step is a name that is not empty or an index from 0, and the first one is a name."""
    with pytest.raises(InvalidValueError, match="A path"):
        Path(*steps)


@pytest.mark.parametrize(
    "paths",
    [
        [],
        [Path("a"), Path("b")],
        [Path("a", "b"), Path("a", "c")],
        [Path("a", 0), Path("a", 1)],
        [Path("a.b"), Path("a")],
    ],
)
def test_apart(paths):
    """Paths that only share a beginning do not overlap."""
    validate_apart(paths, "The update")


@pytest.mark.parametrize(
    "paths", [(Path("a"), Path("a")), (Path("a"), Path("a", "b")), (Path("a", 0, "b"), Path("a", 0))]
)
def test_overlap(paths):
    """Paths of which one holds the other are refused in either order, by name."""
    first, second = map(str, paths)
    with pytest.raises(InvalidValueError) as caught:
        validate_apart(paths, "The update")
    assert str(caught.value).startswith("The update names")
    assert repr(first) in str(caught.value)
    assert repr(second) in str(caught.value)
