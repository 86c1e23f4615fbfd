"""Shows sets, lists and maps in forms as text that can be edited, and reads that text back exactly."""

from __future__ import annotations

import json
from collections.abc import Iterable
from types import NoneType
from typing import Any, Protocol

from django import forms
from django.core.validators import EMPTY_VALUES
from django.utils.translation import gettext_lazy as _

from django_dynamodb.models.fields.typed_json import dump_typed, load_typed


class MembersField(Protocol):
    """What the form field of a set asks of the field of the model."""

    def to_python(self, value: Any) -> set[Any] | None:
        """The set a text or a collection stands for; ValidationError for any other."""

    def to_text(self, members: Iterable[Any]) -> str:
        """The members as the text of a JSON list."""


class LinesWidget(forms.Textarea):
    """A text area with one member of a set in each line."""

    def __init__(self, attrs: Any = None) -> None:
        super().__init__({"rows": 4, "class": "vLargeTextField dynamodb-lines", **(attrs or {})})


class DocumentWidget(forms.Textarea):
    """A text area for JSON: all characters of one width, and no spelling."""

    def __init__(self, attrs: Any = None) -> None:
        given = {"rows": 8, "class": "vLargeTextField dynamodb-json", "spellcheck": "false", "autocapitalize": "off"}
        super().__init__({**given, **(attrs or {})})


class SetFormField(forms.Field):
    """A text area with a member in each line, or a JSON list; an empty one is the empty set.

    A member that a line could not tell (empty, with a line break, with blanks around it, beginning with a quotation
    mark or a bracket) stands there as JSON text.

    Args:
        members: The field of the model, which knows the members and their text.
        kwargs: Those of any form field.
    """

    widget = LinesWidget
    empty_values = [*EMPTY_VALUES, set()]
    default_error_messages = {"line": _('“%(line)s” is no JSON text; a line that begins with " ends with one.')}

    def __init__(self, *, members: MembersField, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.members = members

    def prepare_value(self, value: Any) -> Any:
        """The members as lines; what was typed stays as it is."""
        if value is None or isinstance(value, str):
            return value
        return "\n".join(_line(str(member)) for member in json.loads(self.members.to_text(value)))

    def to_python(self, value: Any) -> set[Any]:
        """The set that was typed.

        Raises:
            ValidationError: A list that is no JSON, or a member of another type.
        """
        if isinstance(value, str) and not value.lstrip().startswith("["):
            value = [self._member(line) for line in map(str.strip, value.splitlines()) if line]
        return self.members.to_python(value) or set()

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether other members were typed, in whatever order."""
        try:
            return not self.disabled and self.to_python(data) != (self.members.to_python(initial) or set())
        except forms.ValidationError:
            return True

    def _member(self, line: str) -> str:
        """What a line stands for."""
        if not line.startswith('"'):
            return line
        try:
            member = json.loads(line)
        except ValueError as error:
            raise forms.ValidationError(self.error_messages["line"], code="line", params={"line": line}) from error
        return str(member)


class DocumentFormField(forms.Field):
    """A text area with JSON, in which binary values and sets are objects such as ``{"$SS": ["a"]}``.

    Args:
        kind: ``list`` or ``dict``: what the JSON has to be.
        empty: Makes what an empty text area stands for.
        kwargs: Those of any form field.
    """

    widget = DocumentWidget
    default_error_messages = {
        "json": _("This is not valid JSON: %(fault)s."),
        "list": _("This has to be a JSON list: […]."),
        "dict": _("This has to be a JSON object: {…}."),
    }

    def __init__(self, *, kind: type, empty: Any = NoneType, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.kind = kind
        self.empty = empty

    def prepare_value(self, value: Any) -> Any:
        """The value as JSON; what was typed stays as it is."""
        return value if value is None or isinstance(value, str) else dump_typed(value)

    def to_python(self, value: Any) -> Any:
        """The list or map that was typed.

        Raises:
            ValidationError: Text that is no JSON, or JSON of another kind.
        """
        if value is None or (isinstance(value, str) and not value.strip()):
            return self.empty()
        if isinstance(value, str):
            try:
                value = load_typed(value)
            except ValueError as error:
                raise forms.ValidationError(
                    self.error_messages["json"], code="json", params={"fault": error}
                ) from error
        if not isinstance(value, self.kind):
            raise forms.ValidationError(self.error_messages[self.kind.__name__], code="invalid")
        return value

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether another value was typed, in whatever layout."""
        try:
            return not self.disabled and bool(self.to_python(data) != self.to_python(initial))
        except forms.ValidationError:
            return True


def _line(member: str) -> str:
    """A member as the line it is read back from."""
    plain = member.splitlines() == [member] and member.strip() == member and member[0] not in '"['
    return member if plain else json.dumps(member)
