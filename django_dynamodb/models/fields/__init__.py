"""Hands on the fields that DynamoDB adds to Django's."""
