"""Tests what each serializer takes, refuses and gives back."""

import datetime as dt
import enum
from decimal import Decimal
from uuid import UUID

import pytest
from django.http import HttpResponse
from django.utils.safestring import SafeString
from hypothesis import given
from hypothesis import strategies as st

from django_dynamodb.cache.entries import Entries
from django_dynamodb.cache.serializers import JSONSerializer, PickleSerializer, Serializer
from django_dynamodb.exceptions import InvalidTypeError, InvalidValueError

LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20)


class Colour(enum.IntEnum):
    """A whole number by another name."""

    RED = 1


@given(value=VALUES, compress_over=st.sampled_from([None, 0, 10]))
def test_what_json_takes_comes_back_as_it_was(value, compress_over):
    """Over the whole way to the item and back, compressed or not; types are kept."""
    entries = Entries(serializer=JSONSerializer(), compress_over=compress_over)
    back = entries.value(entries.item("k", value, None))
    assert back == value
    assert repr(back) == repr(value)


@pytest.mark.parametrize(
    ("value", "named"),
    [
        ((1, 2), "The value is a builtins.tuple"),
        ({1}, "The value is a builtins.set"),
        (b"x", "The value is a builtins.bytes"),
        (Decimal(1), "The value is a decimal.Decimal"),
        (dt.datetime(2026, 1, 1, tzinfo=dt.UTC), "The value is a datetime.datetime"),
        (UUID(int=0), "The value is a uuid.UUID"),
        (HttpResponse(), "The value is a django.http.response.HttpResponse"),
        ({1: "x"}, "Key 1 of the value is a builtins.int"),
        ([{"a": {None: 1}}], r"Key None of the value\[0\]\['a'\] is a builtins.NoneType"),
    ],
)
def test_what_json_would_change_is_refused(value, named):
    """The message says which part, its type, and how to ask for another serializer."""
    with pytest.raises(InvalidTypeError, match=f"^{named}.*'SERIALIZER': 'pickle'"):
        JSONSerializer().dumps(value)


@pytest.mark.parametrize(("value", "plain"), [(SafeString("<a>"), str), (Colour.RED, int)])
def test_subclasses_come_back_plain(value, plain):
    """A safe string is text, as an enumeration is a number."""
    back = JSONSerializer().loads(JSONSerializer().dumps(value))
    assert back == value
    assert type(back) is plain


@pytest.mark.parametrize("data", [b"\x80\x05N.", b"{", b"", b"\xff"])
def test_what_is_no_json_raises(data):
    """The message says who else may have written it, and what to do."""
    with pytest.raises(InvalidValueError, match="VERSION"):
        JSONSerializer().loads(data)


def test_pickle_gives_back_everything():
    """Types included."""
    value = {1: (Decimal("1.0"), {b"x"}, Colour.RED)}
    assert PickleSerializer().loads(PickleSerializer().dumps(value)) == value


def test_both_are_serializers():
    """The protocol is what both have."""
    assert isinstance(JSONSerializer(), Serializer)
    assert isinstance(PickleSerializer(), Serializer)
