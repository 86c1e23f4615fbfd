"""Declares the versions of a model's items, and brings an item from the version it was written in to the present one.

An item says its version by an attribute (``Table.item_version``), or a detection tells it by what the item holds.
The numbers ascend and may have gaps. An item without the attribute that nothing detects is version 1.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any, Final, TypeVar

from django_dynamodb.codec.values import same_value
from django_dynamodb.exceptions import InvalidValueError, SchemaError, VersionError
from django_dynamodb.models.stored import StoredItem
from django_dynamodb.types import AttributeValue, Item

FIRST: Final = 1
"""The version of items that were written before there were versions."""

FAULTS: Final = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What a function raises that meets an item of another shape than it expects; all else is no matter of the item."""

Step = Callable[[StoredItem], None]
Detection = Callable[[StoredItem], bool]
F = TypeVar("F", bound=Callable[[StoredItem], Any])


def migration(model: Any, version: int) -> Callable[[F], F]:
    """Declares the function that brings an item to a version, from the version before.

    For example::

        @models.migration(Thread, 2)
        def split_author(item):
            item["first_name"], item["last_name"] = item.pop("author").split(" ", 1)

    The function changes the item it is given, and depends on nothing else: it may run many times for one item, since
    reads do not write.

    Args:
        model: A DynamoDB model.
        version: The version the item has afterwards, from 2; gaps are allowed.

    Raises:
        SchemaError: Something else than a DynamoDB model, a number below 2, or one that is taken.
    """

    def declare(function: F) -> F:
        _migrations_of(model).add_step(version, function)
        return function

    return declare


def detection(model: Any, version: int) -> Callable[[F], F]:
    """Declares the function that says whether an item without a version attribute is of a version.

    For example::

        @models.detection(Thread, 1)
        def has_author(item):
            return "author" in item

    The newest version is asked first; the first that says yes is the item's.

    Args:
        model: A DynamoDB model.
        version: The version, from 1.

    Raises:
        SchemaError: Something else than a DynamoDB model, a number below 1, or one that is taken.
    """

    def declare(function: F) -> F:
        _migrations_of(model).add_detection(version, function)
        return function

    return declare


