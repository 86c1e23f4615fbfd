"""Does the operations with this package: query sets in, model instances out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from benchmarks.dataset import PARTITION, make_item
from benchmarks.model import order_model


class DjangoDynamodb:
    """Model instances by the public interface."""

    name: ClassVar[str] = "django-dynamodb"

    def __init__(self, endpoint: str) -> None:
        self._model = order_model(endpoint)

    def calls(self) -> Mapping[str, Callable[[], Any]]:
        """Every call makes its query set, or its instance, anew, as a view would."""
        model, objects = self._model, self._model.objects
        key = PARTITION, make_item(0)["number"]["S"]
        stored = model.from_item(make_item(0))
        values = {field.attname: getattr(stored, field.attname) for field in model._meta.concrete_fields}
        values = {name: value for name, value in values.items() if name != "pk"}
        return {
            "GetItem": lambda: objects.get(*key),
            "PutItem": lambda: model(**values).save(),
            "Query 100": lambda: list(objects.query(PARTITION)),
            "Scan 1,000": lambda: list(objects.scan()),
        }

    def items(self, operation: str, answer: Any) -> list[dict[str, Any]]:
        """Writes the instances as items again."""
        if answer is None:
            return []
        instances = answer if isinstance(answer, list) else [answer]
        return [instance.to_item() for instance in instances]
