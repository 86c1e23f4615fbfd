"""Each kind of value has its encoding and takes nothing else."""

import datetime as dt
import re
import uuid
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from django_dynamodb.codec import scalars
from django_dynamodb.codec.text import SOURCE_NAMES, json_text
from django_dynamodb.exceptions import InvalidTypeError, InvalidValueError

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
INTEGERS = st.integers(-(10**37), 10**37)
DECIMALS = st.decimals(-(10**9), 10**9, places=4)
DOCUMENTS = st.recursive(
    st.none() | st.booleans() | INTEGERS | TEXTS,
    lambda below: st.lists(below, max_size=3) | st.dictionaries(TEXTS, below, max_size=3),
    max_leaves=6,
)

VALUES = {
    "TEXT": TEXTS,
    "INTEGER": INTEGERS,
    "DECIMAL": DECIMALS | INTEGERS,
    "FLOAT": st.floats(-1e100, 1e100).filter(lambda value: not 0 < abs(value) < 1e-100) | st.integers(-(2**53), 2**53),
    "BOOLEAN": st.booleans(),
    "BINARY": st.binary(),
    "DATETIME": st.datetimes(dt.datetime(2, 1, 1), timezones=st.just(dt.UTC)),  # noqa: DTZ001
    "DATE": st.dates(),
    "TIME": st.times(),
    "DURATION": st.timedeltas(),
    "UUID": st.uuids(),
    "STRING_SET": st.sets(TEXTS, min_size=1),
    "NUMBER_SET": st.sets(DECIMALS | INTEGERS, min_size=1),
    "BINARY_SET": st.sets(st.binary(), min_size=1),
    "LIST": st.lists(DOCUMENTS, max_size=3),
    "MAP": st.dictionaries(TEXTS, DOCUMENTS, max_size=3),
    "DOCUMENT": DOCUMENTS,
}
NOON = dt.datetime(2024, 1, 2, 12, tzinfo=dt.UTC)


@pytest.mark.seed(14)
@pytest.mark.parametrize("kind", VALUES)
@given(data=st.data())
def test_round_trip(kind, data):
    """SEED row 14: every value reads back equal from every codec."""
    codec, value = getattr(scalars, kind), data.draw(VALUES[kind])
    assert codec.decode(codec.encode(value)) == value


WITH_TEXT = [kind for kind in VALUES if getattr(scalars, kind).text is not None]


@pytest.mark.parametrize("kind", WITH_TEXT)
@given(data=st.data())
def test_text(kind, data):
    """A value written as text is to the letter what the encoder makes of its attribute value."""
    codec = getattr(scalars, kind)
    value = data.draw(VALUES[kind].filter(lambda drawn: type(drawn) is codec.text.of))
    expected = json_text(codec.encode(value))
    assert codec.text.write(value) == expected
    names = {"value": value, **SOURCE_NAMES}
    if codec.text.source is not None and (codec.text.only is None or eval(codec.text.only, names)):
        before, behind = codec.text.around
        assert before + eval(codec.text.source, names) + behind == expected


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("TEXT", "x\ud83d"),
        ("DECIMAL", Decimal("NaN")),
        ("DECIMAL", Decimal("sNaN123")),
        ("DECIMAL", Decimal("-Infinity")),
        ("DECIMAL", Decimal("1." + 39 * "1")),
        ("FLOAT", float("nan")),
        ("STRING_SET", {"a", 1}),
        ("STRING_SET", set()),
        ("STRING_SET", {"\ud83d"}),
        ("LIST", [1.5]),
        ("LIST", [object()]),
        ("MAP", {1: "a"}),
        ("MAP", {"a": {"b": 1.5}}),
    ],
)
def test_text_refuses(kind, value):
    """What cannot be encoded cannot be written as text, for the same reason."""
    codec = getattr(scalars, kind)
    with pytest.raises(InvalidValueError) as encoding:
        codec.encode(value)
    with pytest.raises(type(encoding.value), match=re.escape(str(encoding.value))):
        codec.text.write(value)


@pytest.mark.parametrize("value", ["0", "-0", "0.0", "-0.00", "1.50", "100", "-3.10", "1E+2", "1E-7", "0.000001"])
def test_decimal_text(value):
    """A decimal in plain digits loses its trailing zeros, and minus zero its sign, as every other does."""
    number = Decimal(value)
    expected = format(number.normalize(), "f") if number else "0"
    assert scalars.DECIMAL.encode(number) == {"N": expected}


