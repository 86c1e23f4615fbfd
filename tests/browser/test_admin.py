"""Walks through the admin as an editor does."""

import pytest

from tests.browser.walk import follow, press
from tests.testapp.models import Comment, Issue, Thread, Ticket

pytestmark = [pytest.mark.browser, pytest.mark.urls("tests.browser.admin_urls")]


@pytest.fixture(scope="module", autouse=True)
def _sql_beside_a_loop():
    """The SQL database is emptied after each test, in a thread that has Playwright's event loop."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield


@pytest.fixture
def admin(page, dynamodb, admin_user, live_server, settings):
    """Is the page, logged in; a script or an answer that fails fails the test."""
    settings.STATIC_URL = "/assets/"
    ticket = Ticket.objects.create(title="Slow pages")
    Issue.objects.bulk_create(
        Issue(project="web", number=n, title=f"Page {n} is slow", state="open", labels={"speed"}, ticket=ticket)
        for n in range(1, 9)
    )
    failures = []
    page.on("pageerror", lambda error: failures.append(error.message))
    page.on("response", lambda answer: failures.append(answer.url) if answer.status >= 400 else None)
    page.goto(f"{live_server.url}/admin/testapp/issue/")
    page.get_by_label("Username").fill("admin")
    page.get_by_label("Password").fill("password")
    press(page, "Log in")
    yield page
    assert not failures


def rows(page):
    """What the first column of the list says."""
    return page.locator("#result_list tbody th").all_inner_texts()


def search(page, term):
    """Types into the search box."""
    page.locator("#searchbar").fill(term)
    press(page, "Search")


def test_pages_and_search(admin):
    """A search shows a partition, in pages, forth and back; the foot says what it took."""
    search(admin, "web")
    first = rows(admin)
    assert first == ["web #1", "web #2", "web #3"]
    follow(admin.get_by_role("link", name="Next"))
    assert rows(admin) == ["web #4", "web #5", "web #6"]
    follow(admin.get_by_role("link", name="Previous"))
    assert rows(admin) == first
    assert "2 calls" in admin.locator("#footer").inner_text()
    search(admin, "web 7")
    assert rows(admin) == ["web #7"]


def test_add(admin):
    """A form adds an item, with a set, and completes what it points to."""
    follow(admin.get_by_role("link", name="Add issue"))
    for label, text in {"Project": "app", "Number": "1", "Title": "New", "Labels": "b\na"}.items():
        admin.get_by_label(label, exact=False).first.fill(text)
    admin.locator(".select2-selection").click()
    admin.locator(".select2-results__option", has_text="Ticket").click()
    press(admin, "Save")
    assert "was added successfully" in admin.locator(".messagelist").inner_text()
    assert Issue.objects.get("app", 1).labels == {"a", "b"}


def test_two_editors(admin):
    """The second editor is told what the first one stored, and can replace it."""
    search(admin, "web 1")
    follow(admin.get_by_role("link", name="web #1"))
    Issue.objects.filter(pk="web~1").update(title="Theirs")
    admin.get_by_label("Title").fill("Mine")
    press(admin, "Save")
    assert "Somebody else changed this issue" in admin.locator(".errorlist.nonfield").inner_text()
    assert "Stored now: Theirs" in admin.locator(".field-title").inner_text()
    press(admin, "Save")
    assert Issue.objects.get(pk="web~1").title == "Mine"


def test_object_found_in_a_window(admin, live_server):
    """The glass beside a pointer opens a window, which finds by key, and hands back the key that was clicked."""
    Thread.objects.bulk_create(Thread(forum="AWS", subject=name) for name in ("a", "b", "c", "d"))
    admin.goto(f"{live_server.url}/admin/testapp/comment/add/")
    with admin.expect_popup() as opened:
        admin.locator("#lookup_id_thread").click()
    search(opened.value, "AWS b")
    assert rows(opened.value) == ["b"]
    with opened.value.expect_event("close"):
        opened.value.get_by_role("link", name="b", exact=True).click()
    assert admin.locator("#id_thread").input_value() == "AWS~b"
    admin.get_by_label("Text").fill("Yes.")
    press(admin, "Save")
    assert "was added successfully" in admin.locator(".messagelist").inner_text()
    assert [comment.thread_id for comment in Comment.objects.all()] == ["AWS~b"]


def test_bulk_delete(admin):
    """What was selected is shown, and deleted."""
    search(admin, "web")
    for number in (1, 2):
        admin.locator(f'input[value="web~{number}"]').check()
    admin.locator('select[name="action"]').select_option("delete_selected")
    follow(admin.get_by_role("button", name="Go").or_(admin.get_by_role("button", name="Run")))
    assert "web #2" in admin.locator("#content").inner_text()
    follow(admin.get_by_role("button", name="Yes"))
    assert rows(admin) == ["web #3", "web #4", "web #5"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_fits_a_phone(admin, scheme):
    """The list and the form are no wider than a phone, in both themes."""
    admin.emulate_media(color_scheme=scheme)
    admin.set_viewport_size({"width": 390, "height": 844})
    search(admin, "web")
    assert admin.evaluate("document.documentElement.scrollWidth") <= 390
    follow(admin.get_by_role("link", name="web #1"))
    assert admin.evaluate("document.documentElement.scrollWidth") <= 390


CONTRAST = """element => {
  const opaque = node => getComputedStyle(node).backgroundColor.match(/^rgb\\(/) ? node : opaque(node.parentElement);
  const channels = [getComputedStyle(element).color, getComputedStyle(opaque(element)).backgroundColor].map(
    colour => colour.match(/[0-9]+/g).slice(0, 3).map(Number));
  const light = channels.map(parts => parts.map(part => part / 255).map(
    part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)).map(
    ([red, green, blue]) => 0.2126 * red + 0.7152 * green + 0.0722 * blue);
  return (Math.max(...light) + 0.05) / (Math.min(...light) + 0.05);
}"""
"""The contrast ratio of an element's text and the ground behind it (WCAG 2.2, "contrast ratio")."""

LEGIBLE = 4.5
"""The least contrast of text (WCAG 2.2, success criterion 1.4.3)."""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_legible_in_both_themes(admin, scheme):
    """What we add to the list and to a form stands out from its ground."""
    admin.emulate_media(color_scheme=scheme)
    search(admin, "web")
    assert admin.locator(".dynamodb-pages a").first.evaluate(CONTRAST) >= LEGIBLE
    follow(admin.get_by_role("link", name="web #1"))
    Issue.objects.filter(pk="web~1").update(title="Theirs")
    admin.get_by_label("Title").fill("Mine")
    press(admin, "Save")
    assert admin.locator(".field-title .errorlist li").first.evaluate(CONTRAST) >= LEGIBLE
