"""Holds that a list reads one page, leads on and back, and counts nothing."""

import pytest

from django_dynamodb.testing.assertions import assertDynamoDB
from tests.admin.conftest import address
from tests.testapp.models import Issue, Thread

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.admin.sites")]


@pytest.fixture
def visit(browse):
    """Opens the list of threads, or another one, and gives its context's list."""

    def visit(query="", model=Thread):
        answer = browse.get(address(model, "changelist") + query)
        assert answer.status_code == 200, answer.get("Location")
        return answer.context["cl"]

    return visit


def keys(listed):
    """The keys of the rows."""
    return [row.pk for row in listed.result_list]


def test_opening_reads_one_page(forum, visit, sent):
    """The plain list is one Scan of a row more than it shows; nothing is counted, described or skipped."""
    with assertDynamoDB(scans=1, calls=1):
        listed = visit()
    assert len(keys(listed)) == 3
    ((_operation, payload),) = sent.calls
    assert payload["Limit"] == 4
    assert "Select" not in payload


def test_next_and_previous(forum, visit):
    """Three pages on and three back are the same rows, each row comes once, and the first page has none before."""
    pages = [visit()]
    while pages[-1].next_url:
        pages.append(visit(pages[-1].next_url))
    assert sorted(key for page in pages for key in keys(page)) == sorted(thread.pk for thread in forum)
    assert pages[0].previous_url is None
    assert pages[0].first_url is None
    shown = pages[-1]
    for before in reversed(pages[:-1]):
        shown = visit(shown.previous_url)
        assert keys(shown) == keys(before)
    assert shown.previous_url is None
    assert keys(visit(pages[-1].first_url)) == keys(pages[0])


def test_each_page_is_one_call(forum, visit):
    """Pages further on cost what the first one does."""
    url = visit().next_url
    with assertDynamoDB(scans=1, calls=1):
        visit(url)


@pytest.mark.parametrize(("query", "operation"), [("", "Scan"), ("?q=AWS", "Query")])
def test_a_million_items(million, visit, sent, query, operation):
    """Three pages on and three back are the same rows, each by one call of a page and one more; nothing is counted."""
    there, url = [], query
    for _ in range(4):
        listed = visit(url)
        there.append(keys(listed))
        url = listed.next_url
    back = []
    for _ in range(3):
        listed = visit(listed.previous_url)
        back.append(keys(listed))
    assert back == there[2::-1]
    assert [len(rows) for rows in there] == [3] * 4
    assert sent.operations == [operation] * 7
    assert all(payload["Limit"] <= 4 for payload in sent.payloads)
    assert not any("Select" in payload for payload in sent.payloads)


@pytest.mark.parametrize("page", ["7", "abc", "~~", "a~b"])
def test_what_is_no_page(forum, browse, page):
    """A cursor that nobody gave leads to the whole list, with no row of any other."""
    answer = browse.get(address(Thread, "changelist") + f"?p={page}")
    if page == "~~":
        assert answer.status_code == 200
    else:
        assert (answer.status_code, answer["Location"]) == (302, address(Thread, "changelist") + "?e=1")


def test_cursor_of_another_list(forum, visit, browse):
    """A cursor of the whole table is none of a partition."""
    cursor = visit().next_url.partition("p=")[2]
    answer = browse.get(address(Thread, "changelist"), {"q": "AWS", "p": cursor})
    assert answer.status_code == 302


def test_pages_of_a_partition(forum, visit):
    """A searched partition pages on and back by Query, one call each."""
    first = visit("?q=AWS")
    with assertDynamoDB(queries=1, calls=1):
        second = visit(first.next_url)
    assert (keys(first), keys(second)) == (["AWS~a", "AWS~b", "AWS~c"], ["AWS~d", "AWS~e"])
    assert keys(visit(second.previous_url)) == keys(first)


def test_page_shown_says_how_many(forum, browse):
    """The foot says what the page has and what it took, and has no total."""
    page = browse.get(address(Thread, "changelist")).content.decode()
    assert "3 threads on this page" in page
    assert "1 call" in page
    assert "total" not in page


@pytest.fixture
def issues(dynamodb):
    """Six issues, every other one done."""
    Issue.objects.bulk_create(
        Issue(project="web", number=n, title=f"t{n}", state="done" if n % 2 else "open") for n in range(6)
    )


def test_filter_reads_its_index(issues, visit):
    """A choice is one Query of the index, and lists what it says."""
    with assertDynamoDB(queries=1, calls=1):
        listed = visit("?state__exact=open", Issue)
    assert keys(listed) == ["web~0", "web~2", "web~4"]


@pytest.mark.parametrize("query", ["?extra__exact=1", "?ticket__title=x", "?nonsense=1"])
def test_only_keys_can_be_asked_for(issues, browse, query):
    """Other fields in the URL are refused before anything is read."""
    with assertDynamoDB(calls=0):
        assert browse.get(address(Issue, "changelist") + query).status_code == 400


def test_what_only_a_scan_could_answer(issues, browse):
    """A sort key alone serves nothing: the list says why, and shows everything."""
    answer = browse.get(address(Issue, "changelist") + "?number__gte=1", follow=True)
    assert answer.redirect_chain == [(address(Issue, "changelist") + "?e=1", 302)]
    assert "would read the whole table" in answer.content.decode()


def test_columns_of_foreign_keys(issues, visit):
    """What rows point to is read together."""
    from tests.testapp.models import Ticket

    for n in range(3):
        ticket = Ticket.objects.create(title=f"T{n}")
        Issue.objects.filter(pk=("web", n)).update(ticket=ticket.pk)
    with assertDynamoDB(queries=1, batch_gets=1, calls=2):
        visit("?q=web", Issue)


def test_columns_that_point_nowhere(issues, visit):
    """Where no row points anywhere, nothing more is read."""
    with assertDynamoDB(queries=1, calls=1):
        visit("?q=web", Issue)


def test_budget(forum, visit, monkeypatch):
    """A page ends with its budget, says so, and the next one goes on."""
    from tests.admin.sites import site

    monkeypatch.setattr(site.get_model_admin(Thread), "list_max_read", 2)
    listed = visit("?q=AWS")
    assert listed.page.stopped_at_budget
    assert keys(visit(listed.next_url)) == ["AWS~c", "AWS~d"][: len(keys(visit(listed.next_url)))]
