"""Tests that sets, lists, maps and binary values go out as JSON and come back exactly."""

from decimal import Decimal

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st
from rest_framework import serializers
from rest_framework.utils import json

from django_dynamodb.contrib.drf import fields

NUMBERS = st.integers(-(10**30), 10**30) | st.decimals(
    allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=12
)
LEAVES = (
    st.none() | st.booleans() | st.text(max_size=5) | st.binary(max_size=5) | NUMBERS
    | st.sets(st.text(max_size=5), min_size=1) | st.sets(st.binary(max_size=5), min_size=1)
    | st.sets(NUMBERS, min_size=1)
)  # fmt: skip
NAMES = st.text(max_size=3) | st.sampled_from(["$N", "$B", "$SS", "$NS", "$BS", "$M"])
DOCUMENTS = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3))


def sent(value):
    """What a client gets and sends back."""
    return json.loads(json.dumps(value))


@given(st.lists(DOCUMENTS, max_size=4))
def test_lists_come_back(value):
    """A list of anything comes back as it was, types and digits included."""
    field = fields.ListField()
    back = field.run_validation(sent(field.to_representation(value)))
    assert back == value
    assert repr(types(back)) == repr(types(value))


def types(value):
    """The types in a document; an int and a decimal are both numbers."""
    if isinstance(value, dict):
        return {name: types(member) for name, member in sorted(value.items())}
    if isinstance(value, list):
        return [types(member) for member in value]
    if isinstance(value, set):
        return {types(member).__name__ for member in value}
    return Decimal if type(value) is int else type(value)


@given(st.dictionaries(NAMES, DOCUMENTS, max_size=4))
def test_maps_come_back(value):
    """So does a map, whatever its names."""
    field = fields.MapField()
    assert field.run_validation(sent(field.to_representation(value))) == value


@pytest.mark.parametrize(
    ("kind", "members"),
    [
        (fields.StringSetField, st.text()),
        (fields.NumberSetField, NUMBERS),
        (fields.BinarySetField, st.binary()),
    ],
)
@given(data=st.data())
def test_sets_come_back(kind, members, data):
    """A set is a list in the order of its members, and comes back as it was."""
    value = data.draw(st.sets(members))
    field = kind()
    shown = sent(field.to_representation(value))
    assert isinstance(shown, list)
    assert field.run_validation(shown) == value


def deep(levels):
    """A list in a list in a list."""
    made = []
    for _ in range(levels):
        made = [made]
    return made


@pytest.mark.parametrize(
    ("field", "data", "code"),
    [
        (fields.StringSetField(), "a", "list"),
        (fields.StringSetField(), {"a": 1}, "list"),
        (fields.StringSetField(), [1], "invalid"),
        (fields.StringSetField(allow_empty=False), [], "empty"),
        (fields.NumberSetField(), ["x"], "invalid"),
        (fields.NumberSetField(), [True], "invalid"),
        (fields.BinarySetField(), ["-"], "invalid"),
        (fields.ListField(), {}, "kind"),
        (fields.ListField(), None, "null"),
        (fields.MapField(), [], "kind"),
        (fields.MapField(), {"a": {"$N": "x"}}, "invalid"),
        (fields.MapField(), {"a": {"$N": 1}}, "invalid"),
        (fields.MapField(), {"a": {"$N": "NaN"}}, "invalid"),
        (fields.MapField(), {"a": float("inf")}, "invalid"),
        (fields.MapField(), {"a": {"$NS": ["1"]}}, "invalid"),
        (fields.ListField(), deep(5_000), "invalid"),
        (fields.BinaryField(), "-", "base64"),
        (fields.BinaryField(), 7, "base64"),
    ],
)
def test_what_is_refused(field, data, code):
    """What is nothing of the kind is refused, with a code."""
    with pytest.raises(serializers.ValidationError) as caught:
        field.run_validation(data)
    assert [detail.code for detail in caught.value.detail] == [code]


class Form(serializers.Serializer):
    """One field of each."""

    texts = fields.StringSetField()
    numbers = fields.NumberSetField(required=False)
    steps = fields.ListField(required=False)
    facts = fields.MapField(required=False, allow_null=True)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('texts=["a"]', {"texts": {"a"}}),
        ("texts=", {"texts": set()}),
        ("texts=[]&numbers=[1.50]", {"texts": set(), "numbers": {Decimal("1.5")}}),
        ("texts=[]&steps=&facts=", {"texts": set(), "steps": [], "facts": None}),
        (
            'texts=[]&facts={"a": 0.12345678901234567890}',
            {"texts": set(), "facts": {"a": Decimal("0.1234567890123456789")}},
        ),
    ],
)
def test_forms(text, value):
    """A form of the browsable API sends JSON as text, whose numbers keep all their digits."""
    form = Form(data=QueryDict(text))
    assert form.is_valid(), form.errors
    assert form.validated_data == value


@pytest.mark.parametrize("text", ["texts=[a", "texts=5"])
def test_what_is_no_json(text):
    """Text that is no JSON, or none of a list, is an error of the field."""
    form = Form(data=QueryDict(text))
    assert not form.is_valid()
    assert set(form.errors) == {"texts"}


def test_binary_values():
    """Binary values are base64."""
    field = fields.BinaryField()
    assert field.to_representation(memoryview(b"\x00\xff")) == "AP8="
    assert field.run_validation("AP8=") == b"\x00\xff"
