"""Says what a deletion would delete, from the objects alone: nothing is looked for that could point to them."""

from __future__ import annotations

from typing import Any, TypeAlias

from django.contrib.admin.utils import quote
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.text import capfirst

Deletions: TypeAlias = tuple[list[Any], dict[str, int], set[Any], list[Any]]
"""Links to the objects, how many of each kind, what permission to delete is lacking, and what is protected."""


def deletions_of(admin: Any, objs: Any, request: HttpRequest) -> Deletions:
    """What Django's pages of confirmation show.

    Args:
        admin: The admin of the objects.
        objs: The objects, or a query set of them, which is read once and keeps them.
        request: Whose permissions count.

    Returns:
        The four parts of ``ModelAdmin.get_deleted_objects``; nothing is protected.
    """
    rows = list(objs)
    meta = admin.model._meta
    lacking = {meta.verbose_name for row in rows if not admin.has_delete_permission(request, row)}
    counted = {str(meta.verbose_name_plural): len(rows)} if rows else {}
    return [_linked(admin, row) for row in rows], counted, lacking, []


def _linked(admin: Any, row: Any) -> Any:
    """An object with a link to its page, where it has one."""
    meta = admin.model._meta
    kind = capfirst(meta.verbose_name)
    name = f"{admin.admin_site.name}:{meta.app_label}_{meta.model_name}_change"
    try:
        url = reverse(name, args=(quote(row.pk),))
    except NoReverseMatch:  # an admin without that page
        return format_html("{}: {}", kind, row)
    return format_html('{}: <a href="{}">{}</a>', kind, url, row)
