"""Filters lists of an API by what a key or an index serves; whatever else a URL asks for is 400, and names that."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from django.core.exceptions import ImproperlyConfigured
from django.core.exceptions import ValidationError as DjangoValidationError
from django.template import loader
from django.utils.encoding import force_str
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.fields import get_error_detail
from rest_framework.filters import BaseFilterBackend, OrderingFilter, SearchFilter
from rest_framework.request import Request

from django_dynamodb.contrib.drf.requests import model_of, unknown_names
from django_dynamodb.exceptions import UnsupportedError
from django_dynamodb.models.storage import INTEGER_TYPES, internal_type
from django_dynamodb.search.parameters import BETWEEN, EXACT, Parameter, narrowed, offered, parameters_of, way_for
from django_dynamodb.search.terms import Search, search_of, unserved
from django_dynamodb.search.ways import Way, every_way, index_line

FORMATS: Final[dict[str, dict[str, str]]] = {
    **{name: {"type": "integer"} for name in INTEGER_TYPES},
    "DateField": {"type": "string", "format": "date"},
    "DateTimeField": {"type": "string", "format": "date-time"},
    "DecimalField": {"type": "number"},
    "FloatField": {"type": "number"},
    "TTLField": {"type": "string", "format": "date-time"},
    "TimeField": {"type": "string", "format": "time"},
    "UUIDField": {"type": "string", "format": "uuid"},
}
"""OpenAPI's names for what the values of a key are written as; the others are text."""


class KeyFilterBackend(BaseFilterBackend):
    """Filters by the keys of the table and of its indexes: ``?forum=AWS&subject__startswith=S``.

    All that is asked has to be served by one of them: its partition key exactly, then its sort key from the left, then
    one range or prefix. The view's ``key_indexes`` names the indexes that are offered; by default all are.
    """

    template = "django_dynamodb/drf/key_filter.html"

    def filter_queryset(self, request: Request, queryset: Any, view: Any) -> Any:
        """Keeps what the URL asks for.

        Args:
            request: The request.
            queryset: A query set of a DynamoDB model.
            view: The view.

        Returns:
            A query set that reads by one key, and whole items; the same where nothing is asked.

        Raises:
            ValidationError: A name that is not offered, a value that is none, or what no single key serves.
        """
        ways = self.get_ways(view, queryset.model)
        known = parameters_of(queryset.model, ways)
        self._refuse_unknown(request, view, known, ways)
        asked = [known[name] for name in request.query_params if name in known and request.query_params[name]]
        if not asked:
            return queryset
        values = self._values(request, asked)
        way = way_for(ways, [parameter.question for parameter in asked], _ordering(request, view))
        if way is None:
            names = ", ".join(values)
            text = _("No single key or index serves what is asked: %(names)s. What can be: %(offered)s.")
            raise ValidationError({"detail": text % {"names": names, "offered": offered(ways)}}, code="unserved")
        return narrowed(queryset, way, values)

    def get_ways(self, view: Any, model: Any) -> list[Way]:
        """The ways in that are offered.

        Args:
            view: The view.
            model: Its model.

        Raises:
            ImproperlyConfigured: ``key_indexes`` names an index that the model does not have.
        """
        names = getattr(view, "key_indexes", None)
        ways = list(every_way(model))
        if names is None:
            return ways
        if absent := [name for name in names if name not in {way.index for way in ways}]:
            has = ", ".join(way.index for way in ways if way.index is not None) or "none"
            raise ImproperlyConfigured(
                f"{type(view).__name__}.key_indexes names {', '.join(map(repr, absent))}; {model._meta.label} has "
                f"these indexes: {has}."
            )
        return [way for way in ways if way.index is None or way.index in names]

    def to_html(self, request: Request, queryset: Any, view: Any) -> str:
        """The inputs of the browsable API.

        Args:
            request: The request.
            queryset: The view's.
            view: The view.
        """
        known = parameters_of(queryset.model, self.get_ways(view, queryset.model))
        inputs = [(name, request.query_params.get(name, "")) for name in known]
        return loader.get_template(self.template).render({"inputs": inputs})

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """The parameters for OpenAPI.

        Args:
            view: The view, whose ``queryset`` or ``get_queryset()`` tells the model.
        """
        model = model_of(view) or view.get_queryset().model
        ways = self.get_ways(view, model)
        return [self._described(parameter) for parameter in parameters_of(model, ways).values()]

    def _described(self, parameter: Parameter) -> dict[str, Any]:
        """One parameter for OpenAPI."""
        schema: dict[str, Any] = dict(FORMATS.get(internal_type(parameter.field), {"type": "string"}))
        if parameter.lookup == BETWEEN:
            schema = {"type": "string"}
        elif parameter.lookup == EXACT and parameter.field.choices:
            schema["enum"] = [choice for choice, _label in parameter.field.flatchoices]
        text = DESCRIPTIONS[parameter.lookup] % {"field": parameter.field.verbose_name}
        return {"name": parameter.name, "required": False, "in": "query", "description": text, "schema": schema}

    def _refuse_unknown(self, request: Request, view: Any, known: Iterable[str], ways: list[Way]) -> None:
        """Answers names that nothing looks at with those there are."""
        unknown = list(unknown_names(request, view, known, type(self)))
        if unknown:
            text = _("This cannot be asked for. What can be: %(offered)s.") % {"offered": offered(ways)}
            raise ValidationError({name: [text] for name in unknown}, code="unserved")

    def _values(self, request: Request, asked: list[Parameter]) -> dict[str, Any]:
        """Name → value."""
        values: dict[str, Any] = {}
        faults: dict[str, Any] = {}
        for parameter in asked:
            name = parameter.name
            if len(request.query_params.getlist(name)) > 1:
                faults[name] = [ErrorDetail(_("This can be asked for once."), code="twice")]
                continue
            try:
                values[name] = parameter.clean(request.query_params[name])
            except DjangoValidationError as fault:
                faults[name] = get_error_detail(fault)
        if faults:
            raise ValidationError(faults)
        return values


