"""Tests what the set fields take, give and write as text."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from django_dynamodb import models
from tests.declaring import declare
from tests.testapp.models import Everything

__all__ = ["declare"]

STRINGS, NUMBERS, BLOBS = (Everything._meta.get_field(name) for name in ("strings", "numbers", "blobs"))


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        (STRINGS, {"a"}, {"a"}),
        (STRINGS, ["a", "a"], {"a"}),
        (STRINGS, '["b", "a"]', {"a", "b"}),
        (STRINGS, "", set()),
        (STRINGS, [], set()),
        (STRINGS, None, None),
        (NUMBERS, [1, Decimal("2.5")], {1, Decimal("2.5")}),
        (NUMBERS, '[1, 2.50, "3"]', {1, Decimal("2.5"), 3}),
        (NUMBERS, '["0.1"]', {Decimal("0.1")}),
        (BLOBS, [b"a", bytearray(b"b"), memoryview(b"c")], {b"a", b"b", b"c"}),
        (BLOBS, '["YQ=="]', {b"a"}),
    ],
)
def test_taken(field, value, expected):
    """A set, any iterable of members, or the JSON text of a list."""
    assert field.to_python(value) == expected
    assert field.clean(value, None) == expected if expected else True


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (STRINGS, "a"), (STRINGS, "5"), (STRINGS, '{"a": 1}'), (STRINGS, [1]), (STRINGS, b"a"), (STRINGS, {"a": 1}),
        (STRINGS, 5), (STRINGS, [None]), (NUMBERS, ["x"]), (NUMBERS, [0.1]), (NUMBERS, [True]), (NUMBERS, [None]),
        (BLOBS, ["é"]), (BLOBS, [1]), (BLOBS, ["a"]),
    ],
)  # fmt: skip
def test_refused(field, value):
    """Text that is no list, and members of another type, are refused rather than rendered."""
    with pytest.raises(ValidationError, match="is not a list of"):
        field.to_python(value)


@pytest.mark.parametrize(
    ("values", "field", "text"),
    [
        ({"strings": {"b", "a"}}, STRINGS, '["a", "b"]'),
        ({"numbers": {2, Decimal("0.10")}}, NUMBERS, '["0.10", "2"]'),
        ({"blobs": {b"b", b"a"}}, BLOBS, '["YQ==", "Yg=="]'),
        ({}, STRINGS, "[]"),
    ],
)
def test_text(values, field, text):
    """Serializers write sorted JSON, which reads back as the same set."""
    row = Everything(**values)
    assert field.value_to_string(row) == text
    assert field.to_python(text) == getattr(row, field.name)


@pytest.mark.seed(6)
def test_defaults(declare):
    """SEED row 6: each object has a set of its own, of the default too."""
    model = declare(tags=models.StringSetField(default={"a"}), made=models.StringSetField(default=lambda: {"b"}))
    first = model()
    first.tags.add("x")
    first.made.add("x")
    assert (model().tags, model().made, Everything().strings) == ({"a"}, {"b"}, set())
    Everything().strings.add("x")
    assert Everything().strings == set()


def test_kinds():
    """The fields have no SQL column, and keep their class when they are copied for a migration."""
    assert STRINGS.db_type(None) is None
    assert STRINGS.get_internal_type() == "StringSetField"
    assert STRINGS.deconstruct()[1].endswith(".StringSetField")
    assert isinstance(NUMBERS.clone(), models.NumberSetField)


def test_engine(dynamodb):
    """An empty set is an absent attribute, and loads as an empty set again."""
    row = Everything(code="a", strings={"a"})
    row.save()
    row.strings.clear()
    row.save()
    loaded = Everything.objects.get("a")
    assert "strings" not in loaded._state.item
    assert loaded.strings == set()
