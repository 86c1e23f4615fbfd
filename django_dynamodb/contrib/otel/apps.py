"""Makes spans from the start of a project: ``INSTALLED_APPS = [..., "django_dynamodb.contrib.otel"]``."""

from __future__ import annotations

from django.apps import AppConfig

from django_dynamodb.contrib.otel.spans import instrument


class OtelConfig(AppConfig):
    """Instruments the connections of the process; spans go to the global tracer provider, set before or after."""

    name = "django_dynamodb.contrib.otel"
    label = "django_dynamodb_otel"

    def ready(self) -> None:
        """Puts the layer in place."""
        instrument()
