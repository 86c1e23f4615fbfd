"""Holds writing transactions to all or nothing, and to clear refusals of what they cannot do."""

# ruff: noqa: PT012 - the block of a transaction is the statement that raises

from decimal import Decimal
from uuid import uuid4

import pytest
from django.db.models import F, Q
from django.test.utils import isolate_apps

from django_dynamodb import transaction
from django_dynamodb.connections import connections
from django_dynamodb.exceptions import (
    ConditionFailedError,
    ConflictError,
    DuplicateKeyError,
    InvalidKeyError,
    InvalidValueError,
    SchemaError,
    TransactionCanceledError,
    UnsupportedError,
)
from django_dynamodb.models.state import state_of
from tests.cancelling import cancelled, raising
from tests.testapp.models import Note, Reading, Thread, Ticket


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


# -- what is written ----------------------------------------------------------------------------------------------


def test_all_together(sent):
    """Save, create, delete, update and check of two models are one call."""
    loaded, gone, _, _ = (stored(subject, views=1) for subject in "abcd")
    loaded.views = 2
    sent.clear()
    with transaction.write() as tx:
        tx.save(make("new"))
        tx.save(loaded)
        tx.create(Note(text="x"))
        tx.delete(gone)
        tx.update(one("c", views=1), views=F("views") + 5)
        tx.check(one("d", views__gt=0))
        assert sent.calls == []
    assert sent.operations == ["TransactWriteItems"]
    assert actions(sent) == ["Put", "Update", "Put", "Delete", "Update", "ConditionCheck"]
    assert {row.subject: row.views for row in Thread.objects.filter(forum="AWS")} == {"a": 2, "c": 6, "d": 1, "new": 0}


def test_new_replaces(dynamodb):
    """save() of a new object replaces what is there; create() refuses."""
    stored(views=1)
    with transaction.write() as tx:
        tx.save(make(views=2))
    with pytest.raises(TransactionCanceledError), transaction.write() as tx:
        tx.create(make(views=3))
    assert one().get().views == 2


def test_only_what_changed(sent):
    """A loaded object is sent as its change."""
    thread = stored(author="ada")
    thread.views = 7
    with transaction.write() as tx:
        tx.save(thread)
    (action,) = sent.payloads[-1]["TransactItems"]
    assert action["Update"]["UpdateExpression"] == "SET #n0 = :v0"
    assert action["Update"]["ExpressionAttributeValues"] == {":v0": {"N": "7"}}


def test_unchanged(sent):
    """An unchanged object is no action; with a condition it is one."""
    thread = stored()
    sent.clear()
    with transaction.write() as tx:
        tx.save(thread)
    assert sent.calls == []
    with pytest.raises(TransactionCanceledError), transaction.write() as tx:
        tx.save(thread, condition=Q(views=1))


def test_nothing_to_do(sent):
    """An empty transaction sends nothing."""
    with transaction.write():
        pass
    assert sent.calls == []


def test_removed_attributes(dynamodb):
    """What became None is removed."""
    reading = Reading.objects.create(at=1, value=Decimal("1.50"))
    reading.value = None
    with transaction.write() as tx:
        tx.save(reading)
    assert "value" not in Reading.objects.get(reading.device, 1)._state.item


def test_own_items(dynamodb):
    """A model that maps items by itself is written through its own method."""
    with isolate_apps("tests.testapp"):

        class Shouting(Ticket):
            class Meta:
                app_label = "testapp"
                proxy = True

            def to_item(self):
                """Writes the title in capitals."""
                return {**super().to_item(), "title": {"S": self.title.upper()}}

    with transaction.write() as tx:
        tx.create(Shouting(id=5, title="quiet"))
    assert Ticket.objects.get(5).title == "QUIET"


