"""Tests what ways into a model there are, and what is asked of each."""

import pytest

from django_dynamodb import models
from django_dynamodb.search.ways import every_way, ways_of
from tests.declaring import declare
from tests.testapp.models import Session, Thread

__all__ = ["declare"]

RANGES = ("exact", "gt", "gte", "lt", "lte", "range")


def shown(way):
    """The names of a way."""
    return way.index, [part.field.name for part in way.given], [part.field.name for part in way.ahead], way.whole


def test_ways_of_a_table_and_its_indexes():
    """The table comes first; an index that holds a part of each item says so."""
    assert [shown(way) for way in every_way(Thread)] == [
        (None, ["forum"], ["subject"], True),
        ("by_author", ["author"], ["posted"], True),
        ("by_views", ["forum"], ["views"], False),
    ]


@pytest.mark.parametrize(("place", "lookups"), [(0, (*RANGES, "startswith")), (1, RANGES), (2, RANGES)])
def test_lookups_of_a_sort_key(place, lookups):
    """Only a text is asked for by its beginning."""
    assert list(every_way(Thread))[place].ahead[0].lookups == lookups


def test_what_may_be_missing():
    """A sort key that may be empty leaves items out of an index."""
    ways = {way.index: way for way in every_way(Session)}
    assert ways["by_expiry"].ahead[0].optional
    assert not ways[None].ahead[0].optional


def test_keys_of_several_attributes(declare):
    """An index by several values is a way, but none by one value."""
    place = models.GlobalIndex("by_place", ["tenant", "region"], ["status", "posted"])
    texts = {name: models.CharField(max_length=9) for name in ("tenant", "region", "status", "posted")}
    model = declare(table={"indexes": [place]}, **texts)
    assert shown(list(every_way(model))[1]) == ("by_place", ["tenant", "region"], ["status", "posted"], True)
    assert [way.index for way in ways_of(model)] == [None]


def test_keys_built_from_others(declare):
    """A key that is built from fields is asked by those, by a range where their texts sort as their values do."""
    model = declare(
        table={"partition_key": "pk1", "sort_key": "sk1"},
        customer=models.CharField(max_length=9),
        number=models.IntegerField(),
        padded=models.IntegerField(),
        pk1=models.TemplateField("C#{customer}"),
        sk1=models.TemplateField("O#{padded:08d}#{number}"),
    )
    (way,) = every_way(model)
    assert shown(way) == (None, ["customer"], ["padded", "number"], True)
    assert [part.lookups for part in way.ahead] == [RANGES, ("exact",)]
