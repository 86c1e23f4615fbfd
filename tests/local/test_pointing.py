"""Tests the pointing of aliases at an engine."""

import os

import pytest
from django.core.exceptions import ImproperlyConfigured

from django_dynamodb import conf
from django_dynamodb.local import pointing

URL = "http://127.0.0.1:8"


@pytest.fixture
def variable(monkeypatch):
    """The environment names an engine."""
    monkeypatch.setenv(conf.LOCAL_ENDPOINT, URL)
    yield
    conf.forget()


def test_aliases_point_at_the_engine(settings):
    """Every alias has the endpoint and harmless credentials; region, prefix and options stay."""
    settings.DYNAMODB = {
        "default": {"REGION": "eu-west-3", "TABLE_PREFIX": "p-", "PROFILE": "production"},
        "other": {"SESSION": dict, "OPTIONS": {"read_timeout": 3}},
    }
    with pointing.pointed_at(URL):
        default, other = conf.settings_for("default"), conf.settings_for("other")
    assert (default.endpoint_url, default.region, default.table_prefix) == (URL, "eu-west-3", "p-")
    assert (default.access_key_id, default.profile, other.session) == ("local", None, None)
    assert (other.endpoint_url, other.region, other.options) == (URL, "us-east-1", {"read_timeout": 3})


def test_everything_is_put_back(monkeypatch):
    """After the block the environment and what is read are as before."""
    monkeypatch.delenv(conf.LOCAL_ENDPOINT, raising=False)
    with pointing.pointed_at(URL):
        assert os.environ[conf.LOCAL_ENDPOINT] == URL
    assert conf.LOCAL_ENDPOINT not in os.environ
    assert conf.settings_for("default").access_key_id == "testing"


def test_outer_engine_is_put_back(variable):
    """Blocks may stand in each other."""
    with pointing.pointed_at("http://127.0.0.1:9"):
        assert os.environ[conf.LOCAL_ENDPOINT] == "http://127.0.0.1:9"
    assert os.environ[conf.LOCAL_ENDPOINT] == URL


def test_missing_setting_is_one_alias(settings):
    """A project without the setting gets its default alias pointed."""
    del settings.DYNAMODB
    with pointing.pointed_at(URL):
        assert conf.settings_for("default").endpoint_url == URL


def test_started_process_honours_the_environment(variable):
    """A process started with the variable has its aliases there from the beginning."""
    conf.forget()
    assert conf.settings_for("default").endpoint_url == URL


def test_wrong_settings_are_told_first(settings):
    """A setting that is wrong as it stands raises what it always raises."""
    settings.DYNAMODB = {"default": {"REGIO": "eu-west-1"}}
    with pytest.raises(ImproperlyConfigured, match="REGION"), pointing.pointed_at(URL):
        pass
