"""Holds what a key serves of a filter: the partition whole, the sort key from the left, a range at its end."""

import datetime as dt
import json
from operator import attrgetter

import pytest
from django.core.signing import Signer
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from django_dynamodb import models
from django_dynamodb.exceptions import InvalidKeyError, ScanForbidden, UnsupportedError
from django_dynamodb.models.cursors import SALT, SEPARATOR
from django_dynamodb.models.plan import Planner
from tests.declaring import declare
from tests.models.places import declare_jobs, knows_several

__all__ = ["declare"]


@pytest.fixture
def jobs(declare):
    """The manager of a model that has no table."""
    return declare_jobs(declare).objects


def read(queryset):
    """The plan of a query set."""
    return Planner(queryset.query, "forbid").plan()


HERE = {"tenant": "a", "region": "eu"}


@pytest.mark.parametrize(
    ("lookups", "given_names", "sort", "filtered"),
    [
        ({}, ["tenant", "region"], None, False),
        ({"status": "open"}, ["tenant", "region", "status"], None, False),
        ({"status": "open", "posted": 3}, ["tenant", "region", "status", "posted"], None, False),
        ({"status": "open", "posted__gt": 3}, ["tenant", "region", "status"], "posted", False),
        ({"status": "open", "posted__gte": 3, "posted__lte": 5}, ["tenant", "region", "status"], "posted", False),
        ({"status__startswith": "o"}, ["tenant", "region"], "status", False),
        ({"status__isnull": False, "posted__isnull": False}, ["tenant", "region"], None, False),
        ({"note": "x", "code__gt": "b"}, ["tenant", "region"], None, True),
    ],
)
def test_served(jobs, lookups, given_names, sort, filtered):
    """What the key can ask is in the key condition, the rest in the filter."""
    plan = read(jobs.filter(**HERE, **lookups))
    assert (plan.verb, plan.index) == ("Query", "by_place")
    assert [name for name, _ in plan.condition.given] == given_names
    assert (plan.condition.sort and str(plan.condition.sort.path)) == sort
    assert (plan.filter is not None) == filtered


@pytest.mark.parametrize(
    ("lookups", "message"),
    [
        ({"posted__gt": 3}, r"'by_place' is sorted by status, posted, .* posted__gt needs status=<value> before it"),
        ({"posted": 3}, r"posted__exact needs status=<value> before it"),
        ({"status__gt": "o", "posted": 3}, r"posted__exact needs status=<value> before it"),
        ({"status__gt": "o", "status__lt": "p"}, r"status__lt is one too many"),
        ({"status__in": ["a", "b"]}, r"status__in is one too many"),
        ({"status": "open", "posted__gt": 3, "posted__lt": 5}, r"posted__lt is one too many"),
    ],
)
def test_refused(jobs, lookups, message):
    """What would have to filter by the key is refused, naming what is missing."""
    with pytest.raises(UnsupportedError, match=message):
        read(jobs.filter(**HERE, **lookups))


@pytest.mark.parametrize("lookups", [{"tenant": "a"}, {"region": "eu", "status": "open"}, {"tenant__gt": "a"}])
def test_partition_is_whole(jobs, lookups):
    """A part of the partition key is no way in."""
    with pytest.raises(ScanForbidden, match=r"Filter by code=\.\.\. or tenant=\.\.\. with region=\.\.\."):
        read(jobs.filter(**lookups))


ROWS = st.builds(
    dict,
    tenant=st.sampled_from("ab"),
    region=st.sampled_from("xy"),
    status=st.sampled_from(["", "open", "over", "shut"]),
    posted=st.one_of(st.none(), st.integers(-2, 2)),
)
TESTS = {
    "status": {
        "status": st.sampled_from(["open", "shut"]),
        "status__startswith": st.sampled_from(["o", "sh"]),
        "status__gt": st.just("open"),
        "status__range": st.just(("open", "over")),
    },
    "posted": {
        "posted": st.integers(-2, 2),
        "posted__lt": st.integers(-2, 2),
        "posted__gte": st.integers(-2, 2),
        "posted__range": st.tuples(st.integers(-2, 0), st.integers(0, 2)),
    },
}
HOLDS = {
    "exact": lambda value, operand: value == operand,
    "startswith": lambda value, operand: value.startswith(operand),
    "gt": lambda value, operand: value > operand,
    "lt": lambda value, operand: value < operand,
    "gte": lambda value, operand: value >= operand,
    "range": lambda value, operand: operand[0] <= value <= operand[1],
}


@st.composite
def filters(draw):
    """Any partition, and at most one test of each sort attribute."""
    lookups = {"tenant": draw(st.sampled_from("ab")), "region": draw(st.sampled_from("xy"))}
    for kinds in TESTS.values():
        if name := draw(st.sampled_from([None, *kinds])):
            lookups[name] = draw(kinds[name])
    return lookups


def holds(row, lookups):
    """Whether an object is in the index and passes every test, said in Python alone."""
    return all(
        HOLDS[name.partition("__")[2] or "exact"](getattr(row, name.partition("__")[0]), operand)
        for name, operand in lookups.items()
    )


def is_served(lookups):
    """Whether the rule of the service allows it: no test behind an attribute that is not given exactly."""
    posted = any(name.startswith("posted") for name in lookups)
    return "status" in lookups or not posted


