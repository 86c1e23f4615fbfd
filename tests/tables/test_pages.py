"""Holds queries, scans and counts to what they ask of the service and what they bring back."""

import json
from dataclasses import replace

import pytest

from django_dynamodb.exceptions import InvalidKeyError, InvalidValueError, SchemaError, UnsupportedError
from django_dynamodb.expressions.conditions import BeginsWith, Between, Compare
from django_dynamodb.expressions.keys import KeyCondition
from django_dynamodb.expressions.paths import Path
from django_dynamodb.expressions.projections import Projection
from django_dynamodb.tables import batches, counters, pages
from django_dynamodb.tables.searches import query_search, scan_search
from tests.tables.conftest import THREADS, TICKETS

AWS = KeyCondition(("forum", {"S": "AWS"}))
SUBJECT, VIEWS = Path("subject"), Path("views")


def subjects(found):
    """The subjects of all items, in the order they came."""
    return [item["subject"]["S"] for page in found for item in page.items]


@pytest.fixture
def filled(threads, thread):
    """The table of threads with ten in one forum, 0 to 9 by views, and one in another."""
    items = [thread(f"s{n}", views={"N": str(n)}, author={"S": "x"}, posted={"N": str(9 - n)}) for n in range(10)]
    batches.write_many(threads, [*items, thread("s0", forum="GCP")])
    return threads


def test_query_payload(fake_threads, service):
    """A query sends what was asked for and nothing else."""
    found = pages.query(
        fake_threads,
        KeyCondition(("author", {"S": "x"}), Compare(Path("posted"), ">=", {"N": "3"})),
        index="by_author",
        projection=Projection((VIEWS,)),
        forward=False,
        page_size=7,
        start={"subject": {"S": "S3"}},
    )
    assert [page.items for page in found] == [[]]
    assert service.calls == [
        (
            "Query",
            {
                "TableName": "threads",
                "IndexName": "by_author",
                "Limit": 7,
                "ExclusiveStartKey": {"subject": {"S": "S3"}},
                "ScanIndexForward": False,
                "KeyConditionExpression": "#n0 = :v0 AND #n1 >= :v1",
                "ProjectionExpression": "#n2",
                "ExpressionAttributeNames": {"#n0": "author", "#n1": "posted", "#n2": "views"},
                "ExpressionAttributeValues": {":v0": {"S": "x"}, ":v1": {"N": "3"}},
            },
        )
    ]


def test_scan_payload(fake_threads, service):
    """A scan sends its segment, its filter and whether it reads consistently."""
    fewer = Compare(VIEWS, "<", {"N": "3"})
    list(pages.scan(fake_threads, filter=fewer, consistent=True, segment=1, total_segments=4))
    assert service.calls == [
        (
            "Scan",
            {
                "TableName": "threads",
                "ConsistentRead": True,
                "Segment": 1,
                "TotalSegments": 4,
                "FilterExpression": "#n0 < :v0",
                "ExpressionAttributeNames": {"#n0": "views"},
                "ExpressionAttributeValues": {":v0": {"N": "3"}},
            },
        )
    ]


@pytest.mark.seed(21, 22)
def test_lazy(fake_threads, service):
    """SEED rows 21 and 22: nothing is read before the first page is asked for, nor after the last one taken."""
    service.answers.append({"Items": [], "LastEvaluatedKey": {"subject": {"S": "S3"}}})
    found = pages.scan(fake_threads)
    assert not service.calls
    next(found)
    assert len(service.calls) == 1


def test_bad_arguments_are_told_at_once(fake_threads, service):
    """What is wrong with a query is raised where it is asked for, not where its first page is."""
    with pytest.raises(InvalidKeyError):
        pages.query(fake_threads, KeyCondition(("forum", {"S": ""})))
    with pytest.raises(SchemaError, match="no index 'by_date'"):
        pages.scan(fake_threads, index="by_date")
    with pytest.raises(InvalidValueError, match="no segment 4 of 4"):
        pages.scan(fake_threads, segment=4, total_segments=4)
    assert not service.calls


def test_consistent_read_of_a_global_index(fake_threads, service):
    """A global index cannot be read consistently, a local one can."""
    with pytest.raises(UnsupportedError, match="read the table or a local index"):
        scan_search(THREADS, index="by_author", consistent=True)
    assert pages.count(fake_threads, scan_search(THREADS, index="by_views", consistent=True)) == 0


def test_counts_go_on_over_pages(fake_threads, service):
    """A count adds up the pages, empty ones between them included, and transfers no items."""
    more = {"LastEvaluatedKey": {"subject": {"S": "S3"}}}
    service.answers.extend([{"Count": 3, **more}, {"Count": 0, **more}, {"Count": 2}])
    assert pages.count(fake_threads, query_search(THREADS, AWS)) == 5
    assert [payload["Select"] for payload in service.payloads] == ["COUNT"] * 3


@pytest.mark.seed(22)
def test_counter_is_filtered_out(fake_tickets, service):
    """SEED row 22: scans and counts of an autoincrement table hide the counter item, along with the caller's filter."""
    list(pages.scan(fake_tickets, filter=Compare(VIEWS, ">", {"N": "1"})))
    pages.count(fake_tickets, scan_search(TICKETS))
    assert [payload["FilterExpression"] for payload in service.payloads] == ["#n0 > :v0 AND #n1 <> :v1", "#n0 <> :v0"]


