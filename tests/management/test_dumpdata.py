"""Tests ``manage.py dumpdata``: whole tables in any order, and back through ``loaddata``."""

import datetime as dt
import io
import json
import uuid
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from django_dynamodb.connections import connections
from django_dynamodb.testing import tables
from django_dynamodb.testing.assertions import assertDynamoDB
from tests.testapp.models import Everything, Note, Thread, Ticket

MOMENT = dt.datetime(2024, 1, 2, 3, 4, 5, 678000, tzinfo=dt.UTC)

FULL = {
    "code": "a~,b",
    "text": "Grüße,\n<du> & ich",
    "maybe": "",
    "number": -(2**60),
    "ratio": 0.1,
    "price": Decimal("1234567890123456789012345678901234.5678"),
    "flag": True,
    "blob": b"\x00\xff",
    "moment": MOMENT,
    "day": dt.date(2024, 2, 29),
    "hour": dt.time(1, 2, 3, 4000),
    "span": dt.timedelta(days=-1, microseconds=5),
    "token": uuid.UUID(int=7),
    "address": "2001:db8::1",
    "slug": "a-b",
    "upload": "folder/file.txt",
    "document": {"a": [1, 2.5, None, {"b": "c"}]},
    "strings": {"x", "y"},
    "numbers": {1, Decimal("2.50")},
    "blobs": {b"\x00", b"\xff"},
    "items": [1, "two", None, {"three": 3}],
    "mapping": {"a": {"b": [1]}},
    "owner_id": 5,
}


@pytest.fixture
def dump(run):
    """A function that dumps, and returns the records."""
    return lambda *arguments, **options: json.loads(run("dumpdata", *arguments, **options).out)


def test_whole_table(dump, dynamodb):
    """Every object of a table is dumped, whatever its place; the counter item of the table is none."""
    for title in "abc":
        Ticket(title=title).save()
    records = dump("testapp.Ticket")
    assert sorted((record["pk"], record["fields"]["title"]) for record in records) == [(1, "a"), (2, "b"), (3, "c")]
    assert {record["model"] for record in records} == {"testapp.ticket"}


def test_both_keys(dump, dynamodb):
    """The key of a model with a sort key is its packed text."""
    Thread.objects.bulk_create([Thread(forum="a/b", subject=subject) for subject in "xy"])
    assert sorted(record["pk"] for record in dump("testapp.thread")) == ["a!2Fb~x", "a!2Fb~y"]


def test_given_keys_alone_are_read(dump, calls, dynamodb):
    """``--pks`` takes packed keys, and reads those items and no others."""
    Thread.objects.bulk_create([Thread(forum="a/b", subject=subject) for subject in "xyz"])
    calls.clear()
    records = dump("testapp.Thread", primary_keys="a!2Fb~z, a!2Fb~x,a!2Fb~absent")
    assert [record["fields"]["subject"] for record in records] == ["z", "x"]
    assert calls == ["BatchGetItem"]


@pytest.mark.parametrize(
    ("label", "keys", "message"),
    [
        ("testapp.Thread", "a~b,c", r"--pks: testapp\.Thread: 'c' is no key; .*<forum>~<subject>.* comma cannot"),
        ("testapp.Ticket", "1,one", r"--pks: testapp\.Ticket: 'one' is no key; a key is a value of id"),
        ("testapp.Nothing", "1", "Unknown model"),
        ("testapp", "1", "one model"),
    ],
)
def test_no_key(run, calls, label, keys, message):
    """What can be no key is refused before anything is read; so is what Django's command refuses."""
    with pytest.raises(CommandError, match=message):
        run("dumpdata", label, primary_keys=keys)
    assert calls == []


