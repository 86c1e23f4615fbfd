"""Sizes follow the developer guide."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from django_dynamodb.codec.size import item_size, key_size, size_bound, value_size
from django_dynamodb.codec.strings import encode_binary
from django_dynamodb.exceptions import InvalidValueError


@pytest.mark.parametrize(
    ("av", "size"),
    [
        ({"S": ""}, 0),
        ({"S": "abc"}, 3),
        ({"S": "é€😀"}, 9),
        ({"S": "\ud800"}, 3),
        ({"N": "0"}, 1),
        ({"N": "1"}, 2),
        ({"N": "-12"}, 2),
        ({"N": "123"}, 3),
        ({"N": "100"}, 2),
        ({"N": "0.0050"}, 2),
        ({"N": "12E+10"}, 2),
        ({"N": "9" * 38}, 20),
        ({"B": "YWJj"}, 3),
        ({"B": b"abc"}, 3),
        ({"BOOL": False}, 1),
        ({"NULL": True}, 1),
        ({"L": []}, 3),
        ({"L": [{"S": "a"}]}, 5),
        ({"M": {}}, 3),
        ({"M": {"ab": {"S": "a"}}}, 7),
        ({"SS": ["a", "bc"]}, 3),
        ({"NS": ["1", "12"]}, 4),
        ({"BS": ["YQ==", b"bc"]}, 3),
    ],
)
def test_value_size(av, size):
    """Each tag counts as the guide says."""
    assert value_size(av) == size


@given(st.binary())
def test_binary_counts_raw_bytes(value):
    """Binary counts its bytes, not its base64 text."""
    assert value_size({"B": encode_binary(value)}) == len(value)


def test_item_size():
    """An item is its names and values together, in UTF-8."""
    assert item_size({"né": {"S": "abc"}, "n": {"N": "1"}}) == 3 + 3 + 1 + 2


@pytest.mark.parametrize(("av", "size"), [({"S": "é"}, 2), ({"N": "12"}, 2), ({"B": "YQ=="}, 1)])
def test_key_size(av, size):
    """A key counts the bytes of its value."""
    assert key_size(av) == size


def test_no_key():
    """A value that cannot be a key is refused."""
    with pytest.raises(InvalidValueError, match="cannot be a key"):
        key_size({"BOOL": True})


@pytest.mark.parametrize("av", [{"X": 1}, {}, {"S": "a", "N": "1"}])
def test_no_attribute_value(av):
    """What is no attribute value has no size."""
    with pytest.raises(InvalidValueError, match="expected"):
        value_size(av)


CONTENTS = st.recursive(
    st.text().map(lambda text: {"S": text})
    | st.integers(-(10**37), 10**37).map(lambda number: {"N": str(number)})
    | st.binary().map(lambda value: {"B": encode_binary(value)})
    | st.booleans().map(lambda value: {"BOOL": value})
    | st.sets(st.text(), min_size=1).map(lambda texts: {"SS": sorted(texts)}),
    lambda inner: (
        st.lists(inner, max_size=4).map(lambda members: {"L": members})
        | st.dictionaries(st.text(), inner, max_size=4).map(lambda members: {"M": members})
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.text(min_size=1), CONTENTS, max_size=4))
def test_bound(item):
    """The bound of an item's size, which is quick to have, is never below it."""
    assert size_bound(item) >= item_size(item)
