"""Tests what a URL can ask a model's keys for, and that nothing else is served."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from hypothesis import assume, given
from hypothesis import strategies as st

from django_dynamodb import models
from django_dynamodb.exceptions import UnsupportedError
from django_dynamodb.models.reads import QueryRead
from django_dynamodb.search.parameters import narrowed, offered, parameters_of, way_for
from django_dynamodb.search.ways import every_way
from tests.declaring import declare
from tests.models.shop import filled, shop
from tests.recording import sent
from tests.testapp.models import Issue, Note, Reading, Session, Thread

__all__ = ["declare", "filled", "sent", "shop"]


def way(model, *asked, sorted_by=None):
    """The index that serves it; "table" for the table itself, None where nothing does."""
    known = parameters_of(model)
    found = way_for(every_way(model), [known[name].question for name in asked], sorted_by)
    return found and (found.index or "table")


@pytest.mark.parametrize(
    ("asked", "index"),
    [
        (["forum"], "table"),
        (["forum", "subject"], "table"),
        (["forum", "subject__startswith"], "table"),
        (["forum", "subject__gte", "subject__lte"], "table"),
        (["forum", "views__gt"], "by_views"),
        (["author"], "by_author"),
        (["author", "posted__range"], "by_author"),
        (["subject"], None),
        (["forum", "author"], None),
        (["forum", "posted__gt"], None),
        (["forum", "subject__gt", "subject__lte"], None),
        (["forum", "subject", "views"], None),
        (["forum", "subject", "subject__gt"], None),
        (["posted__gt"], None),
    ],
)
def test_ways(asked, index):
    """One key or index has to serve everything: its partition, then its sort key by one test."""
    assert way(Thread, *asked) == index


def test_order():
    """Where several would do, one in the order asked for is taken."""
    assert way(Thread, "forum", sorted_by="views") == "by_views"
    assert way(Thread, "forum", sorted_by="subject") == "table"
    assert way(Thread, "forum", sorted_by="posted") == "table"


def test_what_an_index_leaves_out():
    """An index that leaves items out is taken only where those could not be meant."""
    assert way(Session, "data") == "by_data"
    assert way(Session, "data", "expires__gt") == "by_expiry"
    assert way(Note, "owner") == "by_owner"


def test_leaving_out_is_refused(declare):
    """Where the only index leaves items out, nothing serves its partition key alone."""
    index = models.GlobalIndex("by_state", "state", "done")
    model = declare(
        table={"indexes": [index]}, state=models.CharField(max_length=9), done=models.DateTimeField(null=True)
    )
    assert way(model, "state") is None
    assert way(model, "state", "done__gt") == "by_state"


def test_several_attributes(declare):
    """All of the partition is given, and the sort key from the left without a gap."""
    place = models.GlobalIndex("by_place", ["tenant", "region"], ["status", "posted"])
    texts = {name: models.CharField(max_length=9) for name in ("tenant", "region", "status", "posted")}
    model = declare(table={"indexes": [place]}, **texts)
    assert way(model, "tenant", "region", "status", "posted__gt") == "by_place"
    assert way(model, "tenant", "region", "posted__gt") is None
    assert way(model, "tenant") is None
    assert "tenant with region, with it status (" in offered(every_way(model))


@pytest.mark.parametrize(
    ("model", "name", "text", "value"),
    [
        (Thread, "forum", "AWS", "AWS"),
        (Thread, "views__lt", "7", 7),
        (Thread, "posted__gte", "2024-01-02", dt.datetime(2024, 1, 2, 6, tzinfo=dt.UTC)),
        (Thread, "views__range", "1,9", (1, 9)),
        (Issue, "state", "open", "open"),
        (Note, "owner", "3", 3),
    ],
)
def test_values(model, name, text, value):
    """A value is read as the field reads it; a moment is in the current time zone."""
    assert parameters_of(model)[name].clean(text) == value


@pytest.mark.parametrize(
    ("model", "name", "text", "fault"),
    [
        (Thread, "views", "x", "integer"),
        (Thread, "posted__gte", "x", "format"),
        (Thread, "views__range", "1", "comma"),
        (Issue, "state", "lost", "none of open, done"),
        (Reading, "device", "7", "UUID"),
        (Thread, "views", "1" * 40, "has 40 digits"),
    ],
)
def test_what_is_no_value(model, name, text, fault):
    """A text that is no value of the field, or none that a key can have, is refused."""
    with pytest.raises(ValidationError, match=fault):
        parameters_of(model)[name].clean(text)


QUESTIONS = sorted(parameters_of(Thread))
VALUES = {"forum": "AWS", "subject": "S", "author": "ann", "views": 3, "posted": dt.datetime(2024, 1, 2, tzinfo=dt.UTC)}


@given(st.sets(st.sampled_from(QUESTIONS), min_size=1, max_size=4))
def test_what_is_served_is_a_query_without_a_filter(asked):
    """What a way serves is planned as a read by key that drops nothing; what none serves, no plan serves so."""
    for name in ("subject", "posted", "views"):  # the planner makes one test of these three, where they say the same
        assume(not asked.issuperset({f"{name}__gte", f"{name}__lte", f"{name}__range"}))
    known = parameters_of(Thread)
    lookups = {name: VALUES[known[name].field.name] for name in asked}
    lookups |= {name: (lookups[name], lookups[name]) for name in asked if known[name].lookup == "range"}
    found = way_for(every_way(Thread), [known[name].question for name in asked])
    if found is not None:
        read = narrowed(Thread.objects.all(), found, lookups)._dynamo_read()
        assert not isinstance(read, QueryRead) or read.filter is None
        return
    try:
        read = Thread.objects.filter(**lookups)._dynamo_read()
    except UnsupportedError:
        return
    assert read.filter is not None


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"customer": "c"}, [1, 2, 3]),
        ({"customer": "c", "placed": "2024-01-02"}, [1, 2]),
        ({"customer": "c", "placed": "2024-01-02", "number__gte": "2"}, [2]),
        ({"customer": "c", "placed__gt": "2024-01-02"}, [3]),
        ({"customer": "c", "status": "new", "placed__lte": "2024-01-02"}, [1, 2]),
        ({"customer": "c", "number": "2"}, None),
        ({"status": "new"}, None),
    ],
)
def test_keys_built_from_others(filled, sent, asked, found):
    """A key that is built from fields is asked for by those, and one Query answers."""
    known = parameters_of(filled.order)
    questions = [known[name].question for name in asked]
    served = way_for(every_way(filled.order), questions)
    if found is None:
        assert served is None
        return
    lookups = {name: known[name].clean(text) for name, text in asked.items()}
    assert [order.number for order in narrowed(filled.order.objects.all(), served, lookups)] == found
    assert sent.operations == ["Query"]
