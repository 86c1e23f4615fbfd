"""Gives tests Debian's Chromium, driven by Playwright.

Where either is missing the tests are skipped, unless ``TEST_BROWSER=required`` says that they must run.
"""

import os
import shutil

import pytest

REQUIRED = os.environ.get("TEST_BROWSER") == "required"

ARGUMENTS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    "--no-sandbox",  # root, as which containers run, has no sandbox
]


@pytest.fixture(scope="session")
def browser():
    """Is one Chromium for all tests."""
    path = shutil.which("chromium")
    if not REQUIRED:
        pytest.importorskip("playwright")
    if path is None:
        (pytest.fail if REQUIRED else pytest.skip)("chromium is not installed")
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
