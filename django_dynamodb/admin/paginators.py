"""Chooses the paginator for what a part of the admin pages."""

from __future__ import annotations

from typing import Any

from django_dynamodb.models.queryset import QuerySet
from django_dynamodb.paginator import CursorPage, CursorPaginator


class SinglePage(CursorPage):
    """A page that leads nowhere: inputs that complete text ask for pages by number, and more letters find more."""

    def has_next(self) -> bool:
        """Never."""
        return False


class SinglePagePaginator(CursorPaginator):
    """The first page, and no other."""

    def page(self, number: Any = None) -> CursorPage:
        """Reads the page."""
        return SinglePage(super().page(number).cursors, self)


def paginator_of(
    other: Any,
    queryset: Any,
    per_page: int,
    orphans: int = 0,
    allow_empty: bool = True,
    *,
    single: bool = False,
    **options: Any,
) -> Any:
    """Makes a paginator.

    Args:
        other: The class for what is no query set of a DynamoDB model.
        queryset: What is to be paged.
        per_page: Rows a page.
        orphans: For ``other``.
        allow_empty: Whether a first page may be empty.
        single: Whether there is to be one page only.
        options: Django's other arguments.

    Returns:
        The paginator.
    """
    if not isinstance(queryset, QuerySet):
        return other(queryset, per_page, orphans, options.get("allow_empty_first_page", allow_empty))
    return (SinglePagePaginator if single else CursorPaginator)(queryset, per_page)
