"""Holds Query and Scan to the service's spelling, down and up."""

import pytest

from django_dynamodb.exceptions import InvalidValueError
from django_dynamodb.expressions.conditions import BeginsWith, Compare
from django_dynamodb.expressions.keys import KeyCondition
from django_dynamodb.expressions.paths import Path
from django_dynamodb.expressions.projections import Projection
from django_dynamodb.operations.searches import PageResult, Query, Scan

AWS, ONE = {"S": "AWS"}, {"N": "1"}
START = {"forum": AWS, "subject": {"S": "S3"}}
FORUM = KeyCondition(("forum", AWS))
SHARED = {
    "index": "by_views",
    "select": "COUNT",
    "consistent": True,
    "limit": 5,
    "start": START,
    "capacity": "TOTAL",
}
SHARED_PAYLOAD = {
    "TableName": "t",
    "IndexName": "by_views",
    "Select": "COUNT",
    "ConsistentRead": True,
    "Limit": 5,
    "ExclusiveStartKey": START,
    "ReturnConsumedCapacity": "TOTAL",
}


@pytest.mark.parametrize(
    ("search", "payload"),
    [
        (
            Query(table="t", key_condition=FORUM),
            {
                "TableName": "t",
                "KeyConditionExpression": "#n0 = :v0",
                "ExpressionAttributeNames": {"#n0": "forum"},
                "ExpressionAttributeValues": {":v0": AWS},
            },
        ),
        (
            Query(table="t", key_condition=FORUM, forward=False, **SHARED),
            {
                **SHARED_PAYLOAD,
                "ScanIndexForward": False,
                "KeyConditionExpression": "#n0 = :v0",
                "ExpressionAttributeNames": {"#n0": "forum"},
                "ExpressionAttributeValues": {":v0": AWS},
            },
        ),
        (
            Query(
                table="t",
                key_condition=KeyCondition(("forum", AWS), BeginsWith(Path("subject"), AWS)),
                filter=Compare(Path("views"), ">", ONE),
                projection=Projection((Path("views"), Path("forum"))),
            ),
            {
                "TableName": "t",
                "KeyConditionExpression": "#n0 = :v0 AND begins_with(#n1, :v0)",
                "FilterExpression": "#n2 > :v1",
                "ProjectionExpression": "#n2, #n0",
                "ExpressionAttributeNames": {"#n0": "forum", "#n1": "subject", "#n2": "views"},
                "ExpressionAttributeValues": {":v0": AWS, ":v1": ONE},
            },
        ),
        (Scan(table="t"), {"TableName": "t"}),
        (Scan(table="t", **SHARED), SHARED_PAYLOAD),
        (Scan(table="t", segment=0, total_segments=4), {"TableName": "t", "Segment": 0, "TotalSegments": 4}),
        (
            Scan(table="t", filter=Compare(Path("a"), "=", ONE), projection=Projection((Path("a"),))),
            {
                "TableName": "t",
                "FilterExpression": "#n0 = :v0",
                "ProjectionExpression": "#n0",
                "ExpressionAttributeNames": {"#n0": "a"},
                "ExpressionAttributeValues": {":v0": ONE},
            },
        ),
    ],
)
def test_payload(search, payload):
    """A search says what was asked, with one pool of names and values for all its expressions."""
    assert search.payload() == payload


SEARCHES = [Query(table="t", key_condition=FORUM), Scan(table="t")]


@pytest.mark.parametrize("search", SEARCHES)
def test_name(search):
    """A record has the name of its verb."""
    assert search.name == type(search).__name__


@pytest.mark.parametrize("search", SEARCHES)
def test_result(search):
    """A page has what was built from its items, and its figures."""
    body = (
        b'{"ConsumedCapacity":{"CapacityUnits":0.5},"Count":2,"Items":[{"n":{"N":"1"}},{"n":{"N":"2"}}],'
        b'"LastEvaluatedKey":{"n":{"N":"2"}},"ScannedCount":9}'
    )
    assert search.result(body, lambda item: item["n"]["N"]) == PageResult(
        items=["1", "2"], count=2, scanned=9, last_key={"n": {"N": "2"}}, consumed={"CapacityUnits": 0.5}
    )


@pytest.mark.parametrize("search", SEARCHES)
@pytest.mark.parametrize(
    ("body", "figures"),
    [
        (b'{"Count":7,"ScannedCount":9}', (7, 9, None)),
        (b'{"Count":0,"Items":[],"LastEvaluatedKey":{"n":{"N":"2"}},"ScannedCount":9}', (0, 9, {"n": {"N": "2"}})),
        (b'{"Items":[],"Count":0,"ScannedCount":0,"LastEvaluatedKey":{}}', (0, 0, None)),
    ],
)
def test_no_items(search, body, figures):
    """A count, and a page that a filter emptied, have figures and perhaps a next page."""
    page = search.result(body, str)
    assert page.items == []
    assert (page.count, page.scanned, page.last_key) == figures


@pytest.mark.parametrize("limit", [0, -1])
def test_limit(limit):
    """A limit is at least 1."""
    with pytest.raises(InvalidValueError, match=f"not {limit}"):
        Query(table="t", key_condition=FORUM, limit=limit)
    with pytest.raises(InvalidValueError, match=f"not {limit}"):
        Scan(table="t", limit=limit)


@pytest.mark.parametrize(("segment", "total"), [(0, None), (None, 2), (2, 2), (-1, 2), (0, 0)])
def test_segments(segment, total):
    """A segment is one of its total, and neither comes alone."""
    with pytest.raises(InvalidValueError, match=f"no segment {segment} of {total}"):
        Scan(table="t", segment=segment, total_segments=total)
