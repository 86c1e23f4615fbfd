"""Answers an address with a page of a query, or with "not found" where its cursor is none of that query."""

from django.http import Http404

from django_dynamodb.exceptions import InvalidCursorError, InvalidValueError


def page_or_404(queryset, after, size):
    """The page behind ``after``: a cursor out of the address, where anybody can type anything, or an object."""
    try:
        return queryset.page(size, after=after)
    except (InvalidCursorError, InvalidValueError) as error:
        raise Http404(str(error)) from error
