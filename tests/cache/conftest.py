"""Gives the tests of the cache a cache in a table of its own."""

import json

import pytest
from django.core.cache import caches

from django_dynamodb.connections import connections
from django_dynamodb.tables import lifecycle

BACKEND = "django_dynamodb.cache.DynamoDBCache"


@pytest.fixture
def make_cache(dynamodb, settings):
    """A function that makes a cache with these keys, and its table."""

    def make(alias="default", location="cache_tests", options=None, **keys):
        params = {"BACKEND": BACKEND, "LOCATION": location, "OPTIONS": options or {}, **keys}
        settings.CACHES = {**settings.CACHES, alias: params}
        lifecycle.ensure(caches[alias].table)
        return caches[alias]

    return make


@pytest.fixture
def cache(make_cache):
    """A cache with nothing but defaults."""
    return make_cache()


@pytest.fixture
def requests(dynamodb):
    """What is read from items, request by request."""
    sent = []

    def layer(connection, send):
        def heard(operation, body, /):
            if operation in {"GetItem", "BatchGetItem"}:
                sent.append(json.loads(body))
            return send(operation, body)

        return heard

    connections.add_layer(layer)
    yield sent
    connections.remove_layer(layer)
