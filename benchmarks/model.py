"""Declares the benchmarks' item shape as a model, and makes the Django project it lives in."""

from __future__ import annotations

from functools import cache
from typing import Any

import django
from django.conf import settings

from benchmarks.dataset import TABLE

CREDENTIALS = {"ACCESS_KEY_ID": "benchmark", "SECRET_ACCESS_KEY": "benchmark"}
REGION = "eu-west-1"


@cache
def order_model(endpoint: str | None = None) -> Any:
    """Sets Django up and declares the model, once in a process.

    Args:
        endpoint: The endpoint's address; None for a model that is never sent anywhere.

    Returns:
        The model class.
    """
    alias = {"REGION": REGION, "ENDPOINT_URL": endpoint, **CREDENTIALS}
    settings.configure(INSTALLED_APPS=["django_dynamodb"], USE_TZ=True, DATABASES={}, DYNAMODB={"default": alias})
    django.setup()
    return _declare()


def _declare() -> Any:
    from django_dynamodb import models  # noqa: PLC0415 - models want configured settings

    class Order(models.Model):
        customer = models.CharField(max_length=40)
        number = models.CharField(max_length=40)
        name = models.CharField(max_length=80)
        email = models.EmailField()
        pieces = models.IntegerField()
        total = models.DecimalField(max_digits=12, decimal_places=2)
        paid = models.BooleanField()
        labels = models.StringSetField()
        scores = models.ListField()
        address = models.MapField()
        placed = models.DateTimeField()
        note = models.TextField()

        class Meta:
            app_label = "benchmarks"

        class Table:
            name = TABLE
            partition_key = "customer"
            sort_key = "number"

        def __str__(self) -> str:
            return self.number

    return Order
