"""Fields of DynamoDB's three set types.

DynamoDB stores no empty set: an empty set is an absent attribute, and an absent attribute loads as an empty set.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Iterable
from copy import copy
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Field, Model
from django.db.models.expressions import Combinable
from django.utils.translation import gettext_lazy as _

from django_dynamodb.models.fields.formfields import SetFormField

M = TypeVar("M")

if TYPE_CHECKING:

    class AnySetField(Field[Iterable[M] | Combinable, set[M]]):
        """What a type checker sees: any iterable goes in, or what changes a set in place; a set comes out."""

else:

    class AnySetField(Field, Generic[M]):
        """Gives the set fields the type of their members."""


class SetField(AnySetField[M]):
    """Base of the set fields: the value is a Python ``set``, the text form a JSON list."""

    empty_strings_allowed = False
    default_error_messages = {"invalid": _("“%(value)s” is not a list of %(kind)s.")}
    kind = "values"
    form_help = _("One in each line.")
    """What forms say of the field where it says nothing itself."""

    def get_internal_type(self) -> str:
        """The name the storage mapping knows the field by."""
        return type(self).__name__

    def db_type(self, connection: Any) -> None:
        """No SQL column."""

    def get_default(self) -> Any:
        """A new set for each object: a copy of the default, or an empty one (SEED row 6)."""
        return copy(super().get_default()) if self.has_default() else set()

    def to_python(self, value: Any) -> set[Any] | None:
        """Accepts a set, any iterable of members, or the JSON text of a list.

        Raises:
            ValidationError: Text that is no JSON list, or a member of another type.
        """
        if value is None:
            return None
        if isinstance(value, str):
            try:
                value = json.loads(value, parse_float=Decimal) if value else []
            except ValueError as error:
                raise self._invalid(value) from error
        if not isinstance(value, Iterable) or isinstance(value, bytes | dict | str):
            raise self._invalid(value)
        return {self.to_member(member) for member in value}

    def to_member(self, value: Any) -> Any:
        """One member in its Python type."""
        return value

    def get_prep_value(self, value: Any) -> Any:
        """The members as they are stored."""
        return self.to_python(super().get_prep_value(value))

    def to_text(self, members: Iterable[Any]) -> str:
        """The JSON text of the sorted members."""
        return json.dumps(sorted(members), default=str, ensure_ascii=False)

    def value_to_string(self, obj: Model) -> str:
        """The JSON text, for serializers."""
        return self.to_text(self.value_from_object(obj) or ())

    def formfield(self, **kwargs: Any) -> Any:
        """A text area with a member in each line."""
        told = {} if self.help_text else {"help_text": self.form_help}
        return super().formfield(**{"form_class": SetFormField, "members": self, **told, **kwargs})

    def _invalid(self, value: Any) -> ValidationError:
        return ValidationError(
            self.error_messages["invalid"], code="invalid", params={"value": value, "kind": self.kind}
        )


class StringSetField(SetField[str]):
    """A set of texts (``SS``)."""

    description = _("Set of texts")
    kind = "texts"

    def to_member(self, value: Any) -> str:
        """A text; anything else is refused rather than rendered."""
        if not isinstance(value, str):
            raise self._invalid(value)
        return value


class NumberSetField(SetField[int | Decimal]):
    """A set of ``int`` and ``Decimal`` (``NS``)."""

    description = _("Set of numbers")
    kind = "numbers (int or Decimal)"

    def to_member(self, value: Any) -> int | Decimal:
        """A number; text is read as one, a float, a bool and what is not finite are refused."""
        if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
            raise self._invalid(value)
        try:
            number = value if isinstance(value, int | Decimal) else Decimal(value)
        except InvalidOperation as error:
            raise self._invalid(value) from error
        if isinstance(number, Decimal) and not number.is_finite():
            raise self._invalid(value)
        return number

    def to_text(self, members: Iterable[Any]) -> str:
        """The JSON text of the sorted numbers, each as text so that no digit is lost."""
        return json.dumps([str(number) for number in sorted(members)])


class BinarySetField(SetField[bytes]):
    """A set of ``bytes`` (``BS``)."""

    description = _("Set of binary values")
    kind = "binary values (base64 text)"
    form_help = _("One in each line, as base64.")

    def to_member(self, value: Any) -> bytes:
        """Bytes; text is read as base64."""
        if isinstance(value, str):
            try:
                return b64decode(value, validate=True)
            except ValueError as error:
                raise self._invalid(value) from error
        if not isinstance(value, bytes | bytearray | memoryview):
            raise self._invalid(value)
        return bytes(value)

    def to_text(self, members: Iterable[Any]) -> str:
        """The JSON text of the members as base64."""
        return json.dumps([b64encode(member).decode() for member in sorted(members)])
