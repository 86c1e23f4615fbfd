"""Tests rows 24 to 30 of dynamodb-mapper: saving, deleting, conflicts and keys from the counter."""

import pytest

from django_dynamodb.exceptions import (
    ConflictError,
    InvalidKeyError,
    ItemDeletedError,
    MaxRetriesExceededError,
    OverwriteError,
    SchemaError,
)
from django_dynamodb.tables import counters
from tests.testapp.models import Thread, Ticket

KEY = {"forum": {"S": "AWS"}, "subject": {"S": "S3"}}


def table():
    """The threads' table."""
    return Thread._meta.open_table()


def loaded():
    """The stored thread."""
    return Thread.objects.get("AWS", "S3", consistent_read=True)


@pytest.fixture
def thread(sent):
    """A stored thread with an attribute that the model does not know."""
    Thread(forum="AWS", subject="S3", author="me").save()
    table().put({**table().get(KEY), "other": {"S": "x"}})
    sent.clear()
    return loaded()


# -- saving -------------------------------------------------------------------------------------------------------


@pytest.mark.seed(24)
def test_new_object_replaces_the_item(thread, sent):
    """SEED row 24: a new object is an unconditional put of the whole item, in place of whatever was there."""
    Thread(forum="AWS", subject="S3", author="you").save()
    assert sent.operations[-1] == "PutItem"
    assert table().get(KEY).keys() == {"forum", "subject", "author", "posted", "views", "meta"}


@pytest.mark.seed(24)
def test_loaded_object_keeps_what_it_does_not_know(thread, sent):
    """SEED row 24, mended: a loaded object writes its changes alone, so attributes outside the schema stay."""
    thread.author = "you"
    thread.save()
    assert sent.operations[-1] == "UpdateItem"
    assert sent.values == {"author": {"S": "you"}}
    assert table().get(KEY)["other"] == {"S": "x"}


@pytest.mark.seed(24)
def test_loaded_object_without_an_item(thread):
    """SEED row 24, mended: a loaded object whose item was deleted raises; it was brought back."""
    loaded().delete()
    thread.author = "you"
    with pytest.raises(ItemDeletedError):
        thread.save()
    assert table().get(KEY) is None


@pytest.mark.seed(25)
def test_conflict_of_a_new_object(thread):
    """SEED row 25: a new object saved with raise_on_conflict must not exist, by its whole key."""
    with pytest.raises(OverwriteError):
        Thread(forum="AWS", subject="S3").save(raise_on_conflict=True)
    Thread(forum="AWS", subject="S4").save(raise_on_conflict=True)


@pytest.mark.seed(26)
@pytest.mark.parametrize(
    "meanwhile",
    [{"author": {"S": "you"}}, {"tags": {"SS": ["new"]}}, {"other": {"S": "y"}}],
    ids=lambda change: str(*change),
)
def test_conflict_of_a_loaded_object(thread, meanwhile):
    """SEED row 26: every attribute read must be as it was, known to the schema or not, and absent ones absent."""
    table().put({**table().get(KEY), **meanwhile})
    thread.views = 9
    with pytest.raises(ConflictError) as caught:
        thread.save(raise_on_conflict=True)
    assert not isinstance(caught.value, OverwriteError)
    assert table().get(KEY)["views"] == {"N": "0"}


@pytest.mark.seed(26)
def test_no_conflict(thread):
    """SEED row 26: without a change meanwhile it is saved, numbers and sets compared by value."""
    thread.views, thread.tags = 9, {"b", "a"}
    thread.save(raise_on_conflict=True)
    thread.save(raise_on_conflict=True)
    assert loaded().views == 9


@pytest.mark.seed(26)
def test_new_attribute_is_no_conflict(thread):
    """SEED row 26: an attribute outside the schema that was not there when it was read is not compared."""
    table().put({**table().get(KEY), "newcomer": {"S": "x"}})
    thread.views = 9
    thread.save(raise_on_conflict=True)
    assert table().get(KEY)["newcomer"] == {"S": "x"}


@pytest.mark.seed(26)
@pytest.mark.parametrize("subject", ["taken", "free"])
def test_changed_key(thread, sent, subject):
    """SEED row 26: a changed key neither overwrites another item nor makes one; it is refused before the call."""
    Thread(forum="AWS", subject="taken").save()
    sent.clear()
    thread.subject = subject
    for flag in (False, True):
        with pytest.raises(InvalidKeyError, match=r"testapp\.Thread\.subject is a key"):
            thread.save(raise_on_conflict=flag)
    assert not sent.calls


