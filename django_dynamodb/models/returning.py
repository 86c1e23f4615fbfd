"""Updates and deletes what a query set matches, and returns the objects as they were stored before or after."""

from __future__ import annotations

from typing import Any, Final, Generic, Literal, TypeAlias, TypeVar, get_args

from django.db import models

from django_dynamodb.exceptions import UnsupportedError
from django_dynamodb.models.asynchrony import run_write
from django_dynamodb.models.bulk import delete_rows, update_rows
from django_dynamodb.models.documents import place_of
from django_dynamodb.models.loader import builder
from django_dynamodb.models.mapper import Mapper
from django_dynamodb.models.targets import stamps

M = TypeVar("M", bound=models.Model)

What: TypeAlias = Literal["new", "old", "updated_new", "updated_old"]
"""Which values an update returns."""

WHOLE_ITEMS: Final[dict[str, Literal["ALL_NEW", "ALL_OLD"]]] = {
    "new": "ALL_NEW", "old": "ALL_OLD", "updated_new": "ALL_NEW", "updated_old": "ALL_OLD",
}  # fmt: skip
"""What the service is asked for. Never UPDATED_NEW or UPDATED_OLD, which cost the same and bring a document back as
the fragment that was updated: it would look like the whole."""


class Returning(Generic[M]):
    """What ``QuerySet.returning()`` makes: the end of a chain, with nothing but ``update()`` and ``delete()``.

    Args:
        queryset: A query set of a DynamoDB model.
        what: Which values to return.

    Raises:
        ValueError: Not one of ``What``.
    """

    def __init__(self, queryset: Any, what: What) -> None:
        if what not in WHOLE_ITEMS:
            raise ValueError(f"returning({what!r}): it is one of {', '.join(map(repr, get_args(What)))}.")
        self._queryset = queryset
        self._what = what

    def update(self, **values: Any) -> list[M]:
        """Changes each matching item by one UpdateItem, if it still matches.

        Args:
            values: As for ``QuerySet.update()``.

        Returns:
            An object for each item that was changed, as the same call found or left it; none of those that do not
            match.

        Raises:
            MissingParentError: A place lies in a map or list that an item does not have; items before it are changed.
        """
        if self._queryset.query.is_sliced:
            raise TypeError("Cannot update a query once a slice has been taken.")
        mapper: Mapper = self._queryset.model._meta.mapper
        items = update_rows(self._queryset, values, WHOLE_ITEMS[self._what])
        only = None
        if self._what.startswith("updated"):
            names = [*stamps(mapper, values.keys()), *values]
            only = mapper.always_loaded | {place_of(mapper, name).field.attname for name in names if name != "pk"}
        build = builder(self._queryset.model, only, tracked=self._queryset.query.tracked)
        changed = [build(item) for item in items]
        self._queryset._result_cache = None
        return changed

    update.alters_data = True  # type: ignore[attr-defined]  # as on Django's methods

    async def aupdate(self, **values: Any) -> list[M]:
        """Asynchronous version of ``update``."""
        return await run_write(self._queryset.model, self.update, **values)

    aupdate.alters_data = True  # type: ignore[attr-defined]

    def delete(self) -> list[M]:
        """Deletes each matching object, with Django's signals, if it still matches then.

        Returns:
            The objects that were deleted, as they were stored at that moment; a save makes one anew.

        Raises:
            UnsupportedError: Anything but ``"old"`` was asked for: nothing is stored afterwards.
        """
        queryset = self._queryset
        if self._what != "old":
            raise UnsupportedError(
                f"{queryset.model._meta.label}: returning({self._what!r}).delete(): nothing is stored after a delete; "
                'ask for returning("old").'
            )
        if queryset.query.is_sliced:
            raise TypeError("Cannot use 'limit' or 'offset' with delete().")
        if queryset._fields is not None:
            raise TypeError("Cannot call delete() after .values() or .values_list()")
        deleted: list[M] = list(delete_rows(queryset, renewing=True))
        queryset._result_cache = None
        return deleted

    delete.alters_data = True  # type: ignore[attr-defined]

    async def adelete(self) -> list[M]:
        """Asynchronous version of ``delete``."""
        return await run_write(self._queryset.model, self.delete)

    adelete.alters_data = True  # type: ignore[attr-defined]
