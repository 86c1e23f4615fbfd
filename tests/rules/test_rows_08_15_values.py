"""Tests rows 8 to 15 of dynamodb-mapper: how values are stored and read, in the old encodings and natively."""

import datetime as dt
import json
from decimal import Decimal

import pytest
from django.test import override_settings

from django_dynamodb import models
from django_dynamodb.exceptions import InvalidValueError
from tests.testapp.models import Everything, Legacy, Thread

MOMENT = dt.datetime(2024, 1, 2, 3, 4, 5, 678, tzinfo=dt.timezone(dt.timedelta(hours=2)))


def written(**values):
    """What an old table gets."""
    return Legacy(id=1, **values).to_item()


def read(**attributes):
    """What an old item becomes."""
    return Legacy.from_item({"id": {"N": "1"}, **attributes})


@pytest.mark.seed(8)
@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("roles", [], "[]"),
        ("options", {}, "{}"),
        ("roles", ["a", {"c": 1, "b": None}], '["a", {"b": null, "c": 1}]'),
        ("options", {"b": [True, 1.5], "a": "\u00e9"}, '{"a": "\\u00e9", "b": [true, 1.5]}'),
    ],
)
def test_json_text(name, value, text):
    """SEED row 8: lists and dicts are JSON text with sorted keys, empty ones too, in ASCII as they were written."""
    assert written(**{name: value})[name] == {"S": text}
    assert getattr(read(**{name: {"S": text}}), name) == value


@pytest.mark.seed(8)
def test_list_subclass():
    """SEED row 8: a subclass of list is a list."""

    class Path(list):
        """A list by another name."""

    assert written(roles=Path([1]))["roles"] == {"S": "[1]"}


@pytest.mark.seed(8)
def test_sets_are_native():
    """SEED row 8: a set is a native set."""
    assert written(labels={"b", "a"})["labels"] == {"SS": ["a", "b"]}


@pytest.mark.seed(9)
@pytest.mark.parametrize("model", [Legacy, Everything])
def test_datetime(model):
    """SEED row 9: a datetime is UTC text with microseconds and +00:00, so that it sorts; natively too."""
    name = "created" if model is Legacy else "moment"
    assert model(pk=1, **{name: MOMENT}).to_item()[name] == {"S": "2024-01-02T01:04:05.000678+00:00"}
    assert model(pk=1, **{name: MOMENT.replace(microsecond=0)}).to_item()[name]["S"].endswith(":05.000000+00:00")


@pytest.mark.seed(9)
def test_naive_datetime():
    """SEED row 9: a naive datetime raises, by the field's name, where USE_TZ is on; without it, it is local time."""
    naive = MOMENT.replace(tzinfo=None)
    with pytest.raises(InvalidValueError, match=r"testapp\.Legacy\.created.*make_aware"):
        written(created=naive)
    with override_settings(USE_TZ=False, TIME_ZONE="Europe/Berlin"):
        assert written(created=naive)["created"] == {"S": "2024-01-02T02:04:05.000678+00:00"}


@pytest.mark.seed(10)
@pytest.mark.parametrize(("value", "number"), [(True, "1"), (False, "0")])
def test_truth(value, number):
    """SEED row 10: truth is 1 or 0 in an old table, so that False is stored and no absence."""
    assert written(active=value)["active"] == {"N": number}
    assert Everything(code="a", flag=value).to_item()["flag"] == {"BOOL": value}


@pytest.mark.seed(11)
def test_empty_values_are_absent():
    """SEED row 11: zero is stored; empty text, empty sets and None are absent attributes."""
    assert written(count=0, name="", labels=set(), created=None).keys() == {"id", "count", "active", "roles", "options"}


@pytest.mark.seed(11)
def test_native_empty_values():
    """SEED row 11: natively empty text is kept, as DynamoDB allows it now, except where it is a key of an index."""
    item = Thread(forum="AWS", subject="S3", author="", views=0, tags=set(), posted=None).to_item()
    assert item == {"forum": {"S": "AWS"}, "subject": {"S": "S3"}, "views": {"N": "0"}, "meta": {"M": {}}}
    assert Everything(code="a", text="").to_item()["text"] == {"S": ""}


@pytest.mark.seed(12)
def test_missing_attributes():
    """SEED row 12: a missing attribute is the empty value of its type, never the default."""
    old = read()
    assert (old.name, old.count, old.active, old.roles, old.options, old.labels) == ("", 0, False, [], {}, set())
    native = Thread.from_item({"forum": {"S": "a"}, "subject": {"S": "b"}})
    assert (native.author, native.tags, native.views, native.meta) == ("", set(), None, None)


@pytest.mark.seed(12)
def test_missing_datetime():
    """SEED row 12, mended: a missing datetime is None, not now; the default is not even called."""
    assert read().created is None
    assert Thread.from_item({"forum": {"S": "a"}, "subject": {"S": "b"}}).posted is None


