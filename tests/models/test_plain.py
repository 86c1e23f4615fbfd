"""Tests the plain form of values."""

import datetime as dt
import json
import uuid
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from django_dynamodb.models.plain import to_plain
from tests.models.factories import everything
from tests.testapp.models import Everything

MOMENT = dt.datetime(2024, 1, 2, 5, 30, tzinfo=dt.timezone(dt.timedelta(hours=5, minutes=30)))


@pytest.mark.seed(15)
@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (None, None),
        ("a", "a"),
        (1, 1),
        (True, True),
        (1.5, 1.5),
        (Decimal("1.50"), "1.50"),
        (MOMENT, "2024-01-02T00:00:00+00:00"),
        (MOMENT.replace(tzinfo=None), "2024-01-02T05:30:00"),
        (MOMENT.date(), "2024-01-02"),
        (dt.time(5, 30), "05:30:00"),
        (dt.timedelta(minutes=1), 60.0),
        (uuid.UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (b"a", "YQ=="),
        (bytearray(b"a"), "YQ=="),
        (memoryview(b"a"), "YQ=="),
        ({"b", "a"}, ["a", "b"]),
        (frozenset({Decimal("2.5"), 1}), [1, "2.5"]),
        ({b"b", b"a"}, ["YQ==", "Yg=="]),
        ((1, {2}), [1, [2]]),
        ({"a": {"b": Decimal(1)}}, {"a": {"b": "1"}}),
        (ZoneInfo("Europe/Paris"), "Europe/Paris"),
    ],
)
def test_values(value, plain):
    """SEED row 15: sets become sorted lists, datetimes UTC text, decimals exact text, binary values base64."""
    assert to_plain(value) == plain


@pytest.mark.seed(15)
def test_objects():
    """SEED row 15: a whole object is plain JSON, a file its name, whether it was looked at or not."""
    row = everything()
    assert row.to_json_dict()["upload"] == "a/b.txt"
    assert row.upload.name == "a/b.txt"
    plain = row.to_json_dict()
    assert json.loads(json.dumps(plain)) == plain
    assert plain["upload"] == "a/b.txt"
    assert Everything(code="a", upload="").to_json_dict()["upload"] == ""
