"""Holds traps that other mappers for DynamoDB fell into, as far as single writes are concerned.

What batches do with leftovers is held in ``tests/tables/test_batches.py``.
"""

import pytest
from django.db.models import F, Q

from django_dynamodb import models, transaction
from django_dynamodb.exceptions import (
    ConditionFailedError,
    ConflictError,
    ItemDeletedError,
    OverwriteError,
    TransactionCanceledError,
)
from tests.testapp.models import Account, Everything, Thread


@pytest.fixture
def row(dynamodb):
    """A stored thread."""
    return Thread.objects.create(forum="AWS", subject="a", views=1, meta={"log": ["x"], "by": {"n": 1}})


FAILING = Q(views__gt=5)


@pytest.mark.parametrize(
    "write",
    [
        lambda row: row.save(condition=FAILING),
        lambda row: row.delete(condition=FAILING),
        lambda row: Thread(forum="AWS", subject="a").save(condition=FAILING),
    ],
)
def test_failed_condition_carries_the_item(row, write):
    """A failed condition raises, with the item that was found; nothing is written."""
    row.author = "eve"
    with pytest.raises(ConditionFailedError) as caught:
        write(row)
    assert Thread.from_item(caught.value.item).views == 1
    assert Thread.objects.get("AWS", "a").author == ""


@pytest.mark.parametrize(
    ("kind", "write"),
    [
        (OverwriteError, lambda row: Thread(forum="AWS", subject="a").save(force_insert=True)),
        (ConflictError, lambda row: row.save(raise_on_conflict=True)),
        (ConflictError, lambda row: row.delete(raise_on_conflict=True)),
    ],
)
def test_conflict_carries_the_item(row, kind, write):
    """So does a conflict."""
    Thread.objects.filter(pk="AWS~a").update(views=2)
    row.author = "eve"
    with pytest.raises(kind) as caught:
        write(row)
    assert caught.value.item["views"] == {"N": "2"}


def test_deleted_item_is_none(row):
    """Of an item that is gone there is nothing to carry."""
    Thread.objects.filter(pk="AWS~a").delete()
    row.views = F("views") + 1
    with pytest.raises(ItemDeletedError) as caught:
        row.save()
    assert caught.value.item is None


@pytest.mark.parametrize(
    "act",
    [
        lambda tx, row: tx.save(row, condition=FAILING),
        lambda tx, row: tx.delete(row, condition=FAILING),
        lambda tx, row: tx.update(Thread.objects.filter(FAILING, pk="AWS~a"), views=models.Increment()),
        lambda tx, row: tx.check(Thread.objects.filter(FAILING, pk="AWS~a")),
        lambda tx, row: tx.create(Thread(forum="AWS", subject="a")),
    ],
)
def test_failed_condition_in_a_transaction_carries_the_item(row, act):
    """In a transaction, the reason of the action carries it."""
    row.author = "eve"
    with pytest.raises(TransactionCanceledError) as caught, transaction.write() as tx:
        act(tx, row)
    (reason,) = caught.value.reasons
    assert (reason.code, Thread.from_item(reason.item).views) == ("ConditionalCheckFailed", 1)


def test_updates_that_do_not_match_are_counted_as_none(row):
    """An update or delete of a query set says by its number that a condition failed."""
    failing = Thread.objects.filter(FAILING, pk="AWS~a")
    assert failing.update(views=9) == 0
    assert failing.delete()[0] == 0
    assert failing.returning("old").delete() == []


def test_delete_of_what_matches_no_more(row, sent):
    """What another writer changed between the reading and the deleting, and matches no more, stays."""
    changed = []

    def change_first(payload, send):
        if not changed:
            changed.append(Thread.objects.filter(pk="AWS~a").update(views=7))
        return send()

    sent.instead("DeleteItem", change_first)
    assert Thread.objects.query("AWS").filter(views=1).delete()[0] == 0
    assert changed == [1]
    assert Thread.objects.query("AWS").filter(views=7).delete()[0] == 1


def test_tests_of_the_key_beside_the_key(row):
    """What a query set asks of a key that it gives whole is asked, not left out."""
    assert Thread.objects.filter(pk="AWS~a", subject__startswith="b").update(views=9) == 0
    assert Thread.objects.filter(pk="AWS~a", subject__size=1).update(views=9) == 1
    assert Thread.objects.filter(forum="AWS", subject="a", author=F("forum")).update(views=3) == 0


def test_version_of_a_failed_save(dynamodb):
    """The version of the object rises with the write, not before."""
    account = Account.objects.create(owner="ada", balance=1)
    Account.objects.filter(owner="ada").update(balance=2)
    account.balance = models.Increment()
    with pytest.raises(ConflictError):
        account.save()
    assert (account.version, account.balance) == (1, models.Increment())


def test_edits_in_place_are_saved(row):
    """A list or dictionary that was changed inside is seen and saved."""
    row = Thread.objects.get("AWS", "a")
    row.meta["log"].append("y")
    row.meta["by"]["n"] += 1
    row.tags.add("z")
    row.save()
    now = Thread.objects.get("AWS", "a")
    assert (now.meta, now.tags) == ({"log": ["x", "y"], "by": {"n": 2}}, {"z"})


def test_many_values_in_one_request(dynamodb):
    """Two dozen placeholders do not run into each other: :v1 is not the beginning of :v10."""
    document = {f"k{number}": number for number in range(15)}
    Everything.objects.create(code="a", document=document)
    lookups = {f"document__{key}": value for key, value in document.items()}
    values = {f"document__{key}": value * 2 for key, value in document.items()}
    assert Everything.objects.filter(code="a", **lookups).update(**values) == 1
    assert Everything.objects.get("a").document == {key: value * 2 for key, value in document.items()}
