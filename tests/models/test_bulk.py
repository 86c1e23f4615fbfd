"""Holds what is written for many objects at once: batches, bulk_create, update and delete of query sets."""

import json
from dataclasses import replace

import pytest
from django.contrib.auth import get_user_model
from django.db.models import F, signals

from django_dynamodb.exceptions import (
    DuplicateKeyError,
    InvalidKeyError,
    InvalidValueError,
    ScanForbidden,
    UnprocessedItemsError,
    UnsupportedError,
)
from django_dynamodb.testing.faults import unprocessed
from tests.testapp.models import Everything, Reading, Thread, Ticket


def threads(count, **values):
    """That many new threads of one forum."""
    return [Thread(forum="AWS", subject=f"{number:03}", views=number, **values) for number in range(count)]


@pytest.fixture
def forum(dynamodb):
    """Four stored threads with 0 to 3 views."""
    Thread.objects.bulk_create(threads(4))
    return Thread.objects.filter(forum="AWS")


@pytest.fixture
def heard():
    """The names of the signals that Thread sends."""
    names = []
    kinds = ("pre_save", "post_save", "pre_delete", "post_delete")
    listeners = {name: lambda name=name, **_: names.append(name) for name in kinds}
    for name, listener in listeners.items():
        getattr(signals, name).connect(listener, sender=Thread)
    yield names
    for name, listener in listeners.items():
        getattr(signals, name).disconnect(listener, sender=Thread)


@pytest.fixture
def stubborn(sent, monkeypatch):
    """A service that never takes the last two of a batch, and no time lost in asking again."""

    def answer(payload, _send):
        left = {table: requests[-2:] for table, requests in payload["RequestItems"].items()}
        return json.dumps({"UnprocessedItems": left}).encode()

    sent.instead("BatchWriteItem", answer)
    table = Thread._meta.open_table()
    monkeypatch.setattr(type(Thread._meta), "open_table", lambda _meta: replace(table, pause=lambda _attempt: False))


class TestBatchWrite:
    """batch_write()."""

    def test_generator(self, sent):
        """A generator of any length is written, 25 a call."""
        assert Thread.objects.batch_write(thread for thread in threads(60)) == 60
        assert sent.operations == ["BatchWriteItem"] * 3

    def test_deletes_by_any_key(self, forum):
        """Objects, packed texts and tuples are deleted, and puts go along."""
        first = forum[0]
        done = Thread.objects.batch_write([Thread(forum="AWS", subject="z")], [first, "AWS~001", ("AWS", "002")])
        assert done == 4
        assert list(forum.values_list("subject", flat=True)) == ["003", "z"]

    def test_deletes_by_plain_key(self, dynamodb):
        """The same for a table without sort key, where text is read as the field reads it."""
        made = [Ticket.objects.create() for _ in range(3)]
        Ticket.objects.batch_write(deletes=[made[0].pk, str(made[1].pk), made[2]])
        assert not Ticket.objects.exists()

    def test_progress(self, dynamodb):
        """Progress is told after each call, as how many are done by then."""
        seen = []
        Thread.objects.batch_write(threads(60), progress=seen.append)
        assert seen == [25, 50, 60]

    def test_key_twice(self, dynamodb):
        """The same key twice is the caller's mistake, not the last one's win."""
        with pytest.raises(DuplicateKeyError):
            Thread.objects.batch_write([*threads(2), *threads(1)])

    def test_other_model(self, dynamodb):
        """An object of another model is refused."""
        with pytest.raises(TypeError, match=r"testapp\.Thread"):
            Thread.objects.batch_write([Ticket(id=1)])

    def test_other_model_to_delete(self, dynamodb):
        """Also where it is to be deleted."""
        with pytest.raises(TypeError, match=r"testapp\.Thread"):
            Thread.objects.batch_write(deletes=[Reading(at=1)])

    def test_no_signals(self, sent, heard):
        """Batches send no signals and mark nothing as stored."""
        objects = threads(2)
        Thread.objects.batch_write(objects)
        assert heard == []
        assert objects[0]._state.adding

    @pytest.mark.usefixtures("stubborn")
    def test_rest_is_handed_back(self):
        """Items the service never takes are in the error, and those that were not tried after them."""
        with pytest.raises(UnprocessedItemsError) as caught:
            Thread.objects.batch_write((thread for thread in threads(60)), ["AWS~x"])
        assert (caught.value.written, len(caught.value.items), len(caught.value.keys)) == (23, 37, 1)


