"""Fields of DynamoDB's list and map types.

Their values hold what DynamoDB holds, exactly: text, ``int``, ``Decimal``, ``bool``, ``bytes``, None, sets, lists and
dictionaries with text keys. A float is refused, because it would come back as a ``Decimal`` that is not equal to it;
``JSONField`` is the field for JSON documents with floats.
"""

from __future__ import annotations

import json
from copy import deepcopy
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Field, Model
from django.utils.translation import gettext_lazy as _

from django_dynamodb.exceptions import InvalidTypeError
from django_dynamodb.models.fields.formfields import DocumentFormField


class DocumentField(Field):  # type: ignore[type-arg]  # django-stubs: generic only for the type checker
    """Base of the list and map fields; the text form is JSON with exact decimals."""

    empty_strings_allowed = False
    default_error_messages = {"invalid": _("“%(value)s” is not a JSON %(kind)s.")}
    kind = "document"
    python_type: type = object

    def get_internal_type(self) -> str:
        """The name the storage mapping knows the field by."""
        return type(self).__name__

    def db_type(self, connection: Any) -> None:
        """No SQL column."""

    def get_default(self) -> Any:
        """A copy of the default for each object, so that none shares it with another (SEED row 6)."""
        return deepcopy(super().get_default())

    def to_python(self, value: Any) -> Any:
        """Accepts the Python value or its JSON text.

        Raises:
            ValidationError: Anything else.
        """
        if value is None:
            return None
        if isinstance(value, str):
            try:
                value = json.loads(value, parse_float=Decimal)
            except ValueError as error:
                raise self._invalid(value) from error
        if isinstance(value, tuple) and self.python_type is list:
            value = list(value)
        if not isinstance(value, self.python_type):
            raise self._invalid(value)
        return value

    def value_to_string(self, obj: Model) -> str:
        """The JSON text, for serializers; decimals are numbers with all their digits.

        Raises:
            InvalidTypeError: A set or a binary value, which would not come back as what it is.
        """
        try:
            return _json_text(self.value_from_object(obj))
        except TypeError as error:
            raise InvalidTypeError(f"{self}: {error}") from error

    def formfield(self, **kwargs: Any) -> Any:
        """A text area with JSON; an empty one is None where the field may be null, else an empty document."""
        empty = type(None) if self.null else self.python_type
        return super().formfield(
            **{"form_class": DocumentFormField, "kind": self.python_type, "empty": empty, **kwargs}
        )

    def _invalid(self, value: Any) -> ValidationError:
        return ValidationError(
            self.error_messages["invalid"], code="invalid", params={"value": value, "kind": self.kind}
        )


class ListField(DocumentField):
    """A list of any values (``L``)."""

    description = _("List")
    kind = "list"
    python_type = list


class MapField(DocumentField):
    """A map of text keys to any values (``M``)."""

    description = _("Map")
    kind = "object"
    python_type = dict


def _json_text(value: Any) -> str:
    """``json.dumps``, but for exact decimals."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(name)}: {_json_text(member)}" for name, member in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_json_text, value)) + "]"
    return str(value) if isinstance(value, Decimal) else json.dumps(value)