@pytest.mark.parametrize(
    ("kind", "value", "av"),
    [
        ("TEXT", "", {"S": ""}),
        ("INTEGER", 0, {"N": "0"}),
        ("DECIMAL", Decimal("1.50"), {"N": "1.5"}),
        ("DECIMAL", 2, {"N": "2"}),
        ("FLOAT", 0.1, {"N": "0.1"}),
        ("FLOAT", 2, {"N": "2"}),
        ("BOOLEAN", False, {"BOOL": False}),
        ("BINARY", memoryview(b"a"), {"B": "YQ=="}),
        ("DATETIME", NOON, {"S": "2024-01-02T12:00:00.000000+00:00"}),
        ("DATE", dt.date(2024, 1, 2), {"S": "2024-01-02"}),
        ("TIME", dt.time(3, 4), {"S": "03:04:00.000000"}),
        ("DURATION", dt.timedelta(days=-1, microseconds=1), {"N": "-86399999999"}),
        ("UUID", uuid.UUID(int=1), {"S": "00000000-0000-0000-0000-000000000001"}),
        ("STRING_SET", {"b", "a"}, {"SS": ["a", "b"]}),
        ("NUMBER_SET", {10, 9}, {"NS": ["9", "10"]}),
        ("BINARY_SET", frozenset({b"a"}), {"BS": ["YQ=="]}),
        ("LIST", (1, None), {"L": [{"N": "1"}, {"NULL": True}]}),
        ("MAP", {}, {"M": {}}),
        ("DOCUMENT", [0.5], {"L": [{"N": "0.5"}]}),
        ("DOCUMENT", "x", {"S": "x"}),
    ],
)
def test_encoding(kind, value, av):
    """Each kind is stored under its tag, in its one form."""
    codec = getattr(scalars, kind)
    assert codec.encode(value) == av
    assert codec.tag in {None, *av}


@pytest.mark.seed(4)
@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [
        ("TEXT", 1, "1 is of type int: expected a str"),
        ("INTEGER", True, "bool"),
        ("INTEGER", 1.0, "float"),
        ("INTEGER", Decimal(1), "Decimal"),
        ("DECIMAL", 1.5, "float"),
        ("FLOAT", Decimal("1.5"), "Decimal"),
        ("FLOAT", False, "bool"),
        ("BOOLEAN", 1, "int"),
        ("BINARY", "x", "str"),
        ("DATETIME", dt.date(2024, 1, 2), "date"),
        ("DATE", NOON, "expected a date"),
        ("TIME", NOON, "datetime"),
        ("DURATION", 5, "int"),
        ("UUID", "x", "str"),
        ("STRING_SET", ["a"], "list"),
        ("STRING_SET", {1}, "members of another type: expected a set of str"),
        ("STRING_SET", {"a", 1}, "all members"),
        ("NUMBER_SET", {1.5}, "float"),
        ("BINARY_SET", {"a"}, "expected a set of bytes"),
        ("LIST", "abc", "str"),
        ("LIST", [1.5], "Decimal"),
        ("MAP", [], "list"),
        ("MAP", {1: 2}, "Key 1"),
        ("DOCUMENT", NOON, "datetime"),
    ],
)
def test_wrong_type(kind, value, words):
    """SEED row 4: a value of another type is refused, never coerced; the message has both types."""
    with pytest.raises(InvalidTypeError, match=words):
        getattr(scalars, kind).encode(value)


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [
        ("FLOAT", 2**53 + 1, "more digits"),
        ("FLOAT", 10**400, "out of range"),
        ("FLOAT", float("nan"), "not finite"),
        ("STRING_SET", set(), "empty set"),
    ],
)
def test_refused_values(kind, value, words):
    """A value of the right type that would not read back is refused."""
    with pytest.raises(InvalidValueError, match=words):
        getattr(scalars, kind).encode(value)


@pytest.mark.parametrize("kind", [kind for kind in VALUES if kind != "DOCUMENT"])
def test_wrong_tag(kind):
    """A value stored under another tag is refused; the message has both tags."""
    codec = getattr(scalars, kind)
    with pytest.raises(InvalidValueError, match=f"under tag X, expected {codec.tag}:"):
        codec.decode({"X": "1"})


@pytest.mark.parametrize(
    ("kind", "av", "words"),
    [
        ("INTEGER", {"N": "1.5"}, "not integral"),
        ("INTEGER", {"N": "x"}, "'x'"),
        ("DECIMAL", {"N": "x"}, "'x'"),
        ("FLOAT", {"N": "x"}, "'x'"),
        ("BINARY", {"B": "@"}, "base64"),
        ("DATETIME", {"S": "yesterday"}, "yesterday.*cannot be read as an aware datetime"),
        ("DATETIME", {"S": "0001-01-01T00:00:00+05:00"}, "cannot be read"),
        ("DATE", {"S": "2024-01-02T00:00:00"}, "cannot be read as a date"),
        ("TIME", {"S": "01:02:03+00:00"}, "cannot be read"),
        ("DURATION", {"N": "1" + "0" * 40}, "cannot be read as a timedelta"),
        ("UUID", {"S": "x"}, "cannot be read as a UUID"),
        ("NUMBER_SET", {"NS": 1}, "cannot be read"),
        ("LIST", {"L": [{"X": 1}]}, "'X'"),
        ("DOCUMENT", {}, "no attribute value"),
    ],
)
def test_unreadable(kind, av, words):
    """A stored content that is no value of the kind is refused and shown."""
    with pytest.raises(InvalidValueError, match=words):
        getattr(scalars, kind).decode(av)


@pytest.mark.parametrize("text", ["7", "7.0", "70E-1"])
def test_integers_in_any_spelling(text):
    """An integer that another writer spelled differently is read."""
    assert scalars.INTEGER.decode({"N": text}) == 7
