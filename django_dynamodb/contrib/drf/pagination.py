"""Pages lists of an API by signed cursors, forth and back: one Query or Scan a page, nothing counted."""

from __future__ import annotations

from typing import Any

from django.core.paginator import InvalidPage
from django.template import loader
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.utils.urls import replace_query_param

from django_dynamodb.paginator import CursorPage, CursorPaginator


class DynamoCursorPagination(BasePagination):
    """Pages of a query set of a DynamoDB model, in the order it has; the body is that of DRF's ``CursorPagination``.

    ``?cursor=`` takes a cursor of the same list, or ``last``. A cursor that was changed, or is another list's, is 404.
    """

    cursor_query_param = "cursor"
    cursor_query_description = _("The cursor of a page, as the links next and previous have it, or “last”.")
    page_size: int | None = api_settings.PAGE_SIZE or 25
    page_size_query_param: str | None = None
    """The name by which a client may say how many results a page has; None is no such name."""
    page_size_query_description = _("Number of results to return per page.")
    max_page_size: int | None = 100
    """The most results that a client gets on a page, whatever it says; None is any number."""
    max_read: int | None = None
    """The most items the service may read for a page, those that a filter drops included; None is any number."""
    template = "rest_framework/pagination/previous_and_next.html"

    page: CursorPage
    base_url: str

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any] | None:
        """Reads the page that the URL asks for.

        Args:
            queryset: A query set of a DynamoDB model.
            request: The request.
            view: Its view.

        Returns:
            The objects; None where ``page_size`` is None, so that there are no pages.

        Raises:
            NotFound: There is no such page.
            ValidationError: A page size that is no number from 1.
        """
        size = self.get_page_size(request)
        if size is None:
            return None
        self.base_url = request.build_absolute_uri()
        try:
            paginator = CursorPaginator(queryset, size, max_read=self.max_read)
            self.page = paginator.page(request.query_params.get(self.cursor_query_param))
        except InvalidPage as error:
            raise NotFound(_("There is no such page: this cursor was changed, or belongs to another list.")) from error
        self.display_page_controls = self.page.has_other_pages()
        return list(self.page.object_list)

    def get_page_size(self, request: Request) -> int | None:
        """How many results a page has.

        Args:
            request: The request.

        Raises:
            ValidationError: The client says no number from 1.
        """
        name = self.page_size_query_param
        asked = request.query_params.get(name) if name is not None else None
        if name is None or not asked:
            return self.page_size
        if not asked.isdecimal() or int(asked) < 1:
            allowed = _("from 1") if self.max_page_size is None else f"1 … {self.max_page_size}"
            raise ValidationError({name: [_("Expected a whole number, %(allowed)s.") % {"allowed": allowed}]})
        return int(asked) if self.max_page_size is None else min(int(asked), self.max_page_size)

    def get_paginated_response(self, data: Any) -> Response:
        """The body: the links, and the results.

        Args:
            data: The objects, serialized.
        """
        return Response({"next": self.get_next_link(), "previous": self.get_previous_link(), "results": data})

    def get_next_link(self) -> str | None:
        """The URL of the page behind; None where nothing follows."""
        return self._link(self.page.cursors.next)

    def get_previous_link(self) -> str | None:
        """The URL of the page before; None on the first page, and for a list that is read by a scan."""
        return self._link(self.page.cursors.previous)

    def to_html(self) -> str:
        """The links of the browsable API."""
        links = {"previous_url": self.get_previous_link(), "next_url": self.get_next_link()}
        return loader.get_template(self.template).render(links)

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """The body for OpenAPI.

        Args:
            schema: That of the results.
        """
        example = f"http://api.example.org/accounts/?{self.cursor_query_param}=eyJvZiI6Ii4uLiJ9.c2ln"
        link = {"type": "string", "nullable": True, "format": "uri", "example": example}
        properties = {"next": link, "previous": dict(link), "results": schema}
        return {"type": "object", "required": ["results"], "properties": properties}

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """The parameters for OpenAPI.

        Args:
            view: The view.
        """
        cursor = {"type": "string"}
        described: list[tuple[str, Any, Any]] = [(self.cursor_query_param, self.cursor_query_description, cursor)]
        if self.page_size_query_param is not None:
            most = {} if self.max_page_size is None else {"maximum": self.max_page_size}
            size = {"type": "integer", "minimum": 1, **most}
            described.append((self.page_size_query_param, self.page_size_query_description, size))
        return [
            {"name": name, "required": False, "in": "query", "description": str(description), "schema": schema}
            for name, description, schema in described
        ]

    def _link(self, cursor: str | None) -> str | None:
        return None if cursor is None else replace_query_param(self.base_url, self.cursor_query_param, cursor)
