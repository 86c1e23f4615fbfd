"""Holds that an ASGI server answers many requests at once: each right, in few threads, on few connections."""

import asyncio
import contextlib
import os
import threading
import time
from functools import partial

import pytest
import uvicorn
from django.core.handlers.asgi import ASGIHandler
from django.core.signals import request_finished, request_started
from django.http import HttpResponse, JsonResponse
from django.urls import path

from django_dynamodb.connections import connections
from django_dynamodb.exceptions import ConnectionFailedError
from tests.testapp.models import Thread
from tests.wire.contract.server import FaultServer

pytestmark = [pytest.mark.dynamodb, pytest.mark.urls(__name__)]

REQUESTS = 200
POOL = 10
"""Connections of an event loop: botocore's default."""

threads_seen = set()
failures = []


async def counting(request, name):
    """Reads and writes; how many calls it makes is in the name."""
    thread = Thread(forum="asgi", subject=name)
    await thread.asave()
    for views in range(int(name) % 3):
        thread = await Thread.objects.aget("asgi", name, consistent_read=True)
        thread.views = views + 1
        await thread.asave()
    threads_seen.add(threading.active_count())
    return JsonResponse({"name": name, "views": thread.views})


async def reading(request):
    """One read, of whatever there is."""
    try:
        await connections["default"].run(connections["default"].send, "ListTables", b"{}")
    except ConnectionFailedError as error:
        failures.append(error)
        return HttpResponse(status=503)
    return HttpResponse()


urlpatterns = [path("count/<name>/", counting), path("read/", reading)]


@contextlib.contextmanager
def served():
    """Runs a server in a thread, with a loop of its own, and gives its port."""
    config = uvicorn.Config(ASGIHandler(), port=0, lifespan="off", log_level="warning", timeout_graceful_shutdown=5)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        until(lambda: server.started)
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(20)
        assert not thread.is_alive()


def until(true, seconds=20):
    """Waits for something."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


async def fetch(port, target):
    """Makes a request on a connection of its own, and gives status, headers and body."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET {target} HTTP/1.1\r\nHost: testserver\r\nConnection: close\r\n\r\n".encode())
    head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    writer.close()
    status, *fields = head.decode().split("\r\n")
    return int(status.split()[1]), dict(field.lower().split(": ", 1) for field in fields), body


async def fetch_all(port, targets):
    """Makes requests at the same time."""
    return await asyncio.gather(*(fetch(port, target) for target in targets))


async def here(function, *args):
    """Calls a function in the thread of the loop."""
    return function(*args)


@pytest.fixture(autouse=True)
def _app(settings, monkeypatch):
    """Sets the application up, without that for which Django itself takes a thread for each request."""
    settings.MIDDLEWARE = ["django_dynamodb.middleware.CapacityMiddleware"]
    for signal in (request_started, request_finished):
        monkeypatch.setattr(signal, "receivers", [])
    monkeypatch.setattr("django.core.handlers.asgi.sync_to_async", lambda function, **options: partial(here, function))
    threads_seen.clear()
    failures.clear()


@pytest.fixture
def service(settings, request):
    """A service behind real sockets, in the place of the engine; the parameter is how many seconds it may be silent."""
    server = FaultServer()
    options = {"read_timeout": getattr(request, "param", 20), "retries": {"total_max_attempts": 1}}
    settings.DYNAMODB = {"default": {**settings.DYNAMODB["default"], "ENDPOINT_URL": server.url, "OPTIONS": options}}
    yield server
    server.close()


def test_many_requests_at_once():
    """Each writes and reads its own, is told its own costs, and takes no thread."""
    before = threading.active_count()
    with served() as port:
        answers = asyncio.run(fetch_all(port, [f"/count/{number}/" for number in range(REQUESTS)]))
    for number, (status, headers, body) in enumerate(answers):
        rounds = number % 3
        calls = 1 + 2 * rounds
        assert status == 200
        assert f'{{"name": "{number}", "views": {rounds}}}'.encode() in body
        assert f'desc="{calls} call' in headers["server-timing"]
    assert Thread.objects.query("asgi").count() == REQUESTS
    assert max(threads_seen) <= before + 1 + (os.cpu_count() or 1) + 4  # the server, and look-ups of names


def test_connections_are_shared_and_closed(service):
    """A loop opens no more connections than its pool holds, keeps them between requests, and closes them at its end."""
    with served() as port:
        answers = asyncio.run(fetch_all(port, ["/read/"] * REQUESTS))
        assert {status for status, _, _ in answers} == {200}
        assert 1 <= service.open <= POOL
        assert service.connections <= POOL
        assert service.most_at_once <= POOL
    until(lambda: service.open == 0)
    assert len(service.requests) == REQUESTS


async def hang_up(port, asked):
    """Begins a request and leaves once the service was asked, before it answers."""
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET /read/ HTTP/1.1\r\nHost: testserver\r\n\r\n")
    await writer.drain()
    await asyncio.to_thread(until, asked)
    writer.close()


def test_a_client_that_leaves(service):
    """Its request is cancelled, the connection that waits for an answer is closed, and others go on."""
    ends = []
    service.plan.append(lambda connection, request: ends.append(connection.recv(1)))  # lasts as long as the connection
    with served() as port:
        asyncio.run(hang_up(port, lambda: service.requests))
        until(lambda: ends)
        answers = asyncio.run(fetch_all(port, ["/read/"] * 20))
        assert {status for status, _, _ in answers} == {200}
        assert service.open <= POOL
    until(lambda: service.open == 0)
    assert (ends, failures) == ([b""], [])  # the client's end, not a timeout


@pytest.mark.parametrize("service", [1], indirect=True)
def test_a_service_that_is_silent(service):
    """Nothing waits for ever: the view sees ConnectionFailedError, and the next request is answered."""
    service.plan.append(lambda connection, request: connection.recv(1))
    with served() as port:
        assert asyncio.run(fetch(port, "/read/"))[0] == 503
        assert asyncio.run(fetch(port, "/read/"))[0] == 200
    assert [type(error) for error in failures] == [ConnectionFailedError]
