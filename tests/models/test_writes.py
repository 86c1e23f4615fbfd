"""Holds each write to one meaning, alone and as an action, and to an object that changes only when it is done."""

import pytest
from django.db.models import F

from django_dynamodb.models.persistence import WriteOptions, Writer
from django_dynamodb.models.state import state_of
from django_dynamodb.models.writes import DeleteWrite, PutWrite, UpdateWrite
from django_dynamodb.types import item_in
from tests.testapp.models import Thread

OPTIONS = WriteOptions()


def make(**values):
    """A new thread."""
    return Thread(forum="AWS", subject="S3", **values)


def loaded(**values):
    """A thread as it is read."""
    return Thread.from_item(make(**values).to_item())


def writer(thread):
    """What prepares the thread's writes."""
    return Writer(thread, Thread, Thread._meta.open_table())


def changed(thread, **values):
    """The write of a change."""
    for name, value in values.items():
        setattr(thread, name, value)
    return writer(thread).prepare(OPTIONS)


@pytest.mark.parametrize(
    ("make_write", "kind", "verb"),
    [
        (lambda: writer(make()).prepare(OPTIONS), PutWrite, "put"),
        (lambda: changed(loaded(), views=5), UpdateWrite, "update"),
        (lambda: writer(make()).prepare_delete(OPTIONS), DeleteWrite, "delete"),
    ],
)
def test_kinds(sent, make_write, kind, verb):
    """A new object is put, a change is an update, an end is a delete; preparing and stating them sends nothing."""
    write = make_write()
    assert (type(write), write.verb) == (kind, verb)
    assert write.mapper is Thread._meta.mapper
    write.action(Thread._meta.open_table())
    assert sent.calls == []


def test_no_change(dynamodb):
    """An object without a change has no write."""
    assert writer(loaded()).prepare(OPTIONS) is None


@pytest.mark.parametrize(
    ("prepare", "operation"),
    [
        (lambda: writer(make()).prepare(WriteOptions(force_insert=True)), "PutItem"),
        (lambda: changed(Thread.objects.create(forum="AWS", subject="S3"), views=5), "UpdateItem"),
        (lambda: writer(Thread.objects.create(forum="AWS", subject="S3")).prepare_delete(OPTIONS), "DeleteItem"),
    ],
)
def test_an_action_says_what_the_call_says(sent, prepare, operation):
    """Alone or in a transaction, a write asks the same."""
    write = prepare()
    action = write.action(Thread._meta.open_table()).payload()
    write.send(Thread._meta.open_table())
    assert sent.operations[-1] == operation
    assert sent.payloads[-1] == action


def test_nothing_changes_before_done(dynamodb):
    """Until a write is done the object does not know of it."""
    thread = make()
    write = writer(thread).prepare(OPTIONS)
    assert (thread._state.adding, state_of(thread).item) == (True, None)
    write.done()
    assert (thread._state.adding, state_of(thread).item) == (False, item_in(write.item))


def test_an_update_is_done(dynamodb):
    """The snapshot after an update is the one before with the change."""
    thread = loaded(author="ada")
    before = state_of(thread).item
    write = changed(thread, views=5, author=None)
    assert state_of(thread).item == before
    write.done()
    assert state_of(thread).item["views"] == {"N": "5"}


def test_a_delete_is_done(dynamodb):
    """A deleted object counts as new."""
    thread = loaded()
    writer(thread).prepare_delete(OPTIONS).done()
    assert (thread._state.adding, state_of(thread).item) == (True, None)


def test_what_the_service_computed(dynamodb):
    """A computed value that comes back is taken over."""
    thread = loaded(views=1)
    changed(thread, views=F("views") + 1).done({"views": {"N": "2"}})
    assert thread.views == 2
    assert state_of(thread).item["views"] == {"N": "2"}
    assert state_of(thread).unread == frozenset()


def test_what_the_service_does_not_tell(dynamodb):
    """A computed value that does not come back makes the field deferred, and its attribute unread."""
    thread = loaded(views=1)
    changed(thread, views=F("views") + 1).done()
    assert thread.get_deferred_fields() == {"views"}
    assert "views" not in state_of(thread).item
    assert state_of(thread).unread == {"views"}


def test_a_value_given_meanwhile(dynamodb):
    """A value given between the plan and its end stays, as an unsaved change."""
    thread = loaded(views=1)
    write = changed(thread, views=F("views") + 1)
    thread.views = 7
    write.done()
    assert thread.views == 7
    assert writer(thread).prepare(OPTIONS).change.sets == {"views": {"N": "7"}}
