"""Lists the models that have a table."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.apps import apps

from django_dynamodb.models.base import DynamoModelBase


def table_models(app_labels: Iterable[str] | None = None, using: str | None = None) -> list[Any]:
    """The DynamoDB models of the project, in the order Django loads them; proxies share a table and are left out.

    Args:
        app_labels: Only models of these apps; None for all.
        using: Only models of this alias in ``settings.DYNAMODB``; None for all.
    """
    labels = None if app_labels is None else set(app_labels)
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if isinstance(model, DynamoModelBase)
        and not model._meta.proxy
        and (labels is None or model._meta.app_label in labels)
        and (using is None or model._meta.dynamodb.using == using)  # type: ignore[attr-defined]
    ]
