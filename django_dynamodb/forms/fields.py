"""Fields for sets, lists and maps, for forms that are not made from a model."""

from __future__ import annotations

from typing import Any, Final

from django_dynamodb.models.fields.formfields import DocumentFormField, SetFormField
from django_dynamodb.models.fields.sets import BinarySetField, NumberSetField, StringSetField

KINDS: Final[dict[type, Any]] = {str: StringSetField, int: NumberSetField, bytes: BinarySetField}
"""The type of the members, and the field that knows them."""


class SetField(SetFormField):
    """A text area with one member in each line, cleaned to a set.

    Args:
        of: ``str`` for texts, ``int`` for numbers (``int`` or ``Decimal``), ``bytes`` for binary values.
        kwargs: Those of any form field.

    Raises:
        TypeError: Another type.
    """

    def __init__(self, *, of: type = str, **kwargs: Any) -> None:
        if of not in KINDS:
            raise TypeError(f"SetField(of={of!r}): members of DynamoDB's sets are str, int or bytes.")
        super().__init__(members=KINDS[of](), **{"help_text": KINDS[of].form_help, **kwargs})


class ListField(DocumentFormField):
    """A text area with JSON, cleaned to a list; an empty one is the empty list.

    Args:
        kwargs: Those of any form field.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"kind": list, "empty": list, **kwargs})


class MapField(DocumentFormField):
    """A text area with JSON, cleaned to a dictionary; an empty one is the empty dictionary.

    Args:
        kwargs: Those of any form field.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"kind": dict, "empty": dict, **kwargs})
