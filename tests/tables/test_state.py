"""Holds the comparison of a table with its schema: every difference is a sentence, agreement is silence."""

from dataclasses import replace

import pytest

from django_dynamodb.operations.descriptions import IndexDescription
from django_dynamodb.tables.schema import IndexSchema, KeyAttribute, TableSchema, Throughput
from django_dynamodb.tables.state import TableState, differences, index_units, units

FORUM = KeyAttribute("forum", "S")
SCHEMA = TableSchema(
    name="threads",
    partition=FORUM,
    sort=KeyAttribute("subject", "S"),
    indexes=(
        IndexSchema(name="by_author", partition=KeyAttribute("author", "S"), projection=("title", "views")),
        IndexSchema(name="by_views", partition=FORUM, sort=KeyAttribute("views", "N"), local=True),
    ),
)
BY_AUTHOR = IndexDescription(
    name="by_author",
    partition="author",
    sort=None,
    projection=("views", "title"),
    local=False,
    status="ACTIVE",
    units=None,
)
BY_VIEWS = IndexDescription(
    name="by_views", partition="forum", sort="views", projection="ALL", local=True, status=None, units=None
)
STATE = TableState(
    name="threads",
    status="ACTIVE",
    partition="forum",
    sort="subject",
    attributes={"forum": "S", "subject": "S", "author": "S", "views": "N"},
    indexes=(BY_AUTHOR, BY_VIEWS),
    units=None,
    stream=None,
    item_count=0,
    size_bytes=0,
    arn=None,
    ttl=None,
)


def test_agreement():
    """A table that is what it should be has no differences, in whatever order the service lists things."""
    assert differences(SCHEMA, STATE) == []


@pytest.mark.parametrize(
    ("wanted", "found", "sentences"),
    [
        (
            {},
            {"partition": "id", "sort": None},
            [
                "The partition key is 'id', the schema says 'forum'; a key never changes: make a new table.",
                "The sort key is none, the schema says 'subject'; a key never changes: make a new table.",
            ],
        ),
        (
            {},
            {"attributes": {"forum": "N"}},
            ["The type of key attribute 'forum' is 'N', the schema says 'S'."],
        ),
        (
            {},
            {"indexes": ()},
            [
                "Index 'by_author' is missing.",
                "Index 'by_views' is missing; a local index can only be made together with its table.",
            ],
        ),
        (
            {"indexes": ()},
            {"indexes": (BY_AUTHOR,)},
            ["Index 'by_author' is not in the schema."],
        ),
        (
            {},
            {"indexes": (replace(BY_AUTHOR, partition="title", sort="views", projection="ALL", local=True), BY_VIEWS)},
            [
                "Index 'by_author': its kind is 'local', the schema says 'global'.",
                "Index 'by_author': its partition key is 'title', the schema says 'author'.",
                "Index 'by_author': its sort key is 'views', the schema says none.",
                "Index 'by_author': its projection is 'ALL', the schema says ['title', 'views'].",
            ],
        ),
        (
            {"throughput": Throughput(5, 6)},
            {},
            ["The billing is on demand, the schema says provisioned with 5 read and 6 write units."],
        ),
        (
            {"throughput": Throughput(5, 6)},
            {"units": (5, 6), "indexes": (replace(BY_AUTHOR, units=(1, 1)), BY_VIEWS)},
            ["Index 'by_author': its throughput is (1, 1), the schema says (5, 6)."],
        ),
        ({"ttl": "expires"}, {}, ["The expiry attribute is none, the schema says 'expires'."]),
        ({}, {"ttl": "expires"}, ["The expiry attribute is 'expires', the schema says none."]),
        ({"stream": "NEW_IMAGE"}, {}, ["The stream is none, the schema says 'NEW_IMAGE'."]),
    ],
)
def test_differences(wanted, found, sentences):
    """Every difference is told in a sentence, with what is and what should be."""
    assert differences(replace(SCHEMA, **wanted), replace(STATE, **found)) == sentences


def test_several_attributes():
    """A key of several attributes is compared attribute by attribute, and their order counts."""
    several = IndexSchema(
        name="by_author",
        partition=(KeyAttribute("author", "S"), FORUM),
        sort=(KeyAttribute("views", "N"), KeyAttribute("title", "S")),
        projection=("views", "title"),
    )
    schema = replace(SCHEMA, indexes=(several, SCHEMA.indexes[1]))
    found = replace(BY_AUTHOR, partition=("author", "forum"), sort=("views", "title"))
    state = replace(STATE, indexes=(found, BY_VIEWS))
    assert differences(schema, state) == []
    swapped = replace(state, indexes=(replace(found, sort=("title", "views")), BY_VIEWS))
    assert differences(schema, swapped) == [
        "Index 'by_author': its sort key is ('title', 'views'), the schema says ('views', 'title')."
    ]
    assert differences(schema, replace(state, indexes=(replace(found, sort=None), BY_VIEWS))) == [
        "Index 'by_author': its sort key is none, the schema says ('views', 'title')."
    ]


def test_units():
    """A global index has its own capacity or the table's, a local one none; on demand nothing has any."""
    by_author, by_views = SCHEMA.indexes
    provisioned = replace(SCHEMA, throughput=Throughput(5, 6))
    assert index_units(SCHEMA, by_author) is None
    assert index_units(provisioned, by_author) == (5, 6)
    assert index_units(provisioned, replace(by_author, throughput=Throughput(1, 2))) == (1, 2)
    assert index_units(provisioned, by_views) is None
    assert units(None) is None
