"""Tests the time of expiry: how it is stored, what it hides, and what it refuses."""

import datetime as dt

import pytest
from django.db.models import Q
from django.utils import timezone

from django_dynamodb import models, transaction
from django_dynamodb.exceptions import (
    ConditionFailedError,
    InvalidCursorError,
    InvalidTypeError,
    InvalidValueError,
    TransactionCanceledError,
    UnsupportedError,
)
from django_dynamodb.tables import lifecycle
from tests.declaring import declare
from tests.testapp.models import Session

__all__ = ["declare"]

NOW = dt.datetime(2024, 1, 2, 3, 4, 5, 600000, tzinfo=dt.UTC)
SECONDS = 1704164645
"""The whole second before."""


def after(seconds):
    """A moment so many seconds after now."""
    return NOW + dt.timedelta(seconds=seconds)


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """Stops the clock, and can set it."""

    def set_to(moment):
        monkeypatch.setattr(timezone, "now", lambda: moment)

    set_to(NOW)
    return set_to


@pytest.fixture
def sessions(dynamodb, clock):
    """Four sessions of one user: 1 expires in a minute, 2 in an hour, 3 never, 4 in two hours; half an hour ago."""
    clock(after(-1800))
    for number, seconds in ((1, 60), (2, 3600), (3, None), (4, 7200)):
        expires = None if seconds is None else after(seconds - 1800)
        Session.objects.create(user="ada", number=number, data="x", expires=expires)
    clock(NOW)


def numbers(rows):
    """The numbers of sessions, in order."""
    return sorted(row.number for row in rows)


def raw(number=1):
    """An item as it is stored."""
    return Session._meta.open_table().get({"user": {"S": "ada"}, "number": {"N": str(number)}}, consistent=True)


def put_raw(number=1, **attributes):
    """Writes an item past the model."""
    key = {"user": {"S": "ada"}, "number": {"N": str(number)}}
    Session._meta.open_table().put({**key, "data": {"S": "x"}, **attributes})


# -- storing ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "stored"),
    [
        (after(10), SECONDS + 11),
        (after(10).replace(microsecond=0), SECONDS + 10),
        (after(10).astimezone(dt.timezone(dt.timedelta(hours=5))), SECONDS + 11),
        ("2024-01-02T03:04:15Z", SECONDS + 10),
    ],
    ids=str,
)
def test_stored_as_seconds(dynamodb, moment, stored):
    """A moment is stored as whole seconds, rounded up, and loads as that second in UTC."""
    Session.objects.create(user="ada", number=1, data="x", expires=moment)
    assert raw()["expires"] == {"N": str(stored)}
    found = Session.objects.get("ada", 1).expires
    assert (found, found.tzinfo) == (dt.datetime.fromtimestamp(stored, dt.UTC), dt.UTC)


def test_never(dynamodb):
    """None is no attribute: the item never expires."""
    Session.objects.create(user="ada", number=1, data="x")
    assert "expires" not in raw()
    assert Session.objects.get("ada", 1).expires is None


def test_naive_moments(dynamodb, settings):
    """Naive moments follow USE_TZ: refused while it is on, local time while it is off."""
    naive = dt.datetime(2030, 1, 2, 3, 4, 5)  # noqa: DTZ001  # the point
    with pytest.raises(InvalidValueError, match="has no time zone and USE_TZ is on"):
        Session.objects.create(user="ada", number=1, data="x", expires=naive)
    settings.USE_TZ = False
    Session.objects.create(user="ada", number=1, data="x", expires=naive)
    assert Session.objects.get("ada", 1).expires == naive


def test_reload_is_no_change(dynamodb, sent):
    """A moment within a second that was rounded up is no change at the next save."""
    session = Session.objects.create(user="ada", number=1, data="x", expires=after(10))
    sent.clear()
    session.save()
    assert sent.calls == []


def test_fractions_of_other_writers(dynamodb):
    """A stored fraction of a second is read exactly; milliseconds are told apart."""
    put_raw(1, expires={"N": "1704168245.25"})
    assert Session.objects.get("ada", 1).expires == dt.datetime(2024, 1, 2, 4, 4, 5, 250000, tzinfo=dt.UTC)
    put_raw(1, expires={"N": "1704168245250"})
    with pytest.raises(InvalidValueError, match=r"Session\.expires: .*may be milliseconds"):
        Session.objects.get("ada", 1)


