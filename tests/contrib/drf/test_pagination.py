"""Tests that lists page by signed cursors, forth and back, with one call a page."""

import pytest
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from django_dynamodb.contrib.drf.pagination import DynamoCursorPagination
from django_dynamodb.testing.assertions import assertDynamoDB
from tests.contrib.drf.threads import Pages
from tests.recording import sent
from tests.testapp.models import Thread

__all__ = ["sent"]

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.contrib.drf.threads")]


def walked(api, url, link="next"):
    """The subjects of each page, one after another."""
    while url is not None:
        body = api.get(url).json()
        yield [row["subject"] for row in body["results"]]
        url = body[link]


def test_equal_sort_keys(api, forum):
    """Three a page, of which three have one sort key: none is lost, none comes twice, and the way back is the same."""
    pages = list(walked(api, "/thread/?author=ann&size=2"))
    assert [len(page) for page in pages] == [2, 2, 1]
    assert sorted(subject for page in pages for subject in page) == ["S0", "S1", "S2", "S3", "S4"]
    last = api.get("/thread/?author=ann&size=2&cursor=last").json()
    assert [row["subject"] for row in last["results"]][-1] == "S4"
    first = api.get("/thread/?author=ann&size=2").json()
    second = api.get(first["next"]).json()
    third = api.get(second["next"]).json()
    assert api.get(third["previous"]).json()["results"] == second["results"]
    assert api.get(second["previous"]).json()["results"] == first["results"]


def test_one_call_of_one_more(api, forum, sent):
    """A page is one Query of one item more than it shows; nothing is counted."""
    sent.clear()
    with assertDynamoDB(queries=1, calls=1):
        api.get("/thread/?forum=AWS")
    ((operation, payload),) = sent.calls
    assert (operation, payload["Limit"], "Select" in payload) == ("Query", 4, False)
    with assertDynamoDB(scans=1, calls=1):
        assert len(api.get("/thread/").data["results"]) == 3


@pytest.mark.parametrize("change", [lambda c: c[:-1], lambda c: "x" + c, lambda c: "abc", lambda c: c.replace(".", "")])
def test_changed_cursor(api, forum, change):
    """A cursor that was changed is not found, and nothing is read."""
    url = api.get("/thread/?forum=AWS").data["next"]
    cursor = url.split("cursor=")[1].split("&")[0]
    with assertDynamoDB(calls=0):
        assert api.get(f"/thread/?forum=AWS&cursor={change(cursor)}").status_code == 404


@pytest.mark.parametrize("query", ["forum=GCP", "author=ann", "forum=AWS&ordering=-subject", ""])
def test_cursor_of_another_list(api, forum, query):
    """A cursor is good for its own list: another key, index or order is not found."""
    url = api.get("/thread/?forum=AWS").data["next"]
    cursor = url.split("cursor=")[1].split("&")[0]
    assert api.get(f"/thread/?{query}&cursor={cursor}").status_code == 404


@pytest.mark.parametrize(("size", "shown"), [("1", 1), ("5", 5), ("9", 5), ("", 3)])
def test_page_size(api, forum, size, shown):
    """A client may say how many it wants, up to a limit."""
    assert len(api.get(f"/thread/?forum=AWS&size={size}").data["results"]) == shown


@pytest.mark.parametrize("size", ["0", "-1", "x", "1.5", "²"])
def test_what_is_no_size(api, forum, size):
    """What is no number from 1 is 400, and says what is allowed."""
    answer = api.get(f"/thread/?forum=AWS&size={size}")
    assert answer.status_code == 400
    assert "1 … 5" in str(answer.data["size"])


def test_no_pages(forum):
    """Without a size there are no pages; without a limit a client may ask for any."""
    request = Request(APIRequestFactory().get("/?size=2000"))
    whole = type("Whole", (DynamoCursorPagination,), {"page_size": None})()
    assert whole.paginate_queryset(Thread.objects.all(), request) is None
    any_size = type("Any", (Pages,), {"max_page_size": None})()
    assert any_size.get_page_size(request) == 2000
    assert "maximum" not in any_size.get_schema_operation_parameters(None)[1]["schema"]
    with pytest.raises(Exception, match="from 1"):
        any_size.get_page_size(Request(APIRequestFactory().get("/?size=0")))
    assert len(DynamoCursorPagination().get_schema_operation_parameters(None)) == 1


def test_budget(forum, sent):
    """A page stops where its budget of items ends, and its link goes on from there."""
    pages = type("Cheap", (Pages,), {"max_read": 2})()
    request = Request(APIRequestFactory().get("/"))
    rows = pages.paginate_queryset(Thread.objects.query("AWS").filter(author="nobody"), request)
    assert rows == []
    assert sent.payloads[-1]["Limit"] == 2
    assert pages.get_next_link() is not None


def test_controls(api, forum):
    """The browsable API leads on and back; a page that is the only one leads nowhere."""
    page = api.get("/thread/?forum=AWS", HTTP_ACCEPT="text/html").content.decode()
    assert "Next &raquo;" in page
    assert "Next &raquo;" not in api.get("/thread/?forum=GCP", HTTP_ACCEPT="text/html").content.decode()


def test_other_views_answer_404(forum):
    """A paginator by itself raises what Django REST framework answers with 404."""
    with pytest.raises(NotFound):
        Pages().paginate_queryset(Thread.objects.query("AWS"), Request(APIRequestFactory().get("/?cursor=x")))