def _ordering(request: Request, view: Any) -> str | None:
    """The field that the answer is to be in the order of."""
    orders = [backend for backend in view.filter_backends if issubclass(backend, OrderingFilter)]
    asked = request.query_params.get(orders[0].ordering_param, "") if orders else ""
    return asked.partition(",")[0].strip().removeprefix("-") or None


DESCRIPTIONS: Final = {
    EXACT: gettext_lazy("Only with this %(field)s."),
    "startswith": gettext_lazy("Only with a %(field)s that begins so."),
    "lt": gettext_lazy("Only with a lesser %(field)s."),
    "lte": gettext_lazy("Only with this %(field)s or a lesser one."),
    "gt": gettext_lazy("Only with a greater %(field)s."),
    "gte": gettext_lazy("Only with this %(field)s or a greater one."),
    BETWEEN: gettext_lazy("Only with a %(field)s between two, with a comma between them, both included."),
}
"""What each lookup says to the readers of a schema."""


class KeySearchFilter(SearchFilter):
    """Searches by what is typed: ``?search=AWS S`` is a whole partition key, then the beginning of a sort key.

    The view's ``search_fields`` name partition keys of the table and of indexes; by default the table's own.
    """

    def filter_queryset(self, request: Request, queryset: Any, view: Any) -> Any:
        """Keeps what was typed.

        Args:
            request: The request.
            queryset: A query set of a DynamoDB model.
            view: The view.

        Returns:
            A query set that reads by one key; the same where nothing was typed.

        Raises:
            ValidationError: Something that can be no such key.
            ImproperlyConfigured: ``search_fields`` names what no key serves.
        """
        search = self.get_search(view, queryset.model, request)
        term = request.query_params.get(self.search_param, "").strip()
        if not term:
            return queryset
        try:
            return search.narrow(queryset, term)[0]
        except DjangoValidationError as fault:
            said = [*get_error_detail(fault), search.help_text]
            raise ValidationError({self.search_param: said}) from fault

    def get_search(self, view: Any, model: Any, request: Any = None) -> Search:
        """What can be searched for.

        Args:
            view: The view.
            model: Its model.
            request: The request, if there is one.

        Raises:
            ImproperlyConfigured: ``search_fields`` names what no key serves; the message names the index to add.
        """
        names = self.get_search_fields(view, request) or ()
        for written, field in unserved(model, names):
            raise ImproperlyConfigured(
                f"{type(view).__name__}.search_fields names {written!r}, which is no partition key of the table or of "
                f"an index, nor the sort key beside one that it names. {index_line(model, field)}"
            )
        return search_of(model, names)

    def to_html(self, request: Request, queryset: Any, view: Any) -> str:
        """The search box of the browsable API.

        Args:
            request: The request.
            queryset: The view's.
            view: The view.
        """
        context = {"param": self.search_param, "term": request.query_params.get(self.search_param, "")}
        return loader.get_template(self.template).render(context)

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """The parameter for OpenAPI, with what it takes.

        Args:
            view: The view.
        """
        text = self.get_search(view, model_of(view) or view.get_queryset().model).help_text
        schema = {"type": "string"}
        return [{"name": self.search_param, "required": False, "in": "query", "description": text, "schema": schema}]


