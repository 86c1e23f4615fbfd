"""Holds transactions to all or nothing, to reasons in order, and to one token for every attempt."""

import os
from uuid import uuid4

import pytest

from django_dynamodb.exceptions import (
    InvalidKeyError,
    InvalidValueError,
    ItemTooLargeError,
    ServiceUnavailableError,
    TransactionCanceledError,
)
from django_dynamodb.expressions.conditions import Compare, Exists, NotExists
from django_dynamodb.expressions.paths import Path
from django_dynamodb.expressions.projections import Projection
from django_dynamodb.expressions.updates import Add, SetTo, Update
from django_dynamodb.tables import transactions
from tests.cancelling import cancelled

PRESENT, ABSENT = Exists(Path("forum")), NotExists(Path("forum"))
COUNT = Update(adds=(Add(Path("n"), {"N": "1"}),))
on_moto = not os.environ.get("DYNAMODB_TEST_ENDPOINT")


def write(table, *actions, token=None):
    """Sends actions through a table's own seams."""
    transactions.write(table.send, table.pause, actions, token=token or str(uuid4()))


def read(table, *keys):
    """Reads keys of one table."""
    return transactions.read(table.send, table.pause, [transactions.get(table, key) for key in keys])


# -- on an engine -------------------------------------------------------------------------------------------------


def test_all(threads, tickets, thread):
    """Puts, updates, deletes and checks of several tables are done together."""
    for subject in "abc":
        threads.put(thread(subject))
    write(
        threads,
        transactions.put(tickets, {"id": {"N": "1"}}),
        transactions.update(threads, thread("a"), COUNT, condition=PRESENT),
        transactions.delete(threads, thread("b"), condition=PRESENT),
        transactions.check(threads, thread("c"), condition=PRESENT),
    )
    assert tickets.get({"id": {"N": "1"}}) == {"id": {"N": "1"}}
    assert read(threads, thread("a"), thread("b"), thread("c")) == [thread("a", n={"N": "1"}), None, thread("c")]


def test_nothing(threads, thread):
    """One condition that fails cancels all; reasons come in order, with what is stored."""
    threads.put(thread("b", n={"N": "5"}))
    actions = [
        transactions.put(threads, thread("a")),
        transactions.put(threads, thread("b"), condition=ABSENT),
        transactions.check(threads, thread("c"), condition=PRESENT),
    ]
    with pytest.raises(TransactionCanceledError, match=r"Put on .*ConditionalCheckFailed; ConditionCheck on") as caught:
        write(threads, *actions)
    assert [reason.code for reason in caught.value.reasons] == [None, *["ConditionalCheckFailed"] * 2]
    assert [reason.item for reason in caught.value.reasons] == [None, thread("b", n={"N": "5"}), None]
    assert [reason.action for reason in caught.value.reasons] == ["Put", "Put", "ConditionCheck"]
    assert threads.get(thread("a")) is None


@pytest.mark.skipif(on_moto, reason="moto ignores the token")
def test_a_token_makes_a_repetition_harmless(threads, thread):
    """The same actions with the same token are done once; with another token, again."""
    for token in [first := str(uuid4()), first, str(uuid4())]:
        write(threads, transactions.update(threads, thread("a"), COUNT), token=token)
    assert threads.get(thread("a"))["n"] == {"N": "2"}


# -- before the call ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "error"),
    [
        (lambda table: transactions.put(table, {"forum": {"S": "a"}}), InvalidKeyError),
        (lambda table: transactions.update(table, {"forum": {"S": "a"}}, COUNT), InvalidKeyError),
        (lambda table: transactions.delete(table, {"forum": {"S": "a"}}), InvalidKeyError),
        (lambda table: transactions.check(table, {"forum": {"S": "a"}}, condition=PRESENT), InvalidKeyError),
        (lambda table: transactions.get(table, {"forum": {"S": "a"}}), InvalidKeyError),
    ],
)
def test_a_part_of_a_key(fake_threads, make, error):
    """Every action wants the whole key."""
    with pytest.raises(error, match="subject"):
        make(fake_threads)


def test_too_large(fake_threads, thread):
    """A put knows the limit of an item."""
    with pytest.raises(ItemTooLargeError):
        transactions.put(fake_threads, thread("a", text={"S": "x" * 409_600}))


def test_index_values(fake_threads, thread):
    """A put and an update know what an index key can be."""
    with pytest.raises(InvalidValueError):
        transactions.put(fake_threads, thread("a", author={"N": "1"}))
    with pytest.raises(InvalidValueError):
        transactions.update(fake_threads, thread("a"), Update(sets=(SetTo(Path("author"), {"N": "1"}),)))


