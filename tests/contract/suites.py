"""Puts Django's tests on our backends; ``test_contract.py`` runs this file in a process of its own."""

import time
from types import SimpleNamespace

import pytest
from cache.tests import BaseCacheTests, caches_setting_for_tests
from django.conf import settings
from django.test import SimpleTestCase, TestCase, override_settings
from sessions_tests.tests import SessionMiddlewareTests as DjangosMiddlewareTests
from sessions_tests.tests import SessionTestsMixin

from django_dynamodb.sessions import SessionStore
from tests.contract import exclusions

pytestmark = pytest.mark.dynamodb


@pytest.fixture(autouse=True)
def _time_passes_at_once(monkeypatch):
    """Puts the clock forward where Django's tests sleep until an entry has expired; engines have no part in that."""
    now, slept = time.time, []
    monkeypatch.setattr(time, "time", lambda: now() + sum(slept))
    monkeypatch.setattr("cache.tests.time", SimpleNamespace(**{**vars(time), "sleep": slept.append}))


def setting(serializer):
    """The caches Django's tests ask for, all in one table; there is no culling to be set."""
    made = caches_setting_for_tests(exclude={"cull", "zero_cull"}, **settings.CACHES["default"])
    return {alias: {**params, "OPTIONS": {"SERIALIZER": serializer}} for alias, params in made.items()}


@override_settings(CACHES=setting("pickle"))
@exclusions.without(exclusions.CACHE)
class PickledCacheTests(BaseCacheTests, TestCase):
    """Everything Django expects of a cache holds, with the serializer that takes everything."""


@override_settings(CACHES=setting("json"))
@exclusions.without(exclusions.CACHE_AS_JSON)
class JSONCacheTests(BaseCacheTests, TestCase):
    """What can be said in JSON holds with the serializer that is the default."""


@exclusions.without(exclusions.SESSIONS)
class SessionTests(SessionTestsMixin, SimpleTestCase):
    """Everything Django expects of a session holds."""

    backend = SessionStore


@override_settings(USE_TZ=False)
@exclusions.without(exclusions.SESSIONS)
class SessionTestsWithoutTimeZones(SessionTestsMixin, SimpleTestCase):
    """The same with naive datetimes."""

    backend = SessionStore


@exclusions.without(exclusions.MIDDLEWARE)
class MiddlewareTests(DjangosMiddlewareTests):
    """Django's session middleware works on our engine."""

    def test_the_engine_is_ours(self):
        """These tests go by the setting."""
        assert settings.SESSION_ENGINE == "django_dynamodb.sessions"


del DjangosMiddlewareTests
