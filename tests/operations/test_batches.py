"""Holds the batch verbs to the service's spelling, down and up."""

import pytest

from django_dynamodb.exceptions import InvalidValueError
from django_dynamodb.expressions.paths import Path
from django_dynamodb.expressions.projections import Projection
from django_dynamodb.operations.batches import BatchGetItem, BatchGetResult, BatchWriteItem, BatchWriteResult


def key(number):
    """A key of the test table."""
    return {"id": {"N": str(number)}}


@pytest.mark.parametrize(
    ("batch", "payload"),
    [
        (BatchGetItem(table="t", keys=(key(1), key(2))), {"RequestItems": {"t": {"Keys": [key(1), key(2)]}}}),
        (
            BatchGetItem(
                table="t", keys=[key(1)], consistent=True, projection=Projection((Path("a"),)), capacity="TOTAL"
            ),
            {
                "RequestItems": {
                    "t": {
                        "Keys": [key(1)],
                        "ConsistentRead": True,
                        "ProjectionExpression": "#n0",
                        "ExpressionAttributeNames": {"#n0": "a"},
                    }
                },
                "ReturnConsumedCapacity": "TOTAL",
            },
        ),
        (
            BatchWriteItem(table="t", puts=[key(1)], deletes=[key(2)], capacity="INDEXES"),
            {
                "RequestItems": {"t": [{"PutRequest": {"Item": key(1)}}, {"DeleteRequest": {"Key": key(2)}}]},
                "ReturnConsumedCapacity": "INDEXES",
            },
        ),
    ],
)
def test_payload(batch, payload):
    """A batch says what was asked, in the order given."""
    assert batch.name == type(batch).__name__
    assert batch.payload() == payload


def test_get_result():
    """A batch read gives what was built, and the keys that are left."""
    body = (
        b'{"Responses":{"t":[{"id":{"N":"1"}}]},"UnprocessedKeys":{"t":{"Keys":[{"id":{"N":"2"}}],'
        b'"ConsistentRead":true}},"ConsumedCapacity":[{"TableName":"t","CapacityUnits":1}]}'
    )
    assert BatchGetItem(table="t", keys=[key(1), key(2)]).result(body, lambda item: item["id"]["N"]) == BatchGetResult(
        items=["1"], unprocessed=[key(2)], consumed={"TableName": "t", "CapacityUnits": 1}
    )


@pytest.mark.parametrize("body", [b"{}", b'{"Responses":{},"UnprocessedKeys":{}}', b'{"Responses":{"t":[]}}'])
def test_get_nothing(body):
    """A batch read may find nothing."""
    assert BatchGetItem(table="t", keys=[key(1)]).result(body, str) == BatchGetResult(items=[], unprocessed=[])


def test_write_result():
    """A batch write gives back what is left to do."""
    body = (
        b'{"UnprocessedItems":{"t":[{"PutRequest":{"Item":{"id":{"N":"1"}}}},{"DeleteRequest":{"Key":{"id":{"N":"2"}}}}]},'
        b'"ConsumedCapacity":[]}'
    )
    assert BatchWriteItem(table="t", puts=[key(1)]).result(body) == BatchWriteResult(
        unprocessed_puts=[key(1)], unprocessed_deletes=[key(2)]
    )


def test_write_done():
    """A batch write with nothing left says so."""
    result = BatchWriteItem(table="t", puts=[key(1)]).result(b'{"UnprocessedItems":{}}')
    assert result == BatchWriteResult(unprocessed_puts=[], unprocessed_deletes=[])


@pytest.mark.parametrize("number", [0, 101])
def test_too_many_keys(number):
    """A batch read takes 1 to 100 keys."""
    with pytest.raises(InvalidValueError, match=f"batch of {number} keys.*by 100"):
        BatchGetItem(table="t", keys=[key(1)] * number)


@pytest.mark.parametrize(("puts", "deletes"), [(0, 0), (26, 0), (13, 13)])
def test_too_many_writes(puts, deletes):
    """A batch write takes 1 to 25 puts and deletes together."""
    with pytest.raises(InvalidValueError, match=f"batch of {puts + deletes} puts and deletes.*by 25"):
        BatchWriteItem(table="t", puts=[key(1)] * puts, deletes=[key(2)] * deletes)
