"""Gives tests Debian's Chromium, driven by Playwright, and the example project, served on this machine.

Where either is missing the tests are skipped, unless ``TEST_BROWSER=required`` says that they must run; with
``CI=true`` a missing Chromium is a failure too.
"""

import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).resolve().parents[2] / "example_project"

START_SECONDS = 120
"""How long the example may take to load its cities and answer, on a machine with much else to do."""

REQUIRED = os.environ.get("TEST_BROWSER") == "required"

CHROMIUM_REQUIRED = REQUIRED or os.environ.get("CI") == "true"

ARGUMENTS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",  # of which containers have 64 MB
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    "--no-sandbox",  # root, as which containers run, has no sandbox
]


@dataclass(frozen=True, kw_only=True, slots=True)
class Served:
    """The example project while it is served.

    Args:
        url: Its address.
        password: That of its superuser, who is called demo.
    """

    url: str
    password: str


@pytest.fixture(scope="module")
def browser():
    """Is one Chromium for the tests of a module; its event loop is gone before other tests run."""
    path = shutil.which("chromium")
    if not REQUIRED:
        pytest.importorskip("playwright")
    if path is None:
        (pytest.fail if CHROMIUM_REQUIRED else pytest.skip)("chromium is not installed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser, monkeypatch):
    """Is a fresh page, in a profile of its own.

    Playwright keeps an event loop in the thread of the test, in which Django would refuse SQL; nothing here awaits it.
    """
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    context = browser.new_context()
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def example(browser, tmp_path_factory):
    """Is the example project, which serves a few hundred cities from the embedded engine: address and password."""
    if not EXAMPLE.exists():
        pytest.skip("the example project is not beside these tests")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    log = tmp_path_factory.mktemp("example") / "log"
    with served(address, log):
        yield Served(url=f"http://{address}", password=re.search(r"for demo, password (\S+)", log.read_text())[1])


@contextlib.contextmanager
def served(address, log):
    """Runs the example within the block."""
    command = ["manage.py", "dynamo_local", "--no-snapshot", "demo", address, "--noreload", "--count", "300"]
    drop = ("AWS_", "DJANGO_SETTINGS_MODULE", "DYNAMODB_", "PYTEST_")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(drop)}
    environment |= {"EXAMPLE_SQLITE": str(log.with_name("db.sqlite3")), "PYTHONUNBUFFERED": "1"}
    with log.open("w") as out:
        process = subprocess.Popen([sys.executable, *command], cwd=EXAMPLE, env=environment, stdout=out, stderr=out)
        try:
            wait_for_page(f"http://{address}/", process, log)
            yield
        finally:
            process.terminate()  # a shell takes Ctrl-C from what it runs in the background
            process.wait(60)


def wait_for_page(url, process, log):
    """Returns when a page answers; fails with what the example has printed when it ends or takes too long."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(urllib.error.URLError, ConnectionError), urllib.request.urlopen(url, timeout=10):
            return
        time.sleep(0.2)
    pytest.fail(f"the example does not answer:\n{log.read_text()}")
