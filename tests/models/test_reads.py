"""Tests each way of reading against an engine: rows, counts, limits and what is brought back."""

import pytest

from django_dynamodb.expressions.conditions import Compare
from django_dynamodb.expressions.keys import KeyCondition
from django_dynamodb.expressions.paths import Path
from django_dynamodb.models.reads import BatchRead, GetRead, NoRead, QueryRead, ScanRead
from tests.testapp.models import Thread

FILTER = Compare(Path("views"), ">=", {"N": "2"})


@pytest.fixture
def table(dynamodb):
    """A table with four threads in one partition."""
    Thread.objects.batch_write(puts=[Thread(forum="A", subject=str(n), author="x", views=n) for n in range(4)])
    return Thread._meta.open_table()


def key(subject):
    """The key of a thread."""
    return {"forum": {"S": "A"}, "subject": {"S": subject}}


def query(**options):
    """A read of the partition."""
    given = {"index": None, "projected": None, "filter": None, "consistent": True, "forward": True, "limit": None}
    condition = KeyCondition(partition=("forum", {"S": "A"}), sort=None)
    return QueryRead(condition=condition, **{**given, "page_size": None, **options})


def scan(**options):
    """A read of the table."""
    given = {"filter": None, "index": None, "projected": None, "consistent": True, "limit": None, "page_size": None}
    return ScanRead(**{**given, **options})


def batch(*subjects, limit=None):
    """A read of keys."""
    return BatchRead(keys=tuple(map(key, subjects)), consistent=True, limit=limit)


READS = [
    (NoRead(), []),
    (GetRead(key=key("1"), consistent=True), ["1"]),
    (GetRead(key=key("9"), consistent=True), []),
    (batch("3", "9", "1", "3"), ["3", "1", "3"]),
    (batch("3", "1", limit=1), ["3"]),
    (batch(), []),
    (query(), ["0", "1", "2", "3"]),
    (query(forward=False), ["3", "2", "1", "0"]),
    (query(limit=2), ["0", "1"]),
    (query(page_size=1), ["0", "1", "2", "3"]),
    (query(filter=FILTER), ["2", "3"]),
    (query(filter=FILTER, limit=1, page_size=1), ["2"]),
    (query(index="by_views", forward=False), ["3", "2", "1", "0"]),
    (scan(), ["0", "1", "2", "3"]),
    (scan(filter=FILTER), ["2", "3"]),
    (scan(limit=3, page_size=1), ["0", "1", "2"]),
]


@pytest.mark.parametrize(("read", "subjects"), READS)
def test_rows_and_count(table, read, subjects):
    """A read yields each item once, in order, and counts as many."""
    rows = list(read.rows(table, lambda item: item["subject"]["S"], None))
    assert rows == subjects
    assert read.count(table) == len(subjects)


@pytest.mark.parametrize("read", [GetRead(key=key("1"), consistent=True), batch("1"), query(limit=1), scan(limit=1)])
def test_columns(table, read):
    """Only the attributes asked for come back, with the key where it is needed."""
    (item,) = read.rows(table, lambda item: item, ("subject", "views"))
    assert {"subject", "views"} <= item.keys() <= {"forum", "subject", "views"}


def test_counting_brings_nothing(table, sent):
    """Queries and scans are counted by the service."""
    query().count(table)
    scan().count(table)
    assert [payload["Select"] for payload in sent.payloads] == ["COUNT", "COUNT"]


def test_held():
    """What there is to be had: everything, or what the index holds."""
    assert query(projected=frozenset({"forum"})).held == {"forum"}
    assert scan(projected=frozenset({"forum"})).held == {"forum"}
    assert {read.held for read, _ in READS if not isinstance(read, QueryRead | ScanRead)} == {None}
