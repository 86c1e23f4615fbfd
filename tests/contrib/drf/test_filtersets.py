"""Tests that filter sets offer what a key or an index serves, and refuse the rest."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db.models import QuerySet
from django.forms import TextInput

pytest.importorskip("django_filters")

from django.contrib.auth import get_user_model

from django_dynamodb import models
from django_dynamodb.contrib.drf.filtersets import KeyFilterSet
from django_dynamodb.contrib.drf.requests import names_of
from django_dynamodb.testing.assertions import assertDynamoDB
from tests.contrib.drf.filtered import BothViewSet, ThreadFilter
from tests.declaring import declare
from tests.testapp.models import Issue, Note, Thread, Ticket

__all__ = ["declare"]

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.contrib.drf.filtered")]


def subjects(answer):
    """What a list shows."""
    assert answer.status_code == 200, answer.data
    return sorted(row["subject"] for row in answer.data["results"])


def test_what_is_generated():
    """A generated filter set has the lookups of keys and indexes, and no others."""
    assert set(ThreadFilter.base_filters) == {
        "author", "forum", "busy", "writers",
        "subject", "subject__gt", "subject__gte", "subject__lt", "subject__lte", "subject__range",
        "subject__startswith",
        "posted", "posted__gt", "posted__gte", "posted__lt", "posted__lte", "posted__range",
        "views", "views__gt", "views__gte", "views__lt", "views__lte", "views__range",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("forum=GCP", ["x", "y"]),
        ("forum=AWS&subject__startswith=S3", ["S3"]),
        ("author=ann&posted__gte=2024-01-02T00:30:00Z", ["S3", "S4"]),
        ("author=ann&posted__range=2024-01-02T00:30:00Z,2024-01-03T00:00:00Z", ["S3"]),
        ("forum=AWS&subject__gte=S1&subject__lte=S2", ["S1", "S2"]),
        ("forum=AWS&subject__range=S1,S2", ["S1", "S2"]),
        ("forum=GCP&busy=true", []),
        ("forum=GCP&writers=bob", []),
        ("forum=GCP&writers=ann", ["x", "y"]),
        ("forum=&author=", ["S0", "S1", "S2"]),
    ],
)
def test_served(api, forum, query, found):
    """What a key serves is found by it; a filter of the author's is applied besides."""
    assert subjects(api.get(f"/thread/?{query}")) == found


@pytest.mark.parametrize(
    "query", ["views=3", "forum=AWS&author=ann", "subject=S1", "nothing=1", "author=ann&subject=S1"]
)
def test_unserved(api, forum, query):
    """What no key serves is 400 without a call, and names what can be asked for."""
    with assertDynamoDB(calls=0):
        answer = api.get(f"/thread/?{query}")
    assert answer.status_code == 400
    assert "forum" in str(answer.data)


def test_one_query(api, forum):
    """A list by a key is one Query; a result is a query set of Django's."""
    with assertDynamoDB(queries=1, calls=1):
        api.get("/thread/?author=ann&posted__lt=2024-01-03T00:00:00Z")
    assert isinstance(ThreadFilter({"forum": "AWS"}).qs, QuerySet)
    assert len(ThreadFilter({"forum": "AWS"}, Thread.objects.filter(views__gt=2)).qs) == 2


def test_fields_that_are_named(api, forum):
    """Fields that a view names are offered, and no others."""
    assert subjects(api.get("/fields/?author=bob&posted__gte=2024-01-01T00:00:00Z")) == ["x", "y"]
    assert api.get("/fields/?forum=AWS").status_code == 400
    assert api.get("/nothing/?forum=AWS").data["forum"][0] == "This cannot be asked for. What can be: nothing."
    assert len(api.get("/nothing/").data["results"]) == 3


def test_beside_other_filters(api, forum):
    """Filters that stand side by side know each other's names."""
    assert subjects(api.get("/both/?author=bob&ordering=-posted")) == ["x", "y"]
    assert subjects(api.get("/both/?search=GCP x")) == ["x"]
    assert api.get("/both/?author=bob&nothing=1").status_code == 400
    backend, view = BothViewSet.filter_backends[0](), BothViewSet()
    assert names_of(backend, view) == ["author", "posted__gte", "posted__lte", "posted__range"]


def test_stock_django_filter(api, forum, settings):
    """django-filter's own classes work on the models; what no key serves is 400 by the handler."""
    settings.REST_FRAMEWORK = {"EXCEPTION_HANDLER": "django_dynamodb.contrib.drf.exceptions.exception_handler"}
    assert [row["subject"] for row in api.get("/stock/?forum=GCP").data] == ["x", "y"]
    answer = api.get("/stock/?views=3")
    assert answer.status_code == 400
    assert "forum, with it subject" in str(answer.data["detail"])


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        (["views"], None),
        (["tags"], r"tags \(exact\), which no key and no index of testapp\.Thread serves.* cannot be a key"),
        ({"forum": ["icontains"]}, r"forum \(icontains\)"),
        ({"author": ["exact", "gt"]}, r"author \(gt\)"),
    ],
)
def test_wrong_declarations(fields, fault):
    """A filter set that names what no key serves cannot be made, and says what would serve it."""
    meta = type("Meta", (), {"model": Thread, "fields": fields})
    if fault is None:
        assert list(type("Good", (KeyFilterSet,), {"Meta": meta}).base_filters) == list(fields)
        return
    with pytest.raises(ImproperlyConfigured, match=fault):
        type("Wrong", (KeyFilterSet,), {"Meta": meta})


def test_other_declarations():
    """Fields can be excluded; a name that is no field is django-filter's to refuse; a model in SQL is not taken."""
    meta = type("Meta", (), {"model": Note, "exclude": ["owner"]})
    assert "owner" not in type("Some", (KeyFilterSet,), {"Meta": meta}).base_filters
    with pytest.raises(TypeError, match="nonsense"):
        type("Wrong", (KeyFilterSet,), {"Meta": type("Meta", (), {"model": Note, "fields": ["nonsense"]})})
    with pytest.raises(ImproperlyConfigured, match="DynamoDB model"):
        type("Wrong", (KeyFilterSet,), {"Meta": type("Meta", (), {"model": get_user_model(), "fields": "__all__"})})


def test_pointers(api, admin_user, declare):
    """A user in SQL is chosen; an item that is pointed to is typed, for a choice would read its table."""
    Note.objects.create(owner=admin_user, text="t")
    assert len(api.get(f"/note/?owner={admin_user.pk}").data["results"]) == 1
    assert api.get("/note/?owner=999").status_code == 400
    ticket = models.ForeignKey(Ticket, models.DO_NOTHING, db_constraint=False)
    model = declare(table={"indexes": [models.GlobalIndex("by_ticket", "ticket")]}, ticket=ticket)
    made = type("ByTicket", (KeyFilterSet,), {"Meta": type("Meta", (), {"model": model, "fields": ["ticket"]})})
    assert made.base_filters["ticket"].extra["widget"] is TextInput


def test_choices(api, dynamodb):
    """A field with choices takes those."""
    Issue.objects.create(project="p", number=1, title="t")
    assert len(api.get("/issue/?state=open").data["results"]) == 1
    assert api.get("/issue/?state=lost").status_code == 400


def test_controls(api, forum):
    """The browsable API shows the filter's form."""
    assert b'name="subject__startswith"' in api.get("/thread/", HTTP_ACCEPT="text/html").content