@pytest.mark.seed(21)
@pytest.mark.parametrize(
    ("test", "found"),
    [
        (Compare(SUBJECT, "=", {"S": "s5"}), "5"),
        (Compare(SUBJECT, "<=", {"S": "s2"}), "012"),
        (Compare(SUBJECT, "<", {"S": "s2"}), "01"),
        (Compare(SUBJECT, ">=", {"S": "s8"}), "89"),
        (Compare(SUBJECT, ">", {"S": "s8"}), "9"),
        (BeginsWith(SUBJECT, {"S": "s"}), "0123456789"),
        (Between(SUBJECT, {"S": "s3"}, {"S": "s5"}), "345"),
    ],
)
def test_key_conditions(test, found, filled):
    """SEED row 21: a query reads one partition by a range of its sort key."""
    query = pages.query(filled, KeyCondition(("forum", {"S": "AWS"}), test), consistent=True)
    assert subjects(query) == [f"s{n}" for n in found]


def test_indexes_and_order(filled):
    """An index has its own keys and its own order, both ways."""
    query = pages.query(filled, KeyCondition(("author", {"S": "x"})), index="by_author", limit=3)
    assert subjects(query) == ["s9", "s8", "s7"]
    query = pages.query(filled, AWS, index="by_views", forward=False, limit=2, consistent=True)
    assert subjects(query) == ["s9", "s8"]


@pytest.mark.parametrize("page_size", [None, 1, 3, 10])
@pytest.mark.parametrize("limit", [0, 1, 4, 10, 11])
def test_limit(limit, page_size, filled):
    """A limit is the number of items, however many calls they take."""
    expected = [f"s{n}" for n in range(min(limit, 10))]
    assert subjects(pages.query(filled, AWS, limit=limit, page_size=page_size, consistent=True)) == expected


@pytest.mark.parametrize("page_size", [None, 1, 3])
@pytest.mark.parametrize("limit", [1, 2, 5, 6])
def test_limit_with_a_filter(limit, page_size, filled):
    """A filter drops items before they count."""
    even = Between(VIEWS, {"N": "2"}, {"N": "6"})
    found = pages.query(filled, AWS, filter=even, limit=limit, page_size=page_size, consistent=True)
    assert subjects(found) == [f"s{n}" for n in range(2, 7)][:limit]


@pytest.mark.parametrize("index", [None, "by_views"])
def test_going_on_behind_a_cut_page(index, filled):
    """A page that ends at the limit amid what was read leads on, by its last key, to the item behind its last one."""
    options = {"index": index, "filter": Compare(Path("posted"), "<", {"N": "8"}), "projection": Projection((VIEWS,))}
    first = list(pages.query(filled, AWS, limit=3, **options))
    rest = pages.query(filled, AWS, start=first[-1].last_key, **options)
    seen = [item["views"]["N"] for found in (first, rest) for page in found for item in page.items]
    assert seen == [str(n) for n in range(2, 10)]


def test_scan_finds_everything(filled):
    """A scan reads all partitions, and its segments together read each item once."""
    assert sorted(subjects(pages.scan(filled, consistent=True))) == sorted([*(f"s{n}" for n in range(10)), "s0"])
    parts = [subjects(pages.scan(filled, segment=n, total_segments=3)) for n in range(3)]
    assert sum(map(len, parts)) == 11


def test_counts(filled):
    """Counts agree with what a query or scan would return."""
    assert pages.count(filled, scan_search(filled.schema, consistent=True)) == 11
    few = query_search(filled.schema, AWS, filter=Compare(VIEWS, "<", {"N": "3"}), consistent=True)
    assert pages.count(filled, few) == 3
    assert (
        pages.count(filled, query_search(filled.schema, KeyCondition(("author", {"S": "x"})), index="by_author")) == 10
    )


@pytest.mark.parametrize(
    ("options", "asked"),
    [
        ({}, [None]),
        ({"limit": 4}, [4]),
        ({"limit": 4, "page_size": 3}, [3, 3]),
        ({"page_size": 6}, [6, 6]),
        ({"limit": 20}, [20]),
    ],
)
def test_counts_stop_at_their_limit(options, asked, filled):
    """A limit ends the counting, and no call reads more than it; the page size stays what one call reads."""
    limits = []

    def send(operation, body):
        limits.append(json.loads(body).get("Limit"))
        return filled.send(operation, body)

    search = query_search(filled.schema, AWS, consistent=True)
    assert pages.count(replace(filled, send=send), search, **options) == min(10, options.get("limit", 10))
    assert limits == asked


@pytest.mark.seed(22)
def test_counter_is_never_seen(tickets):
    """SEED row 22: the counter item of an autoincrement table neither comes back nor counts."""
    batches.write_many(tickets, [{"id": {"N": str(counters.next_number(tickets))}} for _ in range(3)])
    ids = [item["id"]["N"] for page in pages.scan(tickets, consistent=True) for item in page.items]
    assert sorted(ids) == ["1", "2", "3"]
    assert pages.count(tickets, scan_search(tickets.schema, consistent=True)) == 3


@pytest.mark.seed(22)
def test_other_tables_have_no_counter(threads, thread):
    """SEED row 22: only an autoincrement table hides anything."""
    threads.put(thread("-1", forum="-1"))
    assert subjects(pages.scan(threads, consistent=True)) == ["-1"]


def test_build(filled):
    """Each item is built as it is read."""
    found = pages.query(filled, AWS, limit=2, build=lambda item: int(item["views"]["N"]))
    assert [built for page in found for built in page.items] == [0, 1]
