"""Tests ``storage = "mapper1"``: items that dynamodb-mapper wrote, byte for byte."""

import datetime as dt
import json

import pytest
from django.test.utils import isolate_apps

from django_dynamodb import models
from django_dynamodb.connections import connections
from django_dynamodb.exceptions import ConflictError, InvalidValueError
from tests.testapp.models import Legacy

MOMENT = dt.datetime(2012, 5, 31, 12, 30, 0, 42, tzinfo=dt.UTC)

OLD_ITEM = {
    "id": {"N": "7"},
    "name": {"S": "caf\u00e9"},
    "count": {"N": "0"},
    "active": {"N": "1"},
    "created": {"S": "2012-05-31T12:30:00.000042+00:00"},
    "roles": {"S": '["b", 1, null, [1.5, true]]'},
    "options": {"S": '{"a": {"x": "caf\\u00e9"}, "b": []}'},
    "labels": {"SS": ["one", "two"]},
}
"""As dynamodb-mapper 1.6 wrote it: JSON text with sorted keys and ASCII escapes, numbers for truth, UTC with +00:00."""

OLD_VALUES = {
    "id": 7,
    "name": "caf\u00e9",
    "count": 0,
    "active": True,
    "created": MOMENT,
    "roles": ["b", 1, None, [1.5, True]],
    "options": {"b": [], "a": {"x": "caf\u00e9"}},
    "labels": {"one", "two"},
}

EMPTY_ITEM = {
    "id": {"N": "8"},
    "count": {"N": "0"},
    "active": {"N": "0"},
    "roles": {"S": "[]"},
    "options": {"S": "{}"},
}
"""An object of empty values: zero and false are stored, empty lists and dicts are text, the rest is absent."""

EMPTY_VALUES = {"id": 8, "name": "", "count": 0, "active": False, "created": None, "roles": [], "options": {},
                "labels": set()}  # fmt: skip


def values(instance):
    """Field → value."""
    return {field.attname: getattr(instance, field.attname) for field in Legacy._meta.concrete_fields}


def client_put(item):
    """Writes an item past this package's models."""
    Legacy._meta.open_table().put(item)


def client_get(number):
    """Reads an item past this package's models."""
    return Legacy._meta.open_table().get({"id": {"N": str(number)}}, consistent=True)


@pytest.mark.parametrize(("item", "expected"), [(OLD_ITEM, OLD_VALUES), (EMPTY_ITEM, EMPTY_VALUES)])
def test_read(item, expected):
    """An item of dynamodb-mapper reads as the values it was written from."""
    assert values(Legacy.from_item(item)) == expected


@pytest.mark.parametrize(("item", "given"), [(OLD_ITEM, OLD_VALUES), (EMPTY_ITEM, EMPTY_VALUES)])
def test_written(item, given):
    """The same values are written as the same item, byte for byte."""
    assert json.dumps(Legacy(**given).to_item()) == json.dumps(item)


@pytest.mark.parametrize("item", [OLD_ITEM, EMPTY_ITEM])
def test_stored(sent, item):
    """The same holds through the service, and saving what was read makes no call."""
    client_put(item)
    loaded = Legacy.objects.get(int(item["id"]["N"]))
    sent.clear()
    loaded.save()
    assert not sent.calls
    loaded.delete()
    loaded.save()
    assert client_get(loaded.pk) == item


def test_round_trip(sent):
    """What is saved is what is read."""
    made = Legacy.objects.create(name="x", count=-3, active=True, created=MOMENT, roles=[{"a": None}], labels={"q"})
    assert values(Legacy.objects.get(made.pk)) == values(made)


def test_missing_attributes():
    """A missing attribute reads as its type's empty value, a number as 0, a datetime as None rather than now."""
    assert values(Legacy.from_item({"id": {"N": "1"}})) == {**EMPTY_VALUES, "id": 1}


