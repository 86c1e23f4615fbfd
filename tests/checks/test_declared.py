"""Tests what is said of sessions and caches in DynamoDB."""

import pytest
from django.core.checks import run_checks

from django_dynamodb.checks import declared
from django_dynamodb.checks.declared import check_declared

OURS = {"BACKEND": "django_dynamodb.cache.DynamoDBCache", "LOCATION": "cache"}


@pytest.fixture
def sessions(settings):
    """Sessions in DynamoDB."""
    settings.SESSION_ENGINE = "django_dynamodb.sessions"
    return settings


def test_what_is_right_is_passed_over(sessions):
    """Tables of their own at aliases that exist."""
    sessions.CACHES = {"default": OURS, "other": {**OURS, "LOCATION": "other"}}
    assert check_declared() == []


def test_settings_that_cannot_be_read(ids, sessions):
    """E031, once for each, with what is wrong."""
    sessions.DYNAMODB_SESSIONS = {"TABEL": "x"}
    sessions.CACHES = {"default": {**OURS, "LOCATION": ""}, "b": {**OURS, "OPTIONS": {"MAX_ENTRIES": 1}}, "c": OURS}
    messages = check_declared()
    assert ids(messages) == ["E031"] * 3
    assert [part in message.msg for message, part in zip(messages, ["TABEL", "LOCATION", "MAX_ENTRIES"], strict=True)]


def test_djangos_own_checks_let_ours_speak(sessions):
    """They make every cache; one that is wrong is reported, and does not end them."""
    sessions.CACHES = {"default": {**OURS, "LOCATION": ""}}
    assert [message.id for message in run_checks(tags=["caches", "dynamodb"])] == ["django_dynamodb.E031"]


def test_an_alias_nobody_declared(ids, sessions):
    """E032 names the nearest, and the setting."""
    sessions.DYNAMODB_SESSIONS = {"USING": "defualt"}
    sessions.CACHES = {"default": {**OURS, "OPTIONS": {"USING": "eu"}}}
    first, second = check_declared()
    assert ids([first, second]) == ["E032", "E032"]
    assert "DYNAMODB_SESSIONS['USING'] is 'defualt'" in first.msg
    assert "Did you mean 'default'" in first.hint
    assert "OPTIONS['USING'] of caches.default is 'eu'" in second.msg


def test_without_a_setting_no_alias_is_judged(sessions):
    """A setting that cannot be read is E001 alone."""
    sessions.DYNAMODB = {"eu": {}}
    assert check_declared() == []


def test_a_table_of_two_kinds(ids, sessions, make, monkeypatch):
    """E033: a model, sessions and a cache store other items; a model whose table cannot be built is left to others."""
    broken = make("Broken", table={"partition_key": "n"}, n=declared_model_field())
    monkeypatch.setattr(declared, "table_models", lambda: [make(table={"name": "things"}), broken])
    sessions.DYNAMODB_SESSIONS = {"TABLE": "both"}
    sessions.CACHES = {
        "default": {**OURS, "LOCATION": "both"},
        "model": {**OURS, "LOCATION": "things"},
    }
    messages = check_declared()
    assert ids(messages) == ["E033", "E033"]
    assert "testapp.Thing" in messages[0].msg
    assert "caches.default and sessions" in messages[1].msg


def declared_model_field():
    """A field that can be no key."""
    from django_dynamodb import models

    return models.BooleanField()


def test_a_table_of_two_caches(ids, settings):
    """W011: clear() does not know whose entries they are."""
    settings.CACHES = {"default": OURS, "other": {**OURS, "KEY_PREFIX": "other"}}
    (message,) = check_declared()
    assert ids([message]) == ["W011"]
    assert "clear()" in message.msg


def test_one_name_at_two_aliases(settings):
    """Those are two tables."""
    settings.DYNAMODB = {**settings.DYNAMODB, "eu": settings.DYNAMODB["default"]}
    settings.CACHES = {"default": OURS, "other": {**OURS, "OPTIONS": {"USING": "eu"}}}
    assert check_declared() == []
