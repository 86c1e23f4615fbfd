"""Tests that records behave as frozen data classes do, but for the guard."""

import copy
import pickle
from dataclasses import dataclass, field, fields, replace

import pytest

from django_dynamodb.records import record


@record(frozen=True, kw_only=True, slots=True)
class Plain:
    """As the package makes them."""

    name: str
    number: int = 1
    note: str = field(default="", compare=False, repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Frozen:
    """The same as the standard library makes it."""

    name: str
    number: int = 1
    note: str = field(default="", compare=False, repr=False)


@record(frozen=True, slots=True)
class Nothing:
    """Without fields."""


@record(frozen=True, slots=True, init=False)
class Built:
    """With a constructor of its own."""

    steps: tuple[str, ...]

    def __init__(self, *steps: str) -> None:
        self.steps = steps

    def __repr__(self) -> str:
        return "/".join(self.steps)


def test_shows_as_a_data_class():
    """repr() is that of a data class; a class may bring its own."""
    assert repr(Plain(name="a", note="b")) == repr(Frozen(name="a")).replace("Frozen", "Plain")
    assert repr(Nothing()) == "Nothing()"
    assert repr(Built("a", "b")) == "a/b"


def test_compares_by_its_fields():
    """Equal fields make equal records with one hash, those that are not compared aside; classes never mix."""
    assert Plain(name="a", note="b") == Plain(name="a")
    assert hash(Plain(name="a", note="b")) == hash(Plain(name="a"))
    assert Plain(name="a") != Plain(name="a", number=2)
    assert Plain(name="a") != Frozen(name="a")
    assert Nothing() == Nothing()
    assert {Built("a"), Built("a"), Built("b")} == {Built("a"), Built("b")}


def test_hashes_what_can_be():
    """A field that has no hash leaves the record without one, as in a data class."""
    with pytest.raises(TypeError, match="unhashable"):
        hash(Plain(name=["a"]))


def test_is_a_data_class():
    """replace(), fields(), pickling and copying work; there are no attributes but the fields."""
    made = Plain(name="a")
    assert replace(made, number=2) == Plain(name="a", number=2)
    assert [each.name for each in fields(made)] == ["name", "number", "note"]
    assert pickle.loads(pickle.dumps(made)) == made == copy.copy(made)
    with pytest.raises(AttributeError):
        made.other = 1
    with pytest.raises(TypeError):
        Plain("a")


@pytest.mark.parametrize("asked", [{"frozen": False, "slots": True}, {"frozen": True, "slots": False}])
def test_is_nothing_else(asked):
    """What is to be changed, or to have further attributes, is no record."""
    with pytest.raises(TypeError, match=r"dataclasses\.dataclass"):
        record(**asked)
