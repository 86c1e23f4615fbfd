"""Keeps Django's cache in a DynamoDB table: ``BACKEND = "django_dynamodb.cache.DynamoDBCache"``."""

from django_dynamodb.cache.backend import DynamoDBCache

__all__ = ["DynamoDBCache"]
