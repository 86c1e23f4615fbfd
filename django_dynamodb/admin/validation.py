"""Checks that an admin asks only for what a key or an index serves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django.apps import apps
from django.contrib.admin import AllValuesFieldListFilter, FieldListFilter, ListFilter, RelatedFieldListFilter
from django.contrib.admin.checks import ModelAdminChecks
from django.core.checks import CheckMessage
from django.core.exceptions import FieldDoesNotExist
from django.db import connections, router

from django_dynamodb.admin.pointers import points_to_items
from django_dynamodb.checks.messages import error
from django_dynamodb.models.base import DynamoModelBase
from django_dynamodb.search.terms import unserved
from django_dynamodb.search.ways import index_line, ways_of

NO_DATABASE: Final = "django.db.backends.dummy"
"""The engine of an alias that ``DATABASES`` leaves out; whatever reaches for it raises."""


class DynamoAdminChecks(ModelAdminChecks):
    """Django's checks of an admin, and those for DynamoDB."""

    def check(self, admin_obj: Any, **kwargs: Any) -> list[CheckMessage]:
        """Checks an admin.

        Args:
            admin_obj: The admin.
            **kwargs: What Django hands to checks.

        Returns:
            Django's messages; E060, or else E061 to E067.
        """
        if not isinstance(admin_obj.model, DynamoModelBase):
            return [
                error(
                    "E060",
                    f"{type(admin_obj).__name__} is a DynamoModelAdmin, but {admin_obj.model._meta.label} is in SQL.",
                    "Let it inherit django.contrib.admin.ModelAdmin.",
                    type(admin_obj),
                )
            ]
        found = super().check(admin_obj, **kwargs)
        return [*found, *(message for part in PARTS for message in part(admin_obj))]


def check_search(admin: Any) -> Iterator[CheckMessage]:
    """Checks ``search_fields``.

    Args:
        admin: The admin.

    Yields:
        E061.
    """
    for written, field in unserved(admin.model, admin.search_fields):
        yield error(
            "E061",
            f"search_fields names {written!r}, which is no partition key of the table or of an index, nor the sort "
            "key beside one that it names.",
            index_line(admin.model, field),
            type(admin),
        )


def check_filters(admin: Any) -> Iterator[CheckMessage]:
    """Checks ``list_filter``.

    Args:
        admin: The admin.

    Yields:
        E062, E065.
    """
    partitions = {way.partition.name for way in ways_of(admin.model)}
    for item in admin.list_filter:
        if isinstance(item, type) and issubclass(item, ListFilter) and not issubclass(item, FieldListFilter):
            continue  # asks for what its author wrote
        name, kind = item if isinstance(item, list | tuple) else (item, None)
        field = _field(admin.model, name)
        if field is None:
            continue  # Django says so
        if name not in partitions:
            yield error(
                "E062",
                f"list_filter names {name!r}, which is the partition key of neither the table nor an index; to "
                "filter by it, the whole table would be read.",
                index_line(admin.model, field),
                type(admin),
            )
        elif _reads_values(field, kind):
            yield error(
                "E065",
                f"list_filter names {name!r}, whose values only a read of the whole table could tell.",
                "Give the field choices, or name it in search_fields instead, or write a SimpleListFilter.",
                type(admin),
            )


def check_date_hierarchy(admin: Any) -> Iterator[CheckMessage]:
    """Checks that there is no ``date_hierarchy``.

    Args:
        admin: The admin.

    Yields:
        E063.
    """
    if admin.date_hierarchy:
        yield error(
            "E063",
            f"date_hierarchy is {admin.date_hierarchy!r}; to tell the dates there are, the whole table would be read.",
            "Remove it, and search a partition from a date on: the sort key takes the beginning of a date, or a span.",
            type(admin),
        )


def check_ordering(admin: Any) -> Iterator[CheckMessage]:
    """Checks ``ordering``.

    Args:
        admin: The admin.

    Yields:
        E064.
    """
    sorts = sorted({way.sort.name for way in ways_of(admin.model) if way.sort is not None})
    for name in admin.ordering or ():
        if not isinstance(name, str) or name.lstrip("-") not in sorts:
            yield error(
                "E064",
                f"ordering names {name!r}, which is no sort key; DynamoDB sorts by nothing else.",
                f"The sort keys are: {', '.join(sorts) or 'none'}. A partition is shown in the order of its own.",
                type(admin),
            )


def check_raw(admin: Any) -> Iterator[CheckMessage]:
    """Checks ``select_fields``.

    Args:
        admin: The admin.

    Yields:
        E066.
    """
    for name in admin.select_fields:
        field = _field(admin.model, name)
        if field is None or not points_to_items(field):
            yield error(
                "E066",
                f"select_fields names {name!r}, which is no foreign key to a DynamoDB model.",
                "Remove it.",
                type(admin),
            )


def check_log(admin: Any) -> Iterator[CheckMessage]:
    """Checks that there is an SQL database for what Django's admin keeps in one.

    Args:
        admin: The admin.

    Yields:
        E067.
    """
    if not apps.is_installed("django.contrib.admin"):
        return  # Django says so
    alias = router.db_for_write(apps.get_model("admin", "LogEntry"))
    if connections.databases[alias]["ENGINE"] == NO_DATABASE:
        yield error(
            "E067",
            f"{type(admin).__name__} needs an SQL database, and DATABASES has no {alias!r}: Django's admin keeps its "
            "log there, and users, permissions and content types beside it.",
            "SQLite is enough: add DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': "
            "BASE_DIR / 'db.sqlite3'}} and run manage.py migrate. Or leave the admin out of a project without SQL.",
            type(admin),
        )


PARTS = (check_search, check_filters, check_date_hierarchy, check_ordering, check_raw, check_log)
"""What is checked of an admin of a DynamoDB model."""


def _reads_values(field: Any, kind: Any) -> bool:
    """Whether a filter reads the table to tell the values there are, or that of the objects pointed to."""
    if kind is None and field.remote_field is not None:
        kind = RelatedFieldListFilter
    if field.remote_field is not None and kind is not None and issubclass(kind, RelatedFieldListFilter):
        return points_to_items(field) or kind is not RelatedFieldListFilter
    if kind is None:
        return not field.choices
    return issubclass(kind, AllValuesFieldListFilter)


def _field(model: Any, name: Any) -> Any:
    """The field of that name; None where there is none, as Django's own checks say."""
    try:
        return model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
