"""Tests that the panel shows the calls of a page, plain and asynchronous."""

import asyncio
import contextlib
import json
import re

import pytest
from asgiref.sync import sync_to_async
from django.http import HttpResponse
from django.test import AsyncClient, Client, RequestFactory
from django.test.utils import override_settings
from django.urls import path

from django_dynamodb.capacity import Receipt
from django_dynamodb.connections import connections
from django_dynamodb.exceptions import OverwriteError
from tests.testapp.models import Thread

pytestmark = [pytest.mark.dynamodb, pytest.mark.urls(__name__), pytest.mark.usefixtures("toolbar")]


def page():
    """An answer the toolbar can be put into."""
    return HttpResponse("<html><body></body></html>")


def loop(request):
    """A view that reads items one by one."""
    for subject in ("a", "b", "c"):
        Thread.objects.filter(forum="AWS", subject=subject).first()
    return page()


async def asynchronous_loop(request):
    """The same, asynchronously."""
    for subject in ("a", "b", "c"):
        await Thread.objects.filter(forum="AWS", subject=subject).afirst()
    return page()


def scan(request):
    """A view that scans."""
    Thread.objects.create(forum="AWS", subject="S3", views=1)
    list(Thread.objects.scan(views=2))
    return page()


async def tasks(request):
    """A view whose tasks read at the same time."""
    await asyncio.gather(*(sync_to_async(Thread.objects.query("AWS").first)() for _ in range(2)))
    return page()


async def native(request):
    """A view whose call waits for the event loop itself."""
    await connections["default"].run(Thread.objects.query("AWS").first)
    return page()


def refused(request):
    """A view whose second write is refused."""
    for _ in range(2):
        with contextlib.suppress(OverwriteError):
            Thread.objects.create(forum="secret", subject="secret")
    return page()


def idle(request):
    """A view that makes no calls."""
    return page()


VIEWS = {
    "loop": loop,
    "async-loop": asynchronous_loop,
    "scan": scan,
    "tasks": tasks,
    "native": native,
    "refused": refused,
    "idle": idle,
}
urlpatterns = [path(f"{name}/", view) for name, view in VIEWS.items()]


def plain(url):
    """The page under WSGI."""
    return Client().get(url).content.decode()


def under_asgi(url):
    """The page under ASGI."""
    return asyncio.run(AsyncClient().get(url)).content.decode()


LOOP = re.compile(r"N\+1: 3 GetItem calls for items of test-[^<]*threads</strong>")


def origins(html):
    """The innermost line of each call, as the table shows them."""
    return re.findall(r"<td>\s*(?:<details><summary>)?<code>(.*?)</code>", html)


both = pytest.mark.parametrize("get", [plain, under_asgi])


@pytest.mark.parametrize(("get", "view"), [(plain, "loop"), (under_asgi, "loop"), (under_asgi, "async-loop")])
def test_a_loop(get, view):
    """Reads by key from one line are found, with the line and the batch that would replace them."""
    html = get(f"/{view}/")
    line = VIEWS[view].__code__.co_firstlineno + 3
    where = f"tests/contrib/debug_toolbar/test_panel.py:{line} in {VIEWS[view].__name__}"
    assert LOOP.search(html)
    assert "Thread.objects.get_batch(keys) reads them in 1 BatchGetItem call." in html
    assert "(calls 1, 2, 3)" in html
    assert origins(html) == [where] * 3


def test_a_loop_out_of_sight():
    """An asynchronous view under WSGI runs where no stack leads to; its loops are found by the table."""
    assert LOOP.search(plain("/async-loop/"))


@both
def test_a_scan(get):
    """A scan is marked, with how much it read for how little, and the totals stand beside the panel's name."""
    html = get("/scan/")
    assert '<tr class="dynamodb-scan djdt-highlighted">' in html
    assert "<strong>1 scan</strong>" in html
    assert '<td class="dynamodb-number">0 / 1</td>' in html
    assert re.search(r"DynamoDB\s*<br><small>2 calls, [\d.]+ RCU, [\d.]+ WCU, [\d.]+ ms, 1 scan</small>", html)
    assert "N+1" not in html


