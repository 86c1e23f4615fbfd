"""Shows sets, lists, maps and binary values in an API, and reads them back exactly."""

from __future__ import annotations

from base64 import b64decode, b64encode
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from django.core.exceptions import ValidationError as DjangoValidationError
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.fields import get_error_detail

from django_dynamodb.models.fields import documents, sets
from django_dynamodb.models.fields.typed_json import from_plain, load_typed, plain_number, to_plain

TEXTAREA: Final = {"base_template": "textarea.html"}
"""How forms of the browsable API show JSON."""


class TypedField(serializers.JSONField):
    """Base: JSON in a body, or text in a form.

    Args:
        kwargs: Those of any serializer field.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"style": TEXTAREA, **kwargs})

    def to_internal_value(self, data: Any) -> Any:
        """The value; text from a form is JSON.

        Raises:
            ValidationError: Nothing of this kind.
        """
        try:
            if getattr(data, "is_json_string", False):  # the mark of what a form sent
                return self.read(load_typed(data) if data.strip() else self.blank())
            return self.read(self.typed(data))
        except DjangoValidationError as fault:
            raise ValidationError(get_error_detail(fault)) from fault
        except ValueError as fault:
            raise ValidationError([str(fault)], code="invalid") from fault

    def typed(self, data: Any) -> Any:
        """What JSON stands for."""
        return from_plain(data)

    if TYPE_CHECKING:  # what each kind says for itself

        def blank(self) -> Any:
            """What an empty input of a form stands for."""

        def read(self, value: Any) -> Any:
            """What is stored."""


class SetField(TypedField):
    """Base of the sets: a JSON list, whose members are shown in their order.

    Args:
        allow_empty: Whether there may be no member; there is no empty set in DynamoDB, but an absent one.
        kwargs: Those of any serializer field.
    """

    default_error_messages = {
        "list": _("Expected a list of items but got type “{input_type}”."),
        "empty": _("This list may not be empty."),
    }
    members: Any
    """The field of the model, which knows the members."""

    def __init__(self, *, allow_empty: bool = True, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.allow_empty = allow_empty

    def typed(self, data: Any) -> Any:
        """A list as it is: a member is no document."""
        if not isinstance(data, list):
            self.fail("list", input_type=type(data).__name__)
        return [Decimal(repr(member)) if isinstance(member, float) else member for member in data]

    def blank(self) -> Any:
        """No member."""
        return []

    def read(self, value: Any) -> Any:
        """The set."""
        if not isinstance(value, list | set):
            self.fail("list", input_type=type(value).__name__)
        if not value and not self.allow_empty:
            self.fail("empty")
        return self.members.to_python(value)

    def to_representation(self, value: Any) -> Any:
        """The members, in order."""
        return sorted(value)


class StringSetField(SetField):
    """A set of texts."""

    members = sets.StringSetField()


class NumberSetField(SetField):
    """A set of numbers; one with more digits than a float has is text, and text is read as a number."""

    members = sets.NumberSetField()

    def to_representation(self, value: Any) -> Any:
        """The numbers, in order."""
        return [plain_number(member) for member in sorted(value)]


class BinarySetField(SetField):
    """A set of binary values, as base64."""

    members = sets.BinarySetField()

    def to_representation(self, value: Any) -> Any:
        """The values as base64, in order."""
        return [b64encode(member).decode() for member in sorted(value)]


class DocumentField(TypedField):
    """Base of list and map: what JSON has no type for is an object, such as ``{"$SS": ["a"]}``.

    That are sets, binary values, and numbers with more digits than a float has.
    """

    default_error_messages = {
        "kind": _("Expected a {kind} but got type “{input_type}”."),
    }
    kind: type
    word: str

    def blank(self) -> Any:
        """Nothing where that is allowed, else an empty document."""
        return None if self.allow_null else self.kind()

    def read(self, value: Any) -> Any:
        """The document."""
        if isinstance(value, self.kind) or (value is None and self.allow_null):
            return value
        return self.fail("kind", kind=self.word, input_type=type(value).__name__)

    def to_representation(self, value: Any) -> Any:
        """Plain JSON."""
        return to_plain(value)


class ListField(DocumentField):
    """A list of any values."""

    kind = list
    word = "list"


class MapField(DocumentField):
    """A map of any values."""

    kind = dict
    word = "dictionary"


class BinaryField(serializers.Field):  # type: ignore[type-arg]  # generic only for the type checker
    """A binary value, as base64."""

    default_error_messages = {"base64": _("This is not valid base64.")}

    def to_internal_value(self, data: Any) -> bytes:
        """The bytes.

        Raises:
            ValidationError: No base64.
        """
        try:
            return b64decode(data, validate=True)
        except (TypeError, ValueError):
            self.fail("base64")

    def to_representation(self, value: Any) -> str:
        """The text."""
        return b64encode(value).decode()


FIELDS: Final[dict[Any, Any]] = {
    sets.StringSetField: StringSetField,
    sets.NumberSetField: NumberSetField,
    sets.BinarySetField: BinarySetField,
    documents.ListField: ListField,
    documents.MapField: MapField,
}
"""The fields of models that Django REST framework has no fields for."""


def register() -> None:
    """Lets the stock ``ModelSerializer`` make these fields; a second call changes nothing."""
    serializers.ModelSerializer.serializer_field_mapping.update(FIELDS)
