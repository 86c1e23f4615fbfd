"""Holds that list views page by cursor, in the shape of Django's paginator, and that no number is made up."""

import pytest
from django.core.paginator import EmptyPage, InvalidPage, PageNotAnInteger, Paginator
from django.core.paginator import Page as DjangoPage
from django.http import Http404
from django.template import Context, Engine
from django.test import RequestFactory
from django.views.generic import ListView

from django_dynamodb.exceptions import ScanForbidden, UnsupportedError
from django_dynamodb.paginator import CursorListMixin, CursorPaginator
from tests.recording import sent
from tests.testapp.models import Thread

__all__ = ["sent"]

TEMPLATE = """
{% for thread in object_list %}{{ thread.subject }}{% endfor %}
{{ page_obj.number }}{{ paginator.num_pages }}{{ paginator.count }}{% for n in paginator.page_range %}-{% endfor %}
{% if page_obj.has_previous %}<{% endif %}{% if page_obj.has_next %}>{{ page_obj.next_page_number }}{% endif %}
"""


class Threads(CursorListMixin, ListView):
    """Threads of a forum, two a page."""

    queryset = Thread.objects.filter(forum="AWS")
    paginate_by = 2


class Plain(ListView):
    """The same without the mixin."""

    queryset = Threads.queryset
    paginate_by = 2
    paginator_class = CursorPaginator


@pytest.fixture
def forum(dynamodb):
    """Five threads, a to e."""
    Thread.objects.bulk_create(Thread(forum="AWS", subject=name) for name in "abcde")
    return Threads.queryset.all()


def subjects(rows):
    """The subjects of the rows."""
    return "".join(thread.subject for thread in rows)


def get(view=Threads, page=None, **options):
    """The context of a list view."""
    data = {} if page is None else {"page": page}
    return view.as_view(**options)(RequestFactory().get("/", data)).context_data


class TestPaginator:
    """Django's shape."""

    def test_iteration(self, forum):
        """All pages, in order."""
        assert [subjects(page) for page in CursorPaginator(forum, 2)] == ["ab", "cd", "e"]

    def test_page(self, forum):
        """A page is a sequence with Django's names; a neighbour's number is its cursor."""
        paginator = CursorPaginator(forum, "2")
        first = paginator.page(1)
        second = paginator.page(first.next_page_number())
        assert isinstance(second, DjangoPage)
        assert (subjects(second.object_list), second[0].subject, len(second)) == ("cd", "c", 2)
        assert second.has_next()
        assert second.has_previous()
        assert second.has_other_pages()
        assert subjects(paginator.page(second.previous_page_number())) == subjects(first)
        assert repr(second) == "<CursorPage of 2 rows>"

    @pytest.mark.parametrize("first", [None, "", 1, "1"])
    def test_first_page(self, forum, first):
        """Nothing, and 1, are the first page; there is none before it."""
        page = CursorPaginator(forum, 2).page(first)
        assert (subjects(page), page.has_previous()) == ("ab", False)
        with pytest.raises(EmptyPage):
            page.previous_page_number()

    def test_last_page(self, forum):
        """The last page is a full one, read from the end."""
        page = CursorPaginator(forum, 2).page("last")
        assert (subjects(page), page.has_next(), page.has_previous()) == ("de", False, True)
        with pytest.raises(EmptyPage):
            page.next_page_number()

    @pytest.mark.parametrize(("number", "error"), [(2, PageNotAnInteger), (0, PageNotAnInteger), ("2", InvalidPage)])
    def test_other_pages(self, forum, number, error):
        """There is no page by number; get_page gives the first one instead."""
        paginator = CursorPaginator(forum, 2)
        with pytest.raises(error):
            paginator.page(number)
        assert subjects(paginator.get_page(number)) == "ab"

    @pytest.mark.parametrize("name", ["count", "num_pages", "page_range"])
    def test_no_numbers(self, forum, name):
        """Numbers are refused by name, and hasattr says no; nothing is counted."""
        paginator = CursorPaginator(forum, 2)
        with pytest.raises(UnsupportedError, match="next_page_number"):
            getattr(paginator, name)
        assert not hasattr(paginator, name)

    @pytest.mark.parametrize("name", ["start_index", "end_index"])
    def test_no_indexes(self, forum, name):
        """Rows have no numbers either."""
        with pytest.raises(UnsupportedError, match=name):
            getattr(CursorPaginator(forum, 2).page(), name)()

    def test_no_elided_range(self, forum):
        """Nor is there a range of pages."""
        with pytest.raises(UnsupportedError):
            CursorPaginator(forum, 2).get_elided_page_range()

    def test_empty(self, forum):
        """An empty first page is a page unless it is forbidden."""
        nothing = Thread.objects.filter(forum="none")
        assert not CursorPaginator(nothing, 2).page().object_list
        with pytest.raises(EmptyPage):
            CursorPaginator(nothing, 2, allow_empty_first_page=False).page()

    def test_budget(self, forum):
        """A page within a budget says when the budget ended."""
        page = CursorPaginator(forum, 4, max_read=3).page()
        assert (subjects(page), page.stopped_at_budget, page.has_next()) == ("abc", True, True)

    def test_orphans(self, forum):
        """Orphans are refused: they would need a count."""
        with pytest.raises(UnsupportedError, match="orphans"):
            CursorPaginator(forum, 2, orphans=1)

    @pytest.mark.parametrize("rows", [[], Thread])
    def test_other_lists(self, rows):
        """Only query sets of DynamoDB models have cursors."""
        with pytest.raises(TypeError, match="Django's Paginator"):
            CursorPaginator(rows, 2)

    def test_is_one_of_djangos(self, forum):
        """Code that asks for a paginator of Django's takes it."""
        assert isinstance(CursorPaginator(forum, 2), Paginator)

    def test_one_call_a_page(self, forum, sent):
        """A page is one Query, and never a count."""
        get()
        assert [(name, body["Limit"], "Select" in body) for name, body in sent.calls] == [("Query", 3, False)]


