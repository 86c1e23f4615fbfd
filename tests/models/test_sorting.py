"""Holds which orders a key of several attributes yields."""

import pytest

from django_dynamodb.exceptions import UnsupportedError
from django_dynamodb.models.plan import Planner
from tests.declaring import declare
from tests.models.places import declare_jobs, knows_several

__all__ = ["declare"]

HERE = {"tenant": "a", "region": "eu"}


def forward(queryset):
    """Whether the plan of a query set reads upwards."""
    return Planner(queryset.query, "forbid").plan().forward


@pytest.mark.parametrize(
    ("lookups", "order", "ascending"),
    [
        ({}, [], True),
        ({}, ["status"], True),
        ({}, ["-status"], False),
        ({}, ["status", "posted"], True),
        ({}, ["-status", "-posted"], False),
        ({}, ["tenant", "-region", "-status"], False),
        ({"status": "open"}, ["posted"], True),
        ({"status": "open"}, ["-posted"], False),
        ({"status": "open"}, ["status", "-posted"], False),
        ({"status": "open"}, ["-posted", "status"], False),
        ({"status": "open", "posted": 1}, ["-posted"], False),
        ({"status__gt": "o"}, ["-status"], False),
    ],
)
def test_served(declare, lookups, order, ascending):
    """The sort attributes that are not given exactly, from the left and all in one direction."""
    queryset = declare_jobs(declare).objects.filter(**HERE, **lookups).order_by(*order)
    assert forward(queryset) is ascending
    assert forward(queryset.reverse()) is not ascending


@pytest.mark.parametrize(
    ("lookups", "order", "reason"),
    [
        ({}, ["status", "-posted"], "read in one direction, all up or all down"),
        ({}, ["posted"], "this Query is ordered by 'status', 'posted'"),
        ({}, ["posted", "status"], "this Query is ordered by 'status', 'posted'"),
        ({}, ["status", "posted", "code"], "this Query is ordered by"),
        ({"status": "open"}, ["note"], "this Query is ordered by 'posted'"),
        ({"status": "open", "posted": 1}, ["note"], "there is no sort key"),
    ],
)
def test_refused(declare, lookups, order, reason):
    """Any other order is refused, saying which there is."""
    with pytest.raises(UnsupportedError, match=reason):
        forward(declare_jobs(declare).objects.filter(**HERE, **lookups).order_by(*order))


@knows_several
def test_on_the_engine(declare, dynamodb):
    """Objects come by the first attribute, then by the second; a mixed order is not made up."""
    jobs = declare_jobs(declare, make=declare.stored)
    rows = [("shut", 1), ("open", 2), ("open", -1), ("shut", 0)]
    jobs.objects.batch_write(
        puts=[jobs(code=str(n), status=status, posted=posted, **HERE) for n, (status, posted) in enumerate(rows)]
    )
    here = jobs.objects.filter(**HERE)
    assert list(here.values_list("status", "posted")) == sorted(rows)
    assert list(here.order_by("-status", "-posted").values_list("status", "posted")) == sorted(rows, reverse=True)
    assert [row.posted for row in here.filter(status="open").order_by("-posted")] == [2, -1]
    assert (here.first().posted, here.last().posted) == (-1, 1)
