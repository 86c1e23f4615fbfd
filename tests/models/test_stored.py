"""Holds what a migration sees of an item, and that what it does not touch stays to the byte."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from django_dynamodb.codec.values import encode_value
from django_dynamodb.exceptions import InvalidTypeError
from django_dynamodb.models.stored import StoredItem

SCALARS = st.text(max_size=5) | st.integers(-99, 99) | st.booleans() | st.none() | st.binary(max_size=4)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)
ITEMS = st.dictionaries(st.text(min_size=1, max_size=4), VALUES.map(encode_value), max_size=5)


@given(ITEMS)
def test_reading_everything_changes_nothing(item):
    """An item whose values were all looked at is the same item."""
    view = StoredItem(item)
    dict(view)
    assert view.as_item() == item


def test_values_are_plain():
    """Values are Python's own; numbers are int or Decimal."""
    item = {"a": {"S": "x"}, "n": {"N": "3"}, "d": {"N": "1.5"}, "s": {"SS": ["b", "a"]}, "m": {"M": {"k": {"L": []}}}}
    assert dict(StoredItem(item)) == {"a": "x", "n": 3, "d": Decimal("1.5"), "s": {"a", "b"}, "m": {"k": []}}


def test_unusual_forms_are_kept():
    """A number that is written in another way than ours keeps its digits, looked at or not."""
    view = StoredItem({"n": {"N": "1.50"}, "s": {"SS": ["b", "a"]}})
    assert view["n"] == Decimal("1.5")
    assert view["s"]
    assert view.as_item() == {"n": {"N": "1.50"}, "s": {"SS": ["b", "a"]}}


def test_changes_in_place_count():
    """What is changed inside a list, a dict or a set is stored."""
    view = StoredItem({"l": {"L": []}, "s": {"SS": ["a"]}})
    view["l"].append(1)
    view["s"].add("b")
    assert view.as_item() == {"l": {"L": [{"N": "1"}]}, "s": {"SS": ["a", "b"]}}


def test_none_and_empty_sets_leave_out():
    """None and an empty set are absent attributes, as everywhere; a stored NULL stays one."""
    view = StoredItem({"a": {"S": "x"}, "s": {"SS": ["a"]}, "null": {"NULL": True}})
    view["a"] = None
    view["s"].clear()
    assert view["null"] is None
    assert view.as_item() == {"null": {"NULL": True}}


def test_it_is_a_mapping():
    """It can be tested, counted, popped from and shown like a dict."""
    view = StoredItem({"a": {"S": "x"}, "b": {"N": "1"}})
    assert view.pop("a") == "x"
    view["c"] = True
    assert "a" not in view
    assert list(view) == ["b", "c"]
    assert len(view) == 2
    assert repr(view) == "StoredItem({'b': 1, 'c': True})"
    with pytest.raises(KeyError):
        view["a"]
    with pytest.raises(KeyError):
        del view["a"]


def test_the_item_given_is_left_alone():
    """The item that was read is not changed."""
    item = {"m": {"M": {"k": {"N": "1"}}}}
    StoredItem(item)["m"]["k"] = 2
    assert item == {"m": {"M": {"k": {"N": "1"}}}}


def test_what_cannot_be_stored_names_the_attribute():
    """A value that DynamoDB does not take is refused by the name of its attribute."""
    view = StoredItem({})
    view["ratio"] = 0.5
    with pytest.raises(InvalidTypeError, match=r"^ratio: 0\.5 is a float"):
        view.as_item()
