"""Untyped values keep their kind, their digits and their depth."""

from datetime import UTC, datetime
from decimal import Decimal
from functools import reduce
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from django_dynamodb.codec.values import decode_value, encode_set, encode_value, same_value
from django_dynamodb.exceptions import InvalidTypeError, InvalidValueError
from django_dynamodb.limits import NESTING_LEVELS

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
NUMBERS = st.integers(-(10**37), 10**37) | st.decimals(-(10**9), 10**9, places=4)
LEAVES = st.none() | st.booleans() | NUMBERS | TEXTS | st.binary(max_size=8)
SETS = st.sets(TEXTS, min_size=1) | st.sets(NUMBERS, min_size=1) | st.sets(st.binary(max_size=8), min_size=1)


def nested(leaves):
    """Lists and maps of such leaves."""
    return st.recursive(
        leaves, lambda below: st.lists(below, max_size=4) | st.dictionaries(TEXTS, below, max_size=4), max_leaves=12
    )


def depth(levels):
    """A list in a list, so many levels deep."""
    return reduce(lambda value, _: [value], range(levels), 1)


@pytest.mark.parametrize(
    ("value", "av"),
    [
        ("", {"S": ""}),
        (True, {"BOOL": True}),
        (None, {"NULL": True}),
        (Decimal("1.50"), {"N": "1.5"}),
        (b"a", {"B": "YQ=="}),
        (bytearray(b"a"), {"B": "YQ=="}),
        ({"b", "a"}, {"SS": ["a", "b"]}),
        ({10, 9, Decimal("9.5")}, {"NS": ["9", "9.5", "10"]}),
        (frozenset({b"b", b"a"}), {"BS": ["YQ==", "Yg=="]}),
        ((1, "x"), {"L": [{"N": "1"}, {"S": "x"}]}),
        ({"a": [], "b": {}}, {"M": {"a": {"L": []}, "b": {"M": {}}}}),
    ],
)
def test_tags(value, av):
    """Each type has its tag; sets are written in order."""
    assert encode_value(value) == av


class Words(list):
    """A list by another name."""


def test_subclasses():
    """A subclass is stored as what it is a kind of."""
    assert encode_value(Words(["a"])) == {"L": [{"S": "a"}]}


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (1.5, r"Decimal\('1.5'\)"),
        ([{"a": 1.5}], "float"),
        (datetime(2024, 1, 2, tzinfo=UTC), "datetime"),
        ({1: "x"}, "Key 1"),
        ({1, "a"}, "all members"),
        ({True}, "all members"),
        ({None}, "all members"),
        ([{(1, 2)}], "all members"),
        (object(), "object"),
    ],
)
def test_refused_types(value, words):
    """What DynamoDB does not store is refused, at any depth."""
    with pytest.raises(InvalidTypeError, match=words):
        encode_value(value)


@pytest.mark.parametrize("value", [set(), [frozenset()], {"a": set()}])
def test_empty_set(value):
    """An empty set is refused, as the service does."""
    with pytest.raises(InvalidValueError, match="empty set"):
        encode_value(value)


def test_nesting_limit():
    """Lists nest as deep as the guide says and no deeper."""
    assert decode_value(encode_value(depth(NESTING_LEVELS))) == depth(NESTING_LEVELS)
    with pytest.raises(InvalidValueError, match="32 levels"):
        encode_value(depth(NESTING_LEVELS + 1))


def test_itself_inside():
    """A list that holds itself is refused by its depth."""
    endless = []
    endless.append(endless)
    with pytest.raises(InvalidValueError, match="nested"):
        encode_value(endless)


def test_equal_numbers_are_one_member():
    """A float and a Decimal of the same text are one member of a set."""
    assert encode_set({0.1, Decimal("0.1")}, floats=True) == {"NS": ["0.1"]}


@pytest.mark.seed(14)
@given(nested(LEAVES | SETS))
def test_round_trip(value):
    """SEED row 14: what is written reads back equal, at any depth."""
    assert decode_value(encode_value(value)) == value


