"""Holds the counter item of autoincrement tables: never the same number twice, never a lower one."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from django_dynamodb.exceptions import ConditionFailedError, SchemaError
from django_dynamodb.tables import batches, counters

COUNTER = {"id": {"N": "-1"}}


@pytest.mark.seed(18)
def test_create_payload(fake_tickets, service):
    """SEED row 18: the counter item is under key -1, its attribute __max_hash_key__ is 0, written only if absent."""
    assert counters.create(fake_tickets) is True
    operation, payload = service.calls[0]
    assert (operation, payload["Item"]) == ("PutItem", {"id": {"N": "-1"}, "__max_hash_key__": {"N": "0"}})
    assert payload["ConditionExpression"] == "attribute_not_exists(#n0)"
    assert payload["ExpressionAttributeNames"] == {"#n0": "id"}


@pytest.mark.seed(28)
def test_next_number_payload(fake_tickets, service):
    """SEED row 28: a number is taken by one atomic addition of 1."""
    service.answers.append({"Attributes": {"__max_hash_key__": {"N": "8"}}})
    assert counters.next_number(fake_tickets) == 8
    assert service.calls == [
        (
            "UpdateItem",
            {
                "TableName": "tickets",
                "Key": COUNTER,
                "ReturnValues": "UPDATED_NEW",
                "UpdateExpression": "ADD #n0 :v0",
                "ExpressionAttributeNames": {"#n0": "__max_hash_key__"},
                "ExpressionAttributeValues": {":v0": {"N": "1"}},
            },
        )
    ]


@pytest.mark.parametrize(
    "call",
    [
        counters.create,
        counters.next_number,
        counters.read,
        counters.highest,
        lambda table: counters.raise_to(table, 1),
    ],
)
def test_table_without_counter(call, fake_threads, service):
    """A table that does not number its items has no counter to ask for."""
    with pytest.raises(SchemaError, match="Table 'threads' has no counter"):
        call(fake_threads)
    assert not service.calls


@pytest.mark.seed(18)
def test_create_keeps_a_counter(tickets):
    """SEED row 18: a counter that is there keeps its number."""
    assert [counters.next_number(tickets) for _ in range(3)] == [1, 2, 3]
    assert counters.create(tickets) is False
    assert counters.read(tickets) == 3


def test_read(tickets):
    """A new counter reads 0, and none at all reads None."""
    assert counters.read(tickets) == 0
    tickets.delete(COUNTER)
    assert counters.read(tickets) is None


@pytest.mark.seed(28)
def test_counter_comes_by_itself(tickets):
    """SEED row 28: a table without its counter item begins with 1."""
    tickets.delete(COUNTER)
    assert [counters.next_number(tickets) for _ in range(2)] == [1, 2]


@pytest.mark.seed(28)
def test_numbers_are_unique(tickets):
    """SEED row 28: writers at the same time never get the same number, and none is left out."""
    with ThreadPoolExecutor(8) as writers:
        numbers = list(writers.map(lambda _: counters.next_number(tickets), range(64)))
    assert sorted(numbers) == list(range(1, 65))


@pytest.mark.parametrize(("standing", "raised", "expected"), [(0, 5, 5), (5, 5, 5), (7, 5, 7), (-3, -1, -1)])
def test_raise_to(standing, raised, expected, tickets):
    """A counter is raised to a number, never lowered, and the number that stands comes back."""
    tickets.put({**COUNTER, "__max_hash_key__": {"N": str(standing)}})
    assert counters.raise_to(tickets, raised) == expected
    assert counters.read(tickets) == expected


def test_raise_without_counter(tickets):
    """Where there is no counter item, raising makes one."""
    tickets.delete(COUNTER)
    assert counters.raise_to(tickets, 4) == 4
    assert counters.next_number(tickets) == 5


def test_counter_gone_amid_raising(fake_tickets, service):
    """A counter item deleted between the failed condition and the look at it is tried for again."""
    service.answers.extend([ConditionFailedError("no"), {}, {}])
    assert counters.raise_to(fake_tickets, 4) == 4
    assert [operation for operation, _ in service.calls] == ["UpdateItem", "GetItem", "UpdateItem"]


def test_raising_among_writers(tickets):
    """Writers that take numbers while others raise the counter see it rise only, and all get different numbers."""
    with ThreadPoolExecutor(8) as workers:
        taken = [workers.submit(counters.next_number, tickets) for _ in range(30)]
        raised = [workers.submit(counters.raise_to, tickets, number) for number in range(0, 80, 4)]
        taken += [workers.submit(counters.next_number, tickets) for _ in range(30)]
    numbers = [number.result() for number in taken]
    assert len(set(numbers)) == 60
    assert counters.read(tickets) >= max(*numbers, *(number.result() for number in raised))


def test_highest(tickets):
    """The highest key in use is found over all pages; the counter item is none."""
    assert counters.highest(tickets) == 0
    counters.raise_to(tickets, 900)
    batches.write_many(tickets, ({"id": {"N": str(n)}} for n in (3, 41, 7)))
    assert counters.highest(tickets) == 41


def test_highest_below_zero(fake_tickets, service):
    """Keys below the counter's own do not count either: numbers begin with 1."""
    service.answers.append({"Items": [{"id": {"N": "-7"}}], "Count": 1})
    assert counters.highest(fake_tickets) == 0
    assert service.payloads[0]["ProjectionExpression"] == "#n0"
