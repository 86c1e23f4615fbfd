"""Gives the tests of the contract each wire in turn, before a service that misbehaves."""

import asyncio
import ssl

import boto3
import pytest
import trustme
from botocore.config import Config
from botocore.session import Session

from django_dynamodb.coroutines import run
from django_dynamodb.wire.botocore import BotocoreWire
from django_dynamodb.wire.credentials import SessionKeys
from django_dynamodb.wire.hooks import Audience, CountedEmitter
from django_dynamodb.wire.lean import LeanWire
from tests.wire.contract.server import FaultServer

KINDS = ("lean", "botocore", "async")


class AsyncWire:
    """The lean wire as code within ``coroutines.run`` uses it, on a loop that lasts as long as the test."""

    def __init__(self, wire):
        self.inner = wire
        self.client = wire.client
        self.runner = asyncio.Runner()

    def __call__(self, operation, body):
        """Makes one call on the loop."""
        return self.runner.run(run(self.inner, operation, body))

    def close(self):
        """Ends the loop, then the wire."""
        self.runner.close()
        self.inner.close()


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch, tmp_path):
    """Hides what this machine may say about AWS."""
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_DYNAMODB", "AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))


@pytest.fixture
def waits():
    """The attempts a wire paused before."""
    return []


@pytest.fixture
def make(waits):
    """Makes wires by kind; they make three attempts, and pause without waiting, two times at most."""
    made = []

    def pause(attempt):
        waits.append(attempt)
        return attempt < 3

    def make(kind, url=None, *, session=None, verify=None, **options):
        audience = None if session else Audience(there=False)
        session = session or boto3.Session(
            "key", "secret", region_name="eu-west-1", botocore_session=Session(event_hooks=CountedEmitter(audience))
        )
        retries = {"mode": "standard", "total_max_attempts": 3}
        config = Config(**{"parameter_validation": False, "retries": retries, "read_timeout": 5, **options})
        client = session.client("dynamodb", endpoint_url=url, config=config, verify=verify)
        if kind == "botocore":
            wire = BotocoreWire(client, pause=pause)
        else:
            trusted = True if verify is None else verify
            if audience is not None:
                audience.there = url is None  # every session has moto's hook once moto is imported
            keys = SessionKeys(session.get_credentials())
            wire = LeanWire(client, keys, verify=trusted, pause=pause, audience=audience)
            wire = AsyncWire(wire) if kind == "async" else wire
        made.append(wire)
        return wire

    yield make
    for wire in made:
        wire.close()


@pytest.fixture
def service():
    """A service that misbehaves as it is told."""
    server = FaultServer()
    yield server
    server.close()


@pytest.fixture(params=KINDS)
def kind(request):
    """The name of each wire."""
    return request.param


@pytest.fixture
def wire(kind, make, service):
    """Each wire before that service."""
    return make(kind, service.url)


@pytest.fixture(autouse=True)
def _quick_botocore(monkeypatch):
    """Takes the time out of botocore's own retries."""
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda seconds: None)


@pytest.fixture(scope="session")
def authority(tmp_path_factory):
    """A private certificate authority: its file, and a TLS context for a server it vouches for."""
    ca = trustme.CA()
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    ca.cert_pem.write_to_path(path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert("localhost").configure_cert(context)
    return str(path), context


@pytest.fixture
def secure_service(authority):
    """The same service behind TLS."""
    server = FaultServer(authority[1])
    yield server
    server.close()