@pytest.mark.seed(13)
@pytest.mark.parametrize("suffix", ["Z", "+00:00"])
@pytest.mark.parametrize("model", [Legacy, Everything])
def test_z(model, suffix):
    """SEED row 13, mended: a datetime that ends in Z keeps its last microsecond digit."""
    key = {"id": {"N": "1"}} if model is Legacy else {"code": {"S": "a"}}
    name = "created" if model is Legacy else "moment"
    loaded = model.from_item({**key, name: {"S": f"2024-01-02T03:04:05.123456{suffix}"}})
    assert getattr(loaded, name) == dt.datetime(2024, 1, 2, 3, 4, 5, 123456, tzinfo=dt.UTC)


@pytest.mark.seed(13)
def test_parsing():
    """SEED row 13: each value is read as the field's type; what cannot be is refused by the field's name."""
    assert read(roles={"S": "[1, 2.5]"}).roles == [1, 2.5]
    assert read(count={"N": "3"}).count == 3
    with pytest.raises(InvalidValueError, match=r"testapp\.Legacy\.roles"):
        read(roles={"S": "{}"})
    with pytest.raises(InvalidValueError, match=r"testapp\.Legacy\.count: Stored under tag S, expected N"):
        read(count={"S": "3"})


@pytest.mark.seed(14)
@pytest.mark.parametrize(
    "values",
    [
        {},
        {"text": "\u00e9\u20ac\U0001f600", "maybe": ""},
        {"number": -(2**63), "ratio": 1e-7, "price": Decimal("1234567890123456789012345678901234.5678")},
        {"flag": True, "blob": b"\x00\xff", "span": dt.timedelta(days=-1, microseconds=1)},
        {"moment": MOMENT, "day": dt.date(1, 1, 1), "hour": dt.time(23, 59, 59, 999999)},
        {"strings": {"", "a"}, "numbers": {1, Decimal("0.5")}, "blobs": {b"x"}},
        {"items": [None, True, {"a": b"b"}, {1}], "mapping": {"a": {"b": [Decimal("1.5")]}}},
        {"document": {"a": [1, 2.5, None, "x", {"y": False}]}, "token": "12345678-1234-5678-1234-567812345678"},
    ],
)
def test_round_trip(sent, values):
    """SEED row 14: what is stored reads back equal, for every supported value, through the service."""
    Everything(code="a", **values).save()
    loaded = Everything.objects.get("a")
    expected = Everything(code="a", **values)
    for field in Everything._meta.concrete_fields:
        assert getattr(loaded, field.attname) == field.to_python(getattr(expected, field.attname))


class Shouting(models.Model):
    """Keeps its name in capitals, and a copy to search by."""

    name = models.CharField(max_length=10, primary_key=True)
    note = models.CharField(max_length=10, blank=True)

    class Meta:
        """Not a model of its own: tests derive theirs."""

        abstract = True

    class Table:
        """Where the tests keep it."""

        name = "shouting"

    @classmethod
    def from_item(cls, item):
        """Takes the exclamation mark off."""
        return super().from_item({**item, "note": {"S": item["note"]["S"].removesuffix("!")}})

    def to_item(self):
        """Puts an exclamation mark on, and adds what searches need."""
        return {**super().to_item(), "note": {"S": f"{self.note}!"}, "search": {"S": self.note.lower()}}


@pytest.fixture
def shouting(own_models, sent):
    """The model, with its table."""

    class Own(Shouting):
        """Concrete."""

        class Meta:
            """Its app."""

            app_label = "testapp"

    Own.objects.create_table()
    return Own


@pytest.mark.seed(15)
def test_own_mapping(shouting, sent):
    """SEED row 15: from_item and to_item may be overridden; reads and writes of all kinds go through them."""
    shouting(name="a", note="Hey").save()
    stored = shouting._meta.open_table().get({"name": {"S": "a"}})
    assert stored == {"name": {"S": "a"}, "note": {"S": "Hey!"}, "search": {"S": "hey"}}
    assert [one.note for one in (shouting.objects.get("a"), *shouting.objects.all())] == ["Hey", "Hey"]


@pytest.mark.seed(15)
def test_own_mapping_of_a_loaded_object(shouting, sent):
    """SEED row 15: a loaded object writes what its own mapping says has changed, added attributes included."""
    shouting(name="a", note="Hey").save()
    loaded = shouting.objects.get("a")
    sent.clear()
    loaded.save()
    assert not sent.calls
    loaded.note = "Ho"
    loaded.save(raise_on_conflict=True)
    assert sent.values == {"note": {"S": "Ho!"}, "search": {"S": "ho"}}


@pytest.mark.seed(15)
def test_to_json_dict(sent):
    """SEED row 15: to_json_dict gives plain JSON: sets as sorted lists, datetimes as UTC ISO text; it makes no call."""
    thread = Thread(forum="AWS", subject="S3", tags={"b", "a"}, posted=MOMENT, meta={"a": [1]})
    plain = thread.to_json_dict()
    assert json.loads(json.dumps(plain)) == {
        "forum": "AWS",
        "subject": "S3",
        "author": "",
        "posted": "2024-01-02T01:04:05.000678+00:00",
        "views": 0,
        "tags": ["a", "b"],
        "meta": {"a": [1]},
    }
    assert not sent.calls
