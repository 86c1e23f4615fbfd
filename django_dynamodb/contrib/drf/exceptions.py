"""Says what an API answers where DynamoDB refuses or fails: conflicts, taken keys, bad cursors, outages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, TypeAlias

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import status
from rest_framework.exceptions import APIException, NotFound, ValidationError
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.views import exception_handler as answer

from django_dynamodb import exceptions as errors
from django_dynamodb.contrib.drf.requests import asked_names, model_of
from django_dynamodb.search.parameters import offered
from django_dynamodb.search.ways import every_way

RETRY_AFTER: Final = 1
"""Seconds a client is asked to wait: throughput is counted by the second. Source: developer guide, "Burst capacity"."""

Context: TypeAlias = Mapping[str, Any]


class Conflict(APIException):
    """409: somebody else changed the item; nothing was written.

    Args:
        fields: The fields that differ; empty where they are not known.
        detail: What is said instead of the usual.
    """

    status_code: int = status.HTTP_409_CONFLICT
    default_code = "conflict"
    default_detail = gettext_lazy("Somebody else changed this object since you read it. Read it again, then change it.")

    def __init__(self, fields: Iterable[str] = (), detail: Any = None) -> None:
        self.fields = list(fields)
        said = self.default_detail if detail is None else detail
        super().__init__({"detail": said, "fields": self.fields} if self.fields else said)


class PreconditionFailed(Conflict):
    """412: the item is not the one that ``If-Match`` names; nothing was written."""

    status_code = status.HTTP_412_PRECONDITION_FAILED
    default_code = "precondition_failed"


class ServiceBusy(APIException):
    """503: the service is over its throughput, or did not answer; ``Retry-After`` says when to come back."""

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_code = "unavailable"
    default_detail = gettext_lazy("The database is busy or not reachable. Try again.")
    wait = RETRY_AFTER


def exception_handler(exc: Exception, context: dict[str, Any]) -> Response | None:
    """Is Django REST framework's own, with answers to what this package raises: the setting ``EXCEPTION_HANDLER``.

    Args:
        exc: What a view raised.
        context: The view and its request.

    Returns:
        The answer; None for what is a fault of the project, which becomes a 500.
    """
    return answer(api_exception(exc, context) or exc, context)


def api_exception(exc: Exception, context: Context | None = None) -> APIException | None:
    """What an error means to a client.

    Args:
        exc: Any exception.
        context: The view and its request, as a handler gets them; without them a query is nobody's fault.

    Returns:
        The exception to answer with; None for one that is not of this package, or not the client's to know.
    """
    made = next((made for kind, made in MEANINGS if isinstance(exc, kind)), None)
    found = None if made is None else made(exc, context or {})
    if found is not None:
        found.__cause__ = exc
    return found


def _taken(_exc: Any, _context: Context) -> APIException:
    """The answer to a key that an item has already."""
    text = _("An object with this key exists already.")
    return ValidationError({api_settings.NON_FIELD_ERRORS_KEY: [text]}, code="unique")


def _deleted(_exc: Any, _context: Context) -> APIException:
    return NotFound(_("This object was deleted meanwhile."))


def _changed(exc: errors.ConflictError, _context: Context) -> APIException:
    return Conflict(exc.fields)


def _unmet(_exc: Any, _context: Context) -> APIException:
    return Conflict(detail=_("What this depends on does not hold any more. Nothing was written."))


def _lost(_exc: Any, _context: Context) -> APIException:
    return NotFound(_("There is no such page: this cursor was changed, or belongs to another list."))


def _unstorable(exc: errors.InvalidValueError, context: Context) -> APIException:
    """A value that cannot be stored, under the name of its field."""
    name, fault = exc.attribute, exc.fault or str(exc)
    model = model_of(context.get("view"))
    if name is not None and model is not None:
        name = model._meta.mapper.name_of(name)
    return ValidationError({name or api_settings.NON_FIELD_ERRORS_KEY: [fault]}, code="invalid")


def _failed(exc: errors.ServiceError, _context: Context) -> APIException | None:
    """What may work later; what never will is the project's."""
    return ServiceBusy() if exc.retryable or isinstance(exc, errors.MaxRetriesExceededError) else None


def _unserved(_exc: Any, context: Context) -> APIException | None:
    """The client's fault where it asked for something; else the view asks for what no key serves."""
    view, request = context.get("view"), context.get("request")
    model = model_of(view)
    if model is None or request is None or not asked_names(request, view):
        return None
    text = _("No key and no index serves this request. What can be asked for: %(offered)s.")
    return ValidationError({"detail": text % {"offered": offered(every_way(model))}}, code="unserved")


MEANINGS: Final[tuple[tuple[type[Exception], Callable[[Any, Context], APIException | None]], ...]] = (
    (errors.OverwriteError, _taken),
    (errors.ItemDeletedError, _deleted),
    (errors.ConflictError, _changed),
    (errors.ConditionFailedError, _unmet),
    (errors.TransactionCanceledError, _unmet),
    (errors.InvalidCursorError, _lost),
    (errors.InvalidValueError, _unstorable),
    (errors.UnsupportedError, _unserved),
    (errors.ServiceError, _failed),
)
"""What each error means, subclasses first."""
