"""Carries, in an object of an API, what it was read as, so that an edit of an outdated one is a conflict."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.fields import SkipField, empty

from django_dynamodb.contrib.drf.exceptions import Conflict
from django_dynamodb.forms.readings import InvalidNote, changed_since, note_of
from django_dynamodb.models.state import state_of


class NoteField(serializers.Field):  # type: ignore[type-arg]  # generic only for the type checker
    """A signed note of the item as it was read, which an edit sends back; a name of its own, without a model field.

    ``as_shown = NoteField()``. An edit with the note of an outdated object is 409, and names the fields that differ.
    An edit without a note is 400, unless the field has ``required=False``. A new object has none.

    Args:
        ignores: Fields that others may change meanwhile, as counters are.
        kwargs: Those of any serializer field.
    """

    default_error_messages = {"note": _("This is no note of this object. Read the object again, then change it.")}

    def __init__(self, *, ignores: Collection[str] = (), **kwargs: Any) -> None:
        super().__init__(**{"required": True, **kwargs, "source": "*", "style": {"input_type": "hidden"}})
        self.ignores = ignores

    def get_attribute(self, instance: Any) -> Any:
        """The object itself."""
        return instance

    def to_representation(self, value: Any) -> str:
        """The note; empty for an object that was not read whole enough to tell."""
        return "" if state_of(value).item is None else note_of(value)

    def validate_empty_values(self, data: Any) -> tuple[bool, Any]:
        """Whether there is nothing to compare.

        Raises:
            ValidationError: An edit without a note.
        """
        if self._edited is None or (data is empty and not self.required):
            raise SkipField
        if data is empty:  # of a partial update too
            self.fail("required")
        return super().validate_empty_values(data)

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """Nothing to be stored, where the object is still what was read.

        Raises:
            Conflict: It is not.
            ValidationError: No note, or another object's.
        """
        try:
            names = changed_since(data, self._edited, self.ignores)
        except (InvalidNote, AttributeError, TypeError) as error:
            raise ValidationError([self.error_messages["note"]], code="note") from error
        if names:
            raise Conflict(names)
        return {}

    @property
    def _edited(self) -> Any:
        """The object that is edited; None for a new one."""
        return getattr(self.parent, "instance", None)


class VersionField(serializers.IntegerField):
    """The version of an item, which an edit may send back; another one than the stored is 409."""

    default_error_messages = {"outdated": _("This object has version {stored} by now, not {sent}. Read it again.")}

    def validate_empty_values(self, data: Any) -> tuple[bool, Any]:
        """Whether there is nothing to compare."""
        if self._edited is None:
            raise SkipField
        return super().validate_empty_values(data)

    def to_internal_value(self, data: Any) -> int:
        """The version, where it is the stored one.

        Raises:
            Conflict: It is not.
        """
        sent = super().to_internal_value(data)
        stored = self.get_attribute(self._edited)
        if sent != stored:
            said = self.error_messages["outdated"].format(stored=stored, sent=sent)
            raise Conflict([str(self.field_name)], said)
        return sent

    @property
    def _edited(self) -> Any:
        """The object that is edited; None for a new one."""
        return getattr(self.parent, "instance", None)