def test_page_by_page(calls, dynamodb):
    """What is read is written before the next page is read: a table need not fit into memory."""
    Everything.objects.bulk_create([Everything(code=code, text="x" * 390_000) for code in "abcd"])
    calls.clear()
    reads = []

    class Output(io.StringIO):
        def write(self, text):
            reads.append((calls.count("Scan"), len(text)))
            return super().write(text)

    call_command("dumpdata", "testapp.Everything", stdout=Output())
    assert calls.count("Scan") > 1
    assert sum(length for scans, length in reads if scans == 1) > 390_000


@pytest.mark.django_db
@pytest.mark.parametrize("format_", ["json", "jsonl", "xml", "yaml"])
def test_round_trip(dump, dynamodb, tmp_path, format_):
    """What is dumped of each kind of field, filled and empty, ``loaddata`` stores as it was."""
    Everything(**FULL).save()
    Everything(code="empty").save()
    before = {row.code: row._state.item for row in Everything.objects.all()}
    fixture = tmp_path / f"all.{format_}"
    call_command("dumpdata", "testapp.Everything", format=format_, output=fixture, verbosity=0)
    Everything.objects.all().delete()
    call_command("loaddata", fixture, verbosity=0)
    assert {row.code: row._state.item for row in Everything.objects.all()} == before


def test_indent(run, dynamodb):
    """``--indent`` is Django's own."""
    Ticket(title="x").save()
    assert '\n    "model": "testapp.ticket"' in run("dumpdata", "testapp.Ticket", indent=4).out.replace(
        "        ", "    "
    )


@pytest.mark.django_db
def test_counters_after_a_load(dump, dynamodb, tmp_path):
    """The counter item is no object; after a load no number of the fixture is given out again, as with sequences."""
    for title in "ab":
        Ticket(title=title).save()
    (fixture := tmp_path / "all.json").write_text(json.dumps(dump("testapp.Ticket")))
    tables.truncate(connections["default"].table(Ticket._meta.table))
    with assertDynamoDB(updates=1, puts=2):
        call_command("loaddata", fixture, verbosity=0)
    assert sorted(Ticket.objects.scan().values_list("pk", flat=True)) == [1, 2]
    assert Ticket.objects.create(title="c").pk == 3


@pytest.mark.django_db
def test_natural_keys(dump, dynamodb, tmp_path, monkeypatch, django_user_model):
    """Natural keys stand in place of keys: of related SQL objects, and of objects that have one."""
    monkeypatch.setattr(Thread, "natural_key", lambda self: (self.forum, self.subject), raising=False)
    user = django_user_model.objects.create_user("ada")
    note = Note.objects.create(owner=user, text="n")
    Thread(forum="a", subject="b", views=4).save()
    records = dump("testapp.Note", "testapp.Thread", use_natural_foreign_keys=True, use_natural_primary_keys=True)
    found = {record["model"]: record for record in records}
    assert found["testapp.note"]["fields"]["owner"] == ["ada"]
    assert "pk" not in found["testapp.thread"]
    (fixture := tmp_path / "all.json").write_text(json.dumps(records))
    Thread.objects.all().delete()
    call_command("loaddata", fixture, verbosity=0)
    assert (Thread.objects.get("a", "b").views, Note.objects.get(note.pk).owner) == (4, user)


@pytest.mark.django_db
def test_beside_sql_models(dump, dynamodb, django_user_model):
    """SQL models are dumped as ever, in the order of their keys."""
    for name in ("ada", "eve"):
        django_user_model.objects.create_user(name)
    Ticket(title="x").save()
    records = dump("auth.user", "testapp.ticket")
    assert [record["fields"].get("username") for record in records] == ["ada", "eve", None]


def test_hidden_scan_is_refused(run, monkeypatch, dynamodb):
    """A default manager that filters by no key is refused, not scanned in secret; ``--all`` goes round it."""
    plain = Thread._default_manager
    monkeypatch.setattr(type(plain), "get_queryset", lambda self: plain._queryset_class(Thread).filter(views=1))
    with pytest.raises(CommandError, match="would read the whole table"):
        run("dumpdata", "testapp.Thread")