@given(
    nested(
        st.none()
        | st.booleans()
        | TEXTS
        | st.floats(-1e15, 1e15, allow_subnormal=False).filter(lambda f: not 0 < abs(f) < 1e-100)
    )
)
def test_json_round_trip(value):
    """A JSON document reads back equal, floats as floats unless they are integral."""
    assert decode_value(encode_value(value, floats=True), floats=True) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [("0.1", 0.1), ("1", 1), ("0.12345678901234567890123", Decimal("0.12345678901234567890123"))],
)
def test_floats_only_when_exact(text, value):
    """A number becomes a float only where the float has the same digits."""
    number = decode_value({"N": text}, floats=True)
    assert (type(number), number) == (type(value), value)


def test_raw_bytes():
    """boto3's raw bytes are read like base64 text."""
    assert decode_value({"L": [{"B": b"a"}, {"BS": [b"a", "Yg=="]}]}) == [b"a", {b"a", b"b"}]


@pytest.mark.parametrize("av", [{"X": 1}, {"M": {"a": {"L": [{"X": 1}]}}}])
def test_unknown_tag(av):
    """An unknown tag is refused and named, at any depth."""
    with pytest.raises(InvalidValueError, match="'X'"):
        decode_value(av)


@pytest.mark.parametrize("av", [{}, {"S": "a", "N": "1"}, "text", {"L": ["a"]}, {"L": 1}, {"N": None}])
def test_malformed(av):
    """What is no attribute value is refused and shown."""
    with pytest.raises(InvalidValueError, match="no attribute value"):
        decode_value(av)


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        (None, None, True),
        (None, {"S": "a"}, False),
        ({"S": "a"}, None, False),
        ({"S": "a"}, {"S": "a"}, True),
        ({"S": "1"}, {"N": "1"}, False),
        ({"S": "a"}, {"S": "b"}, False),
        ({"BOOL": True}, {"BOOL": False}, False),
        ({"N": "1.50"}, {"N": "15E-1"}, True),
        ({"N": "-0"}, {"N": "0"}, True),
        ({"N": "1"}, {"N": "2"}, False),
        ({"B": "YQ=="}, {"B": b"a"}, True),
        ({"SS": ["a", "b"]}, {"SS": ["b", "a"]}, True),
        ({"SS": ["a"]}, {"SS": ["a", "b"]}, False),
        ({"NS": ["1.0", "2"]}, {"NS": ["2.0", "1"]}, True),
        ({"BS": ["YQ==", "Yg=="]}, {"BS": [b"b", b"a"]}, True),
        ({"L": [{"N": "1.0"}]}, {"L": [{"N": "1"}]}, True),
        ({"L": [{"N": "1"}, {"N": "2"}]}, {"L": [{"N": "2"}, {"N": "1"}]}, False),
        ({"L": [{"N": "1"}]}, {"L": []}, False),
        ({"M": {"a": {"SS": ["x", "y"]}}}, {"M": {"a": {"SS": ["y", "x"]}}}, True),
        ({"M": {"a": {"S": "x"}}}, {"M": {"b": {"S": "x"}}}, False),
    ],
)
def test_same_value(a, b, same):
    """Values are the same as DynamoDB sees it: numbers by value, sets without order, in depth."""
    assert same_value(a, b) is same


def respelled(av):
    """The same value, written in another way."""
    ((tag, content),) = av.items()
    spell = {
        "N": lambda text: f"{Decimal(text):e}",
        "SS": lambda members: Random(1).sample(members, len(members)),
        "NS": lambda members: [f"{Decimal(text):e}" for text in reversed(members)],
        "L": lambda elements: [respelled(element) for element in elements],
        "M": lambda entries: {key: respelled(entries[key]) for key in reversed(entries)},
    }
    return {tag: spell.get(tag, lambda same: same)(content)}


@given(nested(LEAVES | SETS))
def test_same_value_ignores_spelling(value):
    """A value equals itself in any spelling."""
    av = encode_value(value)
    assert same_value(av, respelled(av))


@given(nested(LEAVES | SETS), nested(LEAVES | SETS))
def test_same_value_is_equality(a, b):
    """Two values are the same when their normal forms are."""
    assert same_value(encode_value(a), respelled(encode_value(b))) == (encode_value(a) == encode_value(b))
