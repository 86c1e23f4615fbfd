"""Is ``django.forms`` for DynamoDB models: everything of Django's, with ``ModelForm`` ours, and more fields."""

from django.forms import *  # noqa: F403  # as django_dynamodb.models does for models

from django_dynamodb.forms.conflicts import ConflictFormMixin
from django_dynamodb.forms.fields import ListField, MapField, SetField
from django_dynamodb.forms.modelforms import ModelForm, ModelFormSet, modelform_factory, modelformset_factory  # type: ignore[assignment]  # ours instead of Django's
from django_dynamodb.models.fields.formfields import DocumentWidget, LinesWidget

__all__ = [
    "ConflictFormMixin",
    "DocumentWidget",
    "LinesWidget",
    "ListField",
    "MapField",
    "ModelForm",
    "ModelFormSet",
    "SetField",
    "modelform_factory",
    "modelformset_factory",
]
