"""Joins Django REST framework: ``INSTALLED_APPS = [..., "rest_framework", "django_dynamodb.contrib.drf"]``."""

from __future__ import annotations

from importlib.util import find_spec

from django.apps import AppConfig


class DRFConfig(AppConfig):
    """Lets the stock ``ModelSerializer`` know this package's fields, and drf-spectacular what they look like."""

    name = "django_dynamodb.contrib.drf"
    label = "django_dynamodb_drf"

    def ready(self) -> None:
        """Registers both; models can be imported from here on."""
        from django_dynamodb.contrib.drf import fields  # noqa: PLC0415  # needs the settings

        fields.register()
        if find_spec("drf_spectacular") is not None:
            from django_dynamodb.contrib.drf import schema  # noqa: F401, PLC0415  # an optional package