def test_tasks():
    """Calls of tasks begun by the view are the page's."""
    html = under_asgi("/tasks/")
    assert "<small>2 calls" in html
    assert [line.rpartition(" in ")[2] for line in origins(html)] == ["tasks"] * 2


def test_without_a_thread():
    """A call that waits for the event loop itself comes from the line that awaits it."""
    html = under_asgi("/native/")
    assert "<small>1 call," in html
    assert [line.rpartition(" in ")[2] for line in origins(html)] == ["native"]


@both
def test_a_refused_call(get):
    """A call that was refused shows its code, and no value shows at all."""
    html = get("/refused/")
    assert "<strong>PutItem</strong><br>ConditionalCheckFailedException" in html
    assert "secret" not in html


@both
def test_no_calls(get):
    """A page without calls says so."""
    html = get("/idle/")
    assert "<small>no calls</small>" in html
    assert "No calls of DynamoDB were made during this request." in html


def test_pages_do_not_mix():
    """Pages at the same time have their own calls."""

    async def several():
        urls = ["/loop/", "/idle/", "/async-loop/", "/tasks/"]
        return await asyncio.gather(*(AsyncClient().get(url) for url in urls))

    pages = [response.content.decode() for response in asyncio.run(several())]
    assert [html.count("<strong>GetItem</strong>") for html in pages] == [3, 0, 3, 0]


@pytest.fixture
def shown(toolbar):
    """What the panel shows of receipts that are told to it within a request."""

    def show(*receipts):
        request = toolbar(RequestFactory().get("/"), lambda request: [listener(receipt) for receipt in receipts])
        panel = request.get_panel_by_id("DynamoDBPanel")
        request.init_store()
        listener = panel._note
        panel.process_request(None)
        panel.generate_stats(None, None)
        return panel.content

    return show


def receipt(**facts):
    """A receipt of a GetItem."""
    return Receipt(**{"operation": "GetItem", "table": "t", "index": None, "shares": (), "ms": 1, **facts})


def test_escaped(shown):
    """Whatever a table or index is called, it is text."""
    html = shown(*[receipt(table="<script>x", index="<b>", error="<i>", using="default")] * 2)
    assert "N+1: 2 GetItem calls for items of &lt;script&gt;x</strong>" in html
    assert "keys first: get_batch(keys) reads" in html
    assert not {"<script>x", "<b>", "<i>"} & {*re.findall("<script>x|<b>|<i>", html)}


def test_aliases(shown):
    """The alias is shown where there are several."""
    assert "<th>Alias</th>" not in shown(receipt(using="default"), receipt(using="default"))
    html = shown(receipt(using="default"), receipt(using="other"))
    assert "<th>Alias</th>" in html
    assert "<td>other</td>" in html
    assert "N+1" not in html


def test_server_timing():
    """The browser's network panel has the totals."""
    header = Client().get("/loop/").headers["Server-Timing"]
    assert re.fullmatch(r'DynamoDBPanel_calls;dur=[\d.]+;desc="3 calls, [\d.]+ RCU, 0 WCU"', header)


def test_from_the_store(toolbar):
    """What is loaded later, from any store, is what was kept: it is plain enough for JSON."""
    with override_settings(
        DEBUG_TOOLBAR_CONFIG={"SHOW_TOOLBAR_CALLBACK": "tests.contrib.debug_toolbar.conftest.shown"}
    ):
        request = toolbar(RequestFactory().get("/"), None)
        panel = request.get_panel_by_id("DynamoDBPanel")
        request.init_store()
        panel.generate_stats(None, None)
        stored = toolbar.fetch(request.request_id, "DynamoDBPanel").get_panel_by_id("DynamoDBPanel")
    assert stored.enabled
    assert "No calls of DynamoDB" in stored.content
    assert json.loads(json.dumps(panel.get_stats())) == panel.get_stats()
