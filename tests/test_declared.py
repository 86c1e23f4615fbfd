"""Tests which tables the settings declare beside those of models."""

import sys
from types import ModuleType

import pytest
from django.core.cache.backends.base import InvalidCacheBackendError
from django.core.exceptions import ImproperlyConfigured

from django_dynamodb.cache import DynamoDBCache
from django_dynamodb.declared import declared_tables
from django_dynamodb.sessions import SessionStore

OURS = {"BACKEND": "django_dynamodb.cache.DynamoDBCache", "LOCATION": "cache"}
MEMORY = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}


class OwnCache(DynamoDBCache):
    """A backend of a project."""


def names(**arguments):
    """Label, alias and table of what is declared."""
    return [(table.label, table.using, table.schema.name) for table in declared_tables(**arguments)]


def test_nothing_by_default():
    """Sessions in SQL and a cache in memory need no table."""
    assert names() == []


def test_sessions(settings):
    """The engine declares the table its setting names."""
    settings.SESSION_ENGINE = "django_dynamodb.sessions"
    assert names() == [("sessions", "default", "django_session")]
    settings.DYNAMODB_SESSIONS = {"USING": "eu", "TABLE": "visits"}
    assert names() == [("sessions", "eu", "visits")]


def test_an_engine_derived_from_ours(settings, monkeypatch):
    """It is in DynamoDB as well."""
    module = ModuleType("own_sessions")
    module.SessionStore = type("SessionStore", (SessionStore,), {})
    monkeypatch.setitem(sys.modules, "own_sessions", module)
    settings.SESSION_ENGINE = "own_sessions"
    assert names() == [("sessions", "default", "django_session")]


def test_caches(settings):
    """Each cache of ours, and of a class derived from it, by its alias; those of one alias alone if asked."""
    own = {**OURS, "BACKEND": f"{__name__}.OwnCache", "LOCATION": "own", "OPTIONS": {"USING": "eu"}}
    settings.CACHES = {"default": OURS, "memory": MEMORY, "own": own}
    assert names() == [("caches.default", "default", "cache"), ("caches.own", "eu", "own")]
    assert names(using="eu") == [("caches.own", "eu", "own")]


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({**OURS, "LOCATION": ""}, r"CACHES\['default'\]: LOCATION"),
        ({**OURS, "OPTIONS": {"MAX_ENTRIES": 1}}, r"CACHES\['default'\]: OPTIONS\['MAX_ENTRIES'\]"),
        ({"BACKEND": "no.such.Cache"}, r"CACHES\['default'\]: BACKEND"),
    ],
)
def test_a_cache_that_is_wrong(settings, keys, said):
    """The message names the cache."""
    settings.CACHES = {"default": keys}
    with pytest.raises(InvalidCacheBackendError, match=said):
        names()


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("SESSION_ENGINE", "no.such.engine", "SESSION_ENGINE 'no.such.engine' cannot be imported"),
        ("DYNAMODB_SESSIONS", {"TABEL": "x"}, "unknown key 'TABEL'. Did you mean 'TABLE'"),
        ("DYNAMODB_SESSIONS", {"TABLE": "a table"}, "'a table'"),
        ("DYNAMODB_SESSIONS", {"TABLE": ""}, "must be text that is not empty; it is empty"),
        ("DYNAMODB_SESSIONS", {"USING": None}, "must be text that is not empty; it is of type NoneType"),
        ("DYNAMODB_SESSIONS", [], "must be a dictionary"),
    ],
)
def test_sessions_that_are_wrong(settings, name, value, said):
    """The message names the setting, the key and what is allowed."""
    settings.SESSION_ENGINE = "django_dynamodb.sessions"
    setattr(settings, name, value)
    with pytest.raises(ImproperlyConfigured, match=said):
        names()
