"""Lets views of an API answer for DynamoDB: conflicts, entity tags, outages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.utils.http import parse_etags
from rest_framework.generics import GenericAPIView
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ModelViewSet, ReadOnlyModelViewSet

from django_dynamodb.contrib.drf.exceptions import PreconditionFailed, api_exception
from django_dynamodb.contrib.drf.filters import KeyFilterBackend, KeyOrderingFilter, KeySearchFilter
from django_dynamodb.contrib.drf.pagination import DynamoCursorPagination
from django_dynamodb.forms.readings import InvalidNote, changed_since, note_of
from django_dynamodb.models.queryset import QuerySet
from django_dynamodb.models.state import state_of

ANY: Final = "*"
"""In ``If-Match``: any stored object."""

TAGGED: Final = frozenset({None, "create", "partial_update", "retrieve", "update"})
"""The actions that answer with an object; views that are no viewsets have none."""

PAGES: Final = frozenset({"admin", "api", "html"})
"""Formats for people, which show more than the object."""


class DynamoViewMixin(GenericAPIView):  # type: ignore[type-arg]  # generic only for the type checker
    """Stands before Django REST framework's generic views and viewsets.

    Objects to be changed are read consistently. Each answer with one object has an ``ETag``, and an edit or a deletion
    with ``If-Match`` of an outdated one is 412, with the fields that differ. What this package raises is answered as by
    ``contrib.drf.exceptions.exception_handler``, and then by the project's own handler.
    """

    lookup_value_regex = "[^/]+"
    """What a router takes for a key; its own would end at a dot, as in ``ann@example.org``."""
    entity_tags = True
    """Whether answers have an ``ETag``: about 30 bytes for each attribute of the item."""
    _held: Any = None
    """The object that the request is about."""

    def get_exception_handler(self) -> Callable[[Exception, dict[str, Any]], Response | None]:
        """The project's handler, which is handed what an error means."""
        theirs = super().get_exception_handler()
        return lambda exc, context: theirs(api_exception(exc, context) or exc, context)

    def filter_queryset(self, queryset: Any) -> Any:
        """What the URL asks for; read consistently where it is to be changed."""
        found: Any = super().filter_queryset(queryset)
        consistent = self.request.method not in SAFE_METHODS and isinstance(found, QuerySet)
        return found.consistent() if consistent and found.query.index is None else found

    def get_object(self) -> Any:
        """The object.

        Raises:
            PreconditionFailed: It is not the one that ``If-Match`` names.
        """
        self._held = super().get_object()
        if self.request.method not in SAFE_METHODS and (tags := self._demanded):
            refuse_changed(self._held, tags)
        return self._held

    def perform_create(self, serializer: Any) -> None:
        """Stores a new object."""
        super().perform_create(serializer)  # type: ignore[misc]  # of a view that creates
        self._held = serializer.instance

    def perform_destroy(self, instance: Any) -> None:
        """Deletes an object; with ``If-Match``, only as it was loaded."""
        instance.delete(**({"raise_on_conflict": True} if self._demanded and is_known(instance) else {}))
        self._held = None

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """The answer, with the tag of its object."""
        made = super().finalize_response(request, response, *args, **kwargs)
        shows = made.status_code in {200, 201} and getattr(self, "action", None) in TAGGED
        if self.entity_tags and shows and is_known(self._held) and made.accepted_renderer.format not in PAGES:
            made["ETag"] = f'"{note_of(self._held)}"'
        return made

    @property
    def _demanded(self) -> list[str]:
        """The tags of ``If-Match``."""
        return parse_etags(self.request.headers.get("If-Match", ""))


class DynamoModelViewSet(DynamoViewMixin, ModelViewSet):  # type: ignore[type-arg]  # generic only for the type checker
    """Is ``ModelViewSet`` with everything of this package: cursors, filters by keys, conflicts."""

    pagination_class = DynamoCursorPagination
    filter_backends = (KeyFilterBackend, KeySearchFilter, KeyOrderingFilter)


class DynamoReadOnlyModelViewSet(DynamoViewMixin, ReadOnlyModelViewSet):  # type: ignore[type-arg]  # as above
    """Is ``ReadOnlyModelViewSet`` with everything of this package."""

    pagination_class = DynamoCursorPagination
    filter_backends = (KeyFilterBackend, KeySearchFilter, KeyOrderingFilter)


def is_known(instance: Any) -> bool:
    """Whether an object is one whose stored item is known.

    Args:
        instance: Any object, or None.
    """
    return instance is not None and hasattr(instance, "to_item") and state_of(instance).item is not None


def refuse_changed(instance: Any, tags: list[str]) -> None:
    """Compares an object with the tags that a client has.

    Args:
        instance: The object as it is stored now.
        tags: Those of ``If-Match``, quoted.

    Raises:
        PreconditionFailed: None of them is that of the object.
    """
    names: list[str] = []
    for tag in tags:
        if tag == ANY:
            return
        try:
            names = changed_since(tag.strip('"'), instance)
        except InvalidNote:
            continue
        if not names:
            return
    raise PreconditionFailed(names)
