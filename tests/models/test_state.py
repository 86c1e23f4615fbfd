"""Tests what an object remembers of the item it was loaded from, through its whole life."""

import json

import pytest
from django.db.models import F
from django.db.models.base import ModelState

from django_dynamodb.exceptions import ItemTooLargeError
from django_dynamodb.limits import ITEM_BYTES
from django_dynamodb.models.state import ItemState, mark_deleted, mark_stored, state_of
from tests.testapp.models import Thread, Ticket


@pytest.fixture
def thread(sent):
    """A stored thread, as it was saved."""
    made = Thread(forum="AWS", subject="S3", author="me", tags={"a"})
    made.save()
    return made


def test_new_object():
    """A new object has no snapshot: nothing says it is stored."""
    state = state_of(Thread(forum="AWS", subject="S3"))
    assert (state.adding, state.item, state.unread) == (True, None, frozenset())


def test_state_of_djangos_own_kind():
    """The state Django's constructor made becomes ours and keeps what it holds."""
    thread = Thread("AWS", "S3")  # by position, which goes through it
    assert type(thread._state) is ModelState
    thread._state.db = "other"
    state = state_of(thread)
    assert type(state) is ItemState
    assert state is thread._state
    assert state.db == "other"


def test_no_alias():
    """No object is said to come from an SQL database."""
    assert Thread.from_item({"forum": {"S": "a"}, "subject": {"S": "b"}})._state.db is None


def test_after_a_save(thread):
    """The snapshot is what was just written."""
    assert thread._state.item == thread.to_item()
    assert not thread._state.adding


def test_after_an_update(thread):
    """An update changes the snapshot where it changed the item."""
    put = thread._state.item
    thread.tags, thread.author = set(), "you"
    thread.save()
    assert thread._state.item == {name: av for name, av in put.items() if name != "tags"} | {"author": {"S": "you"}}
    assert put["author"] == {"S": "me"}


def test_after_loading(thread):
    """The snapshot of a loaded object is the raw item."""
    assert Thread.objects.get("AWS", "S3")._state.item == thread._state.item


def test_deferred(thread):
    """What was not asked for is noted as unread."""
    state = Thread.objects.only("author").get("AWS", "S3")._state
    assert state.item == {"forum": {"S": "AWS"}, "subject": {"S": "S3"}, "author": {"S": "me"}}
    assert state.unread == {"posted", "views", "tags", "meta"}


def test_deferred_field_that_loads_itself(thread):
    """It is read then, and part of the snapshot."""
    partial = Thread.objects.only("author").get("AWS", "S3")
    assert partial.tags == {"a"}
    assert partial._state.item["tags"] == {"SS": ["a"]}
    assert partial._state.unread == {"posted", "views", "meta"}


def test_after_a_delete(thread):
    """After a delete there is no snapshot, and the object is new again."""
    thread.delete()
    assert (thread._state.adding, thread._state.item) == (True, None)


def test_after_a_batch(thread):
    """bulk_create marks what it wrote."""
    made = Thread.objects.bulk_create([Thread(forum="b", subject="1"), Thread(forum="b", subject="2")])
    assert [one._state.adding for one in made] == [False, False]
    assert made[1]._state.item == made[1].to_item()


def test_after_an_insert_with_a_number(sent):
    """The number is in the snapshot too."""
    assert Ticket.objects.create()._state.item["id"] == {"N": "1"}


def test_untracked(thread):
    """An untracked object is stored, but has no snapshot."""
    state = Thread.objects.filter(forum="AWS").untracked()[0]._state
    assert (state.adding, state.item) == (False, None)


def test_marks():
    """An object can be marked as stored and as deleted."""
    thread = Thread()
    mark_stored(thread, {"forum": {"S": "a"}}, frozenset({"views"}))
    assert (thread._state.adding, thread._state.unread) == (False, {"views"})
    mark_deleted(thread)
    assert (thread._state.adding, thread._state.item, thread._state.unread) == (True, None, frozenset())


def test_most_bytes(thread):
    """What a snapshot has at most is known of its text, added to by updates, and counted anew where that is too much.

    An item that is too large is still refused.
    """
    thread.tags = {"x" * 90_000}
    thread.save()
    assert len(json.dumps(thread._state.item)) < thread._state.most < ITEM_BYTES
    thread.tags = {"y" * 90_000}
    thread.save()
    assert 90_000 < thread._state.most < ITEM_BYTES
    thread.tags = {"z" * ITEM_BYTES}
    with pytest.raises(ItemTooLargeError):
        thread.save()


def test_most_bytes_of_other_snapshots(thread):
    """Of a snapshot that is no text, or that the service computed, nothing is known."""
    assert Thread.from_item(thread.to_item())._state.most is None
    thread.author = "another"
    thread.views = F("views") + 1
    thread.save()
    assert thread._state.most is None
