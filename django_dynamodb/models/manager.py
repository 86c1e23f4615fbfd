"""The manager every DynamoDB model has: a query set's methods and DynamoDB's own ways in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from django.db import models
from django.db.models.manager import BaseManager

from django_dynamodb.models.entrances import Entrances
from django_dynamodb.models.queryset import QuerySet

M = TypeVar("M", bound=models.Model)

if TYPE_CHECKING:
    _Base = models.Manager[M]
else:
    _Base = BaseManager.from_queryset(QuerySet)


class Manager(Entrances, _Base[M] if TYPE_CHECKING else _Base):  # type: ignore[misc]  # one base at run time
    """``Model.objects``."""

    def get_queryset(self) -> QuerySet[M]:
        """A new query set of the model."""
        queryset: QuerySet[M] = super().get_queryset()
        return queryset

    def __class_getitem__(cls, *args: Any) -> Any:
        return cls
