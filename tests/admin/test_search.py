"""Holds what the search box understands."""

import datetime as dt
import uuid

import pytest

from django_dynamodb import models
from django_dynamodb.search.terms import search_of
from django_dynamodb.testing.assertions import assertDynamoDB
from tests.admin.conftest import address
from tests.declaring import declare
from tests.testapp.models import Reading, Thread

__all__ = ["declare"]

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.admin.sites")]

DEVICE = uuid.UUID(int=7)


@pytest.fixture
def find(browse):
    """Searches a list and gives the keys found."""

    def find(model, term):
        return [row.pk for row in browse.get(address(model, "changelist"), {"q": term}).context["cl"].result_list]

    return find


@pytest.mark.parametrize(
    ("term", "found"),
    [
        ("GCP", ["GCP~x", "GCP~y", "GCP~z"]),
        ("GCP y", ["GCP~y"]),
        ('"GCP" z', ["GCP~z"]),
        ("pk:AWS~b", ["AWS~b"]),
        ("nothing", []),
        ("pk:nothing", []),
    ],
)
def test_texts(forum, find, term, found):
    """A partition key, then the beginning of a sort key; or a whole key."""
    with assertDynamoDB(scans=0):
        assert find(Thread, term) == found


def test_by_an_index(dynamodb, find):
    """The name of its partition key chooses an index; its sort key is descending where the admin says so."""
    for year, name in ((2023, "a"), (2024, "b"), (2024, "c")):
        posted = dt.datetime(year, 5, ord(name) - 96, 12, tzinfo=dt.UTC)
        Thread.objects.create(forum="AWS", subject=name, author="ann", posted=posted)
    with assertDynamoDB(queries=2, calls=2):
        assert find(Thread, "author:ann") == ["AWS~c", "AWS~b", "AWS~a"]
        assert find(Thread, "author:ann 2024") == ["AWS~c", "AWS~b"]
    assert find(Thread, "author:ann 2024-05-02") == ["AWS~b"]
    assert find(Thread, "author:ann ..2024-04") == ["AWS~a"]
    assert find(Thread, "author:ann 2024-05-02 07..") == ["AWS~c", "AWS~b"]
    assert find(Thread, "author:ann ..") == ["AWS~c", "AWS~b", "AWS~a"]
    assert find(Thread, "author:ann 2024-13") == []


def test_by_a_day(declare, dynamodb):
    """A month of days is all of them."""
    model = declare.stored(
        place=models.CharField(max_length=9),
        day=models.DateField(),
        table={"partition_key": "place", "sort_key": "day"},
    )
    model.objects.bulk_create(model(place="a", day=dt.date(2024, month, 29)) for month in (1, 2, 3))
    found, _way = search_of(model, []).narrow(model.objects.all(), "a 2024-02")
    assert [row.day.month for row in found] == [2]


def test_completing_what_can_be_no_key(browse):
    """An input that completes finds nothing, and leaves no message for the next page."""
    asked = {"app_label": "testapp", "model_name": "issue", "field_name": "ticket", "term": "no number"}
    assert browse.get("/admin/autocomplete/", asked).json()["results"] == []
    assert 'class="warning"' not in browse.get(address(Thread, "changelist")).content.decode()


@pytest.mark.parametrize(
    ("asked", "found"), [("", [1, 2, 30]), (" 2", [2]), (" 2..", [2, 30]), (" ..2", [1, 2]), (" 2..9", [2])]
)
def test_numbers(dynamodb, find, asked, found):
    """A number is itself, and two with dots between them a span."""
    Reading.objects.bulk_create(Reading(device=DEVICE, at=n) for n in (1, 2, 30))
    assert find(Reading, f"{DEVICE}{asked}") == [f"{DEVICE}~{n}" for n in found]


@pytest.mark.parametrize("term", ["no-uuid", f"{DEVICE} many", "pk:x"])
def test_what_can_be_no_key(dynamodb, browse, term):
    """It finds nothing, reads nothing, and says so."""
    with assertDynamoDB(calls=0):
        page = browse.get(address(Reading, "changelist"), {"q": term})
    assert 'class="warning"' in page.content.decode()


def test_help(browse):
    """The search box says what to type."""
    page = browse.get(address(Thread, "changelist")).content.decode()
    assert "Type a whole forum, then the beginning of a subject" in page
    assert "Or author:…" in page


def test_no_number_of_results(forum, browse):
    """What a page shows is not said to be all there is."""
    page = browse.get(address(Thread, "changelist"), {"q": "AWS"}).content.decode()
    assert "3 results" not in page
