"""Holds that pages go through a query set and back, each item once, and never read more than they must."""

import datetime as dt
import uuid

import pytest
from asgiref.sync import async_to_sync
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from django_dynamodb import models
from django_dynamodb.exceptions import InvalidCursorError, InvalidKeyError, InvalidValueError, UnsupportedError
from tests.declaring import declare
from tests.testapp.models import Note, Reading, Thread, Ticket

__all__ = ["declare"]

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


class TestCalls:
    """What a page costs."""

    @pytest.mark.parametrize("ways", [{"forum": "AWS"}, {}])
    def test_one_call(self, forum, sent, ways):
        """Without a filter a page is one call, which reads one item more than it shows."""
        page = Thread.objects.filter(**ways).page(3)
        assert [body["Limit"] for body in sent.payloads] == [4]
        assert (len(page), page.has_next) == (3, True)

    def test_exact_end(self, forum, sent):
        """A page that ends with the last item says so, and no empty page follows it."""
        assert [subjects(page) for page in walk(forum, 7)] == ["abcdefg"]
        assert [len(page) for page in walk(forum.filter(views__lt=6), 3)] == [3, 3]
        assert all("Select" not in body for body in sent.payloads)

    def test_page_size(self, dynamodb, sent):
        """``page_size`` stays the number of items of one call."""
        fill()
        sent.clear()
        assert subjects(Thread.objects.query("AWS", page_size=2).page(4)) == "abcd"
        assert [body["Limit"] for body in sent.payloads] == [2, 2, 1]

    def test_cached_rows(self, forum, sent):
        """A page is read whatever is cached, and caches nothing."""
        assert len(forum) == 7
        forum.page(2)
        assert sent.operations == ["Query", "Query"]
        assert len(forum) == 7


class TestFilters:
    """Pages behind a filter."""

    def test_full_pages(self, forum):
        """What a filter drops leaves no gaps."""
        assert [subjects(page) for page in walk(forum.exclude(views__in=[1, 2, 5]), 2)] == ["ad", "eg"]

    def test_nothing_matches_within_a_budget(self, forum, sent):
        """The search goes on behind the budget of each page, and ends."""
        pages = walk(forum.filter(views=99), 2, max_read=3)
        assert [(len(page), page.stopped_at_budget) for page in pages] == [(0, True), (0, True), (0, False)]
        assert sum(body["Limit"] for body in sent.payloads) == 9

    def test_budget_is_kept(self, forum):
        """No item is lost where a budget ended, and each page says whether it did."""
        pages = walk(forum.filter(views__in=[0, 5, 6]), 2, max_read=2)
        assert [(subjects(page), page.stopped_at_budget) for page in pages] == [
            ("a", True),
            ("", True),
            ("f", True),
            ("g", False),
        ]

    def test_back_with_a_budget(self, forum):
        """The way back with a budget may be cut elsewhere, and loses nothing either."""
        queryset = forum.filter(views__in=[0, 3, 6])
        last = walk(queryset, 2, max_read=2)[-1]
        assert subjects(rows([*walk_back(queryset, 2, last, max_read=2), last])) == "adg"

    def test_without_a_filter(self, forum):
        """A budget below the size cuts the page as well."""
        page = forum.page(5, max_read=2)
        assert (subjects(page), page.stopped_at_budget) == ("ab", True)
        assert subjects(forum.page(5, after=page.next)) == "cdefg"

    def test_budget_that_is_enough(self, forum):
        """A budget of one item more than the page shows is enough without a filter."""
        assert not forum.page(5, max_read=6).stopped_at_budget


class TestChanges:
    """Items that come and go between two pages."""

    def test_last_shown_is_deleted(self, forum):
        """A page goes on behind an item that is gone."""
        first = forum.page(3)
        Thread.objects.filter(pk="AWS~c").delete()
        assert subjects(forum.page(3, after=first.next)) == "def"

    def test_new_items(self, forum):
        """A new item shifts nothing: it is seen on its own page, or not at all."""
        first = forum.page(3)
        fill(["aa", "dd"])
        assert [thread.subject for thread in forum.page(3, after=first.next)] == ["d", "dd", "e"]

    def test_everything_behind_is_deleted(self, forum):
        """An empty page leads back to all there is."""
        first = forum.page(3)
        forum.filter(subject__gt="c").delete()
        nothing = forum.page(3, after=first.next)
        assert (len(nothing), nothing.has_next) == (0, False)
        assert subjects(forum.page(3, after=nothing.previous)) == "abc"

    def test_resumes_after_a_crash(self, forum):
        """The cursor of the last finished page is all a new process needs."""
        done, kept = [], ""
        for attempt in range(2):
            page = forum.page(2, after=kept)
            while True:
                done += page
                if not (kept := page.next or "") or (attempt == 0 and len(done) == 4):
                    break
                page = Thread.objects.query("AWS").page(2, after=kept)
        assert subjects(done) == "abcdefg"


