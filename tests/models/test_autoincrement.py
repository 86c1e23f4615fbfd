"""Tests keys from the counter item: who gets one, what happens to taken ones, and that the counter is never seen."""

import pytest

from django_dynamodb.exceptions import (
    InvalidKeyError,
    MaxRetriesExceededError,
    OverwriteError,
    SchemaError,
    ServiceUnavailableError,
)
from django_dynamodb.tables import counters
from tests.testapp.models import Ticket


def table():
    """The tickets' table."""
    return Ticket._meta.open_table()


@pytest.mark.parametrize("unset", [{}, {"id": None}, {"id": 0}])
def test_next_number(sent, unset):
    """An object whose key is unset, None or 0 gets the next number: one addition, one put of what must be new."""
    ticket = Ticket(title="x", **unset)
    ticket.save()
    assert sent.operations == ["UpdateItem", "PutItem"]
    assert sent.payloads[0]["UpdateExpression"].startswith("ADD ")
    assert sent.payloads[1]["ConditionExpression"].startswith("attribute_not_exists(")
    assert (ticket.pk, type(ticket.pk), Ticket(title="y").pk) == (1, int, None)
    assert Ticket.objects.create().pk == 2


def test_explicit_key(sent):
    """An explicit key is kept, and the counter is not asked."""
    Ticket(id=7).save()
    assert sent.operations == ["PutItem"]
    assert Ticket.objects.create().pk == 1


def test_taken_numbers(sent):
    """Numbers that are taken are passed over, and nothing stored there is touched."""
    for number in (1, 2):
        Ticket(id=number, title="mine").save()
    ticket = Ticket.objects.create(title="yours")
    assert ticket.pk == 3
    assert Ticket.objects.get(1).title == "mine"


def test_hundred_tries(sent):
    """After 100 taken numbers it gives up, says what to run, and the key is unset again."""
    Ticket.objects.batch_write(puts=(Ticket(id=number) for number in range(1, 102)))
    sent.clear()
    ticket = Ticket()
    with pytest.raises(
        MaxRetriesExceededError, match=r"testapp\.Ticket: 100 numbers .*dynamo_seedcounters testapp\.Ticket --from-max"
    ) as caught:
        ticket.save()
    assert caught.value.table == table().schema.name
    assert sent.operations == ["UpdateItem", "PutItem"] * 100
    assert (ticket.pk, ticket._state.adding) == (None, True)


def test_ninety_nine_taken(sent):
    """The hundredth try may succeed."""
    Ticket.objects.batch_write(puts=(Ticket(id=number) for number in range(1, 100)))
    assert Ticket.objects.create().pk == 100


def test_lost_answer(sent):
    """A failed put keeps no number: the next save takes another one, and none is given twice."""

    def fail(payload, send):
        raise ServiceUnavailableError("gone")

    ticket = Ticket()
    sent.instead("PutItem", fail)
    with pytest.raises(ServiceUnavailableError):
        ticket.save()
    assert ticket.pk is None
    sent.instead("PutItem", lambda payload, send: send())
    ticket.save()
    assert ticket.pk == 2


def test_conflict_flag(sent):
    """raise_on_conflict changes nothing for an object without a number, and guards an explicit one."""
    ticket = Ticket()
    ticket.save(raise_on_conflict=True)
    with pytest.raises(OverwriteError):
        Ticket(id=ticket.pk).save(raise_on_conflict=True)


def test_update_keeps_the_number(sent):
    """A stored object is updated under its number."""
    ticket = Ticket.objects.create(title="x")
    ticket.title = "y"
    ticket.save()
    assert Ticket.objects.get(ticket.pk).title == "y"
    assert counters.read(table()) == 1


def test_bulk_create(sent):
    """bulk_create gives each object its number."""
    assert [one.pk for one in Ticket.objects.bulk_create([Ticket(), Ticket(id=9), Ticket()])] == [1, 9, 2]


# -- the counter's key ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "refused",
    [
        lambda: Ticket(id=-1).save(),
        lambda: Ticket(id=-1).save(raise_on_conflict=True),
        lambda: Ticket(id=-1).save(update_fields=["title"]),
        lambda: Ticket(id=-1).delete(),
        lambda: Ticket.objects.create(id=-1),
        lambda: Ticket.objects.bulk_create([Ticket(id=-1)]),
        lambda: Ticket.objects.batch_write(puts=[Ticket(id=-1)]),
        lambda: Ticket.objects.batch_write(deletes=[-1]),
        lambda: Ticket.objects.batch_write(deletes=["-1"]),
        lambda: Ticket.objects.batch_write(deletes=[Ticket(id=-1)]),
    ],
)
def test_counter_key_is_refused(sent, refused):
    """-1 is refused by every way of writing and deleting, before any call."""
    with pytest.raises(SchemaError, match=r"testapp\.Ticket\.id is -1.*use another number"):
        refused()
    assert not sent.calls


def test_counter_is_never_found(sent):
    """No way of reading ever shows the counter."""
    Ticket.objects.create()
    for read in (lambda: Ticket.objects.get(-1), lambda: Ticket.objects.get(pk="-1")):
        with pytest.raises(Ticket.DoesNotExist):
            read()
    assert Ticket.objects.get_batch([-1, 1]) == [Ticket(id=1)]
    assert Ticket.objects.in_bulk([-1]) == {}
    assert [one.pk for one in Ticket.objects.all()] == [1]
    assert [one.pk for one in Ticket.objects.scan(id__lt=5)] == [1]
    assert not Ticket.objects.filter(pk=-1).exists()


def test_counter_is_never_counted(sent):
    """A table with nothing but its counter is empty."""
    Ticket.objects.create().delete()
    assert counters.read(table()) == 1
    assert Ticket.objects.count() == Ticket.objects.scan().count() == 0
    assert not Ticket.objects.exists()
    assert Ticket.objects.first() is None


def test_counter_is_never_changed(sent):
    """Updates and deletes of query sets pass it over."""
    Ticket.objects.create()
    assert Ticket.objects.filter(pk=-1).update(title="x") == 0
    assert Ticket.objects.filter(pk=-1).delete()[0] == 0
    assert Ticket.objects.all().delete()[0] == 1
    assert counters.read(table()) == 1


@pytest.mark.parametrize("unset", [None, 0])
def test_batch_takes_no_numbers(sent, unset):
    """A batch cannot take numbers from the counter, and says what can."""
    with pytest.raises(InvalidKeyError, match=r"testapp\.Ticket\.id is unset.*bulk_create\(\)"):
        Ticket.objects.batch_write(puts=[Ticket(id=unset)])
    assert not sent.calls
