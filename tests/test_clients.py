"""Tests how settings become boto3 sessions and clients."""

import logging

import boto3
import pytest
from botocore import UNSIGNED
from botocore.exceptions import NoCredentialsError, ParamValidationError
from django.core.exceptions import ImproperlyConfigured

from django_dynamodb import __version__
from django_dynamodb.clients import AliasClients, build_client, build_session
from django_dynamodb.conf import AliasSettings
from django_dynamodb.exceptions import InvalidRegionError
from django_dynamodb.wire.botocore import BotocoreWire
from django_dynamodb.wire.hooks import Audience
from django_dynamodb.wire.lean import LeanWire
from django_dynamodb.wire.retry import FullJitter

LOCAL = "http://127.0.0.1:8000"


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch, tmp_path):
    """Hides what this machine may say about AWS."""
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_DYNAMODB"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "REQUESTS_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))


def client_of(*, wire=False, **given):
    """Builds a client from settings."""
    settings = AliasSettings(**given)
    return build_client("default", settings, session_of(settings), wire=wire)


def session_of(settings):
    """Builds a session from settings."""
    return build_session("default", settings, Audience(there=False))


def signed_by(client, method="list_tables"):
    """Gives the access key a client signs with; nothing is sent."""
    seen = []

    def stop(request, **event):
        seen.append(request.headers["Authorization"].decode())
        raise InterruptedError

    client.meta.events.register_first("before-send.dynamodb", stop)
    with pytest.raises(InterruptedError):
        getattr(client, method)()
    return seen[0].partition("Credential=")[2].partition("/")[0]


@pytest.mark.seed(16)
@pytest.mark.parametrize("region", ["us-east-1", "eu-west-1", "cn-north-1", "us-gov-west-1", "eusc-de-east-1"])
def test_known_region(region):
    """SEED row 16: a region is set by name, in any partition."""
    assert client_of(region=region).meta.region_name == region


@pytest.mark.seed(16)
@pytest.mark.parametrize(
    ("region", "near"),
    [
        ("us-est-1", "Near are .*'us-east-1'"),
        ("eu-wset-1", "Near are 'eu-west-1'"),
        ("EU-WEST-1", "Near are 'eu-west-1'"),
        ("eu_west 1", "Near are 'eu-west-1'"),
        ("zzz", "Known are 'af-south-1', "),
    ],
)
def test_unknown_region(region, near):
    """SEED row 16: an unknown region is an InvalidRegionError that gives the value and near names."""
    with pytest.raises(InvalidRegionError, match=rf"'{region}' is no region of DynamoDB\. {near}"):
        client_of(region=region)


@pytest.mark.parametrize("region", ["eu-west-9", "ap-central-1"])
def test_region_newer_than_botocore(region):
    """A region that looks like a new one is accepted."""
    assert client_of(region=region).meta.region_name == region


def test_any_region_with_an_endpoint(monkeypatch):
    """Whoever names the endpoint, in the settings or the environment, may name the region as the endpoint wants it."""
    assert client_of(region="garage", endpoint_url="http://scylla:8000").meta.region_name == "garage"
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", "http://scylla:8000")
    assert client_of(region="garage").meta.endpoint_url == "http://scylla:8000"