class TestCursors:
    """Cursors of page()."""

    @pytest.mark.parametrize(
        "other",
        [
            Thread.objects.query("GCP"),
            Thread.objects.query("AWS", reverse=True),
            Thread.objects.query("AWS", subject__gt="a"),
            Thread.objects.query("AWS", views=1),
            Thread.objects.query("AWS", index="by_views"),
            Thread.objects.scan(),
            Thread.objects.filter(pk="AWS~a"),
            Thread.objects.none(),
            Reading.objects.scan(),
        ],
    )
    def test_of_another_query(self, forum, sent, other):
        """A cursor serves the one query it came from; nothing is asked for any other."""
        cursor = forum.page(3).next
        sent.clear()
        with pytest.raises(InvalidCursorError, match="another query"):
            other.page(3, after=cursor)
        assert sent.calls == []

    def test_of_the_same_query_in_another_shape(self, forum):
        """Shape, size, budget and consistency may change from page to page."""
        cursor = forum.page(3).next
        queryset = Thread.objects.filter(views__lt=9, forum="AWS")
        assert list(forum.consistent().values_list("subject", flat=True).page(2, after=cursor, max_read=9)) == [
            "d",
            "e",
        ]
        assert queryset.page(2).next != forum.page(2).next

    @pytest.mark.parametrize("cursor", ["x", "a.b", "AWS~c", 7, b"a.b"])
    def test_malformed(self, forum, cursor):
        """What is no cursor raises, and names the model."""
        with pytest.raises(InvalidCursorError, match=r"testapp\.Thread"):
            forum.page(3, after=cursor)

    @pytest.mark.parametrize("after", [None, ""])
    def test_none(self, forum, after):
        """No cursor is the first page."""
        assert subjects(forum.page(2, after=after)) == "ab"

    def test_scan(self, forum):
        """A scan goes on and not back, and shows each item once."""
        pages = walk(Thread.objects.all(), 3)
        assert sorted(thread.pk for thread in rows(pages)) == sorted(thread.pk for thread in Thread.objects.all())
        assert [page.previous for page in pages] == [None] * len(pages)

    def test_scan_of_numbered_items(self, dynamodb):
        """The counter item takes no place on a page."""
        for title in "abcde":
            Ticket.objects.create(title=title)
        pages = walk(Ticket.objects.all(), 2)
        assert [len(page) for page in pages] == [2, 2, 1]
        assert sorted(ticket.title for ticket in rows(pages)) == list("abcde")

    def test_scan_of_an_index(self, forum):
        """An index can be gone through whole."""
        pages = walk(Thread.objects.scan(index="by_views"), 3)
        assert len({thread.pk for thread in rows(pages)}) == 8

    def test_binary_key(self, dynamodb, declare):
        """A key of bytes fits a cursor."""
        model = declare.stored(
            code=models.CharField(max_length=9),
            digest=models.BinaryField(),
            table={"partition_key": "code", "sort_key": "digest"},
        )
        model.objects.bulk_create(model(code="x", digest=digest) for digest in (b"\xff\xfe", b"\x00"))
        assert [bytes(row.digest) for row in rows(walk(model.objects.query("x"), 1))] == [b"\x00", b"\xff\xfe"]


