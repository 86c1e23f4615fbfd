"""Holds the block of a writing transaction: what becomes of objects, errors and signals when it ends."""

# ruff: noqa: PT012 - the block of a transaction is the statement that raises

import os
import traceback

import pytest
from django.db.models import F, signals

from django_dynamodb import transaction
from django_dynamodb.exceptions import (
    ConnectionFailedError,
    InvalidValueError,
    TransactionCanceledError,
    UnsupportedError,
)
from django_dynamodb.models.state import state_of
from tests.cancelling import raising
from tests.testapp.models import Thread, Ticket

on_moto = not os.environ.get("DYNAMODB_TEST_ENDPOINT")


def make(subject="S3", **values):
    """A new thread."""
    return Thread(forum="AWS", subject=subject, **values)


def stored(subject="S3", **values):
    """A thread in the table, loaded."""
    make(subject, **values).save()
    return Thread.objects.get("AWS", subject, consistent_read=True)


def one(subject="S3", **lookups):
    """The query set of one thread."""
    return Thread.objects.filter(forum="AWS", subject=subject, **lookups)


def actions(sent):
    """The actions of the last transaction sent, by their names."""
    return [next(iter(action)) for action in sent.payloads[-1]["TransactItems"]]


def state(instance):
    """All that an object is."""
    known = state_of(instance)
    return dict(vars(instance)), known.adding, known.item, known.unread


def failing(tx):
    """Adds an action that cancels the transaction."""
    tx.check(one("absent"))


# -- the objects --------------------------------------------------------------------------------------------------


def test_after_success(dynamodb):
    """Objects that were written are stored, and their next save finds nothing to do."""
    new, gone = make("a"), stored("b")
    with transaction.write() as tx:
        tx.save(new)
        tx.delete(gone)
    assert (new._state.adding, gone._state.adding) == (False, True)
    assert new._state.item == Thread.objects.get("AWS", "a")._state.item
    assert gone._state.item is None


def test_later_changes_are_saved_later(sent):
    """What is changed after the call, within the block, is for the next save."""
    thread = make(views=1)
    with transaction.write() as tx:
        tx.save(thread)
        thread.views = 2
    assert (thread.views, one().get().views) == (2, 1)
    thread.save()
    assert one().get().views == 2


def test_computed_fields(sent):
    """The service does not say what it computed: such a field is deferred, and loads when it is asked for."""
    thread = stored(views=1, author="ada")
    thread.views = F("views") + 4
    with transaction.write() as tx:
        tx.save(thread)
    assert thread.get_deferred_fields() == {"views"}
    sent.clear()
    assert (thread.author, thread.views) == ("ada", 5)
    assert sent.operations == ["GetItem"]
    thread.views = 6
    thread.save(raise_on_conflict=True)
    assert one().get().views == 6


def test_a_computed_field_given_a_value_meanwhile(dynamodb):
    """A value given after the call stays, and is saved by the next save."""
    thread = stored(views=1)
    thread.views = F("views") + 4
    with transaction.write() as tx:
        tx.save(thread)
        thread.views = 9
    assert thread.views == 9
    thread.save()
    assert one().get().views == 9


@pytest.mark.parametrize("end", ["cancelled", "raised"])
def test_after_a_failure(dynamodb, end):
    """When it fails every object is as it was: values, auto_now, numbers, F(), state and snapshot."""
    loaded, ticket = stored(views=1), Ticket.objects.create(title="old")
    new, numbered, gone = make("new"), Ticket(title="n"), stored("gone")
    loaded.views, ticket.title = F("views") + 1, "new"
    objects = [loaded, ticket, new, numbered, gone]
    before = [state(instance) for instance in objects]
    with pytest.raises((TransactionCanceledError, LookupError)), transaction.write() as tx:
        for instance in objects[:-1]:
            tx.save(instance)
        tx.delete(gone)
        assert numbered.pk
        failing(tx) if end == "cancelled" else raising(LookupError())
    assert [state(instance) for instance in objects] == before


def test_after_a_failure_changes_in_the_block_are_undone(dynamodb):
    """An object goes back to what it was at the call, not to what the block made of it afterwards."""
    thread = make(views=1)
    with pytest.raises(TransactionCanceledError), transaction.write() as tx:
        tx.save(thread)
        thread.views = 2
        failing(tx)
    assert thread.views == 1


def test_twice_and_failed(dynamodb):
    """An object that was unchanged first and changed then goes back to the first."""
    thread = stored(views=1)
    with pytest.raises(TransactionCanceledError), transaction.write() as tx:
        tx.save(thread)
        thread.views = 2
        tx.save(thread)
        failing(tx)
    assert thread.views == 1


def test_an_action_that_is_refused(dynamodb):
    """An action that raises is not in the transaction, which may go on; its object is as before at once."""
    ticket, other = Ticket(title="x" * 500_000), Ticket(title="b")
    before = state(ticket)
    with transaction.write() as tx:
        tx.create(other)
        with pytest.raises(InvalidValueError, match="title"):
            tx.create(ticket)
        assert state(ticket) == before
    assert [row.title for row in Ticket.objects.scan()] == ["b"]


def test_unknown_outcome(sent):
    """Without an answer the objects are as before, and the same token finds out."""
    thread = make()
    before = state(thread)
    sent.instead("TransactWriteItems", lambda _payload, _send: raising(ConnectionFailedError("gone")))
    with pytest.raises(ConnectionFailedError), transaction.write() as tx:
        tx.create(thread)
    assert state(thread) == before


# -- the block ----------------------------------------------------------------------------------------------------