# -- conditions ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "act",
    [
        lambda tx, thread: tx.save(thread, condition=Q(views=5)),
        lambda tx, thread: tx.save(thread, raise_on_conflict=True),
        lambda tx, thread: tx.delete(thread, condition=Q(views=5)),
        lambda tx, thread: tx.delete(thread, raise_on_conflict=True),
        lambda tx, thread: tx.update(one(views=5), views=6),
        lambda tx, thread: tx.check(one(views=5)),
        lambda tx, thread: tx.create(thread),
        lambda tx, thread: tx.save(make(), raise_on_conflict=True),
    ],
    ids=["save", "save-compared", "delete", "delete-compared", "update", "check", "create", "new-compared"],
)
def test_a_condition_that_fails(dynamodb, act):
    """Each action may insist on what is stored; if it is not, nothing is done and the reason has what is."""
    thread = stored(views=1)
    one().update(views=2)
    thread.author = "ada"
    with pytest.raises(TransactionCanceledError) as caught, transaction.write() as tx:
        tx.save(make("other"))
        act(tx, thread)
    (innocent, reason) = caught.value.reasons
    assert (innocent.code, reason.code) == (None, "ConditionalCheckFailed")
    assert reason.item["views"] == {"N": "2"}
    assert [row.subject for row in Thread.objects.filter(forum="AWS")] == ["S3"]


@pytest.mark.parametrize(
    "act",
    [
        lambda tx, thread: tx.save(thread),
        lambda tx, thread: tx.delete(thread),
        lambda tx, thread: tx.update(one(), views=6),
        lambda tx, thread: tx.check(one()),
    ],
    ids=["save", "delete", "update", "check"],
)
def test_an_absent_item(dynamodb, act):
    """What is stored no longer cancels the transaction, and no fragment comes back."""
    thread = stored()
    thread.views = 5
    one().delete()
    with pytest.raises(TransactionCanceledError) as caught, transaction.write() as tx:
        act(tx, thread)
    assert [reason.item for reason in caught.value.reasons] == [None]
    assert not one().exists()


def test_conditions_that_hold(dynamodb):
    """Conditions that hold let all through."""
    first, second = stored("a", views=1), stored("b", views=1)
    first.views = 2
    with transaction.write() as tx:
        tx.save(first, raise_on_conflict=True, condition=Q(views=1))
        tx.delete(second, raise_on_conflict=True, condition=Q(views=1))
    assert [row.views for row in Thread.objects.filter(forum="AWS")] == [2]


def test_a_condition_nothing_meets(sent):
    """A condition that cannot hold is refused at the call."""
    with pytest.raises(ConditionFailedError, match="nothing was sent"), transaction.write() as tx:
        tx.save(make(), condition=Q(views__in=[]))
    assert sent.calls == []


def test_never_stored(sent):
    """There is nothing to compare a delete of a new object with."""
    with pytest.raises(ConflictError, match="nothing to compare"), transaction.write() as tx:
        tx.delete(make(), raise_on_conflict=True)
    assert sent.calls == []


def test_the_message(dynamodb):
    """The message names the actions at fault by number, model and key; reasons carry the same."""
    stored("b")
    with (
        pytest.raises(
            TransactionCanceledError, match=r"2\. Put of testapp\.Thread 'AWS', 'b': ConditionalCheckFailed\.$"
        ) as caught,
        transaction.write() as tx,
    ):
        tx.create(make("a"))
        tx.create(make("b"))
    error = caught.value
    assert [reason.model for reason in error.reasons] == ["testapp.Thread"] * 2
    assert [reason.key["subject"] for reason in error.reasons] == [{"S": "a"}, {"S": "b"}]
    assert {reason.table for reason in error.reasons} == {Thread._meta.open_table().schema.name}
    assert error.operation == "TransactWriteItems"
    assert isinstance(error.__cause__, TransactionCanceledError)


def test_an_answer_without_reasons(sent):
    """A cancellation that does not say why keeps the service's words."""
    sent.instead("TransactWriteItems", lambda _payload, _send: raising(cancelled()))
    match = "nothing of it was done: It was cancelled"
    with pytest.raises(TransactionCanceledError, match=match) as caught, transaction.write() as tx:
        tx.save(make())
    assert caught.value.reasons == ()


