"""Tests which names of search fields are served; what can be typed is tested with the admin's search box."""

import pytest

from django_dynamodb.search.terms import search_of, unserved
from tests.testapp.models import Thread


@pytest.mark.parametrize(
    ("names", "wrong"),
    [
        ((), []),
        (("forum", "author"), []),
        (("^author", "posted"), []),
        (("posted",), ["posted"]),
        (("=author__exact", "meta", "nothing"), ["meta"]),
    ],
)
def test_unserved(names, wrong):
    """A partition key is served, and the sort key beside one that is named; what is no field is not looked at."""
    assert [(written, field.name) for written, field in unserved(Thread, names)] == [(name, name) for name in wrong]


def test_search_of():
    """The sort keys that are named choose between ways in by one partition key."""
    assert [way.index for way in search_of(Thread, ["forum", "views", "author"]).ways] == ["by_views", "by_author"]
