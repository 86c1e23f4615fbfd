"""Lists objects page by page, from cursors: one Query or Scan a page, of one item more than is shown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import model_ngettext
from django.contrib.admin.views.main import PAGE_VAR, ChangeList
from django.http import HttpRequest

from django_dynamodb.admin.pointers import attach, points_to_items
from django_dynamodb.admin.trail import FIRST, Trail
from django_dynamodb.exceptions import InvalidCursorError, InvalidValueError, UnsupportedError
from django_dynamodb.models.pages import Page
from django_dynamodb.search.ways import Way, ways_of


class CursorChangeList(ChangeList):
    """Django's list without numbers: nothing is counted, nothing skipped."""

    model_admin: Any

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        self.trail = Trail(request.GET.get(PAGE_VAR, ""))
        super().__init__(request, *args, **kwargs)
        if self.search_help_text is None:
            self.search_help_text = self.model_admin.get_search(request).help_text

    def get_ordering(self, request: HttpRequest, queryset: Any) -> list[Any]:
        """None by itself: a partition has the order of its sort key, and a table none."""
        return []

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> Any:
        """What the filters and the search ask for, read through the index that serves it."""
        found = super().get_queryset(request, exclude_parameters)
        if self.query or (way := self._filtered_way()) is None:
            return found
        return self.model_admin.ordered(request, way.read(found), way)

    def apply_select_related(self, queryset: Any) -> Any:
        """The rows in SQL that columns show are read with one query; items that they show, behind the page."""
        names = [field.name for field in self._related_columns() if not points_to_items(field)]
        return queryset.prefetch_related(*names) if names else queryset

    def get_results(self, request: HttpRequest) -> None:
        """Reads the page.

        Raises:
            IncorrectLookupParameters: The cursor is another list's, or nothing serves the filter; Django shows the
                whole list then.
        """
        try:
            page = posted if (posted := self._posted(request)) is not None else self._read()
        except InvalidCursorError as fault:
            raise IncorrectLookupParameters(str(fault)) from fault
        except (UnsupportedError, InvalidValueError) as fault:
            messages.error(request, str(fault))
            raise IncorrectLookupParameters(str(fault)) from fault
        self._take(page)
        self.paginator = self.model_admin.get_paginator(request, self.queryset, self.list_per_page)
        self.full_result_count = None
        self.show_full_result_count = self.can_show_all = self.multi_page = False
        self.show_admin_actions = True

    @property
    def next_url(self) -> str | None:
        """The query string of the next page."""
        return None if self.page.next is None else self._url(self.trail.onward(self.page.next))

    @property
    def previous_url(self) -> str | None:
        """The query string of the page before."""
        if (back := self.trail.back()) is not None:
            return self._url(back)
        return None if self.page.previous is None else self._url(Trail(self.page.previous))

    @property
    def first_url(self) -> str | None:
        """The query string of the first page, on every other one."""
        return None if self.trail.cursor is None else self._url(Trail())

    @property
    def shown_kind(self) -> str:
        """What as many rows as the page has are called."""
        return model_ngettext(self.opts, self.result_count)

    def _read(self) -> Page[Any]:
        """The page that the URL asks for."""
        found: Page[Any] = self.queryset.page(self.list_per_page, self.trail.cursor, self.model_admin.list_max_read)
        return found

    def _posted(self, request: HttpRequest) -> Page[Any] | None:
        """What was sent, instead of a page: rows that were edited, or an action, which reads what was selected."""
        if request.method != "POST":
            return None
        if "_save" in request.POST:
            return Page(items=list(self.model_admin.get_edited(request))) if self.list_editable else None
        acts = "index" in request.POST or ACTION_CHECKBOX_NAME in request.POST
        return Page(items=[]) if acts else None

    def _take(self, page: Page[Any]) -> None:
        """Takes over a page, as the query set that Django's parts ask for, with its rows in it."""
        for field in filter(points_to_items, self._related_columns()):
            attach(page.items, field)
        rows = self.queryset._clone()
        rows._result_cache = page.items
        rows._prefetch_done = True
        self.page = page
        self.result_list = rows
        self.result_count = len(page.items)

    def _url(self, trail: Trail) -> str:
        if str(trail) == FIRST:
            return self.get_query_string(remove=[])
        return self.get_query_string({PAGE_VAR: str(trail)})

    def _filtered_way(self) -> Way | None:
        """The way in by a filter that is active; that of the table first."""
        asked = {name.partition("__")[0] for name in self.filter_params if _is_exact(name)}
        return next((way for way in ways_of(self.model) if way.partition.name in asked), None)

    def _related_columns(self) -> Iterator[Any]:
        """The foreign keys whose objects are shown: those in columns, and those in ``list_select_related``."""
        more = self.list_select_related
        shown = {*self.list_display, *(more if isinstance(more, list | tuple) else ())}
        return (field for field in self.lookup_opts.concrete_fields if field.remote_field and field.name in shown)


def _is_exact(parameter: str) -> bool:
    """Whether a parameter of the URL asks for one value of a field."""
    return parameter.rpartition("__")[2] in {"exact", "id", "pk"} or "__" not in parameter
