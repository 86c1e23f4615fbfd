"""Tests the assertions on calls and units."""

import pytest

from django_dynamodb import transaction
from django_dynamodb.capacity import capacity
from django_dynamodb.connections import connections
from django_dynamodb.testing.assertions import AtMost, Between, assertDynamoDB, report
from tests.testapp.models import Thread

pytestmark = pytest.mark.dynamodb


def thread(subject="b"):
    """An object not stored yet."""
    return Thread(forum="a", subject=subject)


def read_twice():
    """Reads an index, and a key that has no item."""
    list(Thread.objects.query("a", index="by_views"))
    Thread.objects.filter(forum="a", subject="none").first()


def transact():
    """Writes in a transaction."""
    with transaction.write() as tx:
        tx.save(thread())


CALLS = {
    "gets": lambda: Thread.objects.filter(pk=thread().pk).first(),
    "queries": lambda: list(Thread.objects.query("a")),
    "scans": lambda: Thread.objects.scan().count(),
    "puts": lambda: thread().save(),
    "updates": lambda: Thread.objects.filter(pk=thread().pk).update(views=1),
    "deletes": lambda: thread().delete(),
    "batch_gets": lambda: Thread.objects.get_batch([("a", "1"), ("a", "2")]),
    "batch_writes": lambda: Thread.objects.bulk_create([thread()]),
    "transactions": transact,
}


@pytest.mark.parametrize("kind", CALLS)
def test_kinds(kind):
    """Each kind counts its operations; the others stay at nothing."""
    expected = {**dict.fromkeys(CALLS, 0), kind: 1}
    with assertDynamoDB(**expected, calls=1):
        CALLS[kind]()


def test_reading_transactions():
    """A reading transaction is a transaction too."""
    with assertDynamoDB(transactions=1, calls=1):
        transaction.read([Thread.objects.filter(pk=thread().pk)])


def test_calls_are_all_calls():
    """Kinds that are not named are not checked, but ``calls`` counts them, those on tables too."""
    with assertDynamoDB(gets=0, scans=0, calls=2):
        thread().save()
        connections["default"].send("ListTables", b"{}")


@pytest.mark.parametrize(
    ("bound", "message"),
    [
        (0, "puts: 1, expected 0"),
        (2, "puts: 1, expected 2"),
        (AtMost(0), "puts: 1, expected at most 0"),
        (Between(2, 3), "puts: 1, expected from 2 to 3"),
    ],
)
def test_numbers_that_do_not_hold(bound, message):
    """A number that does not hold fails at the end of the block."""
    with pytest.raises(AssertionError, match=message), assertDynamoDB(puts=bound):
        thread().save()


@pytest.mark.parametrize("bound", [1, AtMost(1), AtMost(5), Between(0, 1), Between(1, 1)])
def test_numbers_that_hold(bound):
    """A number holds exactly or in its range, ends included."""
    with assertDynamoDB(puts=bound):
        thread().save()


def test_units():
    """Units are checked like calls; nothing read is no read unit."""
    with assertDynamoDB(rcu=0, wcu=Between(0.5, 10)) as used:
        thread().save()
    with pytest.raises(AssertionError, match="wcu: "), assertDynamoDB(wcu=used.write_units + 1):
        thread().save()


def test_message_lists_every_call(dynamodb):
    """The message lists every number that is wrong, and every call with table, index, units or error."""
    table = dynamodb.prefixes["default"] + "threads"
    thread().save()
    with pytest.raises(AssertionError) as caught, assertDynamoDB(queries=0, puts=0, calls=2):
        read_twice()
    first, wrong, total, query, get = str(caught.value).splitlines()
    assert (first, wrong) == ("DynamoDB was not used as expected.", "  queries: 1, expected 0")
    assert total.startswith("2 calls, ")
    assert query.startswith(f"  1. Query {table} index by_views ")
    assert query.endswith(" RCU")
    assert get.startswith(f"  2. GetItem {table} ")


def test_message_tells_refusals():
    """A refused call stands in the list with its code."""
    thread().save()
    with pytest.raises(AssertionError, match="threads ConditionalCheckFailedException"), assertDynamoDB(calls=0):
        Thread.objects.filter(pk=thread().pk, views=7).update(views=8)


def test_report_of_nothing():
    """Where nothing was called, the list says so."""
    with capacity() as used:
        pass
    assert report(used) == "0 calls, 0 RCU, 0 WCU."


def test_nothing_expected():
    """An assertion without a number is a mistake."""
    with pytest.raises(TypeError, match="expects nothing"), assertDynamoDB():
        pass


def test_error_of_the_block():
    """An error within the block is not hidden by numbers."""
    with pytest.raises(InterruptedError), assertDynamoDB(calls=9):
        raise InterruptedError


def test_fixture(assert_dynamodb):
    """The fixture is the same assertion."""
    with assert_dynamodb(puts=1):
        thread().save()