def test_z():
    """The suffix Z is read with all six digits."""
    stored = {"id": {"N": "1"}, "created": {"S": "2012-05-31T12:30:00.123456Z"}}
    assert Legacy.from_item(stored).created.microsecond == 123456


@pytest.mark.parametrize("number", ["1", "1.0", "7"])
def test_truth(number):
    """Any number but zero reads as True."""
    assert Legacy.from_item({"id": {"N": "1"}, "active": {"N": number}}).active is True


def test_number_set():
    """A set of numbers, as the old library kept it, is a native number set."""
    with isolate_apps("tests.testapp"):

        class Old(models.Model):
            """Numbers."""

            id = models.IntegerField(primary_key=True)
            numbers = models.NumberSetField()

            class Meta:
                """Its app."""

                app_label = "testapp"

            class Table:
                """The old encodings."""

                storage = "mapper1"

    item = {"id": {"N": "1"}, "numbers": {"NS": ["1", "2"]}}
    assert Old.from_item(item).numbers == {1, 2}
    assert Old(id=1, numbers={2, 1}).to_item() == item


@pytest.mark.parametrize(
    ("options", "missing"),
    [
        ({"default": dict}, {}),
        ({"default": list}, []),
        ({"default": lambda: {"a": 1}}, {}),
        ({"default": dict, "null": True}, None),
        ({"null": True}, None),
        ({}, None),
        ({"default": 5}, None),
    ],
)
def test_document(options, missing):
    """A JSONField is JSON text too; a missing one is the empty value of the type its default has."""
    with isolate_apps("tests.testapp"):

        class Old(models.Model):
            """A document."""

            id = models.IntegerField(primary_key=True)
            document = models.JSONField(**options)

            class Meta:
                """Its app."""

                app_label = "testapp"

            class Table:
                """The old encodings."""

                storage = "mapper1"

    assert Old.from_item({"id": {"N": "1"}}).document == missing
    assert Old.from_item({"id": {"N": "1"}, "document": {"S": "[1]"}}).document == [1]
    assert Old(id=1, document={"b": 1, "a": []}).to_item()["document"] == {"S": '{"a": [], "b": 1}'}
    assert Old(id=1, document={}).to_item()["document"] == {"S": "{}"}


def test_value_that_json_text_would_change():
    """A value that would read back as another is refused, by the field's name."""
    with pytest.raises(InvalidValueError, match=r"testapp\.Legacy\.roles"):
        Legacy(id=1, roles=[(1, 2)]).to_item()


def test_conflict(sent):
    """Conflicts are found on the raw item."""
    client_put(OLD_ITEM)
    first, second = Legacy.objects.get(7), Legacy.objects.get(7)
    second.roles.append("c")
    second.save()
    first.count = 1
    with pytest.raises(ConflictError, match=r"\(roles\)"):
        first.save(raise_on_conflict=True)


def test_filter(sent):
    """Filters compare with the old encodings."""
    client_put(OLD_ITEM)
    assert [old.pk for old in Legacy.objects.scan(active=True, created=MOMENT)] == [7]
    assert not list(Legacy.objects.scan(active=False))


def test_old_counter(sent):
    """The counter of an old table goes on where it stands, and is no object."""
    client_put({"id": {"N": "-1"}, "__max_hash_key__": {"N": "41"}})
    made = Legacy.objects.create(name="x")
    assert made.pk == 42
    assert client_get(-1) == {"id": {"N": "-1"}, "__max_hash_key__": {"N": "42"}}
    assert [old.pk for old in Legacy.objects.all()] == [42]


def test_plain_client(sent):
    """The plain client reads what was written, as old programs do."""
    Legacy(**OLD_VALUES).save()
    table = Legacy._meta.open_table().schema.name
    answer = connections["default"].client.get_item(TableName=table, Key={"id": {"N": "7"}})
    assert answer["Item"] | {"labels": {"SS": sorted(answer["Item"]["labels"]["SS"])}} == OLD_ITEM
