"""Tests what is said of settings."""

import pytest
from django.test import override_settings

from django_dynamodb.checks import settings
from django_dynamodb.connections import connections

SECRETS = {"ACCESS_KEY_ID": "AKIAEXAMPLE", "SECRET_ACCESS_KEY": "example"}


def configured(**alias):
    """Replaces the setting by one alias."""
    return override_settings(DYNAMODB={"default": alias})


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"default": {"REGIN": "eu-west-1"}}, "'REGION'"),
        ({"default": {"ACCESS_KEY_ID": "AKIAEXAMPLE"}}, "SECRET_ACCESS_KEY"),
        ({"default": {"SCAN": "maybe"}}, "'forbid'"),
        ({"eu": {}}, "'default'"),
        ([], "dictionary"),
    ],
)
def test_a_setting_that_cannot_be_read_is_an_error(ids, value, said):
    """E001 repeats what is wrong, and what would be right."""
    with override_settings(DYNAMODB=value):
        (message,) = settings.check_setting()
        assert settings.check_secrets() == []
    assert ids([message]) == ["E001"]
    assert said in message.msg


def test_each_alias_is_checked(ids):
    """A fault of one alias hides none of another."""
    with override_settings(DYNAMODB={"default": {"REGIN": ""}, "eu": {"PROFIL": ""}}):
        assert ids(settings.check_setting()) == ["E001", "E001"]


def test_an_alias_nobody_declared_is_an_error(make, ids):
    """E002 names the nearest alias."""
    model = make(table={"using": "defualt"})
    (message,) = settings.check_alias(model)
    assert ids([message]) == ["E002"]
    assert "'default'" in message.hint


def test_without_a_setting_no_alias_is_judged(make):
    """A setting that cannot be read is E001 alone."""
    with override_settings(DYNAMODB={"eu": {}}):
        assert list(settings.check_alias(make(table={"using": "us"}))) == []


@pytest.mark.parametrize(("debug", "expected"), [(True, []), (False, ["W002"])])
def test_scans_in_production_are_warned_of(ids, debug, expected):
    """SCAN="allow" is for development."""
    with configured(SCAN="allow"), override_settings(DEBUG=debug):
        assert ids(settings.check_setting()) == expected


def test_tests_need_a_prefix(ids):
    """An empty prefix of tests is refused by every test run."""
    with configured(TEST={"TABLE_PREFIX": ""}):
        assert ids(settings.check_setting()) == ["W003"]


def test_keys_in_the_settings_file_are_warned_of(ids):
    """Keys that come from no environment variable are taken for literals; their values are not repeated."""
    with configured(**SECRETS):
        messages = settings.check_secrets()
    assert ids(messages) == ["W001", "W001"]
    assert "AKIAEXAMPLE" not in str(messages)


def test_keys_of_the_environment_are_fine(monkeypatch):
    """Keys that the settings file reads from the environment are no literals."""
    monkeypatch.setenv("KEY", SECRETS["ACCESS_KEY_ID"])
    monkeypatch.setenv("SECRET", SECRETS["SECRET_ACCESS_KEY"])
    with configured(**SECRETS):
        assert settings.check_secrets() == []


def test_keys_for_an_engine_on_this_machine_are_fine():
    """An engine on the loopback takes any key; and no client is built to learn that."""
    with configured(**SECRETS, ENDPOINT_URL="http://127.0.0.1:8000"):
        assert settings.check_secrets() == []
        assert connections["default"]._opened is None
