"""Tables that dynamodb-mapper wrote can be read and written on."""

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from django_dynamodb.codec.mapper1 import BOOLEAN, DICT_TEXT, DOCUMENT_TEXT, ENCODINGS, LIST_TEXT
from django_dynamodb.exceptions import InvalidTypeError, InvalidValueError

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda below: st.lists(below, max_size=4) | st.dictionaries(TEXTS, below, max_size=4),
    max_leaves=12,
)
MOMENT = datetime(2012, 5, 31, 12, 0, 0, 123456, tzinfo=UTC)


@pytest.mark.seed(8)
@pytest.mark.parametrize(
    ("codec", "value", "text"),
    [
        (LIST_TEXT, [], "[]"),
        (DICT_TEXT, {}, "{}"),
        (LIST_TEXT, [1, 2.5, "a"], '[1, 2.5, "a"]'),
        (DICT_TEXT, {"b": 1, "a": [True, None]}, '{"a": [true, null], "b": 1}'),
        (DICT_TEXT, {"é": {"z": "\x7f", "y": "😀"}}, '{"\\u00e9": {"y": "\\ud83d\\ude00", "z": "\\u007f"}}'),
        (DOCUMENT_TEXT, {"a": 0.1}, '{"a": 0.1}'),
        (DOCUMENT_TEXT, "x", '"x"'),
    ],
)
def test_json_text(codec, value, text):
    """SEED row 8: lists and dicts are JSON text with sorted keys, byte for byte as Python 2 wrote it."""
    assert codec.encode(value) == {"S": text}
    assert codec.decode({"S": text}) == value


@pytest.mark.seed(14)
@given(JSON.filter(lambda value: value is not None))
def test_json_round_trip(value):
    """SEED row 14: any JSON value reads back equal, from pure ASCII with sorted keys."""
    av = DOCUMENT_TEXT.encode(value)
    assert av["S"].isascii()
    assert DOCUMENT_TEXT.decode(av) == value
    assert json.dumps(json.loads(av["S"]), sort_keys=True) == av["S"]


@pytest.mark.seed(40)
@pytest.mark.seed(14)
@pytest.mark.parametrize("value", [[(1,)], [{1: "a"}], [{1}], [Decimal(1)], [MOMENT], [float("nan")], [{"a": 1, 2: 3}]])
def test_json_that_would_change(value):
    """SEED rows 14 and 40: what would not read back equal is refused, dates inside a list among it."""
    with pytest.raises(InvalidValueError, match="text keys"):
        LIST_TEXT.encode(value)


def test_endless_json():
    """A list that holds itself is refused."""
    endless = []
    endless.append(endless)
    with pytest.raises(InvalidValueError, match="JSON text"):
        LIST_TEXT.encode(endless)


@pytest.mark.seed(13)
@pytest.mark.parametrize(
    ("codec", "text"), [(DICT_TEXT, "[]"), (LIST_TEXT, "{}"), (LIST_TEXT, "["), (DOCUMENT_TEXT, "null")]
)
def test_unreadable_json(codec, text):
    """SEED row 13: text that is no JSON of the declared type is refused."""
    with pytest.raises(InvalidValueError, match="cannot be read"):
        codec.decode({"S": text})


@pytest.mark.seed(10)
@pytest.mark.parametrize(("value", "text"), [(True, "1"), (False, "0")])
def test_booleans(value, text):
    """SEED row 10: a bool is the number 1 or 0."""
    assert BOOLEAN.encode(value) == {"N": text}
    assert BOOLEAN.decode({"N": text}) is value


@pytest.mark.seed(13)
def test_other_numbers_as_bool():
    """SEED row 13: a number is cast to the declared type, so any but zero is True."""
    assert BOOLEAN.decode({"N": "2"}) is True
    assert BOOLEAN.decode({"N": "0.0"}) is False


@pytest.mark.seed(8)
@pytest.mark.parametrize(
    ("value", "av"),
    [({"b", "a"}, {"SS": ["a", "b"]}), ({2, 1}, {"NS": ["1", "2"]}), ({b"a"}, {"BS": ["YQ=="]})],
)
def test_sets(value, av):
    """SEED row 8: a set is a native set, whatever its members."""
    codec = ENCODINGS["set"].codec
    assert codec.encode(value) == av
    assert codec.decode(av) == value


def test_no_set():
    """A value that is no set is refused both ways."""
    codec = ENCODINGS["set"].codec
    with pytest.raises(InvalidTypeError, match="expected a set"):
        codec.encode(["a"])
    with pytest.raises(InvalidValueError, match="under tag L"):
        codec.decode({"L": []})


@pytest.mark.seed(13)
@pytest.mark.seed(9)
def test_datetimes():
    """SEED rows 9 and 13: UTC text with microseconds; ``Z`` is read with its last digit."""
    codec = ENCODINGS["datetime"].codec
    assert codec.encode(MOMENT) == {"S": "2012-05-31T12:00:00.123456+00:00"}
    assert codec.decode({"S": "2012-05-31T12:00:00.123456Z"}) == MOMENT


@pytest.mark.seed(8)
@pytest.mark.seed(10)
@pytest.mark.seed(11)
@pytest.mark.parametrize(
    ("kind", "value"),
    [("integer", 0), ("float", 0.0), ("decimal", Decimal(0)), ("boolean", False), ("list", []), ("map", {})],
)
def test_stored_nothings(kind, value):
    """SEED rows 8, 10 and 11: zero, False and empty lists and dicts are stored."""
    encoding = ENCODINGS[kind]
    assert encoding.is_empty is None or not encoding.is_empty(value)
    assert encoding.codec.decode(encoding.codec.encode(value)) == value


@pytest.mark.seed(11)
@pytest.mark.parametrize(
    ("kind", "value"), [("text", ""), ("set", set()), ("string_set", set()), ("number_set", set()), ("binary", b"")]
)
def test_left_out(kind, value):
    """SEED row 11: an empty text or set is stored as a missing attribute."""
    assert ENCODINGS[kind].is_empty(value)


@pytest.mark.seed(12)
@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("text", ""),
        ("integer", 0),
        ("float", 0.0),
        ("decimal", Decimal(0)),
        ("boolean", False),
        ("binary", b""),
        ("set", set()),
        ("string_set", set()),
        ("list", []),
        ("map", {}),
        ("datetime", None),
        ("uuid", None),
        ("document", None),
    ],
)
def test_missing(kind, value):
    """SEED row 12, mended: a missing attribute is the empty value of its type; a missing datetime is not now."""
    missing = ENCODINGS[kind].missing()
    assert (type(missing), missing) == (type(value), value)


@pytest.mark.seed(6)
@pytest.mark.parametrize("kind", ["set", "list", "map"])
def test_missing_is_fresh(kind):
    """SEED row 6, mended: no two items share an empty value."""
    assert ENCODINGS[kind].missing() is not ENCODINGS[kind].missing()
