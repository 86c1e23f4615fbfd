"""Walks through the example project as a visitor does."""

import pytest

from tests.browser.walk import follow

pytestmark = pytest.mark.browser


@pytest.fixture
def visit(page, example):
    """Opens an address of the example; a page that answers with an error fails the test."""
    failures = []
    page.on("pageerror", lambda error: failures.append(error.message))
    page.on("response", lambda answer: failures.append(answer.url) if answer.status >= 400 else None)
    yield lambda path: page.goto(example.url + path)
    assert not failures


def click(page, name):
    """Follows a link or presses a button by what is written on it."""
    follow(page.get_by_role("link", name=name).or_(page.get_by_role("button", name=name)).first)


def write_thread(page, visit, subject):
    """Opens a thread in the forum and ends up on its page."""
    visit("/forum/in/tea/new/")
    for label, text in {"Your name": "Ada", "Subject": subject, "Text": "First\nSecond", "Tags": "tea, milk"}.items():
        page.get_by_label(label).fill(text)
    click(page, "Open the thread")


def test_from_countries_to_a_city(page, visit):
    """A visitor finds a country, the largest of its cities, one by its first letters, and its facts."""
    visit("/")
    click(page, "Cities of the world")
    assert "300 of 34,006 cities" in page.locator(".notice").inner_text()
    click(page, "Brazil")
    assert page.locator("tbody tr").first.inner_text().split("\t")[:2] == ["1", "São Paulo"]
    page.get_by_label("Name begins with").fill("rio")
    click(page, "Search")
    click(page, "Rio de Janeiro")
    assert page.title() == "Rio de Janeiro, Brazil"
    assert "America/Sao_Paulo" in page.locator(".facts").inner_text()


def test_cities_in_two_orders(page, visit):
    """Cities come by size first, and by name on demand."""
    visit("/cities/country/JP/")
    assert page.locator("tbody a").first.inner_text() == "Tokyo"
    click(page, "By name")
    names = page.locator("tbody a").all_inner_texts()
    assert names == sorted(names)


def test_pages_of_threads(page, visit):
    """The next page of a forum starts where the last one ended, and there is a way back."""
    visit("/forum/in/tea/")
    first = page.locator(".threads a").all_inner_texts()
    click(page, "Next")
    assert not set(first) & set(page.locator(".threads a").all_inner_texts())
    click(page, "Previous")
    assert page.locator(".threads a").all_inner_texts() == first


def test_thread_and_replies(page, visit):
    """A new thread is there at once; replies are numbered, and the visitor's name is filled in."""
    write_thread(page, visit, "Milk first?")
    assert page.locator("h1").inner_text() == "Milk first?"
    for number in (1, 2):
        assert page.get_by_label("Your name").input_value() == "Ada"
        page.get_by_label("Text").fill("Never.")
        click(page, "Send reply")
        assert page.locator("main").get_by_role("status").inner_text() == f"Your reply is number {number}."
    assert page.locator("#reply-2").is_visible()


def test_two_editors(page, visit, browser):
    """The second of two editors sees both texts and what differs, has lost nothing, and can save again."""
    write_thread(page, visit, "Two editors")
    click(page, "Edit")
    other = browser.new_page()
    other.goto(page.url)
    other.get_by_label("Your name").fill("Bea")
    other.get_by_label("Text").fill("First\nSecond, by Bea")
    click(other, "Save")
    other.close()

    page.get_by_label("Text").fill("First\nSecond, by Ada")
    click(page, "Save")
    assert "Bea changed this thread while you were writing" in page.locator(".errorlist").inner_text()
    assert page.locator(".lines del").inner_text() == "Second, by Bea"
    assert page.locator(".lines ins").inner_text() == "Second, by Ada"
    assert page.get_by_label("Text").input_value() == "First\nSecond, by Ada"

    page.get_by_label("Text").fill("First\nSecond, by both")
    click(page, "Save mine instead")
    assert "Second, by both" in page.locator("article").first.inner_text()


def test_delete(page, visit):
    """Deleting asks first."""
    write_thread(page, visit, "Not for long")
    click(page, "Delete")
    click(page, "Keep it")
    assert page.locator("h1").inner_text() == "Not for long"
    click(page, "Delete")
    click(page, "Delete")
    assert page.locator("main").get_by_role("status").inner_text() == "“Not for long” is deleted."


def test_report(page, visit):
    """A report has a number that the visitor is told."""
    write_thread(page, visit, "Report me")
    click(page, "Report")
    page.get_by_label("What is wrong with it?").fill("Nothing.")
    click(page, "Send report")
    assert "Your report has the number" in page.locator("main").get_by_role("status").inner_text()


def test_admin(page, visit, example):
    """The superuser, whose password the console told, finds a city by key and a report by its state."""
    visit("/admin/")
    page.get_by_label("Username").fill("demo")
    page.get_by_label("Password").fill(example.password)
    click(page, "Log in")
    visit("/admin/gazetteer/city/")
    page.locator("#searchbar").fill("BR sao")
    click(page, "Search")
    click(page, "São Paulo")
    assert page.locator(".field-place .readonly").inner_text().startswith("sao-paulo,")
    visit("/admin/forum/report/")
    click(page, "New")
    states = page.locator("#result_list .field-state select")
    assert states.count() >= 2
    assert {state.input_value() for state in states.all()} == {"new"}


def test_toolbar(page, visit):
    """The panel of the debug toolbar, folded up at first, lists the calls of the page and where they come from."""
    visit("/forum/in/tea/")
    page.locator("#djShowToolBarButton").click()
    page.locator("#djdt-DynamoDBPanel a").click()
    panel = page.locator("#DynamoDBPanel table")
    assert "Query" in panel.inner_text()
    assert "example/paging.py" in panel.inner_text()


@pytest.mark.parametrize(
    "path", ["/", "/cities/", "/cities/country/IN/", "/cities/city/JP~tokyo,1850147/", "/forum/in/tea/"]
)
def test_fits_a_phone(page, visit, path):
    """No page is wider than a phone."""
    page.set_viewport_size({"width": 360, "height": 640})
    visit(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_follow_the_system(page, visit, scheme):
    """The pages are light or dark as the visitor's system says."""
    page.emulate_media(color_scheme=scheme)
    visit("/")
    red = int(page.evaluate("getComputedStyle(document.body).backgroundColor.match(/[0-9]+/)[0]"))
    assert (red > 128) == (scheme == "light")