class ItemMigrations:
    """The versions of one model's items.

    Args:
        model: The concrete model.
    """

    active: bool
    """Whether items have versions at all; a model without pays nothing."""

    def __init__(self, model: Any) -> None:
        self.model = model
        self.label: str = model._meta.label
        self.attribute: str | None = model._meta.dynamodb.item_version
        self.steps: dict[int, Step] = {}
        self.detections: dict[int, Detection] = {}
        self.active = self.attribute is not None

    # -- declaring ----------------------------------------------------------------------------------------------

    def add_step(self, version: int, function: Step) -> None:
        """Takes in a migration."""
        self._add(self.steps, "migration", version, function, FIRST + 1)

    def add_detection(self, version: int, function: Detection) -> None:
        """Takes in a detection."""
        self._add(self.detections, "detection", version, function, FIRST)

    def _add(self, taken: dict[int, Any], kind: str, version: int, function: Any, lowest: int) -> None:
        if not isinstance(version, int) or isinstance(version, bool) or version < lowest:
            raise SchemaError(
                f"{self.label}: {kind} {function.__qualname__} has the version {version!r}; it is a whole number from "
                f"{lowest} on{', since 1 is what was there before' if lowest > FIRST else ''}."
            )
        other = taken.get(version)
        if other is not None and _origin(other) != _origin(function):  # a module that is loaded again brings the same
            raise SchemaError(
                f"{self.label}: {_origin(function)} and {_origin(other)} are both the {kind} of version {version}; "
                "give one of them another number."
            )
        taken[version] = function
        self.active = True
        for name in ("versions", "current", "faults"):
            self.__dict__.pop(name, None)

    @cached_property
    def versions(self) -> tuple[int, ...]:
        """The versions known, ascending."""
        always = {FIRST} if self.attribute is not None else set()
        return tuple(sorted(always | self.steps.keys() | self.detections.keys()))

    @property
    def latest(self) -> int:
        """The present version."""
        return self.versions[-1]

    @cached_property
    def current(self) -> AttributeValue:
        """The present version as the attribute holds it."""
        return _number(self.latest)

    @property
    def stamp(self) -> Item:
        """What a new item holds besides its fields."""
        return {} if self.attribute is None else {self.attribute: self.current}

    @cached_property
    def faults(self) -> tuple[str, ...]:
        """What cannot work in the declarations, as sentences; for a system check."""
        found = [
            f"version {version} has a detection, but no migration leads to it from the one before."
            for version in self.versions[1:]
            if version not in self.steps
        ]
        if self.attribute is None:
            found += [
                f"nothing tells that an item is of version {version}: there is no Table.item_version, and no detection "
                "of it."
                for version in self.versions
                if version not in self.detections
            ]
            if self.versions and self.versions[0] in self.steps:
                found.append(f"migration {self.versions[0]} never runs, since nothing detects an older version.")
        return tuple(found)

    # -- versions -----------------------------------------------------------------------------------------------

    def version_of(self, item: Item) -> int:
        """The version of an item.

        Args:
            item: The item as it stands in the table.

        Raises:
            VersionError: One that is not known here, or none can be told.
            SchemaError: The declarations cannot work.
        """
        if self.faults:
            raise SchemaError(f"{self.label}: {self.faults[0]}")
        stored = None if self.attribute is None else item.get(self.attribute)
        return self._detected(item) if stored is None else self._read(item, stored)

    def check_current(self, item: Item) -> bool:
        """Whether an item is of the present version and says so as it should."""
        return self.migrated(item) is item

    def migrated(self, item: Item) -> Item:
        """The item in its present version.

        Args:
            item: The item as it stands in the table; it is not changed.

        Returns:
            Another item; the same one when it is up to date.

        Raises:
            VersionError: Its version is not known here, or a migration failed.
            SchemaError: The declarations cannot work.
        """
        if self.attribute is not None and item.get(self.attribute) == self.current:
            return item
        version = self.version_of(item)
        says_so = self.attribute is None or self.attribute in item or version == FIRST
        if version == self.latest and says_so:
            return item
        view = StoredItem(item)
        for number in self.versions:
            if number > version:
                self._run(self.steps[number], number, view, item)
        return self._finished(view, version, item)

    def _read(self, item: Item, stored: AttributeValue) -> int:
        number = next((version for version in self.versions if same_value(_number(version), stored)), None)
        if number is None:
            value = next(iter(stored.values()), stored)
            raise self._error(
                item,
                f"has version {value!r} in {self.attribute!r}, which this code does not know",
                "It was written by other code: deploy that, or declare the missing migration.",
                found=value,
            )
        return number

    def _detected(self, item: Item) -> int:
        found = self._matching(item, item)
        if found is None and self.attribute is None:
            raise self._error(item, "is of no version that a detection knows", "Declare a detection for its kind.")
        return FIRST if found is None else found

    def _matching(self, item: Item, origin: Item) -> int | None:
        """The newest version whose detection says yes."""
        for version in sorted(self.detections, reverse=True):
            if self._call(self.detections[version], f"detection {version}", StoredItem(item), origin):
                return version
        return None

    def _run(self, step: Step, number: int, view: StoredItem, item: Item) -> None:
        returned: Any = self._call(step, f"migration {number}", view, item)
        if returned is not None and returned is not view:
            raise self._error(
                item,
                f"cannot be migrated: {_origin(step)} returned {type(returned).__name__}",
                "A migration changes the item it is given, and returns nothing.",
            )

    def _call(self, function: Callable[[StoredItem], Any], what: str, view: StoredItem, item: Item) -> Any:
        try:
            return function(view)
        except FAULTS as error:
            raise self._error(
                item,
                f"cannot be migrated: {what} ({_origin(function)}) failed with {type(error).__name__}: {error}",
                "Mend the function, or the item.",
            ) from error

    def _finished(self, view: StoredItem, version: int, item: Item) -> Item:
        """The item after its migrations, if it is one."""
        try:
            done = view.as_item()
        except InvalidValueError as error:
            raise self._error(item, f"cannot be migrated: {error}", "Mend the migration.", found=version) from error
        for name in (key.name for key in self.model._meta.table.keys):
            if not same_value(item.get(name), done.get(name)):
                raise self._error(
                    item, f"cannot be migrated: its key {name!r} was changed, and keys cannot change",
                    "Create new items in a script, and delete the old ones.", found=version,
                )  # fmt: skip
        if self.attribute is not None:
            return {**done, self.attribute: self.current}
        if (after := self._matching(done, item)) != self.latest:
            raise self._error(
                item,
                f"cannot be migrated: afterwards it is detected as version {after}, and would be migrated again",
                f"Mend the migrations or the detections; or name a version attribute in {self.label}.Table.",
                found=version,
            )
        return done

    def _error(self, item: Item, what: str, hint: str, found: Any = None) -> VersionError:
        keys = [key.name for key in self.model._meta.table.keys]
        key = {name: item[name] for name in keys if name in item}
        shown = ", ".join(repr(next(iter(value.values()))) for value in key.values())
        known = ", ".join(map(str, self.versions))
        return VersionError(
            f"{self.label} {shown} {what}. Known: {known}. {hint}",
            model=self.label,
            found=found,
            known=self.versions,
            key=key,
        )


def _migrations_of(model: Any) -> ItemMigrations:
    meta = getattr(model, "_meta", None)
    found = getattr(meta, "item_migrations", None)
    if not isinstance(found, ItemMigrations):
        raise SchemaError(f"Migrations are declared for a DynamoDB model with a table, not for {model!r}.")
    return found


def _origin(function: Any) -> str:
    return f"{function.__module__}.{function.__qualname__}"


def _number(version: int) -> AttributeValue:
    return {"N": str(version)}
