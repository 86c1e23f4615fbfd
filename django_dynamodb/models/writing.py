"""Adds the methods of a query set that write: single objects, batches, and what the query set matches."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Generic, Literal, TypeVar

from django.db import models

from django_dynamodb.exceptions import OverwriteError, UnsupportedError
from django_dynamodb.models.asynchrony import run_write
from django_dynamodb.models.bulk import Batch, delete_by_key, delete_rows, update_rows
from django_dynamodb.models.pacing import paced
from django_dynamodb.models.returning import Returning, What
from django_dynamodb.models.targets import gives_whole_key

M = TypeVar("M", bound=models.Model)


class Writing(Generic[M]):
    """The methods of a query set that write; ``self`` is the query set this is mixed into."""

    def create(self: Any, **kwargs: Any) -> M:
        """Makes and stores a new object.

        Raises:
            OverwriteError: Its key exists already; also an ``IntegrityError``.
        """
        created = self.model(**kwargs)
        created.save(force_insert=True)
        return created  # type: ignore[no-any-return]  # self is Any

    def get_or_create(self: Any, defaults: Mapping[str, Any] | None = None, **kwargs: Any) -> tuple[M, bool]:
        """The object, and whether it had to be created.

        Safe when two callers try at once, if the lookups give the whole key; then the read is consistent. By other
        lookups it is not, so that an index may serve them, and an object written a moment ago may be missed.
        """
        try:
            return self._dynamo_found(kwargs), False
        except self.model.DoesNotExist:
            params = self._extract_model_params(defaults, **kwargs)
        try:
            return self.create(**_called(params)), True
        except OverwriteError as taken:
            try:
                return self._dynamo_found(kwargs), False
            except self.model.DoesNotExist:
                raise taken from None

    def _dynamo_found(self: Any, lookups: Mapping[str, Any]) -> M:
        """The one object, read consistently if its key is given."""
        found = self.filter(**lookups)
        if gives_whole_key(found):
            found = found.consistent()
        return found.get()  # type: ignore[no-any-return]  # self is Any

    def update_or_create(
        self: Any,
        defaults: Mapping[str, Any] | None = None,
        create_defaults: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> tuple[M, bool]:
        """Changes the object, or creates it; the second value says which. It is found as by ``get_or_create``."""
        found, created = self.get_or_create(defaults if create_defaults is None else create_defaults, **kwargs)
        if created:
            return found, True
        for name, value in _called(dict(defaults or {})).items():
            setattr(found, name, value)
        found.save()
        return found, False

    def batch_write(
        self: Any,
        puts: Iterable[M] = (),
        deletes: Iterable[Any] = (),
        progress: Any = None,
        *,
        ignore_versions: bool = False,
        write_units: float | None = None,
        on_duplicate: Literal["raise", "last"] = "raise",
    ) -> int:
        """Writes and deletes any number of items, 25 a call, without conditions, signals or snapshots.

        Args:
            puts: Objects to write, replacing what is stored; may be a generator.
            deletes: Objects, packed keys or tuples to delete.
            progress: Called after each call of the service with the number of items done so far.
            ignore_versions: For a model with a version field: write and delete whatever the stored versions are.
            write_units: Write capacity units a second, by what the service reports; None is as fast as it goes.
            on_duplicate: What becomes of a key that comes twice among the puts: ``"raise"``, or the ``"last"`` object
                is written, for which generators are read to their end first.

        Returns:
            How many items were written and deleted.

        Raises:
            UnsupportedError: The model has a version field, which a batch cannot compare.
            DuplicateKeyError: A key comes twice, or is put and deleted.
            ValueError: ``on_duplicate`` is neither of the two.
            UnprocessedItemsError: Some were not done within the retries; ``items`` and ``keys`` are all the rest,
                also of what was not yet tried.
        """
        if on_duplicate not in {"raise", "last"}:
            raise ValueError(f"batch_write(on_duplicate={on_duplicate!r}): it is 'raise' or 'last'.")
        batch = Batch(self.model, paced(self._dynamo_table(), write_units=write_units))
        if not ignore_versions:
            batch.refuse_versions("batch_write")
        return batch.write(puts, deletes, progress, on_duplicate=on_duplicate)

    batch_write.alters_data = True  # type: ignore[attr-defined]  # the stubs leave it out

    async def abatch_write(
        self: Any,
        puts: Iterable[M] = (),
        deletes: Iterable[Any] = (),
        progress: Any = None,
        *,
        ignore_versions: bool = False,
        write_units: float | None = None,
        on_duplicate: Literal["raise", "last"] = "raise",
    ) -> int:
        """Asynchronous version of ``batch_write``."""
        options = {"ignore_versions": ignore_versions, "write_units": write_units, "on_duplicate": on_duplicate}
        written: int = await run_write(self.model, self.batch_write, puts, deletes, progress, **options)
        return written

    abatch_write.alters_data = True  # type: ignore[attr-defined]  # the stubs leave it out

    def bulk_create(
        self: Any,
        objs: Iterable[M],
        batch_size: int | None = None,
        *,
        ignore_versions: bool = False,
        write_units: float | None = None,
        **options: Any,
    ) -> list[M]:
        """Writes new objects in batches, replacing items that exist; an autoincrement model inserts one by one.

        Args:
            objs: The objects; each is marked as stored.
            batch_size: Accepted for Django; the service takes 25 a call.
            ignore_versions: For a model with a version field: replace items whatever their versions are.
            write_units: Write capacity units a second, by what the service reports; None is as fast as it goes.
            options: Django's other options, each refused when it asks for something.

        Raises:
            UnsupportedError: An option that asks for conflicts to be seen, or a model with a version field: batches
                take no conditions. A rate for an autoincrement model, which writes no batches.
            UnprocessedItemsError: Some were not written; ``items`` is the rest.
        """
        if wanted := sorted(name for name, value in options.items() if value):
            raise UnsupportedError(
                f"{self.model._meta.label}: bulk_create({', '.join(wanted)}): a batch has no conditions and replaces "
                "what exists; use create() for each object to be told."
            )
        batch = Batch(self.model, paced(self._dynamo_table(), write_units=write_units))
        if write_units is not None and batch.mapper.autoincrement:
            raise UnsupportedError(
                f"{batch.mapper.label}: bulk_create(write_units=...): the objects of an autoincrement model are saved "
                "one by one, at no rate; save them in a loop that sleeps."
            )
        if not ignore_versions and not batch.mapper.autoincrement:  # which inserts one by one, each under a condition
            batch.refuse_versions("bulk_create")
        return batch.create(list(objs))

    async def abulk_create(
        self: Any,
        objs: Iterable[M],
        batch_size: int | None = None,
        *,
        ignore_versions: bool = False,
        write_units: float | None = None,
        **options: Any,
    ) -> list[M]:
        """Asynchronous version of ``bulk_create``."""
        options |= {"ignore_versions": ignore_versions, "write_units": write_units}
        created: list[M] = await run_write(self.model, self.bulk_create, objs, batch_size, **options)
        return created

    def update(self: Any, **kwargs: Any) -> int:
        """Changes each matching item by one UpdateItem, if it still matches.

        Args:
            kwargs: Field, or a place in a document such as ``meta__address__city``, → value, ``F()`` expression or
                alteration: ``Increment``, ``ListAppend``, ``SetAdd`` and so on.

        Returns:
            How many items were changed; a whole key with further filters is one conditional call.

        Raises:
            MissingParentError: A place lies in a map or list that an item does not have; items before it are changed.
        """
        if self.query.is_sliced:
            raise TypeError("Cannot update a query once a slice has been taken.")
        changed = sum(1 for _ in update_rows(self, kwargs, "NONE"))
        self._result_cache = None
        return changed

    update.alters_data = True  # type: ignore[attr-defined]  # the stubs leave it out

    def returning(self: Any, what: What) -> Returning[M]:
        """Updates and deletes that return the objects instead of their number; comes last in the chain.

        Args:
            what: ``"new"`` or ``"old"``: the object as stored after or before. ``"updated_new"`` or
                ``"updated_old"``: with the fields that the update names alone, the others deferred.

        Raises:
            ValueError: Another word.
        """
        return Returning(self, what)

    returning.queryset_only = True  # type: ignore[attr-defined]  # as delete(), for whole tables go through all()

    def delete(self: Any) -> tuple[int, dict[str, int]]:
        """Deletes what matches: in batches what a key alone gives, else each object, if it still matches then.

        Returns:
            How many items were deleted, and the same by model label.

        Raises:
            UnprocessedItemsError: Some of a batch were not deleted within the retries; calling it again goes on.
        """
        if self.query.is_sliced:
            raise TypeError("Cannot use 'limit' or 'offset' with delete().")
        if self._fields is not None:
            raise TypeError("Cannot call delete() after .values() or .values_list()")
        deleted = delete_by_key(self)
        if deleted is None:
            deleted = sum(1 for _ in delete_rows(self))
        self._result_cache = None
        return deleted, {self.model._meta.label: deleted}

    delete.alters_data = True  # type: ignore[attr-defined]  # the stubs leave it out
    delete.queryset_only = True  # type: ignore[attr-defined]  # the stubs leave it out


def _called(params: dict[str, Any]) -> dict[str, Any]:
    """Defaults given as callables are called, as Django does."""
    return {name: value() if callable(value) else value for name, value in params.items()}