@pytest.mark.seed(27)
def test_snapshot_after_a_save(thread):
    """SEED row 27: after a save the snapshot is what was just written."""
    thread.author = "you"
    thread.save()
    assert thread._state.item == table().get(KEY)


@pytest.mark.seed(27)
@pytest.mark.parametrize("fail", [lambda t: t.save(raise_on_conflict=True), lambda t: t.delete(raise_on_conflict=True)])
def test_snapshot_after_a_failure(thread, fail):
    """SEED row 27, mended: after a failure object and snapshot are as before; no marks are left in it."""
    table().put({**table().get(KEY), "author": {"S": "you"}})
    thread.views = 9
    values, snapshot = dict(vars(thread)), dict(thread._state.item)
    with pytest.raises(ConflictError):
        fail(thread)
    assert dict(vars(thread)) == values
    assert thread._state.item == snapshot


# -- the counter --------------------------------------------------------------------------------------------------


@pytest.mark.seed(28)
@pytest.mark.parametrize("key", [{}, {"id": None}, {"id": 0}])
def test_number(sent, key):
    """SEED row 28: an unset key is one addition to the counter, then a put that must be new; 0 is no key."""
    ticket = Ticket(**key)
    ticket.save()
    assert sent.operations == ["UpdateItem", "PutItem"]
    assert ticket.pk == 1
    assert counters.read(Ticket._meta.open_table()) == 1


@pytest.mark.seed(28)
def test_taken_number(sent):
    """SEED row 28: a number taken by a stray is passed over for the next."""
    Ticket(id=1).save()
    assert Ticket.objects.create().pk == 2


@pytest.mark.seed(28)
def test_hundred_tries(sent):
    """SEED row 28: after 100 tries it raises MaxRetriesExceededError."""
    Ticket.objects.batch_write(puts=(Ticket(id=number) for number in range(1, 101)))
    with pytest.raises(MaxRetriesExceededError):
        Ticket().save()
    assert Ticket.objects.create().pk == 101


@pytest.mark.seed(28)
def test_explicit_key(sent):
    """SEED row 28: an explicit key is kept; raise_on_conflict is then not ignored."""
    Ticket(id=7).save()
    with pytest.raises(OverwriteError):
        Ticket(id=7).save(raise_on_conflict=True)


@pytest.mark.seed(29)
@pytest.mark.parametrize(
    "write", [Ticket.save, Ticket.delete, lambda ticket: Ticket.objects.batch_write(puts=[ticket]),
              lambda ticket: Ticket.objects.batch_write(deletes=[ticket])]
)  # fmt: skip
def test_counter_key(sent, write):
    """SEED row 29, mended: -1 is refused by save and delete alike, in batches too; deleting was not guarded."""
    with pytest.raises(SchemaError, match=r"testapp\.Ticket\.id is -1"):
        write(Ticket(id=-1))
    assert not sent.calls


# -- deleting -----------------------------------------------------------------------------------------------------


@pytest.mark.seed(30)
def test_delete(thread):
    """SEED row 30: delete is unconditional."""
    table().put({**table().get(KEY), "author": {"S": "you"}})
    thread.delete()
    assert table().get(KEY) is None


@pytest.mark.seed(30)
def test_delete_with_conflict(thread):
    """SEED row 30: with raise_on_conflict the item must be the one that was read."""
    table().put({**table().get(KEY), "author": {"S": "you"}})
    with pytest.raises(ConflictError):
        thread.delete(raise_on_conflict=True)
    assert table().get(KEY)["author"] == {"S": "you"}


@pytest.mark.seed(30)
def test_delete_of_a_new_object(sent):
    """SEED row 30: a never-saved object with the flag raises ConflictError."""
    with pytest.raises(ConflictError):
        Thread(forum="AWS", subject="S3").delete(raise_on_conflict=True)
    assert not sent.calls


@pytest.mark.seed(30)
def test_save_after_delete(thread, sent):
    """SEED row 30: after a delete the snapshot is empty, so that the next save is an insert."""
    thread.delete()
    assert thread._state.item is None
    thread.save(raise_on_conflict=True)
    assert sent.operations[-1] == "PutItem"