def test_numbers_are_no_moments(dynamodb):
    """A number of seconds is not taken for a moment."""
    with pytest.raises(InvalidTypeError):
        Session.objects.create(user="ada", number=1, data="x", expires=SECONDS + 10)


# -- hiding -------------------------------------------------------------------------------------------------------


READS = {
    "filter": lambda rows: rows.filter(user="ada"),
    "a further filter": lambda rows: rows.filter(user="ada", data="x"),
    "query": lambda rows: rows.filter(user="ada", number__gte=1),
    "index": lambda rows: rows.index("by_data").filter(data="x"),
    "list of keys": lambda rows: rows.filter(pk__in=[("ada", number) for number in range(1, 6)]),
    "list of sort keys": lambda rows: rows.filter(user="ada", number__in=[1, 2, 3, 4, 5]),
    "all": lambda rows: rows.all(),
    "only": lambda rows: rows.filter(user="ada").only("data"),
    "only, by keys": lambda rows: rows.filter(pk__in=[("ada", number) for number in range(1, 6)]).only("data"),
}


@pytest.mark.parametrize("way", READS)
def test_expired_items_are_hidden(sessions, way):
    """Whatever way many items are read and counted, those that have expired are left out; with_expired() shows them."""
    rows, everything = READS[way](Session.objects.all()), READS[way](Session.objects.with_expired())
    assert (numbers(rows), rows.count()) == ([2, 3, 4], 3)
    assert (numbers(everything), everything.count()) == ([1, 2, 3, 4], 4)


def test_one_expired_item(sessions):
    """get(), exists() and values() of an expired item find nothing; with_expired() does."""
    one = Session.objects.filter(user="ada", number=1)
    with pytest.raises(Session.DoesNotExist):
        Session.objects.get("ada", 1)
    assert (one.exists(), one.count(), one.first(), list(one.values("data"))) == (False, 0, None, [])
    shown = one.with_expired()
    assert (shown.exists(), shown.count(), list(shown.values("data"))) == (True, 1, [{"data": "x"}])
    assert Session.objects.with_expired().get("ada", 1).number == 1


def test_batches_of_keys(sessions):
    """get_batch() and in_bulk() leave out what has expired; so do scan(), query() and a reading transaction."""
    keys = [("ada", 1), ("ada", 2)]
    assert numbers(Session.objects.get_batch(keys)) == [2]
    assert list(Session.objects.in_bulk(keys)) == ["ada~2"]
    assert numbers(Session.objects.with_expired().get_batch(keys)) == [1, 2]
    assert numbers(Session.objects.scan(data="x")) == [2, 3, 4]
    assert numbers(Session.objects.query("ada")) == [2, 3, 4]


def test_reading_transaction(sessions):
    """A reading transaction brings None for what has expired."""
    one, two = (Session.objects.filter(user="ada", number=number) for number in (1, 2))
    found = transaction.read([one, two.only("data"), Session.objects.filter(user="ada", number=9)])
    assert [row and row.number for row in found] == [None, 2, None]
    assert transaction.read([one.with_expired()])[0].number == 1


def test_the_moment_itself(sessions, clock):
    """An item is hidden from the second on at which it expires, the same for the service and after reading."""
    moment = Session.objects.get("ada", 2).expires
    for now, seen in ((moment - dt.timedelta(microseconds=1), True), (moment, False)):
        clock(now)
        assert Session.objects.filter(user="ada", number=2).exists() is seen
        assert (2 in numbers(Session.objects.filter(user="ada"))) is seen


@pytest.mark.parametrize("ends", [{"NULL": True}, {"N": "-1"}], ids=str)
def test_odd_times(declare, dynamodb, ends):
    """NULL is never; a time far in the past, which the service leaves alone, has passed all the same."""
    model = declare.stored(ends=models.TTLField(null=True))
    model._meta.open_table().put({"code": {"S": "a"}, "ends": ends})
    seen = "NULL" in ends
    assert model.objects.exists() is seen
    assert model.objects.filter(pk="a").exists() is seen


def test_limits(sessions):
    """A slice counts living items."""
    assert numbers(Session.objects.filter(user="ada")[:2]) == [2, 3]
    assert Session.objects.filter(user="ada").first().number == 2


def test_pages(sessions, clock):
    """Pages hold living items, and a cursor holds while time goes by."""
    rows = Session.objects.filter(user="ada")
    page = rows.page(size=1)
    assert numbers(page.items) == [2]
    clock(after(1))
    assert numbers(rows.page(size=2, after=page.next).items) == [3, 4]
    with pytest.raises(InvalidCursorError):
        Session.objects.filter(user="eve").page(after=page.next)