def test_nothing_is_sent_when_the_block_raises(sent):
    """An error of the block goes through as it is, and nothing is sent."""
    error = LookupError("mine")
    with pytest.raises(LookupError) as caught, transaction.write() as tx:
        tx.save(make())
        raise error
    assert caught.value is error
    assert (error.__context__, error.__cause__) == (None, None)
    files = [frame.filename for frame in traceback.extract_tb(error.__traceback__)]
    assert set(files) == {__file__}
    assert sent.calls == []


def test_the_context_of_an_error(dynamodb):
    """An error raised while another is handled keeps it as its context."""
    with pytest.raises(LookupError) as caught, transaction.write() as tx:
        tx.save(make())
        try:
            int("first")
        except ValueError:
            raise LookupError  # noqa: B904 - the context is the point
    assert isinstance(caught.value.__context__, ValueError)


def test_used_twice(dynamodb):
    """A transaction is used once, and only inside its block."""
    tx = transaction.write()
    with pytest.raises(UnsupportedError, match="inside its block"):
        tx.save(make())
    with tx:
        tx.save(make())
    for act in (lambda: tx.save(make()), lambda: tx.delete(make()), lambda: tx.check(one())):
        with pytest.raises(UnsupportedError, match="inside its block"):
            act()
    with pytest.raises(UnsupportedError, match="used once"), tx:
        pass


def test_entered_within_itself(sent):
    """A transaction cannot be entered within its own block."""
    with pytest.raises(UnsupportedError, match="used once"), transaction.write() as tx:
        tx.save(make())
        with tx:
            pass
    assert sent.calls == []


def test_two_at_once(dynamodb):
    """A transaction within another's block is one of its own."""
    with transaction.write() as outer:
        outer.save(make("a"))
        with transaction.write() as inner:
            inner.save(make("b"))
        assert one("b").exists()
        assert not one("a").exists()
    assert one("a").exists()


def test_101_actions(sent):
    """More than 100 actions are refused when the block ends; nothing is sent and the objects are as before."""
    threads = [make(str(number)) for number in range(101)]
    with pytest.raises(InvalidValueError, match="1 to 100 actions, not 101"), transaction.write() as tx:
        for thread in threads:
            tx.create(thread)
    assert sent.calls == []
    assert all(thread._state.adding for thread in threads)


def test_100_actions(dynamodb):
    """100 actions are one transaction."""
    with transaction.write() as tx:
        for number in range(100):
            tx.create(make(f"{number:03}"))
    assert Thread.objects.filter(forum="AWS").count() == 100


# -- signals ------------------------------------------------------------------------------------------------------


@pytest.fixture
def heard(sent):
    """Names of signals of threads, and of the calls between them."""
    events = []
    receivers = {}
    for name in ("pre_save", "post_save", "pre_delete", "post_delete"):

        def note(instance, name=name, **arguments):
            events.append((name, instance.subject, arguments.get("created"), len(sent.calls)))

        receivers[name] = note
        getattr(signals, name).connect(note, sender=Thread)
    yield events
    for name, note in receivers.items():
        getattr(signals, name).disconnect(note, sender=Thread)


def test_signals(heard, sent):
    """The first signal comes at the call, the second when all is written, in the order of the calls."""
    loaded, same, gone = stored("b"), stored("c"), stored("d")
    loaded.views = 3
    heard.clear()
    sent.clear()
    with transaction.write() as tx:
        tx.save(make("a"))
        tx.save(loaded)
        tx.save(same)
        tx.delete(gone)
    assert heard == [
        ("pre_save", "a", None, 0), ("pre_save", "b", None, 0), ("pre_save", "c", None, 0),
        ("pre_delete", "d", None, 0),
        ("post_save", "a", True, 1), ("post_save", "b", False, 1), ("post_save", "c", False, 1),
        ("post_delete", "d", None, 1),
    ]  # fmt: skip


def test_no_signal_after_a_failure(heard):
    """What was not written is not announced."""
    with pytest.raises(TransactionCanceledError), transaction.write() as tx:
        tx.save(make("a"))
        failing(tx)
    assert [name for name, *_ in heard] == ["pre_save"]


@pytest.fixture
def connected():
    """Connects receivers of threads for one test."""
    made = []

    def connect(signal, receiver):
        made.append((signal, receiver))
        signal.connect(receiver, sender=Thread)

    yield connect
    for signal, receiver in made:
        signal.disconnect(receiver, sender=Thread)


def test_a_receiver_changes_the_object(dynamodb, connected):
    """What a pre_save receiver changes is written, and undone by a failure."""

    def shout(instance, **arguments):
        instance.author = "ME"

    connected(signals.pre_save, shout)
    thread, other = make("a"), make("b")
    with transaction.write() as tx:
        tx.save(thread)
    with pytest.raises(TransactionCanceledError), transaction.write() as tx:
        tx.save(other)
        failing(tx)
    assert (one("a").get().author, other.author) == ("ME", "")


def test_a_receiver_that_raises_before(sent, connected):
    """An error of a pre_save receiver ends the block; nothing is sent."""
    connected(signals.pre_save, fail := lambda **arguments: raising(LookupError()))
    with pytest.raises(LookupError), transaction.write() as tx:
        tx.save(make())
    assert fail
    assert sent.calls == []


def test_a_receiver_that_raises_after(heard, connected):
    """An error of a post_save receiver is raised when all receivers were told; what is written stays written."""
    connected(signals.post_save, fail := lambda instance, **arguments: raising(LookupError(instance.subject)))
    threads = [make("a"), make("b")]
    with pytest.raises(LookupError, match="b") as caught, transaction.write() as tx:
        for thread in threads:
            tx.save(thread)
    assert fail
    assert str(caught.value.__context__) == "a"
    assert [subject for name, subject, *_ in heard if name == "post_save"] == ["a", "b"]
    assert not any(thread._state.adding for thread in threads)
    assert Thread.objects.filter(forum="AWS").count() == 2