@knows_several
@given(rows=st.lists(ROWS, max_size=12), asked=st.lists(filters(), min_size=1, max_size=6), reverse=st.booleans())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_against_python(model, rows, asked, reverse):
    """Whatever is asked is answered as a search in Python would, in the order of the index, or refused by the rule."""
    model.objects.batch_write(deletes=[row.pk for row in model.objects.all()])
    objects = [model(code=f"{number:02}", **row) for number, row in enumerate(rows)]
    model.objects.batch_write(puts=objects)
    indexed = [row for row in objects if row.status and row.posted is not None]
    for lookups in asked:
        queryset = model.objects.index("by_place").filter(**lookups)
        queryset = queryset.reverse() if reverse else queryset
        if not is_served(lookups):
            with pytest.raises(UnsupportedError, match="needs status=<value> before it"):
                list(queryset)
            continue
        found = [(row.status, row.posted) for row in queryset]
        expected = [row for row in indexed if holds(row, lookups)]
        assert found == sorted(((row.status, row.posted) for row in expected), reverse=reverse)
        assert sorted(row.code for row in queryset) == sorted(map(attrgetter("code"), expected))
        assert queryset.count() == len(expected)


@pytest.fixture
def model(declare, dynamodb):
    """A stored model whose sort attributes may be empty."""
    loose = {"status": models.CharField(max_length=9, blank=True), "posted": models.IntegerField(null=True)}
    return declare_jobs(declare, make=declare.stored, **loose)


SPARSE = [("open", 1), ("", 2), ("shut", None), ("", None)]


@pytest.fixture
def sparse(model):
    """The manager of a model with four items, of which one has all that the index wants."""
    for number, (status, posted) in enumerate(SPARSE):
        model(code=str(number), status=status, posted=posted, **HERE).save()
    return model.objects


def test_empty_attributes_are_left_out(sparse):
    """A key attribute of an index that is empty is not written, and loads as it was."""
    stored = [sparse.get(str(number)).to_item().keys() & {"status", "posted"} for number in range(len(SPARSE))]
    assert stored == [{"status", "posted"}, {"posted"}, {"status"}, set()]
    assert [(row.status, row.posted) for row in map(sparse.get, "0123")] == SPARSE


@knows_several
def test_empty_attributes_keep_an_item_out(sparse):
    """An item is in the index while it has all of the key attributes."""
    indexed = sparse.index("by_place")
    assert [row.code for row in indexed.scan()] == ["0"]
    sparse.filter(pk="1").update(status="late")
    assert sorted(row.code for row in indexed.scan()) == ["0", "1"]
    sparse.filter(pk="0").update(status="")
    assert [row.code for row in indexed.scan()] == ["1"]


@knows_several
def test_pages(model):
    """A cursor holds every key attribute, of the table and of the index, and pages go on behind it, both ways."""
    rows = [("open", 1), ("open", 2), ("shut", 1), ("shut", 1), ("shut", 2)]
    model.objects.batch_write(
        puts=[model(code=str(n), status=status, posted=posted, **HERE) for n, (status, posted) in enumerate(rows)]
    )
    here = model.objects.index("by_place").filter(**HERE)
    first = here.page(2)
    key = Signer(sep=SEPARATOR, salt=SALT).unsign_object(first.next)["key"]
    assert key.keys() == {"code", "tenant", "region", "status", "posted"}
    second = here.page(2, after=first.next)
    third = here.page(2, after=second.next)
    assert [row.code for page in (first, second, third) for row in page] == list("01234")
    assert [row.code for row in here.page(2, after=third.previous)] == ["2", "3"]
    assert [row.code for row in here.page(9, after=second.items[0])] == ["3", "4"]
    assert [row.code for row in here.filter(status="shut").reverse().page(2)] == ["4", "3"]
    other = model(code="9", tenant="b", region="eu", status="open", posted=1)
    with pytest.raises(InvalidKeyError, match="another partition"):
        here.page(2, after=other)
    with pytest.raises(InvalidKeyError, match="without status"):
        here.page(2, after=model(code="9", posted=1, **HERE))


def test_request(model):
    """What is asked of the service, on an engine or not: all of the key condition, in the order of the key."""
    text = model.objects.filter(**HERE, status="open", posted__range=(1, 3), note="x").explain()
    body = json.loads(text[text.index("{") :])
    assert body["KeyConditionExpression"] == "#n0 = :v0 AND #n1 = :v1 AND #n2 = :v2 AND #n3 BETWEEN :v3 AND :v4"
    assert list(body["ExpressionAttributeNames"].values()) == ["tenant", "region", "status", "posted", "note"]
    assert body["IndexName"] == "by_place"


def test_expiry_in_a_sort_key(declare):
    """Where the time of expiry is a part of the sort key, what has expired is left out by the key or refused."""
    index = models.GlobalIndex("by_end", "tenant", ["status", "ends"])
    jobs = declare_jobs(declare, index, ends=models.TTLField(null=True)).objects.index("by_end")
    plan = read(jobs.filter(tenant="a", status="open"))
    condition, living = plan.living
    assert (str(condition.sort.path), condition.also, living) == ("ends", (("status", {"S": "open"}),), None)
    with pytest.raises(UnsupportedError, match=r"'ends' is a part of the sort key of index 'by_end', behind 'status'"):
        read(jobs.filter(tenant="a"))
    assert read(jobs.filter(tenant="a").with_expired()).expiry is None
    passed = timezone.now() - dt.timedelta(hours=1)
    assert read(jobs.filter(tenant="a", status="open", ends=passed)).verb == "nothing"
