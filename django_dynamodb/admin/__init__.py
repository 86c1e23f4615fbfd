"""Gives DynamoDB models an admin that reads no more than it shows."""

from django_dynamodb.admin.options import DynamoModelAdmin

__all__ = ["DynamoModelAdmin"]
