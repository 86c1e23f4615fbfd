"""Tests how a cache of the settings is read: strictly."""

import pytest
from django.core.cache.backends.base import InvalidCacheBackendError

from django_dynamodb.cache import DynamoDBCache
from django_dynamodb.cache.options import CacheOptions, read_options
from django_dynamodb.cache.serializers import JSONSerializer, PickleSerializer


class Upper:
    """A serializer of a project."""

    def dumps(self, value):
        """Text in capitals."""
        return value.upper().encode()

    def loads(self, data):
        """The text."""
        return data.decode()


def read(location="cache", **options):
    """Reads a cache with these options."""
    return read_options(location, {"OPTIONS": options})


def test_defaults():
    """JSON, consistent reads, the default alias."""
    options = read_options("cache", {})
    assert isinstance(options, CacheOptions)
    assert (options.using, options.schema.name, options.schema.ttl) == ("default", "cache", "expires")
    assert (options.consistent, options.entries.compress_over) == (True, 1024)
    assert isinstance(options.entries.serializer, JSONSerializer)


def test_every_option_is_read():
    """Each option arrives."""
    options = read(USING="eu", SERIALIZER="pickle", CONSISTENT_READ=False, COMPRESS_OVER=None)
    assert (options.using, options.consistent, options.entries.compress_over) == ("eu", False, None)
    assert isinstance(options.entries.serializer, PickleSerializer)


@pytest.mark.parametrize("value", [f"{__name__}.Upper", Upper, Upper()])
def test_a_serializer_of_the_project(value):
    """By path, class or object."""
    entries = read(SERIALIZER=value).entries
    assert entries.value(entries.item("k", "a", None)) == "A"


@pytest.mark.parametrize(
    ("location", "options", "said"),
    [
        ("", {}, "must name its table"),
        (None, {}, "must name its table"),
        (["cache"], {}, "must name its table"),
        ("a table", {}, "LOCATION of a DynamoDBCache: .*'a table'"),
        ("cache", {"MAX_ENTRIES": 300}, r"OPTIONS\['MAX_ENTRIES'\].*TIMEOUT"),
        ("cache", {"CULL_FREQUENCY": 3}, r"OPTIONS\['CULL_FREQUENCY'\].*TIMEOUT"),
        ("cache", {"SERIALISER": "json"}, "Did you mean 'SERIALIZER'"),
        ("cache", {"SERIALIZER": "yaml"}, "importable"),
        ("cache", {"SERIALIZER": "no.such.Module"}, "importable"),
        ("cache", {"SERIALIZER": dict}, r"dumps\(\) and loads\(\)"),
        ("cache", {"SERIALIZER": None}, "'json', 'pickle'"),
        ("cache", {"USING": ""}, "must be text"),
        ("cache", {"CONSISTENT_READ": 1}, "True or False"),
        ("cache", {"COMPRESS_OVER": -1}, "a number of bytes"),
        ("cache", {"COMPRESS_OVER": True}, "a number of bytes"),
        ("cache", [], "must be a dictionary"),
    ],
)
def test_what_is_wrong_is_refused(location, options, said):
    """The message names the option and what is allowed; Django's own error, a wrong setting, carries it."""
    cache = DynamoDBCache(location, {"OPTIONS": options})
    with pytest.raises(InvalidCacheBackendError, match=said):
        cache.get("k")