@pytest.mark.seed(16)
def test_region_of_the_environment(monkeypatch):
    """SEED row 16: without a region in the settings that of the environment is used, and checked."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-north-1")
    assert client_of().meta.region_name == "eu-north-1"
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-nroth-1")
    with pytest.raises(InvalidRegionError):
        client_of()


@pytest.mark.seed(16)
def test_default_region(caplog):
    """SEED row 16: without any region it is us-east-1, and the log says so."""
    assert client_of().meta.region_name == "us-east-1"
    assert "no region is configured anywhere; using us-east-1" in caplog.text


def test_default_region_with_an_endpoint(caplog):
    """Before an endpoint that was named, the default region is only for the signature: nothing is said."""
    assert client_of(endpoint_url=LOCAL).meta.region_name == "us-east-1"
    assert caplog.text == ""


def test_keys():
    """Keys of the settings are used, with their token."""
    keys = AliasSettings(access_key_id="a", secret_access_key="s", session_token="t")
    credentials = session_of(keys).get_credentials()
    assert (credentials.access_key, credentials.secret_key, credentials.token) == ("a", "s", "t")


def test_profile(monkeypatch, tmp_path):
    """A profile of the shared files is used."""
    (tmp_path / "credentials").write_text("[work]\naws_access_key_id = w\naws_secret_access_key = s\n")
    assert session_of(AliasSettings(profile="work")).get_credentials().access_key == "w"


def test_unknown_profile():
    """An unknown profile is named."""
    with pytest.raises(ImproperlyConfigured, match=r"DYNAMODB\['default'\].*\(none\) could not be found"):
        session_of(AliasSettings(profile="none"))


def own_session():
    """Builds a session as a project might."""
    return boto3.Session("own", "s", region_name="eu-west-3")


@pytest.mark.parametrize("session", [own_session, f"{__name__}.own_session"])
def test_own_session(session, monkeypatch):
    """SESSION is a callable, or the dotted path of one, and brings region and credentials."""
    monkeypatch.setattr("django_dynamodb.clients.import_string", lambda path: own_session)
    client = client_of(session=session)
    assert client.meta.region_name == "eu-west-3"
    assert signed_by(client) == "own"


@pytest.mark.parametrize("session", [dict, "django_dynamodb.__version__"])
def test_session_that_is_none(session):
    """Whatever is no boto3 session is refused by its type."""
    with pytest.raises(ImproperlyConfigured, match=r"\['SESSION'\] must return a boto3.Session, not a (dict|str)"):
        client_of(session=session)


def test_session_that_cannot_be_imported():
    """A dotted path that leads nowhere is refused with the path."""
    with pytest.raises(ImproperlyConfigured, match=r"\['SESSION'\] cannot be imported: .*nowhere"):
        client_of(session="nowhere.at.all")


def test_local_endpoint_needs_no_credentials():
    """Before an endpoint on this machine, requests are signed with "local" when there are no credentials."""
    assert signed_by(client_of(endpoint_url=LOCAL)) == "local"


def test_local_endpoint_prefers_credentials(monkeypatch):
    """Before an endpoint on this machine, credentials that exist are used: it may be a tunnel."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "real")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "s")
    assert signed_by(client_of(endpoint_url=LOCAL)) == "real"


def test_remote_endpoint_gets_no_false_credentials():
    """Elsewhere nothing is made up: without credentials a call fails as botocore fails."""
    with pytest.raises(NoCredentialsError):
        client_of(region="eu-west-1").list_tables()


@pytest.mark.parametrize("wire", [True, False])
def test_config(wire):
    """Both clients retry in standard mode, carry OPTIONS and say who they are."""
    config = client_of(wire=wire, region="eu-west-1", options={"max_pool_connections": 50}).meta.config
    assert config.retries["mode"] == "standard"
    assert config.max_pool_connections == 50
    assert f"django-dynamodb/{__version__}" in config.user_agent_extra


def test_only_plain_client_validates():
    """The plain client has botocore's validation unless OPTIONS say otherwise; the wire's never has."""
    with pytest.raises(ParamValidationError):
        client_of(endpoint_url=LOCAL).get_item()
    assert signed_by(client_of(endpoint_url=LOCAL, options={"parameter_validation": False}), "get_item")
    assert signed_by(client_of(wire=True, endpoint_url=LOCAL, options={"parameter_validation": True}), "get_item")


def test_options_win():
    """OPTIONS decide retries and add to the user agent."""
    options = {"retries": {"mode": "adaptive"}, "user_agent_extra": "mine/1"}
    config = client_of(wire=True, region="eu-west-1", options=options).meta.config
    assert config.retries["mode"] == "adaptive"
    assert config.user_agent_extra == f"django-dynamodb/{__version__} mine/1"


def test_options_keep_standard_retries():
    """A number of attempts alone does not fall back to botocore's legacy mode."""
    config = client_of(region="eu-west-1", options={"retries": {"total_max_attempts": 7}}).meta.config
    assert config.retries == {"mode": "standard", "total_max_attempts": 7}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"read_timeot": 5}, r"unknown option 'read_timeot'\. Did you mean 'read_timeout'\?"),
        ({"quux": 5}, r"unknown option 'quux'\. Known are"),
        ({"region_name": "x"}, r"'region_name' has a setting of its own, 'REGION'"),
        ({"retries": {"mode": "x"}}, r"\['OPTIONS'\]: .*legacy"),
        ({"retries": 5}, r"\['OPTIONS'\]: 'retries' must be a dictionary"),
        ({"connect_timeout": "soon"}, r"no client can be built from it: (?i:timeout)"),
        ({"defaults_mode": "x"}, r"no client can be built from it: .*defaults mode"),
    ],
)
def test_wrong_options(options, message):
    """What botocore refuses is refused by its place in the settings."""
    with pytest.raises(ImproperlyConfigured, match=message):
        client_of(region="eu-west-1", options=options)


def test_clients_are_built_once_and_apart():
    """The plain client and the wire's are two, each built once."""
    clients = AliasClients("default", AliasSettings(region="eu-west-1"), FullJitter())
    assert clients.client is clients.client
    assert clients.wire is clients.wire
    assert clients.wire.client is not clients.client
    clients.close()


