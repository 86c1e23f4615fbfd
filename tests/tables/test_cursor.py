"""Holds what a position is: where a search begins again, and which search it belongs to."""

from dataclasses import replace

import pytest

from django_dynamodb.exceptions import InvalidCursorError
from django_dynamodb.expressions.conditions import BeginsWith, Compare
from django_dynamodb.expressions.keys import KeyCondition
from django_dynamodb.expressions.paths import Path
from django_dynamodb.expressions.projections import Projection
from django_dynamodb.tables.cursor import END, START, Position, fingerprint, start_names, started
from django_dynamodb.tables.schema import IndexSchema, KeyAttribute
from django_dynamodb.tables.searches import query_search, scan_search
from tests.tables.conftest import THREADS, TICKETS

AWS = KeyCondition(("forum", {"S": "AWS"}))
KEY = {"forum": {"S": "AWS"}, "subject": {"S": "a"}}
QUERY = query_search(THREADS, AWS)


def mark(search, schema=THREADS, owner="forum.Thread"):
    """The fingerprint of a search."""
    return fingerprint(schema, search, owner)


@pytest.mark.parametrize(
    ("index", "names"),
    [
        (None, ("forum", "subject")),
        ("by_author", ("forum", "subject", "author", "posted")),
        ("by_views", ("forum", "subject", "views")),
    ],
)
def test_start_names(index, names):
    """A key to start from has the attributes of the table's key and of the index's, each once."""
    assert start_names(THREADS, index) == names


@pytest.mark.parametrize("forward", [True, False])
@pytest.mark.parametrize("position", [START, END, Position(key=KEY), Position(key=KEY, backwards=True)])
def test_started_query(forward, position):
    """A query begins at the key and turns round for a position that looks back."""
    search = started(query_search(THREADS, AWS, forward=forward), position)
    assert (search.start, search.forward) == (position.key, forward != position.backwards)


def test_started_scan():
    """A scan begins at the key, and never turns round."""
    search = scan_search(THREADS)
    assert started(search, Position(key=KEY)).start == KEY
    with pytest.raises(InvalidCursorError, match="one direction"):
        started(search, END)


@pytest.mark.parametrize(
    "other",
    [
        query_search(THREADS, KeyCondition(("forum", {"S": "GCP"}))),
        query_search(THREADS, KeyCondition(("forum", {"S": "AWS"}), BeginsWith(Path("subject"), {"S": "a"}))),
        query_search(THREADS, AWS, forward=False),
        query_search(THREADS, AWS, index="by_views"),
        query_search(THREADS, AWS, filter=Compare(Path("views"), "=", {"N": "1"})),
        query_search(THREADS, AWS, filter=Compare(Path("views"), "=", {"N": "2"})),
        query_search(THREADS.prefixed("test-"), AWS),
        scan_search(THREADS),
    ],
)
def test_other_searches(other):
    """Partition, sort test, order, index, filter with its values, table and verb make another search."""
    assert mark(other) != mark(QUERY)


def test_other_owner():
    """So does who searches."""
    assert mark(QUERY, owner="forum.Post") != mark(QUERY)


def test_other_keys():
    """So does a key of another type under the same name: the old positions would be refused by the service."""
    by_views = IndexSchema(name="by_views", partition=THREADS.partition, sort=KeyAttribute("views", "S"), local=True)
    changed = replace(THREADS, indexes=(by_views,))
    assert mark(query_search(changed, AWS, index="by_views"), changed) != mark(
        query_search(THREADS, AWS, index="by_views")
    )


@pytest.mark.parametrize(
    "same",
    [
        query_search(THREADS, AWS, consistent=True),
        query_search(THREADS, AWS, projection=Projection((Path("views"), Path("forum")))),
        replace(QUERY, limit=3, start=KEY),
    ],
)
def test_the_same_search(same):
    """How items are brought back, and how many, changes no position."""
    assert mark(same) == mark(QUERY)


def test_form():
    """A fingerprint is short and safe in a URL."""
    assert len(mark(scan_search(TICKETS), TICKETS)) == 16
    assert mark(QUERY).replace("-", "a").replace("_", "a").isalnum()
