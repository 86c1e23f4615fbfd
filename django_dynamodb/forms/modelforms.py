"""Makes model forms and sets of them that see conflicts, and that find their objects without a call for each."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.models import BaseModelFormSet, InlineForeignKeyField, ModelChoiceField
from django.utils.translation import gettext_lazy as _

from django_dynamodb.forms.conflicts import ConflictFormMixin


class ModelForm(ConflictFormMixin, forms.ModelForm):  # type: ignore[type-arg]  # generic only for the type checker
    """A ``ModelForm`` whose second editor gets an error of the form, not a lost update."""


class ChosenField(forms.Field):
    """The hidden key of a form in a set, cleaned to the object that the set was given."""

    widget = forms.HiddenInput
    default_error_messages = {"gone": _("This object is not stored any more.")}

    def __init__(self, formset: Any, initial: Any) -> None:
        super().__init__(required=False, initial=initial)
        self.formset = formset

    def clean(self, value: Any) -> Any:
        """The object; None for a form of a new one.

        Raises:
            ValidationError: It is none of the set's.
        """
        if value in self.empty_values:
            return None
        found = self.formset.chosen(value)
        if found is None:
            raise ValidationError(self.error_messages["gone"], code="gone")
        return found

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Never: the key of a form stays."""
        return False


class ModelFormSet(BaseModelFormSet):  # type: ignore[type-arg]  # generic only for the type checker
    """A set of model forms that reads its objects at once; Django's own reads each of them by itself once more."""

    model: Any

    def add_fields(self, form: Any, index: int | None) -> None:
        """Adds the hidden key as one that knows the objects already."""
        super().add_fields(form, index)
        name = self.model._meta.pk.name
        field = form.fields.get(name)
        if isinstance(field, ModelChoiceField) and not isinstance(field, InlineForeignKeyField):
            form.fields[name] = ChosenField(self, field.initial)

    def chosen(self, pk: Any) -> Any:
        """The object of the set with that key.

        Args:
            pk: A packed key.

        Returns:
            The object; None where there is none.
        """
        return next((row for row in self.get_queryset() if str(row.pk) == str(pk)), None)


def modelform_factory(model: Any, form: Any = ModelForm, **options: Any) -> Any:
    """Is Django's, with ``ModelForm`` ours.

    Args:
        model: A DynamoDB model.
        form: The class to inherit.
        options: Those of Django's.

    Returns:
        A class of model forms.
    """
    return forms.modelform_factory(model, form, **options)


def modelformset_factory(model: Any, form: Any = ModelForm, formset: Any = ModelFormSet, **options: Any) -> Any:
    """Is Django's, with ``ModelForm`` and the set of forms ours.

    Args:
        model: A DynamoDB model.
        form: The class of each form.
        formset: The class to inherit.
        options: Those of Django's.

    Returns:
        A class of sets of model forms.
    """
    return forms.modelformset_factory(model, form, formset=formset, **options)
