"""Tests that every way of writing sets the fields with ``auto_now`` and ``auto_now_add``."""

import datetime as dt

import pytest
from django.utils import timezone

from django_dynamodb import transaction
from tests.testapp.models import Stamped

FIRST, THEN = (dt.datetime(2024, 1, day, 12, tzinfo=dt.UTC) for day in (1, 2))


@pytest.fixture
def clock(monkeypatch):
    """Sets the clock."""

    def set_to(moment):
        monkeypatch.setattr(timezone, "now", lambda: moment)

    set_to(FIRST)
    return set_to


@pytest.fixture
def loaded(dynamodb, clock):
    """A row stored first and loaded, with the clock at the second moment."""
    Stamped(code="a", created=FIRST, updated=FIRST, day=FIRST.date()).save_base(raw=True)
    clock(THEN)
    return get()


def get():
    """The row as it is stored."""
    return Stamped.objects.get("a", consistent_read=True)


def rows():
    """The query set of the row."""
    return Stamped.objects.filter(pk="a")


def in_transaction(verb, *args, **values):
    """Does one thing in a transaction."""
    with transaction.write() as tx:
        getattr(tx, verb)(*args, **values)


CREATING = {
    "save": lambda: Stamped(code="a").save(),
    "create": lambda: Stamped.objects.create(code="a"),
    "get_or_create": lambda: Stamped.objects.get_or_create(code="a"),
    "bulk_create": lambda: Stamped.objects.bulk_create([Stamped(code="a")]),
    "batch_write": lambda: Stamped.objects.batch_write([Stamped(code="a")]),
    "transaction": lambda: in_transaction("save", Stamped(code="a")),
    "transaction create": lambda: in_transaction("create", Stamped(code="a")),
}

CHANGING = {
    "save": lambda row: row.save(),
    "update": lambda row: rows().update(title="x"),
    "update of a list": lambda row: Stamped.objects.filter(pk__in=["a"]).update(title="x"),
    "update_or_create": lambda row: Stamped.objects.update_or_create(code="a", defaults={"title": "x"}),
    "batch_write": lambda row: Stamped.objects.batch_write([row]),
    "transaction": lambda row: in_transaction("save", row),
    "transaction update": lambda row: in_transaction("update", rows(), title="x"),
}


@pytest.mark.parametrize("way", CREATING)
def test_new_objects(dynamodb, clock, way):
    """A new object is stamped in all its fields, whichever way it is written."""
    CREATING[way]()
    assert (get().created, get().updated) == (FIRST, FIRST)
    assert get().day is not None


@pytest.mark.parametrize("way", CHANGING)
def test_stored_objects(loaded, way):
    """A stored object is stamped as changed, and keeps the time of its creation."""
    CHANGING[way](loaded)
    assert (get().created, get().updated) == (FIRST, THEN)
    assert get().day > FIRST.date()  # Django asks the calendar itself


def test_named_stamps(loaded):
    """An update that names a stamp sets what it says."""
    rows().update(title="x", updated=FIRST)
    assert get().updated == FIRST
    assert get().day > FIRST.date()


def test_update_without_values(loaded):
    """An update of nothing stamps nothing."""
    assert rows().update() == 0
    assert get().updated == FIRST


def test_update_fields(loaded):
    """A save of named fields leaves the others alone, stamps included, as in Django."""
    loaded.title = "x"
    loaded.save(update_fields=["title"])
    assert (get().title, get().updated) == ("x", FIRST)


def test_raw_saves(dynamodb, clock):
    """A fixture keeps its own stamps."""
    Stamped(code="a", created=FIRST, updated=FIRST, day=FIRST.date()).save_base(raw=True)
    clock(THEN)
    assert get().updated == FIRST
