"""Gives list views pages by cursor, in the shape of Django's paginator; what would need a count is not there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NoReturn

from django.core.paginator import EmptyPage, InvalidPage, PageNotAnInteger, Paginator
from django.core.paginator import Page as DjangoPage
from django.http import Http404, HttpRequest
from django.views.generic.list import MultipleObjectMixin

from django_dynamodb.exceptions import InvalidCursorError, UnsupportedError
from django_dynamodb.models.pages import Page, read_page
from django_dynamodb.models.queryset import QuerySet
from django_dynamodb.tables.cursor import END, START, Position

FIRST = (None, "", 1, "1")
"""What asks for the first page, as Django's views do."""

LAST = "last"
"""What asks for the last one."""


class UnsupportedNumber(UnsupportedError, AttributeError):
    """A number of rows or pages was asked for; hasattr() says no, and a template shows nothing."""

    silent_variable_failure = True


def _no_number(owner: object, name: str) -> NoReturn:
    raise UnsupportedNumber(
        f"{type(owner).__name__} has no {name}: to number pages, DynamoDB would have to read and bill all items. "
        "Lead on with has_next and next_page_number, which is a cursor; keep a total of your own with F() where one "
        "must be shown."
    )


class CursorPage(DjangoPage):  # type: ignore[type-arg]  # generic only for the type checker
    """One page, as templates know it; its neighbours are told by cursors.

    Args:
        page: What was read.
        paginator: The paginator it was read by.
    """

    def __init__(self, page: Page[Any], paginator: CursorPaginator) -> None:
        self.object_list = page.items
        self.paginator: Any = paginator
        self.cursors = page
        self.stopped_at_budget = page.stopped_at_budget

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {len(self.object_list)} rows>"

    def has_next(self) -> bool:
        """Whether a page follows."""
        return self.cursors.has_next

    def has_previous(self) -> bool:
        """Whether there is a page before."""
        return self.cursors.has_previous

    def next_page_number(self) -> str:  # type: ignore[override]  # a cursor goes where a number went
        """The cursor of the next page, for ``?page=``.

        Raises:
            EmptyPage: There is none.
        """
        return self._cursor(self.cursors.next, "behind the last one")

    def previous_page_number(self) -> str:  # type: ignore[override]  # a cursor goes where a number went
        """The cursor of the page before, for ``?page=``.

        Raises:
            EmptyPage: There is none.
        """
        return self._cursor(self.cursors.previous, "before this one")

    @property
    def number(self) -> int:  # type: ignore[override]  # nothing to write
        """Not to be had: pages have no numbers."""
        _no_number(self, "number")

    def start_index(self) -> int:
        """Not to be had: rows have no numbers."""
        _no_number(self, "start_index()")

    def end_index(self) -> int:
        """Not to be had: rows have no numbers."""
        _no_number(self, "end_index()")

    def _cursor(self, cursor: str | None, where: str) -> str:
        if cursor is None:
            raise EmptyPage(f"There is no page {where}.")
        return cursor


class CursorPaginator(Paginator):  # type: ignore[type-arg]  # generic only for the type checker
    """Pages of a query set of a DynamoDB model.

    Args:
        object_list: The query set.
        per_page: The most rows on a page.
        orphans: 0: nobody knows how many rows would be left for the last page.
        allow_empty_first_page: Whether a first page without rows is a page.
        error_messages: Accepted for Django.
        max_read: The most items the service may read for a page; None is as many as it takes.

    Raises:
        TypeError: The object list is no query set of a DynamoDB model.
        UnsupportedError: Orphans.
    """

    def __init__(
        self,
        object_list: Any,
        per_page: int | str,
        orphans: int = 0,
        allow_empty_first_page: bool = True,
        error_messages: Any = None,
        *,
        max_read: int | None = None,
    ) -> None:
        if not isinstance(object_list, QuerySet):
            raise TypeError(
                f"CursorPaginator pages query sets of DynamoDB models, not {type(object_list).__name__}; Django's "
                "Paginator pages lists and SQL query sets."
            )
        if orphans:
            raise UnsupportedError("orphans would need to know how many rows are left; leave them at 0.")
        super().__init__(object_list, per_page, 0, allow_empty_first_page, error_messages)
        self.max_read = max_read

    def __iter__(self) -> Iterator[CursorPage]:
        page = self.page()
        yield page
        while page.has_next():
            page = self.page(page.next_page_number())
            yield page

    def validate_number(self, number: Any) -> Any:
        """A page as ``page()`` takes it: a cursor, ``"last"``, or None, an empty text or 1 for the first.

        Raises:
            PageNotAnInteger: Another number; the name is Django's, and its views answer it with 404.
        """
        if number in FIRST:
            return START
        if number == LAST:
            return END
        if not isinstance(number, str):
            raise PageNotAnInteger(f"Pages have cursors, not numbers such as {number!r}; only the first is also 1.")
        return number

    def page(self, number: Any = None) -> CursorPage:
        """Reads a page.

        Args:
            number: What ``validate_number`` takes.

        Raises:
            InvalidPage: No such page; Django's views answer it with 404.
            EmptyPage: There are no rows at all, and ``allow_empty_first_page`` is False.
        """
        after: str | Position = self.validate_number(number)
        try:
            found = read_page(self.object_list, after, self.per_page, self.max_read)
        except InvalidCursorError as error:
            raise InvalidPage(str(error)) from error
        if after is START and not (self.allow_empty_first_page or found.items or found.has_next):
            raise EmptyPage(self.error_messages["no_results"])
        return CursorPage(found, self)

    def get_page(self, number: Any = None) -> CursorPage:
        """A page in any case: the first one where there is no such page."""
        try:
            return self.page(number)
        except InvalidPage:
            return self.page()

    @property
    def count(self) -> int:
        """Not to be had without reading everything."""
        _no_number(self, "count")

    @property
    def num_pages(self) -> int:
        """Not to be had without reading everything."""
        _no_number(self, "num_pages")

    @property
    def page_range(self) -> range:
        """Not to be had: pages have no numbers."""
        _no_number(self, "page_range")

    def get_elided_page_range(self, *args: Any, **kwargs: Any) -> Iterator[Any]:
        """Not to be had: pages have no numbers."""
        _no_number(self, "get_elided_page_range()")


class CursorListMixin(MultipleObjectMixin):  # type: ignore[type-arg]  # generic only for the type checker
    """Stands before ``ListView``, which would make a number of each ``?page=``; this lets cursors through.

    ``paginate_by`` rows a page; ``?page=<cursor>``, or ``?page=last``.
    """

    paginator_class = CursorPaginator
    max_read: int | None = None
    """The most items the service may read for a page; None is as many as it takes."""
    request: HttpRequest
    kwargs: dict[str, Any]

    def get_paginator(self, queryset: Any, per_page: int, *args: Any, **kwargs: Any) -> Any:
        """The paginator, with the view's budget."""
        return super().get_paginator(queryset, per_page, *args, **{"max_read": self.max_read, **kwargs})

    def paginate_queryset(self, queryset: Any, page_size: int) -> tuple[Any, Any, Any, bool]:
        """The page that the URL asks for.

        Raises:
            Http404: There is no such page, or its cursor is not one of this query.
        """
        paginator = self.get_paginator(
            queryset, page_size, orphans=self.get_paginate_orphans(), allow_empty_first_page=self.get_allow_empty()
        )
        try:
            page = paginator.page(self.kwargs.get(self.page_kwarg) or self.request.GET.get(self.page_kwarg))
        except InvalidPage as error:
            raise Http404(str(error)) from error
        return paginator, page, page.object_list, page.has_other_pages()
