"""Makes serializers of DynamoDB models that replace nothing, keep keys as they are, and see conflicts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar, TypeVar

from django.core.exceptions import ValidationError as DjangoValidationError
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.fields import empty
from rest_framework.serializers import raise_errors_on_nested_writes
from rest_framework.validators import UniqueValidator

from django_dynamodb.contrib.drf.exceptions import api_exception
from django_dynamodb.contrib.drf.fields import FIELDS, BinaryField
from django_dynamodb.contrib.drf.notes import VersionField
from django_dynamodb.exceptions import ConflictError, InvalidValueError
from django_dynamodb.forms.conflicts import write_options
from django_dynamodb.models import BinaryField as BinaryModelField
from django_dynamodb.models.base import DynamoModelBase
from django_dynamodb.models.fields.version import VersionField as VersionModelField

R = TypeVar("R")


class KeyRelatedField(serializers.PrimaryKeyRelatedField):  # type: ignore[type-arg]  # generic only for the type checker
    """The key of an item that is pointed to: looked up where it is sent, typed where a form would list a table."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"style": {"base_template": "input.html"}, **kwargs})

    def to_internal_value(self, data: Any) -> Any:
        """The object.

        Raises:
            ValidationError: There is none, or this can be no key.
        """
        try:
            return super().to_internal_value(data)
        except (DjangoValidationError, InvalidValueError):
            self.fail("does_not_exist", pk_value=data)


class DynamoModelSerializer(serializers.ModelSerializer):  # type: ignore[type-arg]  # generic only for the type checker
    """Is ``ModelSerializer`` for a DynamoDB model.

    A new object is stored only where its key is free, without a read before: 400. A loaded one is stored only as it was
    loaded: 409, with the fields that differ. Keys cannot be changed: 400. A ``VersionField`` may be sent back, and is
    compared.
    """

    serializer_field_mapping: ClassVar[Any] = {
        **serializers.ModelSerializer.serializer_field_mapping,
        **FIELDS,
        BinaryModelField: BinaryField,
        VersionModelField: VersionField,
    }

    def build_standard_field(self, field_name: str, model_field: Any) -> tuple[Any, dict[str, Any]]:
        """The field and its arguments; a key is not looked up before it is written."""
        made, kwargs = super().build_standard_field(field_name, model_field)
        if model_field.primary_key and "validators" in kwargs:
            kwargs["validators"] = [one for one in kwargs["validators"] if not isinstance(one, UniqueValidator)]
        if isinstance(model_field, VersionModelField):
            kwargs.pop("read_only", None)
            kwargs["required"] = False
        if hasattr(made, "members") and not kwargs.get("read_only"):
            kwargs["allow_empty"] = model_field.blank
        return made, kwargs

    def build_relational_field(self, field_name: str, relation_info: Any) -> tuple[Any, dict[str, Any]]:
        """The field and its arguments; one that points to DynamoDB lists no table."""
        made, kwargs = super().build_relational_field(field_name, relation_info)
        if made is serializers.PrimaryKeyRelatedField and isinstance(relation_info.related_model, DynamoModelBase):
            return KeyRelatedField, kwargs
        return made, kwargs

    def get_fields(self) -> dict[str, Any]:
        """The fields; those of the key of a stored object are only shown."""
        fields: dict[str, Any] = super().get_fields()
        if self._is_stored:
            for name, field in fields.items():
                if (field.source or name) in self._key_names:
                    field.read_only, field.required, field.default = True, False, empty
        return fields

    def get_unique_together_validators(self) -> list[Any]:
        """None: the write itself sees whether a key is taken."""
        return []

    def to_internal_value(self, data: Any) -> Any:
        """What was sent.

        Raises:
            ValidationError: Among others, another key than that of the object.
        """
        value = super().to_internal_value(data)
        if self._is_stored and (faults := dict(self._changed_keys(data))):
            raise ValidationError(faults)
        return value

    def create(self, validated_data: Any) -> Any:
        """Stores a new object.

        Raises:
            ValidationError: The key is taken, or a value cannot be stored.
        """
        return self._answered(lambda: super(DynamoModelSerializer, self).create(validated_data))

    def update(self, instance: Any, validated_data: Any) -> Any:
        """Stores a loaded object as it was changed.

        Raises:
            Conflict: It is not stored as it was loaded.
            NotFound: It was deleted.
            ValidationError: A value cannot be stored.
        """
        raise_errors_on_nested_writes("update", self, validated_data)
        for name, value in validated_data.items():
            setattr(instance, name, value)
        self._answered(lambda: instance.save(**write_options(instance)))
        return instance

    @property
    def _is_stored(self) -> bool:
        """Whether one stored object is edited."""
        edited: Any = self.instance
        return isinstance(type(edited), DynamoModelBase) and not edited._state.adding

    @property
    def _key_names(self) -> set[str]:
        model: Any = self.Meta.model
        return {field.name for field in model._meta.mapper.key_fields}

    def _changed_keys(self, data: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
        """The keys that were sent, and are not those of the object."""
        for name, field in self.fields.items():
            sent = data.get(name, empty)
            if field.source not in self._key_names or sent is empty:
                continue
            shown = field.to_representation(field.get_attribute(self.instance))
            if str(sent) != str(shown) and not _is_same(field, sent, shown):
                yield name, [_("A key cannot be changed. Create another object, and delete this one.")]

    def _answered(self, write: Callable[[], R]) -> R:
        """Runs a write, and raises what an API answers."""
        try:
            return write()
        except (ConflictError, InvalidValueError) as error:
            raise api_exception(error, {"view": self.context.get("view")}) or error from error


def _is_same(field: Any, sent: Any, shown: Any) -> bool:
    """Whether another way of writing a key means the same, as of a moment in another time zone."""
    try:
        return bool(field.to_representation(field.to_internal_value(sent)) == shown)
    except ValidationError:
        return False
