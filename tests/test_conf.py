"""Tests how the setting is read: strictly, lazily and anew when a test changes it."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import override_settings
from django.utils.connection import ConnectionDoesNotExist

from django_dynamodb import conf
from django_dynamodb.conf import AliasSettings, AliasTestSettings

WHERE = r"^DYNAMODB\['default'\]"
KEYS = {"ACCESS_KEY_ID": "a", "SECRET_ACCESS_KEY": "s"}


def read(**given):
    """Reads the settings of the default alias from a setting."""
    with override_settings(DYNAMODB={"default": given}):
        return conf.settings_for("default")


def test_defaults():
    """An empty alias takes everything from botocore's own chain and forbids scans."""
    assert read() == AliasSettings(
        region=None,
        endpoint_url=None,
        access_key_id=None,
        secret_access_key=None,
        session_token=None,
        profile=None,
        session=None,
        table_prefix="",
        scan="forbid",
        transport="lean",
        options={},
        test=AliasTestSettings(table_prefix="test-"),
    )


def test_every_key_is_read():
    """Each key of the documentation arrives in the field of its name."""
    given = {
        "REGION": "eu-west-1",
        "ENDPOINT_URL": "http://127.0.0.1:8000",
        **KEYS,
        "SESSION_TOKEN": "t",
        "PROFILE": None,
        "SESSION": None,
        "TABLE_PREFIX": "prod-",
        "SCAN": "warn",
        "TRANSPORT": "botocore",
        "OPTIONS": {"max_pool_connections": 50},
        "TEST": {"TABLE_PREFIX": "mine-"},
    }
    parsed = read(**given)
    expected = {name.lower(): value for name, value in given.items()}
    assert parsed == AliasSettings(**{**expected, "test": AliasTestSettings(table_prefix="mine-")})


def test_missing_setting(settings):
    """A project without the setting has the default alias, all of it botocore's own chain."""
    del settings.DYNAMODB
    conf.settings_for.cache_clear()  # deleting a setting sends no signal
    assert conf.aliases() == ("default",)
    assert conf.settings_for("default") == AliasSettings()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"REGIN": "x"}, rf"{WHERE} has an unknown key 'REGIN'\. Did you mean 'REGION'\?"),
        ({"QUUX": "x"}, rf"{WHERE} has an unknown key 'QUUX'\. Known are 'REGION', "),
        ({5: "x"}, rf"{WHERE} has an unknown key 5\. Known"),
        ({"TEST": {"PREFIX": "x"}}, rf"{WHERE}\['TEST'\] has an unknown key 'PREFIX'. Did you mean 'TABLE_PREFIX'\?"),
        ({"TEST": None}, rf"{WHERE}\['TEST'\] must be a dictionary"),
        ({"TEST": {"TABLE_PREFIX": None}}, rf"{WHERE}\['TEST'\]\['TABLE_PREFIX'\] may have letters"),
        ({"REGION": ""}, rf"{WHERE}\['REGION'\] must be text that is not empty, or None; it is empty"),
        ({"REGION": 5}, r"it is of type int"),
        ({"ENDPOINT_URL": "localhost:8000"}, rf"{WHERE}\['ENDPOINT_URL'\] must be a URL such as"),
        ({"ENDPOINT_URL": "http://"}, r"must be a URL such as"),
        ({"TABLE_PREFIX": "a b"}, r"\['TABLE_PREFIX'\] may have letters, digits, '_', '.' and '-' only; it is 'a b'"),
        ({"TABLE_PREFIX": None}, r"it is None"),
        ({"SCAN": "never"}, r"\['SCAN'\] must be one of 'forbid', 'warn', 'allow'; it is 'never'"),
        ({"TRANSPORT": None}, r"\['TRANSPORT'\] must be one of 'lean', 'botocore'; it is None"),
        ({"OPTIONS": []}, r"\['OPTIONS'\] must be a dictionary, not \[\]"),
        ({"SESSION": 5}, r"\['SESSION'\] must be text"),
    ],
)
def test_wrong_value(given, message):
    """What is wrong is named with its place in the setting, the value, and what is allowed."""
    with override_settings(DYNAMODB={"default": given}), pytest.raises(ImproperlyConfigured, match=message):
        conf.validate()


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({"ACCESS_KEY_ID": "a"}, "'SECRET_ACCESS_KEY' missing"),
        ({"SECRET_ACCESS_KEY": "s"}, "'ACCESS_KEY_ID' missing"),
        ({"SESSION_TOKEN": "t"}, "'ACCESS_KEY_ID' and 'SECRET_ACCESS_KEY' missing"),
    ],
)
def test_half_a_key_pair(given, missing):
    """Half a key pair is refused and the missing half named."""
    with pytest.raises(ImproperlyConfigured, match=missing):
        read(**given)


@pytest.mark.parametrize(
    "given", [{**KEYS, "PROFILE": "p"}, {**KEYS, "SESSION": "a.b"}, {"PROFILE": "p", "SESSION": "a.b"}]
)
def test_two_sources_of_credentials(given):
    """Two sources of credentials are refused, since one would be ignored."""
    with pytest.raises(ImproperlyConfigured, match=r"gives credentials by '\w+' and '\w+': keep one"):
        read(**given)


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ([], r"settings\.DYNAMODB must be a dictionary of aliases"),
        ({"other": {}}, r"settings\.DYNAMODB must define the alias 'default'"),
        ({"default": None}, rf"{WHERE} must be a dictionary, not None"),
    ],
)
def test_wrong_setting(setting, message):
    """The setting itself must be aliases to dictionaries, with a default."""
    with override_settings(DYNAMODB=setting), pytest.raises(ImproperlyConfigured, match=message):
        conf.validate()


def test_unknown_alias():
    """An unknown alias is refused as Django refuses it, with the known ones."""
    with (
        override_settings(DYNAMODB={"default": {}, "archive": {}}),
        pytest.raises(ConnectionDoesNotExist, match=r"'archiv' doesn't exist .* has 'default', 'archive'"),
    ):
        conf.settings_for("archiv")


def test_read_once_and_forgotten():
    """An alias is read once, and again after the setting changed."""
    before = conf.settings_for("default")
    assert conf.settings_for("default") is before
    with override_settings(DYNAMODB={"default": {"TABLE_PREFIX": "changed-"}}):
        assert conf.settings_for("default").table_prefix == "changed-"
    assert conf.settings_for("default") == before


def test_other_settings_do_not_matter():
    """Another setting that changes leaves ours as it was read."""
    before = conf.settings_for("default")
    with override_settings(DEBUG=True):
        assert conf.settings_for("default") is before


def test_secrets_are_not_shown():
    """Neither the repr nor a message shows a secret."""
    shown = repr(read(**KEYS | {"ACCESS_KEY_ID": "sesame"}, OPTIONS={"proxies": {"https": "http://sesame@proxy"}}))
    assert "sesame" not in shown
    with pytest.raises(ImproperlyConfigured) as caught:
        read(ENDPOINT_URL="ftp://user:sesame@host")
    assert "sesame" not in str(caught.value)
