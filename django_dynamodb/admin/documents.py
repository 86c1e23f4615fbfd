"""Shows a ``JSONField`` in lines."""

from __future__ import annotations

import json
from typing import Any

from django.forms import JSONField
from django.forms.fields import InvalidJSONInput

from django_dynamodb.models.fields.formfields import DocumentWidget


class JSONFormField(JSONField):
    """Django's, with one member in each line."""

    widget = DocumentWidget

    def prepare_value(self, value: Any) -> Any:
        """The value as JSON in lines; what was typed and is none stays as it is."""
        if isinstance(value, InvalidJSONInput) or value is None:
            return value
        return json.dumps(value, indent=2, ensure_ascii=False, cls=self.encoder)
