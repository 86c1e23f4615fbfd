"""Tells which names in a URL are whose: those of pages, of each filter, and of what is left."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from rest_framework.settings import api_settings

from django_dynamodb.models.base import DynamoModelBase

PARAMETERS: Final = ("search_param", "ordering_param")
"""The attributes in which Django REST framework's own filters keep the one name they look at."""


def model_of(view: Any) -> Any:
    """The DynamoDB model that a view is about.

    Args:
        view: A view, or None.

    Returns:
        The model of its ``queryset``, or else of its ``serializer_class``; None for another, or where it has neither.
    """
    serializer = getattr(getattr(view, "serializer_class", None), "Meta", None)
    queryset = getattr(view, "queryset", None)
    model = getattr(serializer if queryset is None else queryset, "model", None)
    return model if isinstance(model, DynamoModelBase) else None


def names_of(part: Any, view: Any) -> list[str]:
    """The names that a filter or a paginator looks at.

    Args:
        part: The filter or paginator; None has no names.
        view: The view.
    """
    for attribute in PARAMETERS:
        if hasattr(part, attribute):
            return [getattr(part, attribute)]
    described = getattr(part, "get_schema_operation_parameters", None)
    return [] if described is None else [entry["name"] for entry in described(view)]


def page_names(request: Any, view: Any) -> set[str]:
    """The names that say how an answer is given, not what of.

    Args:
        request: The request.
        view: Its view.

    Returns:
        Those of the paginator, of the format and of the version, and the view's ``extra_parameters``.
    """
    found = {*names_of(getattr(view, "paginator", None), view), *getattr(view, "extra_parameters", ())}
    version = getattr(getattr(request, "versioning_scheme", None), "version_param", None)
    return found | {name for name in (api_settings.URL_FORMAT_OVERRIDE, version) if name}


def asked_names(request: Any, view: Any) -> list[str]:
    """The names in a URL that ask for some of the objects.

    Args:
        request: The request.
        view: Its view.
    """
    others = page_names(request, view)
    return [name for name in request.query_params if name not in others]


def unknown_names(request: Any, view: Any, known: Iterable[str], own: type) -> Iterator[str]:
    """The names in a URL that nothing looks at.

    Args:
        request: The request.
        view: Its view.
        known: Those that the asking filter looks at.
        own: The class of that filter.

    Yields:
        Each name that belongs neither to it, nor to another filter, nor to the pages.
    """
    others = {
        name
        for backend in getattr(view, "filter_backends", ())
        if backend is not own
        for name in names_of(backend(), view)
    }
    return (name for name in asked_names(request, view) if name not in others.union(known))
