"""Tests that filters accept what a key or an index serves, and answer everything else with what there is."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from django_dynamodb.contrib.drf.filters import KeyFilterBackend, KeyOrderingFilter, KeySearchFilter
from django_dynamodb.testing.assertions import assertDynamoDB
from tests.contrib.drf.threads import AuthorViewSet, ThreadViewSet
from tests.testapp.models import Issue, Thread

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.contrib.drf.threads")]


def subjects(answer):
    """What a list shows."""
    assert answer.status_code == 200, answer.data
    return [row["subject"] for row in answer.data["results"]]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("forum=GCP", ["x", "y"]),
        ("forum=GCP&subject=y", ["y"]),
        ("forum=AWS&subject__startswith=S3", ["S3"]),
        ("forum=AWS&subject__gte=S1&subject__lte=S2", ["S1", "S2"]),
        ("forum=AWS&subject__range=S1,S2", ["S1", "S2"]),
        ("author=ann&posted__gt=2024-01-02T00:30Z", ["S3", "S4"]),
        ("author=ann&posted__gt=2024-01-01 18:30", ["S3", "S4"]),
        ("forum=AWS&ordering=-subject", ["S4", "S3", "S2"]),
        ("author=ann&ordering=-posted&size=1", ["S4"]),
        ("forum=nobody", []),
        ("search=GCP", ["x", "y"]),
        ("search=GCP y", ["y"]),
        ("search=author:bob", ["x", "y"]),
        ("search=pk:AWS~S2", ["S2"]),
        ("search=GCP&ordering=-subject", ["y", "x"]),
        ("search=", ["S0", "S1", "S2"]),
        ("forum=&author=", ["S0", "S1", "S2"]),
    ],
)
@pytest.mark.parametrize("path", ["thread", "filtered"])
def test_served(api, forum, path, query, found):
    """What a key serves is found, on a viewset of this package and on a stock one; an empty name asks nothing."""
    shown = subjects(api.get(f"/{path}/?{query}"))
    assert sorted(shown) == sorted(found) if "=" not in query.replace("search=", "") else shown == found


@pytest.mark.parametrize(
    "query", ["forum=AWS", "author=ann", "search=AWS", "search=author:ann S", "forum=AWS&subject__gt=S"]
)
def test_one_query(api, forum, query):
    """A list by a key is one Query."""
    with assertDynamoDB(queries=1, calls=1):
        assert api.get(f"/thread/?{query.replace(' S', '')}").status_code == 200


def test_index_of_a_part(api, forum):
    """What an index holds in part is read whole, by one batch behind its Query, in its order."""
    with assertDynamoDB(queries=1, batch_gets=1, calls=2):
        answer = api.get("/thread/?forum=AWS&ordering=-views")
    assert [(row["views"], row["author"]) for row in answer.data["results"]] == [(4, "ann"), (3, "ann"), (2, "ann")]


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("views=3", "detail"),
        ("subject=S1", "detail"),
        ("forum=AWS&author=ann", "detail"),
        ("forum=AWS&subject__gt=S1&subject__lte=S2", "detail"),
        ("meta=1", "meta"),
        ("forum__startswith=A", "forum__startswith"),
        ("forum__in=AWS", "forum__in"),
        ("posted__year=2024&author=ann", "posted__year"),
        ("page=2", "page"),
        ("ordering=posted", "ordering"),
        ("forum=AWS&ordering=posted", "ordering"),
        ("forum=AWS&ordering=tags", "ordering"),
        ("forum=AWS&ordering=subject,views", "ordering"),
    ],
)
def test_unserved(api, forum, query, name):
    """What no key serves is 400 without a call, and the answer names what can be asked for."""
    with assertDynamoDB(calls=0):
        answer = api.get(f"/thread/?{query}")
    assert answer.status_code == 400
    assert "forum" in str(answer.data[name]) or "subject" in str(answer.data[name])


@pytest.mark.parametrize(
    ("query", "name", "code"),
    [
        ("forum=AWS&views__gt=x", "views__gt", "invalid"),
        ("author=ann&posted=soon", "posted", "invalid"),
        ("author=ann&posted__range=2024-01-01", "posted__range", "invalid"),
        ("forum=AWS&forum=GCP", "forum", "twice"),
        ("search=pk:none", "search", "invalid"),
    ],
)
def test_what_is_no_value(api, forum, query, name, code):
    """A value that is none is 400, under its name."""
    answer = api.get(f"/thread/?{query}")
    assert (answer.status_code, answer.data[name][0].code) == (400, code)


def test_choices(api, dynamodb):
    """A field with choices takes those."""
    Issue.objects.create(project="p", number=1, title="t")
    assert len(api.get("/issue/?state=open").data["results"]) == 1
    assert "open, done" in str(api.get("/issue/?state=lost").data["state"])


def test_offered_indexes(api, forum):
    """A view may offer some indexes only, and have names of its own."""
    assert api.get("/authors/?author=ann&theme=dark").status_code == 200
    assert api.get("/authors/?forum=AWS").status_code == 200
    answer = api.get("/authors/?forum=AWS&views=3")
    assert answer.status_code == 400
    assert "by_views" not in str(answer.data)
    assert api.get("/thread/?theme=dark").status_code == 400
    assert api.get("/thread/?format=json").status_code == 200


def test_detail_pages(api, forum):
    """The page of one object takes the same names, and no others."""
    assert api.get("/thread/AWS~S1/?format=json").status_code == 200
    assert api.get("/thread/AWS~S1/?nothing=1").status_code == 400


def test_wrong_declarations(monkeypatch):
    """A view that names what is not there, or what no key serves, is told so, with the line to add."""
    view = AuthorViewSet()
    monkeypatch.setattr(view, "key_indexes", ["by_nothing"], raising=False)
    with pytest.raises(
        ImproperlyConfigured, match=r"'by_nothing'; testapp\.Thread has these indexes: by_author, by_views"
    ):
        KeyFilterBackend().get_ways(view, Thread)
    view.search_fields = ["meta"]
    with pytest.raises(ImproperlyConfigured, match=r"'meta', which is no partition key .* cannot be a key"):
        KeySearchFilter().get_search(view, Thread)
    view.search_fields = ["views"]
    with pytest.raises(ImproperlyConfigured, match=r'Add models\.GlobalIndex\("by_views", "views"\)'):
        KeySearchFilter().get_search(view, Thread)


def test_default_order(api, forum, monkeypatch):
    """A view's own order is asked where the client says none; one that cannot be is the view's fault."""
    monkeypatch.setattr(ThreadViewSet, "ordering", "-subject", raising=False)
    assert subjects(api.get("/thread/?forum=GCP")) == ["y", "x"]
    with pytest.raises(Exception, match="order_by"):
        api.get("/thread/")


def test_ordering_fields():
    """The sort keys of table and indexes are offered, or those that the view names."""
    view = ThreadViewSet()
    names = [name for name, _label in KeyOrderingFilter().get_valid_fields(Thread.objects.all(), view)]
    assert names == ["subject", "posted", "views"]
    view.ordering_fields = ["posted"]
    assert KeyOrderingFilter().get_schema_operation_parameters(view)[0]["description"].endswith(" posted, -posted")


def test_controls(api, forum):
    """The browsable API has inputs for keys and for the search."""
    page = api.get("/thread/?forum=AWS", HTTP_ACCEPT="text/html").content.decode()
    assert 'name="subject__startswith"' in page
    assert 'name="search"' in page
    assert "ordering=-posted" in page