# -- each item once, one connection -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "again",
    [
        lambda tx: tx.save(make()),
        lambda tx: tx.delete(make()),
        lambda tx: tx.update(one(), views=1),
        lambda tx: tx.check(one()),
    ],
    ids=["save", "delete", "update", "check"],
)
def test_the_same_item_twice(sent, again):
    """An item is in a transaction once, whatever is done with it."""
    match = r"testapp\.Thread 'AWS', 'S3' is in this transaction already"
    with pytest.raises(DuplicateKeyError, match=match) as caught, transaction.write() as tx:
        tx.save(make())
        again(tx)
    assert caught.value.key == {"forum": {"S": "AWS"}, "subject": {"S": "S3"}}
    assert sent.calls == []


def test_equal_numbers_are_the_same_item(dynamodb):
    """Keys are compared as the service does: numbers by value."""
    reading = Reading(at=1)
    with pytest.raises(DuplicateKeyError), transaction.write() as tx:
        tx.save(reading)
        tx.save(Reading(device=reading.device, at=Decimal("1.0")))


def test_a_duplicate_that_is_caught(dynamodb):
    """A second save of an item that is caught leaves the first in the transaction."""
    with transaction.write() as tx:
        tx.save(make(views=1))
        with pytest.raises(DuplicateKeyError):
            tx.save(make(views=2))
    assert one().get().views == 1


def test_two_connections(dynamodb, settings, monkeypatch):
    """Items of two connections are in no one transaction, even under one name and key."""
    settings.DYNAMODB = {**settings.DYNAMODB, "other": settings.DYNAMODB["default"]}
    table = connections["other"].table(Thread._meta.table)
    with pytest.raises(UnsupportedError, match="different connections"), transaction.write() as tx:
        tx.save(Ticket(id=1))
        monkeypatch.setattr(type(Thread._meta), "open_table", lambda _meta: table)
        tx.save(make())
    monkeypatch.undo()


# -- numbers ------------------------------------------------------------------------------------------------------


def test_a_new_number(sent):
    """A new object of an autoincrement model takes its number at the call, before the rest is sent."""
    ticket = Ticket(title="a")
    with transaction.write() as tx:
        tx.save(ticket)
        assert ticket.pk == 1
        assert sent.operations == ["UpdateItem"]
    assert Ticket.objects.get(1).title == "a"


def test_a_taken_number(dynamodb):
    """A number that is taken cancels; the number is gone, and the next attempt takes the next."""
    Ticket(id=1, title="explicit").save()
    ticket = Ticket(title="a")
    with pytest.raises(TransactionCanceledError), transaction.write() as tx:
        tx.save(ticket)
    assert ticket.pk is None
    with transaction.write() as tx:
        tx.save(ticket)
    assert ticket.pk == 2


@pytest.mark.parametrize(
    ("act", "error"),
    [
        (lambda tx: tx.save(Ticket(id=-1)), SchemaError),
        (lambda tx: tx.create(Ticket(id=-1)), SchemaError),
        (lambda tx: tx.delete(Ticket(id=-1)), SchemaError),
        (lambda tx: tx.update(Ticket.objects.filter(pk=-1), title="x"), UnsupportedError),
        (lambda tx: tx.check(Ticket.objects.filter(pk=-1)), UnsupportedError),
    ],
    ids=["save", "create", "delete", "update", "check"],
)
def test_the_counter_is_no_object(sent, act, error):
    """The counter item's key is refused by every action."""
    with pytest.raises(error), transaction.write() as tx:
        act(tx)
    assert sent.calls == []


def test_a_delete_without_a_key(sent):
    """An object without a key cannot be deleted."""
    with pytest.raises(InvalidKeyError), transaction.write() as tx:
        tx.delete(Ticket())
    assert sent.calls == []


# -- tokens -------------------------------------------------------------------------------------------------------