class TestBulkCreate:
    """bulk_create()."""

    def test_many(self, sent):
        """More than two batches; every object is marked as stored and can be saved further."""
        objects = Thread.objects.bulk_create(threads(60))
        assert sent.operations == ["BatchWriteItem"] * 3
        assert not any(thread._state.adding for thread in objects)
        sent.clear()
        objects[7].save()
        assert sent.calls == []
        objects[7].author = "me"
        objects[7].save()
        assert sent.operations == ["UpdateItem"]

    def test_generator_and_nothing(self, dynamodb):
        """Any iterable, also an empty one."""
        assert len(Thread.objects.bulk_create(thread for thread in threads(3))) == 3
        assert Thread.objects.bulk_create([]) == []

    @pytest.mark.usefixtures("stubborn")
    def test_rest_is_not_marked(self):
        """After a failure only the objects that were written count as stored; the error has all others."""
        objects = threads(60)
        with pytest.raises(UnprocessedItemsError) as caught:
            Thread.objects.bulk_create(objects)
        assert [thread.views for thread in objects if not thread._state.adding] == list(range(23))
        assert len(caught.value.items) == 37

    def test_autoincrement(self, dynamodb):
        """SEED row 28: each object gets its number, one conditional put each."""
        objects = Ticket.objects.bulk_create([Ticket(), Ticket(id=7), Ticket()])
        assert [ticket.pk for ticket in objects] == [1, 7, 2]

    def test_auto_now(self, dynamodb):
        """``pre_save`` of the fields runs."""
        assert Ticket.objects.bulk_create([Ticket()])[0].updated is not None

    @pytest.mark.parametrize(
        "options",
        [
            {"ignore_conflicts": True},
            {"update_conflicts": True, "update_fields": ["views"], "unique_fields": ["forum"]},
        ],
    )
    def test_refused_options(self, dynamodb, options):
        """A batch sees no conflicts, so it does not pretend to."""
        with pytest.raises(UnsupportedError, match=next(iter(options))):
            Thread.objects.bulk_create(threads(1), **options)

    def test_bad_value_sends_nothing(self, sent):
        """A value that cannot be stored stops the call before anything is sent."""
        with pytest.raises(InvalidValueError, match=r"testapp\.Thread"):
            Thread.objects.bulk_create([*threads(1), Thread(forum="AWS", subject="x", views="many")])
        assert sent.calls == []

    def test_no_key(self, sent):
        """An object without a key cannot be written."""
        with pytest.raises(InvalidKeyError):
            Thread.objects.bulk_create([Thread(forum="AWS")])
        assert sent.calls == []


