"""Tests how the tables of a command are chosen."""

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management.base import CommandError
from django.test import override_settings

from django_dynamodb.management.targets import choose
from django_dynamodb.models.registry import table_models
from tests.testapp.models import Thread, Ticket


def chosen(*labels, using=None):
    """The models of the tables that are chosen."""
    return [model for target in choose(labels, using) for model in target.models]


def test_all_tables_by_default():
    """Without labels all tables of all aliases are chosen."""
    assert chosen() == table_models()


def test_apps_and_models_may_be_mixed():
    """A label is an app or a model; each table is chosen once."""
    assert chosen("testapp", "testapp.Thread") == table_models(["testapp"])
    assert chosen("testapp.ticket", "testapp.Thread") == [Thread, Ticket]


@pytest.mark.parametrize("label", ["nothing", "testapp.Nothing", "auth", "auth.User", "a.b.c"])
def test_a_label_without_a_table_is_refused(label):
    """A misspelt label would otherwise be an empty success."""
    with pytest.raises(CommandError):
        choose([label], None)


def test_an_unknown_alias_is_refused():
    """The nearest alias is named."""
    with pytest.raises(CommandError, match="Did you mean 'default'"):
        choose([], "defualt")


def test_a_model_of_another_alias_is_refused():
    """A model asked for by name is not left out in silence because of --using."""
    with override_settings(DYNAMODB={**settings.DYNAMODB, "eu": settings.DYNAMODB["default"]}):
        assert choose([], "eu") == []
        with pytest.raises(CommandError):
            choose(["testapp.Thread"], "eu")


def test_names_carry_the_prefix():
    """The full name of a table is the one the service knows."""
    (target,) = choose(["testapp.Thread"], None)
    assert target.name == settings.DYNAMODB["default"]["TABLE_PREFIX"] + "threads"


CACHE = {"BACKEND": "django_dynamodb.cache.DynamoDBCache", "LOCATION": "cache"}


@pytest.fixture
def declaring(settings):
    """Sessions and two caches in DynamoDB."""
    settings.SESSION_ENGINE = "django_dynamodb.sessions"
    settings.CACHES = {"default": CACHE, "pages": {**CACHE, "LOCATION": "pages"}}


def labels(*chosen, using=None):
    """The owners of the tables that are chosen."""
    return [label for target in choose(chosen, using) for label in target.labels]


@pytest.mark.usefixtures("declaring")
def test_tables_of_settings():
    """Sessions and caches come after the models, and can be chosen by name."""
    assert labels()[-3:] == ["sessions", "caches.default", "caches.pages"]
    assert labels("sessions") == ["sessions"]
    assert labels("caches") == ["caches.default", "caches.pages"]
    assert labels("caches.pages", "testapp.Thread") == ["testapp.Thread", "caches.pages"]
    assert choose(["sessions"], None)[0].models == []


@pytest.mark.usefixtures("declaring")
def test_an_app_named_like_a_setting(monkeypatch):
    """Both are chosen."""
    monkeypatch.setitem(apps.app_configs, "caches", apps.get_app_config("testapp"))
    assert set(labels("caches")) == {*labels("testapp"), "caches.default", "caches.pages"}


@pytest.mark.parametrize("label", ["sessions", "caches", "caches.default"])
def test_settings_without_a_table(label):
    """Sessions and caches that are kept elsewhere are refused by name."""
    with pytest.raises(CommandError):
        choose([label], None)


@pytest.mark.usefixtures("declaring")
def test_a_table_shared_with_a_model(settings):
    """The owner that describes it otherwise is a rival."""
    settings.DYNAMODB_SESSIONS = {"TABLE": "threads"}
    (target,) = choose(["sessions"], None)
    assert target.labels == ["testapp.Thread", "sessions"]
    assert target.rivals == ["sessions"]
