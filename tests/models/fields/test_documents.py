"""Tests what the list and map fields take, give and write as text."""

import json
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from django_dynamodb import models
from tests.testapp.models import Everything

ITEMS, MAPPING = (Everything._meta.get_field(name) for name in ("items", "mapping"))


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        (ITEMS, [1, "a"], [1, "a"]),
        (ITEMS, (1,), [1]),
        (ITEMS, "[1, 2.50]", [1, Decimal("2.50")]),
        (ITEMS, None, None),
        (MAPPING, {"a": 1}, {"a": 1}),
        (MAPPING, '{"a": 0.1}', {"a": Decimal("0.1")}),
    ],
)
def test_taken(field, value, expected):
    """The Python value or its JSON text; numbers are exact."""
    assert field.to_python(value) == expected


@pytest.mark.parametrize(
    ("field", "value"),
    [(ITEMS, "{}"), (ITEMS, {"a": 1}), (ITEMS, "x"), (ITEMS, 5), (MAPPING, "[]"), (MAPPING, [1]), (MAPPING, "x")],
)
def test_refused(field, value):
    """Anything else is refused, saying what is wanted."""
    with pytest.raises(ValidationError, match=r"is not a JSON (list|object)"):
        field.to_python(value)


def test_text():
    """Serializers write JSON that reads back as the same value."""
    row = Everything(items=[1, {"a": Decimal("2.50")}, None, True], mapping={"a": [Decimal("0.1")]})
    for field in (ITEMS, MAPPING):
        text = field.value_to_string(row)
        assert json.loads(text)
        assert field.to_python(text) == getattr(row, field.name)


def test_kinds():
    """The fields have no SQL column and are told apart by their class."""
    assert [field.get_internal_type() for field in (ITEMS, MAPPING)] == ["ListField", "MapField"]
    assert ITEMS.db_type(None) is None
    assert isinstance(MAPPING.clone(), models.MapField)


def test_engine(dynamodb):
    """What DynamoDB knows comes back as it was, sets and binary values within documents too."""
    items = [1, Decimal("2.5"), "x", None, True, b"b", {"s"}, {1, 2}, [[]], {}]
    Everything(code="a", items=items, mapping={"deep": {"er": items}}).save()
    row = Everything.objects.get("a")
    assert (row.items, row.mapping) == (items, {"deep": {"er": items}})
