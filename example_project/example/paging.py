"""Cuts a query into pages by the sort key of the rows at their ends, since DynamoDB has no offset to count from.

The way to page 1,000 is as short as the way to page 2, and nobody sees a row twice because another one was added.
"""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.http import Http404


@dataclass(frozen=True, kw_only=True)
class Page:
    """Some rows, and the query strings of the pages before and after them, empty where there is none."""

    rows: list
    previous: str
    next: str


def page_of(queryset, sort_key, params, *, size, descending=False):
    """The page that ``?after=`` or ``?before=`` asks for, else the first.

    Args:
        queryset: A query of one partition.
        sort_key: The name of its sort key, or of its index's.
        params: ``request.GET``.
        size: Rows on a page.
        descending: Highest sort key first.
    """
    backwards = "before" in params
    edge = params.get("before" if backwards else "after")
    downwards = descending != backwards
    if edge is not None:
        lookup = "lt" if downwards else "gt"
        queryset = queryset.filter(**{f"{sort_key}__{lookup}": _cleaned(queryset.model, sort_key, edge)})
    if downwards:
        queryset = queryset.reverse()

    found = list(queryset[: size + 1])  # one more than shown tells whether there is a page behind
    rows, more = found[:size], len(found) > size
    if backwards:
        rows.reverse()
    has_previous, has_next = (more, True) if backwards else (edge is not None, more)
    return Page(
        rows=rows,
        previous=_link(params, "before", getattr(rows[0], sort_key)) if rows and has_previous else "",
        next=_link(params, "after", getattr(rows[-1], sort_key)) if rows and has_next else "",
    )


def _cleaned(model, sort_key, text):
    """A sort key out of an address, where anybody can type anything."""
    try:
        value = model._meta.get_field(sort_key).clean(text, None)
    except ValidationError as error:
        raise Http404(f"{text!r} is no {sort_key}") from error
    if value == "":  # which no key can be
        raise Http404(f"An empty {sort_key}")
    return value


def _link(params, name, value):
    """The query string of this page with another edge."""
    params = params.copy()
    for edge in ("after", "before"):
        params.pop(edge, None)
    params[name] = value
    return params.urlencode()