class TestUpdate:
    """QuerySet.update()."""

    def test_whole_key_is_one_call(self, forum, sent):
        """A whole key with further filters is one conditional UpdateItem."""
        assert Thread.objects.filter(forum="AWS", subject="001", views=1).update(author="me", views=5) == 1
        assert sent.operations == ["UpdateItem"]
        assert Thread.objects.get("AWS", "001").author == "me"

    def test_condition_fails(self, forum):
        """A filter that does not hold changes nothing and counts nothing."""
        assert Thread.objects.filter(pk="AWS~001", views=99).update(views=5) == 0
        assert Thread.objects.get("AWS", "001").views == 1

    def test_absent_item_is_not_made(self, forum):
        """An update of nothing does not write a fragment."""
        assert Thread.objects.filter(pk="AWS~none").update(views=5) == 0
        assert not Thread.objects.filter(pk="AWS~none").exists()

    def test_computed(self, forum):
        """F() is computed by the service."""
        assert forum.filter(views__gte=2).update(views=F("views") + 10) == 2
        assert list(forum.values_list("views", flat=True)) == [0, 1, 12, 13]

    def test_object(self, dynamodb):
        """A related object is stored by its key."""
        Everything.objects.create(code="x")
        assert Everything.objects.filter(pk="x").update(owner=get_user_model()(id=7)) == 1
        assert Everything.objects.get("x").owner_id == 7

    def test_removal(self, dynamodb):
        """None and an empty set remove the attribute."""
        Everything.objects.create(code="x", number=1, strings={"a"})
        Everything.objects.filter(pk="x").update(number=None, strings=set())
        assert Everything.objects.get("x").to_item().keys().isdisjoint({"number", "strings"})
        assert Everything.objects.filter(pk="x", number=None).exists()

    def test_partition(self, forum, sent):
        """A partition is read, keys only, and updated item by item."""
        assert forum.update(author="all") == 4
        assert sent.operations == ["Query", *["UpdateItem"] * 4]
        assert set(sent.payloads[0]["ExpressionAttributeNames"].values()) == {"forum", "subject"}

    def test_everything(self, forum):
        """``all()`` says everything, so it is updated."""
        assert Thread.objects.update(author="all") == 4

    def test_no_hidden_scan(self, forum):
        """A filter no key serves raises before anything is written."""
        with pytest.raises(ScanForbidden):
            Thread.objects.filter(views=1).update(author="x")

    def test_list_of_keys(self, forum):
        """Keys that exist are updated, the others not counted."""
        assert Thread.objects.filter(pk__in=["AWS~000", "AWS~none"]).update(views=7) == 1

    def test_list_of_keys_with_a_condition(self, forum, sent):
        """Further filters on listed keys are the condition of each update; nothing is read."""
        assert Thread.objects.filter(pk__in=["AWS~000", "AWS~001"], views=1).update(author="x") == 1
        assert forum.filter(subject__in=["002", "003"], views__gt=2).update(author="x") == 1
        assert set(sent.operations) == {"UpdateItem"}

    def test_contradicting_keys(self, forum, sent):
        """Keys that exclude each other match nothing."""
        assert forum.filter(pk="GCP~z").update(views=1) == forum.filter(pk__in=["GCP~z"]).update(views=1) == 0
        assert sent.calls == []

    def test_order_does_not_matter(self, forum):
        """As in Django, an order is of no account to an update."""
        assert Thread.objects.filter(pk__in=["AWS~000"]).order_by("views").update(views=9) == 1

    def test_scan_on_purpose(self, forum):
        """A scan that was asked for serves an update."""
        assert Thread.objects.scan(views__gte=3).update(author="x") == 1

    @pytest.mark.parametrize("values", [{"forum": "x"}, {"subject": "x"}, {"pk": "a~b"}])
    def test_keys_cannot_change(self, forum, values):
        """A key in an update is refused."""
        with pytest.raises(UnsupportedError, match="key"):
            forum.update(**values)

    def test_unknown_field(self, forum):
        """An unknown field is refused."""
        with pytest.raises(Exception, match="nothing"):
            forum.update(nothing=1)

    def test_bad_value(self, forum, sent):
        """A value the field cannot hold is refused before anything is sent."""
        with pytest.raises(InvalidValueError, match="views"):
            forum.update(views="many")
        assert sent.calls == []

    def test_nothing_to_change(self, forum, sent):
        """No fields, no write."""
        assert forum.update() == 0
        assert "UpdateItem" not in sent.operations

    def test_slice(self, forum):
        """As in Django, a slice cannot be updated."""
        with pytest.raises(TypeError, match="slice"):
            forum[:2].update(views=1)

    def test_cache_is_dropped(self, forum):
        """Rows read before show the change when they are read again."""
        assert forum[0].views == 0
        assert len(forum) == 4
        forum.update(views=8)
        assert {row.views for row in forum} == {8}

    def test_no_signals(self, forum, heard):
        """As in Django, update() sends none."""
        forum.update(views=8)
        assert heard == []