def test_explain(sessions):
    """explain() says that and how expired items are left out."""
    query = Session.objects.filter(user="ada").explain()
    assert "expired items: left out by the service" in query
    assert '"FilterExpression": "NOT' in query
    assert "expired items: left out after reading" in Session.objects.filter(user="ada", number=1).explain()
    assert "expired" not in Session.objects.with_expired().filter(user="ada").explain()


def test_either_side_of_a_union(sessions):
    """What either side shows, both together show."""
    one = Session.objects.filter(user="ada")
    assert numbers(one & Session.objects.with_expired()) == [1, 2, 3, 4]


def test_index_without_the_time(sessions):
    """An index that does not hold the time cannot tell; it is read with_expired()."""
    with pytest.raises(UnsupportedError, match=r"'keys_by_data' does not hold 'expires'.*with_expired"):
        list(Session.objects.query("x", index="keys_by_data"))
    assert numbers(Session.objects.with_expired().index("keys_by_data").filter(data="x")) == [1, 2, 3, 4]


# -- ordered by expiry --------------------------------------------------------------------------------------------


LINE = {
    "all": ({}, [2, 4]),
    "lt": ({"expires__lt": after(3600)}, [2]),
    "lte": ({"expires__lte": after(1801)}, [2]),
    "gt": ({"expires__gt": after(1801)}, [4]),
    "gte": ({"expires__gte": after(-9999)}, [2, 4]),
    "range": ({"expires__range": (after(-9999), after(3600))}, [2]),
    "expired only": ({"expires__lt": after(0)}, []),
}


@pytest.mark.parametrize("way", LINE)
def test_sorted_by_expiry(sessions, way):
    """An index ordered by the time of expiry begins at the present, since a key is in no filter."""
    lookups, expected = LINE[way]
    rows = Session.objects.index("by_expiry").filter(data="x", **lookups)
    assert (numbers(rows), rows.count()) == (expected, len(expected))


def test_pages_sorted_by_expiry(sessions):
    """Pages of what time itself narrows would not fit together."""
    rows = Session.objects.index("by_expiry").filter(data="x")
    with pytest.raises(UnsupportedError, match="with_expired"):
        rows.page(size=1)
    assert numbers(rows.with_expired().page(size=2).items) == [1, 2]


# -- lookups ------------------------------------------------------------------------------------------------------


def test_lookups_within_a_second(sessions):
    """Lookups compare whole seconds as they are stored, exactly, whatever part of a second the moment has."""
    stored = Session.objects.get("ada", 2).expires
    early, late = stored - dt.timedelta(microseconds=1), stored + dt.timedelta(microseconds=1)
    rows = Session.objects.filter(user="ada")
    found = {
        name: 2 in numbers(rows.filter(**{f"expires{name}": value}))
        for name, value in {
            "": stored, "__in": [early, stored], "__gt": early, "__gte": stored, "__lt": late, "__lte": late,
            "__range": (early, late),
        }.items()
    }  # fmt: skip
    assert all(found.values()), found
    missed = {"": late, "__in": [early], "__gt": stored, "__gte": late, "__lt": stored, "__lte": early}
    for name, value in missed.items():
        assert 2 not in numbers(rows.filter(**{f"expires{name}": value})), name


def test_null_lookup(sessions):
    """What never expires can be asked for."""
    assert numbers(Session.objects.filter(user="ada", expires=None)) == [3]


# -- writing ------------------------------------------------------------------------------------------------------


WRITES = {
    "create": lambda: Session.objects.create(user="eve", number=1, data="x", expires=after(-1)),
    "bulk_create": lambda: Session.objects.bulk_create([Session(user="eve", number=1, data="x", expires=after(-1))]),
    "update": lambda: Session.objects.filter(user="ada", number=2).update(expires=after(-1)),
    "save": lambda: save(Session.objects.get("ada", 2), expires=after(-1)),
    "save of what expired": lambda: save(Session.objects.with_expired().get("ada", 1), data="y"),
}


def save(session, condition=None, **values):
    """Changes and saves a session."""
    for name, value in values.items():
        setattr(session, name, value)
    session.save(condition=condition)


@pytest.mark.parametrize("way", WRITES)
def test_the_past_is_refused(sessions, sent, way):
    """What would be hidden at once is not written; nothing is sent."""
    with pytest.raises(InvalidValueError, match=r"Session\.expires is .*has passed.*Delete the object"):
        WRITES[way]()
    assert not {"PutItem", "UpdateItem", "BatchWriteItem"} & set(sent.operations)


