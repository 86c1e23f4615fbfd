"""Tests which of Django's signals a write sends, in what order and with what."""

import pytest
from django.core import serializers
from django.db.models import F, signals

from django_dynamodb.exceptions import ConditionFailedError, OverwriteError
from tests.testapp.models import Thread, Ticket

NAMES = ("pre_init", "post_init", "pre_save", "post_save", "pre_delete", "post_delete")


@pytest.fixture
def heard(sent):
    """The signals of threads and tickets and the calls between them, in order."""
    events = Events(sent)
    receivers = {name: events.receiver(name) for name in NAMES[2:]}
    for name, receiver in receivers.items():
        getattr(signals, name).connect(receiver)
    yield events
    for name, receiver in receivers.items():
        getattr(signals, name).disconnect(receiver)


class Events(list):
    """Pairs of name and arguments."""

    def __init__(self, sent):
        super().__init__()
        self.sent = sent

    def receiver(self, name):
        """Notes signals of one name, and how many calls were made before."""

        def note(**arguments):
            arguments.pop("signal")
            self.append((name, {**arguments, "calls": len(self.sent.calls)}))

        return note

    @property
    def names(self):
        """The names alone."""
        return [name for name, _ in self]

    @property
    def created(self):
        """What post_save said of creation."""
        return [arguments["created"] for name, arguments in self if name == "post_save"]


def make():
    """A new thread."""
    return Thread(forum="AWS", subject="S3")


def test_insert(heard):
    """A save sends pre_save before the call and post_save after it, with Django's arguments."""
    thread = make()
    thread.save()
    common = {"sender": Thread, "instance": thread, "raw": False, "using": "default", "update_fields": None}
    assert heard == [("pre_save", {**common, "calls": 0}), ("post_save", {**common, "created": True, "calls": 1})]


def test_update(heard):
    """A later save says that nothing was created, and is announced though nothing changed, as in Django."""
    thread = make()
    thread.save()
    thread.save()
    assert heard.names == ["pre_save", "post_save"] * 2
    assert heard.created == [True, False]


def test_update_fields(heard):
    """update_fields are handed on; an empty list sends nothing."""
    thread = make()
    thread.save()
    heard.clear()
    thread.save(update_fields=["views"])
    thread.save(update_fields=[])
    assert [arguments["update_fields"] for _, arguments in heard] == [frozenset({"views"})] * 2


def test_change_by_a_receiver(sent):
    """What a pre_save receiver changes is written."""

    def shout(instance, **arguments):
        instance.author = "ME"

    signals.pre_save.connect(shout, sender=Thread)
    try:
        make().save()
    finally:
        signals.pre_save.disconnect(shout, sender=Thread)
    assert Thread.objects.get("AWS", "S3").author == "ME"


def test_failed_save(heard):
    """A save that fails sends no post_save."""
    make().save()
    heard.clear()
    with pytest.raises(OverwriteError):
        make().save(force_insert=True)
    assert heard.names == ["pre_save"]


def test_delete(heard):
    """A delete sends both of its signals, with the object as their origin."""
    thread = make()
    thread.save()
    heard.clear()
    thread.delete()
    common = {"sender": Thread, "instance": thread, "using": "default", "origin": thread}
    assert heard == [("pre_delete", {**common, "calls": 1}), ("post_delete", {**common, "calls": 2})]


def test_failed_delete(heard):
    """A delete that fails sends no post_delete."""
    with pytest.raises(ConditionFailedError):
        make().delete(raise_on_conflict=True)
    assert heard.names == ["pre_delete"]


def test_create(heard):
    """create() and get_or_create() announce what they create, once."""
    Thread.objects.create(forum="AWS", subject="S3")
    Thread.objects.get_or_create(forum="AWS", subject="S3")
    Thread.objects.update_or_create(forum="AWS", subject="S3", defaults={"views": 4})
    assert heard.created == [True, False]


def test_number(heard):
    """An insert that takes a number is one save, however many numbers it tried."""
    Ticket(id=1).save()
    heard.clear()
    Ticket().save()
    assert heard.names == ["pre_save", "post_save"]
    assert heard[1][1]["instance"].pk == 2


def test_query_set(heard):
    """delete() of a query set announces each object; update() none, as in Django."""
    for subject in "abc":
        Thread(forum="AWS", subject=subject).save()
    heard.clear()
    Thread.objects.filter(forum="AWS").update(views=F("views") + 1)
    assert not heard
    Thread.objects.filter(forum="AWS").delete()
    assert heard.names == ["pre_delete", "post_delete"] * 3


def test_batches(heard):
    """Batches announce nothing, as bulk operations in Django."""
    Thread.objects.bulk_create([make()])
    Thread.objects.batch_write(deletes=[make()])
    assert not heard


@pytest.mark.django_db
def test_fixture(heard):
    """A deserialised object is announced as raw, and its values are stored as they are."""
    data = [{"model": "testapp.ticket", "pk": 5, "fields": {"title": "x", "updated": "2020-01-01T00:00:00Z"}}]
    for found in serializers.deserialize("python", data):
        found.save()
    assert [arguments["raw"] for _, arguments in heard] == [True, True]
    assert Ticket.objects.get(5).updated.year == 2020


def test_init(sent):
    """Receivers of pre_init and post_init hear of loaded objects too."""
    make().save()
    counts = dict.fromkeys(NAMES[:2], 0)

    def count(name):
        def receiver(**arguments):
            counts[name] += 1

        return receiver

    receivers = {name: count(name) for name in counts}
    for name, receiver in receivers.items():
        getattr(signals, name).connect(receiver, sender=Thread)
    try:
        Thread.objects.get("AWS", "S3")
    finally:
        for name, receiver in receivers.items():
            getattr(signals, name).disconnect(receiver, sender=Thread)
    assert counts == {"pre_init": 1, "post_init": 1}