class TestListView:
    """ListView with the mixin."""

    def test_pages(self, forum):
        """The page parameter carries the cursor there and back."""
        first = get()
        second = get(page=first["page_obj"].next_page_number())
        back = get(page=second["page_obj"].previous_page_number())
        found = [subjects(context["object_list"]) for context in (first, second, back)]
        assert found == ["ab", "cd", "ab"]
        assert first["is_paginated"]
        assert first["thread_list"] == first["object_list"]

    def test_cursor_in_the_path(self, forum):
        """A URL pattern may hold the cursor instead."""
        page = get()["page_obj"].next_page_number()
        response = Threads.as_view()(RequestFactory().get("/"), page=page)
        assert subjects(response.context_data["object_list"]) == "cd"

    def test_template(self, forum):
        """A template that shows numbers shows nothing in their place."""
        context = get()
        cursor = context["page_obj"].next_page_number()
        shown = Engine().from_string(TEMPLATE).render(Context(context))
        assert shown.split() == ["ab", f">{cursor}"]

    @pytest.mark.parametrize("page", ["2", "x", "a.b", "\x00", "é", "last.", ".", "-1"])
    def test_not_found(self, forum, page):
        """What is no cursor is a page that is not found."""
        with pytest.raises(Http404):
            get(page=page)

    def test_cursor_of_another_view(self, forum):
        """So is the cursor of another list."""
        page = get()["page_obj"].next_page_number()
        with pytest.raises(Http404, match="another query"):
            get(page=page, queryset=forum.reverse())

    def test_last_page_of_a_scan(self, forum):
        """A scan has no last page, but its first one and those behind are there."""
        scan = Thread.objects.all()
        with pytest.raises(Http404):
            get(page="last", queryset=scan)
        second = get(page=get(queryset=scan)["page_obj"].next_page_number(), queryset=scan)
        assert not second["page_obj"].has_previous()

    def test_forbidden_scan(self, forum):
        """A fault of the view is no missing page."""
        with pytest.raises(ScanForbidden):
            get(page="last", queryset=Thread.objects.filter(views=1))

    def test_empty(self, dynamodb):
        """No rows are an empty page, or none, as the view says."""
        assert not get()["is_paginated"]
        with pytest.raises(Http404):
            get(allow_empty=False)

    def test_budget(self, forum):
        """The view has the budget of its pages."""
        assert get(max_read=1)["page_obj"].stopped_at_budget

    def test_without_the_mixin(self, forum):
        """A plain ListView shows the first page, and takes no cursor for a page."""
        page = get(Plain)["page_obj"]
        assert subjects(page) == "ab"
        with pytest.raises(Http404):
            get(Plain, page=page.next_page_number())