class TestBehindAnObject:
    """``after`` as an object."""

    def test_stored(self, forum):
        """A page begins behind an object, and knows the way back."""
        page = forum.page(2, after=Thread.objects.get("AWS", "c"))
        assert (subjects(page), subjects(forum.page(9, after=page.previous))) == ("de", "abc")

    def test_never_stored(self, forum):
        """The object need not exist: its keys are enough."""
        assert subjects(forum.page(2, after=Thread(forum="AWS", subject="bb"))) == "cd"

    def test_on_an_index(self, forum):
        """On an index the object's keys of both are taken."""
        queryset = Thread.objects.query("AWS", index="by_views").reverse()
        assert subjects(queryset.page(2, after=Thread.objects.get("AWS", "d"))) == "cb"

    def test_of_another_partition(self, forum, sent):
        """An object of another partition has no place in this one."""
        with pytest.raises(InvalidKeyError, match="another partition"):
            forum.page(2, after=Thread(forum="GCP", subject="z"))
        assert sent.calls == []

    def test_of_another_model(self, forum):
        """An object of another model is no cursor."""
        with pytest.raises(InvalidCursorError):
            forum.page(2, after=Reading(at=1))

    def test_without_a_key(self, forum):
        """Nor has one that is not in the index."""
        with pytest.raises(InvalidKeyError, match="without author"):
            Thread.objects.query("ada", index="by_author").page(2, after=Thread(forum="AWS", subject="a"))


class TestShapes:
    """What is on a page."""

    def test_values(self, forum):
        """Dictionaries, tuples, values: as the query set would give them, without the key it did not ask for."""
        assert forum.values("views").page(2).items == [{"views": 0}, {"views": 1}]
        assert forum.values_list("views", flat=True).page(2).items == [0, 1]
        assert forum.reverse().values_list("subject", "views").page(1).items == [("g", 6)]

    def test_only(self, forum):
        """Deferred fields stay deferred."""
        [thread] = forum.only("views").page(1)
        assert "author" in thread.get_deferred_fields()

    def test_rows_can_be_saved(self, forum):
        """Objects of a page know what is stored."""
        [thread] = forum.page(1)
        thread.views = 50
        thread.save(raise_on_conflict=True)
        assert Thread.objects.get("AWS", "a").views == 50

    def test_partial_index(self, forum):
        """An index that holds a part of the items has pages too, of what it holds."""
        page = Thread.objects.query("AWS", index="by_views").page(2)
        assert subjects(page) == "ab"
        assert "tags" in page.items[0].get_deferred_fields()

    @pytest.mark.django_db
    def test_related(self, dynamodb, django_user_model):
        """A reverse manager pages its own, and rows know whose they are."""
        user = django_user_model.objects.create(username="ann")
        for text in "abc":
            Note.objects.create(owner=user, text=text, written=MOMENT)
        pages = walk(user.notes.all(), 2)
        assert sorted(note.text for note in rows(pages)) == list("abc")
        assert pages[0].items[0].owner is user

    def test_empty(self, forum):
        """Where nothing is, a page is empty and leads nowhere."""
        for queryset in (Thread.objects.query("none"), Thread.objects.none(), Thread.objects.filter(pk="AWS~none")):
            page = queryset.page()
            assert (page.items, page.next, page.previous, bool(page)) == ([], None, None, False)

    def test_whole_key(self, forum):
        """One object is one page."""
        assert subjects(Thread.objects.filter(pk="AWS~a").page()) == "a"

    def test_list_of_keys(self, forum):
        """A list of keys is refused, and the message says what to slice."""
        with pytest.raises(UnsupportedError, match="slice the list"):
            Thread.objects.filter(pk__in=["AWS~a", "AWS~b"]).page(1)

    def test_sliced(self, forum):
        """A slice has no pages, as it takes no filter."""
        with pytest.raises(TypeError, match="slice"):
            forum[:5].page(2)

    @pytest.mark.parametrize("options", [{"size": 0}, {"size": -1}, {"max_read": 0}])
    def test_impossible_numbers(self, forum, options):
        """Sizes and budgets count from 1."""
        with pytest.raises(InvalidValueError, match="from 1"):
            forum.page(**options)

    def test_default_size(self, dynamodb):
        """25 rows unless told otherwise."""
        assert len(fill(map(str, range(30))).page()) == 25

    def test_asynchronous(self, forum):
        """``apage`` is its twin, on managers too."""

        async def story():
            page = await forum.apage(3)
            return subjects(await forum.apage(3, after=page.next)), len(await Thread.objects.apage(size=2))

        assert async_to_sync(story)() == ("def", 2)