@pytest.mark.parametrize("number", [0, 101])
def test_count(fake_threads, service, thread, number):
    """No action, or more than 100: nothing is sent."""
    with pytest.raises(InvalidValueError, match=f"1 to 100 actions, not {number}"):
        write(fake_threads, *[transactions.put(fake_threads, thread(str(n))) for n in range(number)])
    with pytest.raises(InvalidValueError, match=f"1 to 100 actions, not {number}"):
        read(fake_threads, *[thread(str(n)) for n in range(number)])
    assert service.calls == []


def test_what_is_sent(fake_threads, service, thread):
    """A condition asks for the stored item; a put without one asks for nothing."""
    plain = transactions.put(fake_threads, thread("a"))
    write(fake_threads, plain, transactions.put(fake_threads, thread("b"), condition=ABSENT))
    first, second = (action["Put"] for action in service.payloads[0]["TransactItems"])
    assert "ReturnValuesOnConditionCheckFailure" not in first
    assert second["ReturnValuesOnConditionCheckFailure"] == "ALL_OLD"


# -- retries ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["TransactionConflict", "ProvisionedThroughputExceeded", "ThrottlingError"])
def test_passing_reasons(fake_threads, service, pauses, thread, code):
    """What may be gone at the next attempt is tried again after a pause, with the same token."""
    service.answers += [cancelled(None, code), cancelled(code, None), {}]
    write(fake_threads, *[transactions.put(fake_threads, thread(subject)) for subject in "ab"], token="token")
    assert pauses == [1, 2]
    assert [payload["ClientRequestToken"] for payload in service.payloads] == ["token"] * 3
    assert service.payloads[0] == service.payloads[2]


def test_giving_up(fake_threads, service, pauses, thread):
    """When the retries are spent the last reasons are raised."""
    service.answers += [cancelled("TransactionConflict")] * 4
    with pytest.raises(TransactionCanceledError) as caught:
        write(fake_threads, transactions.put(fake_threads, thread("a")))
    assert pauses == [1, 2, 3, 4]
    assert [reason.code for reason in caught.value.reasons] == ["TransactionConflict"]


@pytest.mark.parametrize(
    "codes",
    [
        ("ConditionalCheckFailed", "TransactionConflict"),
        ("ValidationError", None),
        ("ItemCollectionSizeLimitExceeded", None),
        ("SomethingNew", None),
        (),
    ],
)
def test_lasting_reasons(fake_threads, service, pauses, thread, codes):
    """A reason that stays, or none at all, is raised at once."""
    service.answers.append(cancelled(*codes))
    with pytest.raises(TransactionCanceledError):
        write(fake_threads, *[transactions.put(fake_threads, thread(subject)) for subject in "ab"])
    assert pauses == []


def test_evidence(fake_threads, service, thread):
    """The error keeps what the service's answer held, and what it was made from."""
    service.answers.append(original := cancelled("ValidationError"))
    with pytest.raises(TransactionCanceledError) as caught:
        write(fake_threads, transactions.delete(fake_threads, thread("a")))
    error = caught.value
    assert (error.operation, error.code) == ("TransactWriteItems", "TransactionCanceledException")
    assert (error.status, error.request_id, error.body) == (400, "request-1", original.body)
    assert error.__cause__ is original
    (reason,) = error.reasons
    assert (reason.action, reason.model, reason.table) == ("Delete", "", "threads")
    assert (reason.key, reason.message) == (thread("a"), "About ValidationError")


def test_other_errors(fake_threads, service, pauses, thread):
    """Any other answer is raised as it is: the wire has done its own retries."""
    service.answers.append(lost := ServiceUnavailableError("gone", code="ServiceUnavailable"))
    with pytest.raises(ServiceUnavailableError) as caught:
        write(fake_threads, transactions.put(fake_threads, thread("a")))
    assert caught.value is lost
    assert pauses == []


def test_a_read_waits_for_a_writer(fake_threads, service, pauses, thread):
    """A read that met a writing transaction is tried again."""
    held = cancelled("TransactionConflict", operation="TransactGetItems")
    service.answers += [held, {"Responses": [{"Item": thread("a")}]}]
    assert read(fake_threads, thread("a")) == [thread("a")]
    assert pauses == [1]


def test_projection(threads, thread):
    """A get may ask for some attributes."""
    threads.put(thread("a", n={"N": "1"}, m={"N": "2"}))
    get = transactions.get(threads, thread("a"), projection=Projection((Path("n"),)))
    (item,) = transactions.read(threads.send, threads.pause, [get])
    assert item["n"] == {"N": "1"}
    assert on_moto or "m" not in item


def test_a_condition_on_a_value(threads, thread):
    """A check may ask for a value."""
    threads.put(thread("a", n={"N": "1"}))
    check = transactions.check(threads, thread("a"), condition=Compare(Path("n"), "=", {"N": "2"}))
    with pytest.raises(TransactionCanceledError):
        write(threads, check)
