"""Hands on the panel of calls for django-debug-toolbar: ``DynamoDBPanel``."""

from django_dynamodb.contrib.debug_toolbar.panel import DynamoDBPanel

__all__ = ["DynamoDBPanel"]
