"""Tests that responses say what DynamoDB did for them."""

import asyncio
import logging

import pytest
from django.http import HttpResponse
from django.test import AsyncClient, Client, RequestFactory
from django.urls import path

from django_dynamodb.middleware import CapacityMiddleware
from tests.testapp.models import Thread

pytestmark = [pytest.mark.dynamodb, pytest.mark.urls(__name__)]


def plain(request, pk):
    """A view that makes one call, and has a timing of its own."""
    Thread.objects.filter(forum=pk).exists()
    return HttpResponse(headers={"Server-Timing": "own;dur=1"})


async def asynchronous(request):
    """An asynchronous view that makes two."""
    await Thread.objects.filter(forum="a").aexists()
    await Thread.objects.filter(forum="b").aexists()
    return HttpResponse()


def failing(request):
    """A view that makes a call and fails."""
    Thread.objects.get("a", "b")


urlpatterns = [
    path("plain/<pk>/", plain),
    path("async/", asynchronous),
    path("failing/", failing),
    path("idle/", lambda request: HttpResponse()),
]


@pytest.fixture(autouse=True)
def _middleware(settings):
    settings.MIDDLEWARE = ["django_dynamodb.middleware.CapacityMiddleware"]


def test_header():
    """A response says what its calls took, beside what others say."""
    own, ours = Client().get("/plain/a/").headers["Server-Timing"].split(", ", 1)
    name, duration, described = ours.split(";")
    assert (own, name) == ("own;dur=1", "dynamodb")
    assert float(duration.removeprefix("dur=")) > 0
    assert described.startswith('desc="1 call, ')
    assert described.endswith('RCU, 0 WCU"')


def test_asynchronous():
    """The same holds for asynchronous views, and for plain ones behind the asynchronous handler."""
    responses = [asyncio.run(AsyncClient().get(url)) for url in ("/async/", "/plain/a/")]
    calls = [response.headers["Server-Timing"].split('desc="')[1].split(",")[0] for response in responses]
    assert calls == ["2 calls", "1 call"]


def test_idle():
    """A response that took no calls has no header."""
    assert "Server-Timing" not in Client().get("/idle/").headers


def test_failing():
    """An error page says what was done before the error."""
    response = Client(raise_request_exception=False).get("/failing/")
    assert response.status_code == 500
    assert "1 call, " in response.headers["Server-Timing"]


def test_log(caplog):
    """One line in the log names the route and no value of the path."""
    caplog.set_level(logging.DEBUG, "django_dynamodb")
    Client().get("/plain/secret/")
    (record,) = (record for record in caplog.records if record.name == "django_dynamodb")
    assert record.getMessage().startswith("GET /plain/<pk>/: 1 call, ")


def test_log_without_route(caplog):
    """A request that an outer middleware answers has no route."""
    caplog.set_level(logging.DEBUG, "django_dynamodb")
    CapacityMiddleware(lambda request: plain(request, "a"))(RequestFactory().get("/x/"))
    assert "GET /: 1 call" in caplog.text
