"""Shows a set in a form as the JSON text of its members, and reads that text back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

from django import forms
from django.core.validators import EMPTY_VALUES


class MembersField(Protocol):
    """What the form field asks of the field of the model."""

    def to_python(self, value: Any) -> set[Any] | None:
        """The set a text or a collection stands for; ValidationError for any other."""

    def to_text(self, members: Iterable[Any]) -> str:
        """The members as text."""


class SetFormField(forms.Field):
    """A text area with a JSON list; an empty one is the empty set.

    Args:
        members: The field of the model, which knows the members and their text.
        kwargs: Those of any form field.
    """

    widget = forms.Textarea
    empty_values = [*EMPTY_VALUES, set()]

    def __init__(self, *, members: MembersField, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.members = members

    def prepare_value(self, value: Any) -> Any:
        """The text of a set; text that was typed, and could not be read, as it is."""
        return value if value is None or isinstance(value, str) else self.members.to_text(value)

    def to_python(self, value: Any) -> set[Any]:
        """The set that was typed.

        Raises:
            ValidationError: Text that is no JSON list, or a member of another type.
        """
        return self.members.to_python(value) or set()

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether other members were typed, in whatever order."""
        try:
            return not self.disabled and self.to_python(data) != self.to_python(initial)
        except forms.ValidationError:
            return True
