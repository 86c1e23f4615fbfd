"""Holds which of several ways in is taken, and that none is guessed."""

import ast

import pytest

from django_dynamodb import models
from django_dynamodb.exceptions import ScanForbidden, UnsupportedError
from django_dynamodb.models.plan import Planner
from tests.declaring import declare
from tests.models.places import BY_PLACE, declare_jobs
from tests.testapp.models import Thread

__all__ = ["declare"]

T = Thread.objects
HERE = {"tenant": "a", "region": "eu"}


def read(queryset):
    """The plan of a query set."""
    return Planner(queryset.query, "forbid").plan()


CHOSEN = [
    ({**HERE}, "by_place"),
    ({"tenant": "a"}, "by_tenant"),
    ({"tenant": "a", "posted__gt": 1}, "by_tenant"),
    ({**HERE, "status": "open", "posted__gt": 1}, "by_place"),
    ({**HERE, "posted__gt": 1}, "by_tenant"),
    ({"code": "x", **HERE, "status": "s", "posted": 1}, "by_place"),
    ({"code": "x", "tenant": "a"}, None),
]


@pytest.mark.parametrize(("lookups", "index"), CHOSEN)
def test_most_served(declare, lookups, index):
    """The way whose key serves most tests wins, then the table; one that would filter by its own key is passed over."""
    jobs = declare_jobs(declare, BY_PLACE, models.GlobalIndex("by_tenant", "tenant", "posted"))
    assert read(jobs.objects.filter(**lookups)).index == index


def test_equally_good(declare):
    """One more partition attribute and one more sort attribute are worth the same, so that neither is taken."""
    jobs = declare_jobs(declare, BY_PLACE, models.GlobalIndex("by_tenant", "tenant", "region"))
    with pytest.raises(UnsupportedError, match=r'choose \.index\("by_place"\) or \.index\("by_tenant"\)'):
        read(jobs.objects.filter(**HERE))
    assert read(jobs.objects.filter(**HERE, status="open")).index == "by_place"
    assert read(jobs.objects.filter(**HERE).order_by("status")).index == "by_place"
    assert read(jobs.objects.filter(**HERE).index("by_tenant")).index == "by_tenant"


@pytest.mark.parametrize(
    "field",
    [models.CharField(max_length=9, blank=True), models.CharField(max_length=9, null=True)],
    ids=["blank", "null"],
)
def test_sparse(declare, field):
    """An index that may leave items out is chosen only where the filter leaves them out too."""
    jobs = declare_jobs(declare, status=field).objects
    with pytest.raises(ScanForbidden, match=r'leaves out items without its sort key, by \.index\("by_place"\)'):
        read(jobs.filter(**HERE))
    for lookups in ({"status": "open"}, {"status__gt": "a"}, {"status__isnull": False}):
        assert read(jobs.filter(**HERE, **lookups)).index == "by_place"
    assert read(jobs.index("by_place").filter(**HERE)).index == "by_place"


def test_named_without_its_partition(declare):
    """An index that is named says what it lacks."""
    jobs = declare_jobs(declare).objects.index("by_place")
    with pytest.raises(UnsupportedError, match=r"its whole partition key; add the filter region=<value>, or call scan"):
        read(jobs.filter(tenant="a", status="open"))
    with pytest.raises(UnsupportedError, match=r"add the filter tenant=<value>, region=<value>,"):
        read(jobs.filter(status="open"))


def test_everything_in_an_index():
    """An index that is named, and nothing asked of it, is read whole, because everything was asked for."""
    assert (read(T.index("by_author")).verb, read(T.index("by_author")).index) == ("Scan", "by_author")
    with pytest.raises(UnsupportedError, match="needs the partition key"):
        read(T.query(index="by_author"))


def test_filter_by_the_table_key_of_an_index():
    """The key of the table is no key of a global index, so that a Query of that filters by it."""
    for queryset in (T.filter(author="x").exclude(pk="A~S"), T.filter(author="x", forum="A").exclude(subject="S")):
        plan = read(queryset)
        assert (plan.index, plan.filter is not None) == ("by_author", True)
    with pytest.raises(UnsupportedError, match="one too many"):
        read(T.index("by_views").filter(forum="A").exclude(pk="A~S"))


ADVISED = [
    ({"tenant": "a"}, 'GlobalIndex("by_tenant", "tenant")'),
    (HERE, 'GlobalIndex("by_tenant_region", ["tenant", "region"])'),
    ({**HERE, "posted__gt": 3}, 'GlobalIndex("by_tenant_region", ["tenant", "region"], "posted")'),
    ({"tenant": "a", "status__startswith": "o", "posted__gt": 3}, 'GlobalIndex("by_tenant", "tenant", "status")'),
    (
        {**HERE, "status": "s", "note": "n", "posted": 1},
        'GlobalIndex("by_tenant_region_status_posted", ["tenant", "region", "status", "posted"], "note")',
    ),
]


@pytest.mark.parametrize(("lookups", "line"), ADVISED)
def test_advised_index(declare, lookups, line):
    """A refused scan names the index that would serve it by its key; added as it stands, it does."""
    bare = declare_jobs(declare, models.GlobalIndex("by_code", "code"))
    with pytest.raises(ScanForbidden) as caught:
        read(bare.objects.filter(**lookups))
    assert f"add models.{line} to Job.Table.indexes" in str(caught.value)
    index = models.GlobalIndex(*ast.literal_eval(line.removeprefix("GlobalIndex")))
    plan = read(declare_jobs(declare, index, name="Served").objects.filter(**lookups))
    assert plan.index == index.name
    served = len(plan.condition.given) + (plan.condition.sort is not None)
    assert served == len(index.partition_keys) + len(index.sort_keys)