def test_tokens(sent):
    """Each transaction has a token of its own, unless one is given."""
    own = str(uuid4())
    for token in (None, None, own):
        with transaction.write(token) as tx:
            tx.save(make())
    first, second, third = (payload["ClientRequestToken"] for payload in sent.payloads)
    assert first != second
    assert third == own


@pytest.mark.parametrize("token", ["", "x" * 37])
def test_a_wrong_token(sent, token):
    """A token of a wrong length is refused, not replaced."""
    with pytest.raises(InvalidValueError, match="1 to 36 characters"), transaction.write(token) as tx:
        tx.save(make())
    assert sent.calls == []


def test_a_repeated_token(dynamodb):
    """The same actions with the same token are done once."""
    stored(views=1)
    token = str(uuid4())
    for _ in range(2):
        with transaction.write(token) as tx:
            tx.update(one(), views=F("views") + 1)
    assert one().get().views == 2


# -- wrong arguments ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wrong", [make(), Thread, Thread.objects, ("AWS", "S3"), None])
@pytest.mark.parametrize("act", [lambda tx, wrong: tx.update(wrong, views=1), lambda tx, wrong: tx.check(wrong)])
def test_no_query_set(sent, act, wrong):
    """update() and check() say what to pass instead of an object."""
    match = r"take query sets .*objects\.filter\(pk=\.\.\.\), not"
    with pytest.raises(TypeError, match=match), transaction.write() as tx:
        act(tx, wrong)
    assert sent.calls == []


@pytest.mark.parametrize("wrong", [one(), Thread, None, "AWS~S3"])
@pytest.mark.parametrize("act", ["save", "create", "delete"])
def test_no_object(sent, act, wrong):
    """save(), create() and delete() say what to do with a query set."""
    match = r"objects of DynamoDB models, not .*query sets"
    with pytest.raises(TypeError, match=match), transaction.write() as tx:
        getattr(tx, act)(wrong)


def test_an_object_of_sql(sent, django_user_model):
    """Objects of SQL tables are no part of it."""
    with pytest.raises(TypeError, match="objects of DynamoDB models"), transaction.write() as tx:
        tx.save(django_user_model(username="ada"))


@pytest.mark.parametrize(
    ("queryset", "found"),
    [
        (lambda: Thread.objects.filter(forum="AWS"), "no key"),
        (lambda: Thread.objects.filter(pk__in=[("AWS", "a"), ("AWS", "b")]), "more than one"),
        (Thread.objects.all, "no key"),
        (Thread.objects.none, "no key"),
        (lambda: Ticket.objects.filter(title="x"), "no key"),
    ],
)
def test_not_one_key(sent, queryset, found):
    """A query set must give one whole key."""
    with pytest.raises(UnsupportedError, match=f"by its whole key, .*gives {found}"), transaction.write() as tx:
        tx.check(queryset())
    assert sent.calls == []


def test_an_update_of_nothing(sent):
    """An update without a field is refused."""
    with pytest.raises(TypeError, match="needs a field to change"), transaction.write() as tx:
        tx.update(one())


def test_an_update_of_a_key(sent):
    """A key cannot be updated."""
    with pytest.raises(UnsupportedError, match="keys cannot change"), transaction.write() as tx:
        tx.update(one(), subject="other")


def test_a_value_that_cannot_be_stored(sent):
    """A wrong value names model and field, at the call."""
    with pytest.raises(InvalidValueError, match=r"testapp\.Thread\.views"), transaction.write() as tx:
        tx.update(one(), views="many")
    with pytest.raises(InvalidValueError, match="F\\(\\)"), transaction.write() as tx:
        tx.save(make(views=F("views") + 1))


def test_an_unsaved_relation(sent, django_user_model):
    """A related object that has no key yet is refused, as by save()."""
    with pytest.raises(ValueError, match="unsaved related object"), transaction.write() as tx:
        tx.save(Note(text="x", owner=django_user_model(username="ada")))
