"""Tests whose the names in a URL are."""

from rest_framework.test import APIRequestFactory
from rest_framework.versioning import QueryParameterVersioning
from rest_framework.views import APIView

from django_dynamodb.contrib.drf.filters import KeyFilterBackend, KeySearchFilter
from django_dynamodb.contrib.drf.requests import asked_names, model_of, names_of, unknown_names
from tests.contrib.drf.threads import AuthorViewSet, NotedSerializer, ThreadViewSet
from tests.testapp.models import Thread


def request_of(query):
    """A request as a view sees it."""
    return APIView().initialize_request(APIRequestFactory().get(f"/?{query}"))


def test_names():
    """Names of pages, format, version and the view itself ask for nothing."""
    request = request_of("cursor=x&size=2&format=json&theme=dark&version=2&forum=AWS&more=1")
    assert asked_names(request, AuthorViewSet()) == ["version", "forum", "more"]
    request.versioning_scheme = QueryParameterVersioning()
    assert asked_names(request, AuthorViewSet()) == ["forum", "more"]


def test_unknown_names():
    """What neither the filter itself nor another one looks at is unknown."""
    request = request_of("forum=AWS&search=x&ordering=y&more=1")
    assert list(unknown_names(request, ThreadViewSet(), ["forum"], KeyFilterBackend)) == ["more"]
    assert list(unknown_names(request, ThreadViewSet(), [], KeySearchFilter)) == ["search", "more"]
    assert names_of(None, None) == []


def test_models():
    """The model is that of the query set, or of the serializer; none is guessed."""
    assert model_of(ThreadViewSet()) is Thread
    assert model_of(type("View", (APIView,), {"serializer_class": NotedSerializer})()) is Thread
    assert model_of(APIView()) is None
    assert model_of(None) is None
