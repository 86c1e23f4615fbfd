"""Lets foreign keys name the packed key they point to, which Django refuses because no column holds it."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import ForeignKey, ManyToOneRel, OneToOneRel

from django_dynamodb.models.keys import CompositeKey


class KeyRel(ManyToOneRel):
    """Django's, which also points to the key of an item with two parts; raw-id inputs and filters ask it for that."""

    def get_related_field(self) -> Any:
        """The field that is pointed to."""
        field = self.model._meta.get_field(self.field_name or self.model._meta.pk.name)
        return field if isinstance(field, CompositeKey) else super().get_related_field()


class OneKeyRel(KeyRel, OneToOneRel):
    """The same for a one-to-one field."""


RELS: Final[dict[type, type]] = {ManyToOneRel: KeyRel, OneToOneRel: OneKeyRel}
"""Django's kinds of relations, and ours."""


def name_key(field: ForeignKey[Any, Any]) -> None:
    """Gives a foreign key of a DynamoDB model a relation that can point to a packed key.

    Args:
        field: The foreign key, before it is added to its model; a relation not of Django's kinds stays as it is.
    """
    rel: Any = field.remote_field
    rel.__class__ = RELS.get(type(rel), type(rel))
