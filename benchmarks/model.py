"""Declares the benchmarks' shapes as models, and makes the Django project they live in."""

from __future__ import annotations

from functools import cache
from typing import Any

import django
from django.conf import settings

from benchmarks.dataset import TICKETS
from benchmarks.long_tables import SEGMENTED, STREAM
from benchmarks.peers.peer import REGION
from benchmarks.shapes import MIXED, PARTITION_KEY, SORT_KEY, Shape


@cache
def set_up(endpoint: str) -> None:
    """Sets Django up, once in a process.

    Args:
        endpoint: The endpoint's address.
    """
    alias = {
        "REGION": REGION,
        "ENDPOINT_URL": endpoint,
        "ACCESS_KEY_ID": "benchmark",
        "SECRET_ACCESS_KEY": "benchmark",
    }
    settings.configure(INSTALLED_APPS=["django_dynamodb"], USE_TZ=True, DATABASES={}, DYNAMODB={"default": alias})
    django.setup()


@cache
def shape_model(endpoint: str, shape: Shape, table: str = "") -> Any:
    """Declares a shape as a model, as a project's ``models.py`` would.

    Args:
        endpoint: The endpoint's address.
        shape: The shape.
        table: The table's name; empty for the shape's own.

    Returns:
        The model class.
    """
    set_up(endpoint)
    from django_dynamodb import models  # noqa: PLC0415 - models want configured settings

    fields: dict[str, Any] = {
        "text": lambda: models.CharField(max_length=1_000),
        "integer": models.IntegerField,
        "decimal": lambda: models.DecimalField(max_digits=12, decimal_places=2),
        "boolean": models.BooleanField,
        "moment": models.DateTimeField,
        "texts": models.StringSetField,
        "numbers": models.ListField,
        "map": models.MapField,
    }
    options = {"name": table or shape.table, "partition_key": PARTITION_KEY, "sort_key": SORT_KEY}
    body: dict[str, Any] = {name: fields[kind]() for name, kind in shape.kinds.items()}
    body |= {
        "__module__": __name__,
        "Meta": type("Meta", (), {"app_label": "benchmarks"}),
        "Table": type("Table", (), options),
    }
    return type("".join(part.title() for part in options["name"].split("-")), (models.Model,), body)


@cache
def ticket_model(endpoint: str) -> Any:
    """Declares the model whose key counts itself."""
    set_up(endpoint)
    from django_dynamodb import models  # noqa: PLC0415 - models want configured settings

    class Ticket(models.Model):
        id = models.AutoIncrementField(primary_key=True)
        name = models.CharField(max_length=80)
        pieces = models.IntegerField()

        class Meta:
            app_label = "benchmarks"

        class Table:
            name = TICKETS

        def __str__(self) -> str:
            return self.name

    return Ticket


def stream_model(endpoint: str) -> Any:
    """The mixed shape, over the table of a million items."""
    return shape_model(endpoint, MIXED, STREAM)


def open_client(model: Any) -> None:
    """Imports boto3 and opens the client that calls of a model go through.

    Args:
        model: The model.
    """
    from django_dynamodb.connections import connections  # noqa: PLC0415 - wants configured settings

    _ = connections[model._meta.dynamodb.using].wire_client


def segmented_model(endpoint: str) -> Any:
    """The mixed shape, over the table that is read in segments."""
    return shape_model(endpoint, MIXED, SEGMENTED)
