"""Lets Django's editing views answer a conflict with their form."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.generic.edit import ModelFormMixin

from django_dynamodb.forms.conflicts import ConflictFormMixin, answered
from django_dynamodb.forms.modelforms import modelform_factory
from django_dynamodb.models.queryset import QuerySet


class ConflictViewMixin(ModelFormMixin):  # type: ignore[type-arg]  # generic only for the type checker
    """Stands before ``CreateView`` and ``UpdateView``, and makes an error of the form of a conflict.

    That is a key that was taken, or an item that was changed meanwhile. Objects to be changed are read consistently.
    """

    object: Any

    def get_form_class(self) -> Any:
        """The view's form, or one made of its ``fields`` that sees conflicts.

        Raises:
            ImproperlyConfigured: A form that sees none.
        """
        if self.form_class is None and self.fields is not None:
            model = self.model or getattr(self.object, "__class__", None) or self.get_queryset().model
            return modelform_factory(model, fields=self.fields)
        form = super().get_form_class()
        if not issubclass(form, ConflictFormMixin):
            raise ImproperlyConfigured(
                f"{type(self).__name__}.form_class is {form.__name__}, which sees no conflicts; let it inherit "
                "django_dynamodb.forms.ModelForm, or ConflictFormMixin before its ModelForm."
            )
        return form

    def get_object(self, queryset: Any = None) -> Any:
        """The object, as it is stored now; one behind an index as the index tells it."""
        found = self.get_queryset() if queryset is None else queryset
        if isinstance(found, QuerySet) and found.query.index is None:
            found = found.consistent()
        return super().get_object(found)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Saves the form, or shows it again with what is wrong.

        Args:
            request: The request.
            args: Those of the URL.
            kwargs: Those of the URL.

        Returns:
            The answer of the view.
        """
        return answered(lambda: super(ConflictViewMixin, self).post(request, *args, **kwargs))  # type: ignore[misc,no-any-return]  # a view follows in the mro
