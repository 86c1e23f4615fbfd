"""Hands on what makes OpenTelemetry spans of calls: ``instrument()`` and ``uninstrument()``."""

from django_dynamodb.contrib.otel.spans import instrument, uninstrument

__all__ = ["instrument", "uninstrument"]
