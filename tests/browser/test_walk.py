"""Holds the walk from page to page to its promise."""

import http.server
import threading
import time

import pytest

from tests.browser.walk import follow, press

pytestmark = pytest.mark.browser

SLOW_SECONDS = 0.4


class SlowSecondPage(http.server.BaseHTTPRequestHandler):
    """Answers at once with the first page, and takes its time over the head and over the end of the second."""

    def do_GET(self):
        """Answers."""
        second = self.path.startswith("/second")
        time.sleep(SLOW_SECONDS * second)
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<p>second</p>" if second else b"<form action=/second><button>Go</button></form>")
        self.wfile.write(b"<a href=/second>on</a>")
        time.sleep(SLOW_SECONDS * second)
        self.wfile.write(b"<p>end</p>")

    def log_message(self, *arguments):
        """Keeps the output of the tests to the tests."""


@pytest.fixture
def first_page(page):
    """Is the page that leads to the slow one."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), SlowSecondPage)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    page.goto(f"http://127.0.0.1:{server.server_port}/")
    yield page
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("go", [lambda page: follow(page.get_by_role("link")), lambda page: press(page, "Go")])
def test_the_page_is_there_whole(first_page, go):
    """A walk ends on the new page, however slow, with its last line."""
    go(first_page)
    assert first_page.locator("p").all_inner_texts() == ["second", "end"]


def test_the_page_anew(first_page):
    """A page that leads to itself is waited for too."""
    for _ in range(2):
        follow(first_page.get_by_role("link"))
        assert first_page.locator("p").all_inner_texts() == ["second", "end"]
