"""Registers a DynamoDB model with Django's admin: ``@admin.register(Thread) class ThreadAdmin(DynamoModelAdmin)``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.contrib.admin import ModelAdmin, ShowFacets
from django.core.exceptions import BadRequest, ValidationError
from django.db import models
from django.db.models import signals
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from django_dynamodb.admin.changelist import CursorChangeList
from django_dynamodb.admin.deletions import Deletions, deletions_of
from django_dynamodb.admin.documents import JSONFormField
from django_dynamodb.admin.metering import metered
from django_dynamodb.admin.paginators import paginator_of
from django_dynamodb.admin.pointers import points_to_items
from django_dynamodb.admin.validation import DynamoAdminChecks
from django_dynamodb.forms.conflicts import ConflictFormMixin, write_options
from django_dynamodb.forms.modelforms import ModelForm, ModelFormSet
from django_dynamodb.models.base import DynamoModelBase
from django_dynamodb.search.terms import Search, search_of
from django_dynamodb.search.ways import Way, key_fields


class DynamoModelAdmin(ModelAdmin):  # type: ignore[type-arg]  # generic only for the type checker
    """Django's ``ModelAdmin`` for a model in DynamoDB; no page reads more than it shows, and nothing is counted.

    ``search_fields``, by default the key of the table, and ``list_filter`` take what a key or an index serves,
    ``ordering`` takes sort keys; system checks say so otherwise. Keys cannot be changed. An item that somebody else
    changed meanwhile is an error of the form.
    """

    opts: Any
    checks_class = DynamoAdminChecks
    form: Any = ModelForm
    formfield_overrides = {models.JSONField: {"form_class": JSONFormField}}
    show_full_result_count = False
    show_facets = ShowFacets.NEVER

    list_per_page = 50
    list_max_read: int | None = 1_000
    """The most items that the service may read for a page, those that a filter drops included; None is any number."""
    select_fields: Sequence[str] = ()
    """Foreign keys to DynamoDB models shown as a list of all related objects, which reads them all; the others take
    a key (``raw_id_fields``), unless they are ``autocomplete_fields`` or ``radio_fields``."""
    show_capacity = True
    """Whether the foot of each page says what it took of DynamoDB."""

    change_list_template = "django_dynamodb/admin/change_list.html"
    change_form_template = "django_dynamodb/admin/change_form.html"
    delete_confirmation_template = "django_dynamodb/admin/delete_confirmation.html"
    delete_selected_confirmation_template = "django_dynamodb/admin/delete_selected_confirmation.html"
    object_history_template = "django_dynamodb/admin/object_history.html"

    class Media:
        """What the texts of sets and documents look like, and the foot of the page."""

        css = {"all": ["django_dynamodb/admin.css"]}

    def __init__(self, model: Any, admin_site: Any) -> None:
        super().__init__(model, admin_site)
        if not self.search_fields and isinstance(model, DynamoModelBase):  # E060 says so of others
            self.search_fields = tuple(field.name for field in self.opts.mapper.key_fields)  # type: ignore[misc]
        if not issubclass(self.form, ConflictFormMixin):
            self.form = type(self.form.__name__, (ConflictFormMixin, self.form), {})
        chosen = {*self.raw_id_fields, *self.autocomplete_fields, *self.radio_fields, *self.select_fields}
        self.raw_id_fields = (  # type: ignore[misc]  # Django reads the instance's
            *self.raw_id_fields,
            *(field.name for field in model._meta.fields if points_to_items(field) and field.name not in chosen),
        )

    # -- the list -----------------------------------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> Any:
        """Everything, in no order: that of a partition is added when one is asked for."""
        return self.model._default_manager.get_queryset()

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> Any:
        """The list that pages by cursors."""
        return CursorChangeList

    def get_sortable_by(self, request: HttpRequest) -> Any:
        """No column: DynamoDB sorts by a sort key only."""
        return ()

    def get_search(self, request: HttpRequest) -> Search:
        """What the search box takes."""
        return search_of(self.model, self.get_search_fields(request))

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """The items of the key that was typed: one Query; without a term, everything."""
        if not search_term.strip():
            return queryset, False
        try:
            found, way = self.get_search(request).narrow(queryset, search_term)
        except ValidationError as fault:
            if not _completes(request):
                self.message_user(request, " ".join(fault.messages), messages.WARNING)
            return queryset.none(), False
        return (found if way is None else self.ordered(request, found, way)), False

    def ordered(self, request: HttpRequest, queryset: Any, way: Way) -> Any:
        """What is read by a partition key, descending where ``ordering`` names the sort key so.

        Args:
            request: The request.
            queryset: A query set of one partition.
            way: The way it reads.

        Returns:
            A query set.
        """
        named = way.sort is not None and f"-{way.sort.name}" in self.get_ordering(request)
        return queryset.reverse() if named else queryset

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Only keys can be asked for in the URL."""
        named = lookup.partition("__")[0]
        known = key_fields(self.model) | {"pk", self.opts.pk.name}
        return named in known and super().lookup_allowed(lookup, value, request)  # type: ignore[arg-type]

    def get_paginator(self, request: HttpRequest, queryset: Any, per_page: int, *args: Any, **kwargs: Any) -> Any:
        """Pages by cursor of items, and Django's of what is in SQL, as the history is."""
        return paginator_of(self.paginator, queryset, per_page, *args, single=_completes(request), **kwargs)

    # -- one object ---------------------------------------------------------------------------------------------

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """The object as it is stored now; None where there is none."""
        field: Any = self.opts.pk if from_field is None else self.opts.get_field(from_field)
        try:
            return self.get_queryset(request).consistent().get(**{field.name: field.to_python(object_id)})
        except (self.model.DoesNotExist, ValidationError, ValueError):
            return None

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The keys of what is stored besides: another key would be another item."""
        fields = tuple(super().get_readonly_fields(request, obj))
        keys = () if obj is None else tuple(field.name for field in self.opts.mapper.key_fields)
        return (*fields, *(name for name in keys if name not in fields))

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Without an order of the related objects, which a table does not have."""
        if points_to_items(db_field):
            kwargs.setdefault("queryset", db_field.remote_field.model._default_manager.all())
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Stores a new object only if its key is free, another one only as it was loaded."""
        obj.save(**write_options(obj))

    # -- several objects ----------------------------------------------------------------------------------------

    def get_changelist_form(self, request: HttpRequest, **kwargs: Any) -> Any:
        """A form for each row, which sees conflicts."""
        return super().get_changelist_form(request, **{"form": ModelForm, **kwargs})

    def get_changelist_formset(self, request: HttpRequest, **kwargs: Any) -> Any:
        """The rows' forms, whose objects are read together."""
        return super().get_changelist_formset(request, **{"formset": ModelFormSet, **kwargs})

    def get_edited(self, request: HttpRequest) -> Any:
        """The objects of the rows that were sent, in their order: one BatchGetItem for 100 of them."""
        keys = self._get_edited_object_pks(request, self.get_changelist_formset(request).get_default_prefix())
        return self.get_queryset(request).filter(pk__in=keys)

    def _get_list_editable_queryset(self, request: HttpRequest, prefix: str) -> Any:
        """Django's own would read the whole table where one of the keys is none."""
        return self.get_edited(request)

    def response_action(self, request: HttpRequest, queryset: Any, *args: Any, **kwargs: Any) -> Any:
        """Runs an action on what was selected, which is read by its keys, whatever the list shows.

        Raises:
            BadRequest: For everything the list has, which is never offered.
        """
        if request.POST.get("select_across", "0") not in {"", "0"}:
            raise BadRequest("select_across: actions take the objects that are selected, not a whole table.")
        return super().response_action(request, self.get_queryset(request), *args, **kwargs)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Deletions:
        """What would be deleted: the objects themselves, since nothing in DynamoDB points to them."""
        return deletions_of(self, objs, request)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        """Deletes objects, 25 a call; one by one where signals or versions ask for it."""
        rows = list(queryset)
        listened = signals.pre_delete.has_listeners(self.model) or signals.post_delete.has_listeners(self.model)
        if listened or self.opts.mapper.version is not None:
            for row in rows:
                row.delete()
        else:
            self.model._default_manager.batch_write(deletes=rows)

    # -- pages --------------------------------------------------------------------------------------------------

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponseBase:  # type: ignore[override]
        """The list, and what it took."""
        return metered(self, super().changelist_view, extra_context, request)

    def changeform_view(  # type: ignore[override]
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponseBase:
        """The form of an object, and what it took."""
        return metered(self, super().changeform_view, extra_context, request, object_id, form_url)

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponseBase:  # type: ignore[override]
        """The question before a deletion, and what it took."""
        return metered(self, super().delete_view, extra_context, request, object_id)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponseBase:  # type: ignore[override]
        """The changes made in the admin, which are in SQL, and what the page took of DynamoDB."""
        return metered(self, super().history_view, extra_context, request, object_id)


def _completes(request: HttpRequest) -> bool:
    """Whether the request comes from an input that completes what is typed."""
    return getattr(request.resolver_match, "url_name", None) == "autocomplete"