class KeyOrderingFilter(OrderingFilter):
    """Orders by the sort key of what is asked: ``?ordering=-posted``. Stands behind the filters that ask.

    ``ordering_fields`` names sort keys; by default all are offered.
    """

    def filter_queryset(self, request: Request, queryset: Any, view: Any) -> Any:
        """Orders what is left of the list.

        Args:
            request: The request.
            queryset: A query set of a DynamoDB model.
            view: The view.

        Raises:
            ValidationError: Something else than the sort key of what is asked.
        """
        asked = bool(request.query_params.get(self.ordering_param))
        found = super().filter_queryset(request, queryset, view)
        if not asked:
            return found
        try:
            found.explain()  # makes the plan, and sends nothing
        except UnsupportedError as error:
            text = _("This is sorted by something else, or by nothing. What can be asked for: %(offered)s.")
            offer = text % {"offered": offered(every_way(queryset.model))}
            raise ValidationError({self.ordering_param: [offer]}, code="unserved") from error
        return found

    def get_default_valid_fields(self, queryset: Any, view: Any, context: Any = None) -> Any:
        """The sort keys of the table and its indexes, each once.

        Args:
            queryset: A query set of the model.
            view: The view.
            context: Unused, as nothing depends on it.
        """
        sorts = {part.field.name: part.field.verbose_name for way in every_way(queryset.model) for part in way.ahead}
        return list(sorts.items())

    def remove_invalid_fields(self, queryset: Any, fields: Any, view: Any, request: Request) -> list[str]:
        """Refuses what is no sort key, where Django REST framework's own would pass over it.

        Args:
            queryset: A query set of the model.
            fields: What was asked for.
            view: The view.
            request: The request.

        Raises:
            ValidationError: Another field.
        """
        names = [name for name, _label in self.get_valid_fields(queryset, view, {"request": request})]
        if wrong := [field for field in fields if field.removeprefix("-") not in names]:
            text = _("Nothing is sorted by %(wrong)s. What can be: %(names)s.")
            said = text % {"wrong": ", ".join(wrong), "names": ", ".join(names) or _("nothing")}
            raise ValidationError({self.ordering_param: [said]}, code="unserved")
        return list(fields)

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """The parameter for OpenAPI, with what it takes.

        Args:
            view: The view.
        """
        names = [name for name, _label in self.get_valid_fields(view.get_queryset(), view)]
        text = f"{force_str(self.ordering_description)} {', '.join(name for n in names for name in (n, f'-{n}'))}"
        schema = {"type": "string"}
        return [{"name": self.ordering_param, "required": False, "in": "query", "description": text, "schema": schema}]