class TestDelete:
    """QuerySet.delete()."""

    def test_count_and_signals(self, forum, heard):
        """Counts what was there, with Django's signals for each object."""
        assert forum.filter(views__lt=2).delete() == (2, {"testapp.Thread": 2})
        assert heard == ["pre_delete", "post_delete"] * 2
        assert forum.count() == 2

    def test_nothing(self, dynamodb):
        """Nothing matches, nothing is deleted."""
        assert Thread.objects.filter(pk="a~b").delete() == (0, {"testapp.Thread": 0})

    def test_counter_stays(self, dynamodb):
        """SEED row 29: deleting everything leaves the counter."""
        Ticket.objects.create()
        Ticket.objects.all().delete()
        assert Ticket.objects.create().pk == 2

    def test_no_hidden_scan(self, forum):
        """A filter no key serves raises."""
        with pytest.raises(ScanForbidden):
            Thread.objects.filter(views=1).delete()

    def test_slice(self, forum):
        """As in Django, a slice cannot be deleted."""
        with pytest.raises(TypeError, match="delete"):
            forum[:2].delete()

    def test_of_what_was_deferred(self, forum):
        """Rows with deferred fields are deleted without loading them."""
        assert forum.only("pk").delete()[0] == 4


# -- deleting what a query finds ---------------------------------------------------------------------------------


def fill_forum(count):
    """So many threads of one forum."""
    Thread.objects.bulk_create(Thread(forum="AWS", subject=f"{number:03d}") for number in range(count))


def test_a_partition_is_deleted_in_batches(sent):
    """Keys are read by one Query and deleted 25 a call; other partitions stay."""
    fill_forum(30)
    Thread.objects.create(forum="GCP", subject="a")
    sent.clear()
    assert Thread.objects.query("AWS").delete() == (30, {"testapp.Thread": 30})
    assert sent.operations == ["Query", "BatchWriteItem", "BatchWriteItem"]
    assert sent.payloads[0]["ProjectionExpression"] == "#n0, #n1"
    assert Thread.objects.count() == 1


def test_a_filter_chooses_what_is_deleted(dynamodb):
    """What does not match stays, by table and by index."""
    fill_forum(3)
    Thread.objects.create(forum="AWS", subject="x", author="ada")
    assert Thread.objects.filter(forum="AWS", views__gt=0).delete()[0] == 0
    assert Thread.objects.filter(author="ada").index("by_author").delete()[0] == 1
    assert Thread.objects.scan().delete()[0] == 3


def test_deleting_again_goes_on_where_it_stopped(sent):
    """A call that stays undone raises; what was deleted before is gone, and a note says how much that was."""
    fill_forum(60)
    with unprocessed(100, "BatchWriteItem", after=1), pytest.raises(UnprocessedItemsError) as caught:
        Thread.objects.query("AWS").delete()
    assert "25 items of testapp.Thread were deleted before" in caught.value.__notes__[-1]
    assert 0 < Thread.objects.count() < 60
    Thread.objects.query("AWS").delete()
    assert Thread.objects.count() == 0


def test_whoever_listens_gets_each_object(sent):
    """A receiver of the signals makes it one DeleteItem for each."""
    fill_forum(2)
    seen = []

    def receive(sender, instance, **_):
        seen.append(instance.subject)

    signals.post_delete.connect(receive, sender=Thread)
    try:
        assert Thread.objects.query("AWS").delete()[0] == 2
    finally:
        signals.post_delete.disconnect(receive, sender=Thread)
    assert (seen, sent.operations[-2:]) == (["000", "001"], ["DeleteItem", "DeleteItem"])


# -- duplicates --------------------------------------------------------------------------------------------------


def test_the_last_of_two_objects_may_be_written(sent):
    """On demand; the place is the first one's. A key that is put and deleted raises all the same."""
    puts = [Thread(forum="AWS", subject=name, views=views) for views, name in enumerate("aba")]
    assert Thread.objects.batch_write(puts=iter(puts), on_duplicate="last") == 2
    assert [row.views for row in Thread.objects.query("AWS")] == [2, 1]
    assert Thread.objects.batch_write(deletes=["AWS~a", ("AWS", "a")], on_duplicate="last") == 1
    with pytest.raises(DuplicateKeyError):
        Thread.objects.batch_write(puts=puts[:1], deletes=["AWS~a"], on_duplicate="last")
    with pytest.raises(ValueError, match="'raise' or 'last'"):
        Thread.objects.batch_write(on_duplicate="first")
