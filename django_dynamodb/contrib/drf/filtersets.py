"""Makes filter sets for django-filter that offer what a key or an index serves, and refuse the rest."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any, ClassVar

from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.db.models import ForeignKey
from django.forms import TextInput
from django.utils.translation import gettext as _
from django_filters.constants import ALL_FIELDS
from django_filters.filters import ChoiceFilter, Filter, ModelChoiceFilter
from django_filters.rest_framework import DjangoFilterBackend, FilterSet
from rest_framework.exceptions import ValidationError as APIValidationError
from rest_framework.request import Request

from django_dynamodb.contrib.drf.requests import unknown_names
from django_dynamodb.models.base import DynamoModelBase
from django_dynamodb.search.parameters import Parameter, narrowed, offered, parameters_of, way_for
from django_dynamodb.search.ways import every_way, index_line


class KeyForm:
    """Stands before the form of a filter set, and asks whether one key serves all that was typed."""

    filterset: Any

    def clean(self) -> Any:
        """What was typed.

        Raises:
            ValidationError: Nothing serves it together.
        """
        cleaned = super().clean()  # type: ignore[misc]  # of the form
        self.filterset.refuse_unserved(self.cleaned_data)  # type: ignore[attr-defined]  # of the form
        return cleaned


class KeyFilterSet(FilterSet):
    """Is ``FilterSet`` for a DynamoDB model.

    ``Meta.fields = "__all__"`` is every lookup that a key or an index serves, and no other can be named. Filters that
    are declared, and ask something else or by a method, are applied besides, to what the key has read.
    """

    _meta: ClassVar[Any]
    base_filters: ClassVar[Any]
    declared_filters: ClassVar[Any]

    @classmethod
    def get_fields(cls) -> Any:
        """Field → lookups.

        Raises:
            ImproperlyConfigured: A field or lookup that no key serves; the message names the index to add.
        """
        model = cls._meta.model
        if not isinstance(model, DynamoModelBase):
            raise ImproperlyConfigured(f"{cls.__name__} is a KeyFilterSet; its Meta.model has to be a DynamoDB model.")
        served: dict[str, list[str]] = {}
        for parameter in parameters_of(model).values():
            served.setdefault(parameter.field.name, []).append(parameter.lookup)
        exclude = cls._meta.exclude
        if cls._meta.fields == ALL_FIELDS or (cls._meta.fields is None and exclude is not None):
            return OrderedDict((name, lookups) for name, lookups in served.items() if name not in (exclude or ()))
        fields = super().get_fields()
        cls._refuse_unserved_fields(model, fields, served)
        return fields

    @classmethod
    def _refuse_unserved_fields(cls, model: Any, fields: Any, served: dict[str, list[str]]) -> None:
        known = {field.name: field for field in model._meta.fields}
        for name, lookups in fields.items():
            if name not in known:
                continue  # django-filter says so
            if unserved := [lookup for lookup in lookups if lookup not in served.get(name, ())]:
                raise ImproperlyConfigured(
                    f"{cls.__name__}.Meta.fields names {name} ({', '.join(unserved)}), which no key and no index of "
                    f"{model._meta.label} serves. What is served: {offered(every_way(model))}. "
                    f"{index_line(model, known[name])}"
                )

    @classmethod
    def filter_for_lookup(cls, field: Any, lookup_type: str) -> Any:
        """The filter and its arguments; a key of another item is typed, for a choice would read its table."""
        made, params = super().filter_for_lookup(field, lookup_type)
        if isinstance(field, ForeignKey) and isinstance(field.remote_field.model, DynamoModelBase):
            return ModelChoiceFilter, {**params, "widget": TextInput}
        return made, params

    def get_form_class(self) -> Any:
        """The form, which asks whether one key serves all that was typed."""
        return type(f"{type(self).__name__}Form", (KeyForm, super().get_form_class()), {"filterset": self})

    def refuse_unserved(self, cleaned: dict[str, Any]) -> None:
        """Asks whether one key serves all that is asked.

        Args:
            cleaned: Name → value; an empty one asks nothing.

        Raises:
            ValidationError: None does.
        """
        asked = self._asked(cleaned)
        if asked and way_for(every_way(self._meta.model), [parameter.question for parameter in asked.values()]) is None:
            text = _("No single key or index serves what is asked: %(names)s. What can be: %(offered)s.")
            offer = offered(every_way(self._meta.model))
            raise ValidationError(text, code="unserved", params={"names": ", ".join(asked), "offered": offer})

    def filter_queryset(self, queryset: Any) -> Any:
        """Reads by the key that serves what is asked, then applies the filters that were declared."""
        cleaned = self.form.cleaned_data
        asked = self._asked(cleaned)
        way = way_for(every_way(self._meta.model), [parameter.question for parameter in asked.values()])
        if asked and way is not None:
            queryset = narrowed(queryset, way, {asked[name].name: cleaned[name] for name in asked})
        for name, value in cleaned.items():
            if name not in asked:
                queryset = self.filters[name].filter(queryset, value)
        return queryset

    def _asked(self, cleaned: dict[str, Any]) -> dict[str, Parameter]:
        """Name of the filter → what it asks of a key; the others are the author's own."""
        known = {parameter.question: parameter for parameter in parameters_of(self._meta.model).values()}
        given = [name for name in cleaned if cleaned[name] not in (None, "", []) and _is_plain(self.filters[name])]
        asked = {name: (self.filters[name].field_name, self.filters[name].lookup_expr) for name in given}
        return {name: known[question] for name, question in asked.items() if question in known}


def _is_plain(made: Any) -> bool:
    """Whether a filter asks what its field and lookup say, and nothing of its own."""
    as_it_is = type(made).filter is Filter.filter or isinstance(made, ChoiceFilter)
    return as_it_is and made.method is None and not made.exclude and not made.distinct


class KeyFilterSetBackend(DjangoFilterBackend):
    """Is ``DjangoFilterBackend``, with ``KeyFilterSet`` for ``filterset_fields``; a name that nothing knows is 400."""

    filterset_base = KeyFilterSet

    def filter_queryset(self, request: Request, queryset: Any, view: Any) -> Any:
        """Keeps what the URL asks for.

        Args:
            request: The request.
            queryset: A query set of a DynamoDB model.
            view: The view.

        Raises:
            ValidationError: A name that no filter has, or what the filter set refuses.
        """
        known = self._names(self.get_filterset_class(view, queryset))
        if unknown := list(unknown_names(request, view, known, type(self))):
            text = _("This cannot be asked for. What can be: %(names)s.") % {"names": ", ".join(known) or _("nothing")}
            raise APIValidationError({name: [text] for name in unknown}, code="unserved")
        return super().filter_queryset(request, queryset, view)

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """The parameters for OpenAPI; drf-spectacular describes them further.

        Args:
            view: The view.
        """
        names = self._names(self.get_filterset_class(view, view.get_queryset()))
        schema = {"type": "string"}
        return [{"name": name, "required": False, "in": "query", "description": "", "schema": schema} for name in names]

    def _names(self, filterset: Any) -> list[str]:
        return [] if filterset is None else list(filterset.base_filters)
