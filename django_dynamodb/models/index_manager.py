"""Gives a model a manager that reads one of its indexes."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db import models

from django_dynamodb.models.manager import Manager
from django_dynamodb.models.queryset import QuerySet

M = TypeVar("M", bound=models.Model)


class IndexManager(Manager[M]):
    """A manager whose reads go through one index: ``by_email = models.IndexManager("by_email")``.

    Everything that is in the index, and nothing else: an item without the index's key attributes is not. Writes go to
    the table, as from any manager. It is no default manager: declare ``objects`` before it.

    Args:
        index: The index's name.
    """

    def __init__(self, index: str) -> None:
        super().__init__()
        self.index_name = index

    def get_queryset(self) -> QuerySet[M]:
        """A query set that reads the index."""
        queryset: Any = super().get_queryset()
        return queryset.index(self.index_name)  # type: ignore[no-any-return]
