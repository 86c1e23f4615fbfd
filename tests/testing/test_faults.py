"""Tests that injected faults look as the wire would show them, and go where they are sent."""

import json
import logging
import time

import pytest

from django_dynamodb.connections import connections
from django_dynamodb.exceptions import (
    ConnectionFailedError,
    ServiceError,
    ServiceUnavailableError,
    ThrottledError,
    TransactionConflictError,
    UnprocessedItemsError,
)
from django_dynamodb.testing import faults
from django_dynamodb.testing.assertions import assertDynamoDB
from django_dynamodb.testing.faults import conflict, throttled, unavailable, unprocessed
from tests.testapp.models import Thread, Ticket

pytestmark = pytest.mark.dynamodb

REFUSALS = [
    (throttled, ThrottledError, "ProvisionedThroughputExceededException", 400),
    (unavailable, ServiceUnavailableError, "InternalServerError", 500),
    (conflict, TransactionConflictError, "TransactionConflictException", 400),
]


def threads(number):
    """Objects not stored yet."""
    return [Thread(forum="a", subject=str(n)) for n in range(number)]


def stored():
    """How many items there are."""
    return Thread.objects.scan().count()


@pytest.mark.parametrize(("make", "error", "code", "status"), REFUSALS)
def test_refusals(make, error, code, status):
    """A refusal carries what the wire's would, and nothing is done."""
    with make() as fault, pytest.raises(error) as caught:
        threads(1)[0].save()
    assert (caught.value.code, caught.value.status, caught.value.operation) == (code, status, "PutItem")
    assert caught.value.table.endswith("threads")
    assert json.loads(caught.value.body)["__type"].endswith(code)
    assert caught.value.retryable
    assert (fault.happened, stored()) == (1, 0)


@pytest.mark.parametrize("make", [throttled, unavailable, conflict])
def test_key(make):
    """A refusal names the key where the request has one."""
    with make(operation="UpdateItem"), pytest.raises(ServiceError) as caught:
        Thread.objects.filter(forum="a", subject="0").update(views=1)
    assert caught.value.key == {"forum": {"S": "a"}, "subject": {"S": "0"}}


def test_lost_reply():
    """A reply that is lost leaves the write done."""
    with unavailable(after_write=True), pytest.raises(ConnectionFailedError) as caught:
        threads(1)[0].save()
    assert (caught.value.code, stored()) == ("ReadTimeoutError", 1)


def test_lost_refusal():
    """A refusal can be lost as well: nobody knows then."""
    threads(1)[0].save()
    with unavailable(after_write=True), pytest.raises(ConnectionFailedError) as caught:
        Thread.objects.create(forum="a", subject="0")
    assert caught.value.__cause__.code == "ConditionalCheckFailedException"


def test_times():
    """A fault happens so many times, after so many calls that go through, and ends with its block."""
    outcomes = []
    with throttled(2, after=1) as fault:
        for thread in threads(5):
            try:
                thread.save()
            except ThrottledError:
                outcomes.append("refused")
            else:
                outcomes.append("done")
    assert outcomes == ["done", "refused", "refused", "done", "done"]
    assert fault.happened == 2
    with pytest.raises(ThrottledError), throttled(9):
        stored()
    assert stored() == 3


def test_one_operation():
    """A fault of one operation leaves the others alone."""
    with throttled(operation="UpdateItem"):
        threads(1)[0].save()
        assert stored() == 1


@pytest.mark.parametrize(
    ("make", "operation"), [(throttled, "putitem"), (unprocessed, "PutItem"), (conflict, "BatchWriteItem")]
)
def test_wrong_operation(make, operation):
    """A fault that could never happen is refused."""
    with pytest.raises(ValueError, match="cannot fail this way; these can: "), make(operation=operation):
        pass


def test_unprocessed_writes():
    """The half of a batch that is left is sent again until all is done."""
    with unprocessed(3) as fault, assertDynamoDB(batch_writes=4):
        Thread.objects.bulk_create(threads(2))
    assert (fault.happened, stored()) == (3, 2)


def test_unprocessed_reads():
    """The same holds for reads, and the order of the keys is kept."""
    Thread.objects.bulk_create(threads(7))
    keys = [("a", str(n)) for n in (6, 0, 5, 1, 4, 2, 3)]
    with unprocessed(2, "BatchGetItem"):
        found = Thread.objects.get_batch(keys)
    assert [(thread.forum, thread.subject) for thread in found] == keys


def test_unprocessed_of_several_tables():
    """A batch over several tables is done from its front, table by table."""
    Ticket(id=7).save()
    names = [model.objects.all()._dynamo_table().schema.name for model in (Ticket, Thread)]
    keys = {names[0]: [{"id": {"N": "7"}}], names[1]: [{"forum": {"S": "a"}, "subject": {"S": s}} for s in "012"]}
    requests = {name: {"Keys": of_table, "ConsistentRead": True} for name, of_table in keys.items()}
    with unprocessed():
        answer = json.loads(
            connections["default"].send("BatchGetItem", json.dumps({"RequestItems": requests}).encode())
        )
    assert len(answer["Responses"][names[0]]) == 1
    assert answer["UnprocessedKeys"] == {names[1]: {"Keys": keys[names[1]][1:], "ConsistentRead": True}}


def test_what_the_engine_leaves_stays_left():
    """What the engine itself leaves undone is joined by what the fault leaves."""
    puts = [{"PutRequest": {"Item": {"n": {"N": str(n)}}}} for n in range(4)]

    def send(operation, body):
        return json.dumps({"UnprocessedItems": {"t": json.loads(body)["RequestItems"]["t"][1:]}}).encode()

    body = json.dumps({"RequestItems": {"t": puts}}).encode()
    answer = json.loads(faults._leave(connections["default"], send, "BatchWriteItem", body))
    assert answer["UnprocessedItems"] == {"t": puts[1:]}


def test_what_is_left_is_retried_at_once():
    """Retries end as with the real pauses, and take no time."""
    started = time.perf_counter()
    with unprocessed(100) as fault, pytest.raises(UnprocessedItemsError) as caught:
        Thread.objects.bulk_create(threads(1))
    assert (len(caught.value.items), stored()) == (1, 0)
    assert fault.happened == 11
    assert time.perf_counter() - started < 5


def test_log_shows_faults(caplog):
    """The access log shows a fault as the service's answer."""
    caplog.set_level(logging.DEBUG, "django_dynamodb.access")
    with throttled(), pytest.raises(ThrottledError):
        stored()
    assert caplog.records[-1].error_code == "ProvisionedThroughputExceededException"


def test_nested():
    """Faults can be nested; the inner one is met first."""
    with throttled(1), unavailable(1):
        with pytest.raises(ServiceUnavailableError):
            stored()
        with pytest.raises(ThrottledError):
            stored()
        assert stored() == 0
