#!/usr/bin/env python3
"""Takes the pictures of README and docs: serves the example project and looks at its pages with Chromium.

``python scripts/screenshots.py`` writes ``docs/images/NAME-light.png`` and ``NAME-dark.png`` for each of ``SHOTS``;
``python scripts/screenshots.py toolbar`` only those named. Needs the extra ``dev`` and Debian's packages chromium
and fonts-noto-color-emoji. Look at what it wrote before you commit it.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Locator, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
CITIES = 2_000
START_SECONDS = 120.0
LARGEST = 150_000
"""The most bytes of a picture."""

DESKTOP = {"width": 1_200, "height": 800}
PHONE = {"width": 390, "height": 800}
SCALE = 1.5
"""Pixels of a picture for each of the page, so that text is sharp on most screens."""

ARGUMENTS = ["--disable-background-networking", "--disable-dev-shm-usage", "--disable-gpu", "--no-sandbox"]


def admin_list(page: Page) -> None:
    """Countries of a continent: a filter that is a Query, the search box, and what it took."""
    page.set_viewport_size({**DESKTOP, "height": 930})  # down to the foot
    page.goto("/admin/gazetteer/country/?continent__exact=South+America")


def admin_conflict(page: Page) -> None:
    """A form whose item somebody else changed while it was open."""
    page.goto("/admin/forum/thread/?q=help")
    follow(page.locator("#result_list tbody th a").last)
    edit(page, "Two people edit the same thread")  # as it was before the picture in the other theme
    other = page.context.new_page()
    other.goto(page.url)
    edit(other, "Whose edit is kept?")
    edit(page, "Who is second is told, and loses nothing")
    other.close()
    page.locator(".errorlist.nonfield").wait_for()


def edit(page: Page, subject: str) -> None:
    """Saves a thread under another subject, and stays there."""
    page.get_by_label("Subject").fill(subject)
    follow(page.get_by_role("button", name="Save and continue editing"))


def follow(locator: Locator) -> None:
    """Clicks what leads to another page, and returns when that is loaded."""
    with locator.page.expect_navigation():
        locator.click()


def toolbar(page: Page) -> None:
    """The calls of a page that is not in the cache, a scan among them."""
    page.goto("/admin/gazetteer/country/BR/change/")
    follow(page.get_by_role("button", name="Save", exact=True))  # forgets the page
    page.set_viewport_size({**DESKTOP, "height": 560})
    page.goto("/cities/")
    page.locator("#djShowToolBarButton").click()
    page.locator("#djdt-DynamoDBPanel a").click()
    page.locator("#DynamoDBPanel table").wait_for()


def gazetteer(page: Page) -> None:
    """The largest cities of a country."""
    page.goto("/cities/country/BR/")


def phone(page: Page) -> None:
    """Threads of a forum in the admin, on a phone."""
    page.set_viewport_size(PHONE)
    page.goto("/admin/forum/thread/?q=tea")


SHOTS: dict[str, Callable[[Page], None]] = {
    "admin-list": admin_list,
    "admin-conflict": admin_conflict,
    "toolbar": toolbar,
    "gazetteer": gazetteer,
    "admin-phone": phone,
}
"""The names of the pictures, and how to get to what they show."""


@contextmanager
def served() -> Iterator[tuple[str, str]]:
    """Serves the example, with data that are forgotten at the end; gives its address and the superuser's password."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    command = ["manage.py", "dynamo_local", "--no-snapshot", "demo", address, "--noreload", "--count", str(CITIES)]
    with tempfile.TemporaryDirectory(prefix="screenshots-") as folder:
        log = Path(folder, "log")
        environment = {**os.environ, "EXAMPLE_SQLITE": str(Path(folder, "db.sqlite3")), "PYTHONUNBUFFERED": "1"}
        with log.open("w") as out:
            example = subprocess.Popen(
                [sys.executable, *command], cwd=ROOT / "example_project", env=environment, stdout=out, stderr=out
            )
            try:
                yield f"http://{address}", password(example, log)
            finally:
                example.terminate()
                example.wait(60)


def password(example: subprocess.Popen[bytes], log: Path) -> str:
    """Waits until the example serves, and returns the password that it tells."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and example.poll() is None:
        told = log.read_text()
        if "Quit the server" in told and (found := re.search(r"password (\S+)", told)):
            return found[1]
        time.sleep(0.2)
    sys.exit(f"screenshots: the example does not serve:\n{log.read_text()}")


def log_in(page: Page, secret: str) -> None:
    """Opens the admin."""
    page.goto("/admin/login/?next=/admin/")
    page.get_by_label("Username").fill("demo")
    page.get_by_label("Password").fill(secret)
    follow(page.get_by_role("button", name="Log in"))


def take(browser: Any, name: str, scheme: str, url: str, secret: str) -> None:
    """Takes one picture, in a profile of its own."""
    context = browser.new_context(
        base_url=url, color_scheme=scheme, viewport=DESKTOP, device_scale_factor=SCALE, reduced_motion="reduce"
    )
    page = context.new_page()
    log_in(page, secret)
    SHOTS[name](page)
    if name != "toolbar":  # folded up, it is of no interest
        page.add_style_tag(content="#djDebugRoot { display: none }")
    picture = packed(page.screenshot())
    context.close()
    if len(picture) > LARGEST:
        sys.exit(f"screenshots: {name}-{scheme} has {len(picture):,} bytes; {LARGEST:,} are the most")
    path = IMAGES / f"{name}-{scheme}.png"
    path.write_bytes(picture)
    print(f"{path.relative_to(ROOT)}: {len(picture):,} bytes")


def packed(picture: bytes) -> bytes:
    """Stores a PNG with a palette, which pages of few colours do not look different in."""
    small = BytesIO()
    colours = Image.open(BytesIO(picture)).convert("RGB").quantize(256, dither=Image.Dither.NONE)
    colours.save(small, "PNG", optimize=True)
    return small.getvalue()


def main() -> None:
    """Takes the pictures named, or all."""
    names = sys.argv[1:] or list(SHOTS)
    if unknown := set(names) - SHOTS.keys():
        sys.exit(f"screenshots: no picture {', '.join(sorted(unknown))}; there are {', '.join(SHOTS)}")
    IMAGES.mkdir(exist_ok=True)
    with served() as (url, secret), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        for name in names:
            for scheme in ("light", "dark"):
                take(browser, name, scheme, url, secret)
        browser.close()


if __name__ == "__main__":
    main()
