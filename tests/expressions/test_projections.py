"""Holds projections to their text and their refusals."""

import pytest

from django_dynamodb.exceptions import InvalidValueError
from django_dynamodb.expressions.paths import Path
from django_dynamodb.expressions.placeholders import Placeholders
from django_dynamodb.expressions.projections import Projection


@pytest.mark.parametrize(
    ("paths", "text"),
    [
        ((Path("a"),), "#n0"),
        ((Path("b"), Path("a.b"), Path("c", "b", 1)), "#n0, #n1, #n2.#n0[1]"),
        ((Path("c", 0), Path("c", 1)), "#n0[0], #n0[1]"),
    ],
)
def test_render(paths, text):
    """Paths stand in the order given."""
    assert Projection(paths).render(Placeholders()) == text


def test_nothing():
    """A projection of nothing is refused; leaving it out means everything."""
    with pytest.raises(InvalidValueError, match="at least one"):
        Projection(())


def test_overlap():
    """A path inside another is refused."""
    with pytest.raises(InvalidValueError, match=r"The projection names 'a' and 'a\.b'"):
        Projection((Path("a"), Path("a", "b")))


def test_over_limit():
    """Too many paths are refused with the length found."""
    with pytest.raises(InvalidValueError, match=r"The projection is [\d,]+ bytes long"):
        Projection(tuple(Path(f"a{number}") for number in range(800))).render(Placeholders())
