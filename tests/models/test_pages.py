"""Holds that pages go through a query set and back, each item once, and never read more than they must."""

import datetime as dt
import uuid

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.testapp.models import Reading, Thread

MOMENT = dt.datetime(2024, 1, 2, tzinfo=dt.UTC)
FEW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def walk(queryset, size, **options):
    """All pages from the first one on."""
    pages = [queryset.page(size, **options)]
    while pages[-1].has_next:
        pages.append(queryset.page(size, after=pages[-1].next, **options))
    return pages


def walk_back(queryset, size, page, **options):
    """All pages before one, in the order of the query set."""
    pages = []
    while page.has_previous:
        page = queryset.page(size, after=page.previous, **options)
        pages.insert(0, page)
    return pages


def rows(pages):
    """What is on the pages, in order."""
    return [row for page in pages for row in page]


def fill(names="abcdefg", forum="AWS", **fields):
    """Stored threads of one forum, with 0, 1, 2, … views."""
    Thread.objects.bulk_create(
        Thread(forum=forum, subject=name, views=views, **fields) for views, name in enumerate(names)
    )
    return Thread.objects.query(forum)


def subjects(page):
    """The subjects on a page."""
    return "".join(thread.subject for thread in page)


@pytest.fixture
def forum(dynamodb):
    """Seven threads, a to g, and one of another forum."""
    fill("z", forum="GCP")
    return fill()


class TestWalking:
    """Through everything and back."""

    def test_pages(self, forum):
        """Full pages, then the rest; each tells what is before and behind."""
        pages = walk(forum, 3)
        assert [subjects(page) for page in pages] == ["abc", "def", "g"]
        assert [(page.has_previous, page.has_next, len(page)) for page in pages] == [
            (False, True, 3),
            (True, True, 3),
            (True, False, 1),
        ]
        assert [subjects(page) for page in walk_back(forum, 3, pages[-1])] == ["abc", "def"]

    def test_reverse(self, forum):
        """The same in the other direction."""
        pages = walk(forum.reverse(), 3)
        assert [subjects(page) for page in pages] == ["gfe", "dcb", "a"]
        assert [subjects(page) for page in walk_back(forum.reverse(), 3, pages[-1])] == ["gfe", "dcb"]

    def test_forth_again(self, forum):
        """A page that was reached backwards leads forth to where one came from."""
        second = forum.page(3, after=forum.page(3).next)
        first = forum.page(3, after=second.previous)
        assert (subjects(first), first.has_previous) == ("abc", False)
        assert subjects(forum.page(3, after=first.next)) == "def"

    @FEW
    @given(data=st.data())
    def test_any_data(self, dynamodb, data):
        """Whatever is stored, sought and shown on a page: the pages are the query set, and back they are the same."""
        numbers = data.draw(st.sets(st.integers(-50, 50), max_size=25), label="numbers")
        size, step = data.draw(st.integers(1, 7), label="size"), data.draw(st.none() | st.integers(1, 9), label="step")
        device = uuid.uuid4()
        Reading.objects.batch_write(Reading(device=device, at=n, value=n % 3) for n in numbers)
        queryset = Reading.objects.query(device, page_size=step)
        if data.draw(st.booleans(), label="filtered"):
            queryset = queryset.filter(value__lte=data.draw(st.integers(-1, 2), label="at most"))
        if data.draw(st.booleans(), label="reversed"):
            queryset = queryset.reverse()
        pages = walk(queryset, size)
        assert rows(pages) == list(queryset)
        assert all(len(page) == size for page in pages[:-1])
        assert [page.items for page in walk_back(queryset, size, pages[-1])] == [page.items for page in pages[:-1]]

    @FEW
    @given(values=st.lists(st.integers(0, 2), max_size=12), size=st.integers(1, 4), local=st.booleans())
    def test_equal_sort_values(self, dynamodb, values, size, local):
        """On an index, items with the same sort value are neither lost nor repeated."""
        name = uuid.uuid4().hex
        for number, views in enumerate(values):
            Thread.objects.create(forum=name, subject=str(number), author=name, views=views, posted=MOMENT)
        queryset = Thread.objects.query(name, index="by_views" if local else "by_author")
        pages = walk(queryset, size)
        assert sorted(row.subject for row in rows(pages)) == sorted(map(str, range(len(values))))
        assert rows(pages) == list(queryset)
        assert rows([*walk_back(queryset, size, pages[-1]), pages[-1]]) == rows(pages)