def test_fixtures_keep_the_past(dynamodb):
    """A raw save, as of loaddata, takes what it is given."""
    Session(user="ada", number=1, data="x", expires=after(-60)).save_base(raw=True)
    assert numbers(Session.objects.with_expired()) == [1]


def test_expired_items_hold_no_key(sessions):
    """create() and get_or_create() take the place of an expired item, which nobody sees, and of no other."""
    session, created = Session.objects.get_or_create(user="ada", number=1, defaults={"data": "new"})
    assert (session.data, created, "expires" in raw()) == ("new", True, False)
    again, created = Session.objects.get_or_create(user="ada", number=1, defaults={"data": "newer"})
    assert (again.data, created) == ("new", False)


def test_updates_and_deletes_pass_expired_items_by(sessions):
    """update() and delete() of a query set change what it shows."""
    one = Session.objects.filter(user="ada", number=1)
    assert (one.update(data="y"), one.delete()[0]) == (0, 0)
    assert one.with_expired().update(data="y") == 1
    assert Session.objects.filter(user="ada").delete()[0] == 3
    assert numbers(Session.objects.with_expired()) == [1]
    assert Session.objects.with_expired().delete()[0] == 1


def test_transactions_pass_expired_items_by(sessions):
    """check() and update() of an expired item cancel a transaction."""
    for verb, values in (("check", {}), ("update", {"data": "y"})):
        one = Session.objects.filter(user="ada", number=1)
        with pytest.raises(TransactionCanceledError), transaction.write() as tx:
            getattr(tx, verb)(one, **values)


def test_a_loaded_object_outlives_its_time(sessions, clock):
    """An object that expired since it was loaded can be given more time, or deleted."""
    session, other = Session.objects.get("ada", 2), Session.objects.get("ada", 4)
    clock(after(99999))
    session.expires = after(200000)
    session.save()
    assert numbers(Session.objects.all()) == [2, 3]
    assert other.delete()[0] == 1


def test_refresh(sessions, clock):
    """An expired object cannot be reloaded, unless with_expired(); what was deferred still loads."""
    session = Session.objects.only("expires").get(user="ada", number=2)
    clock(after(99999))
    with pytest.raises(Session.DoesNotExist):
        session.refresh_from_db()
    session.refresh_from_db(from_queryset=Session.objects.with_expired())
    assert session.data == "x"


def test_condition_by_expiry(sessions):
    """The time can be part of a condition."""
    session = Session.objects.get("ada", 2)
    session.data = "y"
    session.save(condition=Q(expires__gt=NOW))
    with pytest.raises(ConditionFailedError):
        save(Session.objects.get("ada", 4), condition=Q(expires__lt=NOW), data="y")


# -- the table ----------------------------------------------------------------------------------------------------


def test_table(dynamodb):
    """The model's only TTLField is the table's expiry, which is switched on when the table is made."""
    assert Session._meta.table.ttl == "expires"
    assert lifecycle.describe(Session._meta.open_table()).ttl == "expires"


def test_named_expiry(declare):
    """Of two, Table.ttl names the one; without it there is none, and nothing is hidden."""
    fields = {"first": models.TTLField(null=True), "second": models.TTLField(null=True, db_column="ends")}
    named = declare("Named", table={"ttl": "second"}, **{name: field.clone() for name, field in fields.items()})
    neither = declare("Neither", **fields)
    assert (named._meta.table.ttl, named._meta.mapper.expires.name) == ("ends", "second")
    assert (neither._meta.table.ttl, neither._meta.mapper.expires) == (None, None)


def test_numbers_hide_nothing(declare, dynamodb):
    """A plain number that is Table.ttl expires items in the service; only a TTLField hides them."""
    model = declare.stored(table={"ttl": "ends"}, ends=models.BigIntegerField(null=True))
    model.objects.create(code="a", ends=1)
    assert model.objects.get("a").ends == 1


def test_mapper1_storage(declare, dynamodb):
    """The old encodings store the same seconds."""
    model = declare.stored(table={"storage": "mapper1"}, ends=models.TTLField(null=True))
    model.objects.create(code="a", ends=after(10))
    assert model._meta.open_table().get({"code": {"S": "a"}})["ends"] == {"N": str(SECONDS + 11)}


def test_form_field():
    """In a form it is a moment."""
    assert type(Session._meta.get_field("expires").formfield()).__name__ == "DateTimeField"
