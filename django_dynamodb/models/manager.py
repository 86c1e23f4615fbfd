"""The manager every DynamoDB model has: a query set's methods and DynamoDB's own ways in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from django.db import models
from django.db.models.manager import BaseManager

from django_dynamodb.models.entrances import Entrances
from django_dynamodb.models.pages import Paged
from django_dynamodb.models.queryset import QuerySet
from django_dynamodb.models.scale import Scaled

M = TypeVar("M", bound=models.Model)

if TYPE_CHECKING:

    class Manager(Entrances, Paged[M], Scaled[M], models.Manager[M]):
        """What a type checker sees: Django's manager whose query sets are ours."""

        def get_queryset(self) -> QuerySet[M]: ...  # noqa: D102
        def all(self) -> QuerySet[M]: ...  # noqa: D102
        def none(self) -> QuerySet[M]: ...  # noqa: D102
        def filter(self, *args: Any, **kwargs: Any) -> QuerySet[M]: ...  # noqa: D102
        def exclude(self, *args: Any, **kwargs: Any) -> QuerySet[M]: ...  # noqa: D102
        def order_by(self, *field_names: Any) -> QuerySet[M]: ...  # noqa: D102
        def only(self, *fields: str) -> QuerySet[M]: ...  # noqa: D102
        def defer(self, *fields: str | None) -> QuerySet[M]: ...  # noqa: D102
        def reverse(self) -> QuerySet[M]: ...  # noqa: D102
        def query(self, *partition: Any, **lookups: Any) -> QuerySet[M]: ...  # noqa: D102
        def scan(self, **lookups: Any) -> QuerySet[M]: ...  # noqa: D102
        def consistent(self, consistent: bool = True) -> QuerySet[M]: ...  # noqa: D102
        def index(self, name: str) -> QuerySet[M]: ...  # noqa: D102
        def hydrate(self, *, consistent_read: bool = False) -> QuerySet[M]: ...  # noqa: D102
        def untracked(self) -> QuerySet[M]: ...  # noqa: D102
        def with_expired(self) -> QuerySet[M]: ...  # noqa: D102
        def get(self, *args: Any, consistent_read: bool = False, **kwargs: Any) -> M: ...  # noqa: D102
        def get_batch(self, keys: Iterable[Any], *, consistent_read: bool = False) -> list[M]: ...  # noqa: D102
        def batch_write(  # noqa: D102
            self,
            puts: Iterable[M] = (),
            deletes: Iterable[Any] = (),
            progress: Any = None,
            *,
            ignore_versions: bool = False,
            write_units: float | None = None,
            on_duplicate: Literal["raise", "last"] = "raise",
        ) -> int: ...

else:

    class Manager(Entrances, BaseManager.from_queryset(QuerySet), models.Manager):
        """``Model.objects``; also a manager of Django's, for whoever asks, of which it has nothing."""