def wire_of(**given):
    """Builds the wire of settings."""
    return AliasClients("default", AliasSettings(**{"region": "eu-west-1", **given}), FullJitter()).wire


def test_lean_is_the_default(caplog):
    """Calls travel by the lean wire, and nothing is said about it."""
    caplog.set_level(logging.INFO, "django_dynamodb")
    assert isinstance(wire_of(), LeanWire)
    assert caplog.text == ""


def test_botocore_when_asked_for(caplog):
    """TRANSPORT decides, and nothing is said about that either."""
    caplog.set_level(logging.INFO, "django_dynamodb")
    assert isinstance(wire_of(transport="botocore"), BotocoreWire)
    assert caplog.text == ""


@pytest.mark.parametrize(
    ("environment", "given", "reason"),
    [
        ({"HTTPS_PROXY": "http://me:secret@proxy:1"}, {}, "a proxy stands before the endpoint: http://proxy:1."),
        ({"HTTP_PROXY": "http://proxy:1"}, {"endpoint_url": "http://db.test"}, "a proxy stands before"),
        ({}, {"options": {"proxies": {"https": "http://proxy:1"}}}, "a proxy stands before"),
        ({}, {"options": {"retries": {"mode": "adaptive"}}}, "retries are adaptive"),
        ({"AWS_RETRY_MODE": "adaptive"}, {"options": {"retries": {"mode": "adaptive"}}}, "retries are adaptive"),
        ({}, {"options": {"signature_version": UNSIGNED}}, "another way than Signature Version 4"),
        ({}, {"options": {"signature_version": "bearer"}}, "another way than Signature Version 4: bearer"),
    ],
)
def test_botocore_where_it_is_needed(monkeypatch, caplog, environment, given, reason):
    """What only botocore can do is left to it, and said once at INFO, without secrets."""
    caplog.set_level(logging.INFO, "django_dynamodb")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert isinstance(wire_of(**given), BotocoreWire)
    assert reason in caplog.text
    assert "botocore transport" in caplog.text
    assert "secret" not in caplog.text


@pytest.mark.parametrize(
    ("environment", "given"),
    [
        ({"HTTPS_PROXY": "http://proxy:1", "NO_PROXY": "amazonaws.com"}, {}),
        ({"HTTPS_PROXY": "http://proxy:1"}, {"endpoint_url": LOCAL}),
        ({"HTTPS_PROXY": "http://proxy:1"}, {"options": {"proxies": {}}}),
    ],
)
def test_proxies_for_others(monkeypatch, environment, given):
    """A proxy that does not stand before the endpoint is no reason."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert isinstance(wire_of(**given), LeanWire)


@pytest.mark.parametrize(
    ("environment", "config", "trusted"),
    [
        ({}, "", True),
        ({"REQUESTS_CA_BUNDLE": "/r.pem"}, "", "/r.pem"),
        ({"REQUESTS_CA_BUNDLE": "/r.pem", "AWS_CA_BUNDLE": "/a.pem"}, "", "/a.pem"),
        ({}, "ca_bundle = /c.pem", "/c.pem"),
    ],
)
def test_whom_to_trust(monkeypatch, tmp_path, environment, config, trusted):
    """Certificates come from where botocore takes them: environment, profile, then requests' variable."""
    (tmp_path / "config").write_text(f"[profile work]\n{config}\n")
    (tmp_path / "credentials").write_text("[work]\naws_access_key_id = w\naws_secret_access_key = s\n")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    seen = []
    monkeypatch.setattr("django_dynamodb.clients.LeanWire", lambda *args, verify, **more: seen.append(verify))
    wire_of(profile="work")
    assert seen == [trusted]


def test_lean_wire_signs_with_the_same_keys():
    """The lean wire signs with the credentials of the client: the made-up ones before an endpoint on this machine."""
    assert wire_of(endpoint_url=LOCAL)._keys().access_key == "local"
    assert wire_of(access_key_id="a", secret_access_key="s")._keys().access_key == "a"


def test_lean_wire_knows_its_audience():
    """The wire hears of hooks on either client of its alias; those of a session that a project made are never known."""
    clients = AliasClients(
        "default", AliasSettings(region="eu-west-1", access_key_id="a", secret_access_key="s"), FullJitter()
    )
    audience = clients.wire._audience
    audience.there = False  # every session has moto's hook once moto is imported
    clients.client.meta.events.register("before-sign", dict)
    assert not audience.there
    clients.client.meta.events.register("before-send", dict)
    assert audience.there
    made = AliasSettings(region="eu-west-1", session=boto3.Session)
    assert AliasClients("default", made, FullJitter()).wire._audience.there
