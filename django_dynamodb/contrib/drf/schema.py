"""Tells drf-spectacular what the fields of this package look like in a body; imported where it is installed."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiSerializerFieldExtension

from django_dynamodb.contrib.drf import fields, notes


class _Field(OpenApiSerializerFieldExtension):
    """Base: one schema, whatever the field's arguments."""

    body: dict[str, Any]

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        """The schema."""
        return dict(self.body)


class StringSet(_Field):
    """A list of texts, none of them twice."""

    target_class = fields.StringSetField
    body = {"type": "array", "items": {"type": "string"}, "uniqueItems": True}


class NumberSet(_Field):
    """A list of numbers, none of them twice; one with many digits is text."""

    target_class = fields.NumberSetField
    body = {"type": "array", "items": {"oneOf": [{"type": "number"}, {"type": "string"}]}, "uniqueItems": True}


class BinarySet(_Field):
    """A list of base64 texts, none of them twice."""

    target_class = fields.BinarySetField
    body = {"type": "array", "items": {"type": "string", "format": "byte"}, "uniqueItems": True}


class List(_Field):
    """A list of anything."""

    target_class = fields.ListField
    body = {"type": "array", "items": {}}


class Map(_Field):
    """An object of anything."""

    target_class = fields.MapField
    body = {"type": "object", "additionalProperties": {}}


class Binary(_Field):
    """A base64 text."""

    target_class = fields.BinaryField
    body = {"type": "string", "format": "byte"}


class Note(_Field):
    """A text."""

    target_class = notes.NoteField
    body = {"type": "string"}
