"""Tests the signer: botocore's signature for every request, and as little work as a second allows."""

import os
import re
import subprocess
import sys
from functools import cache
from uuid import UUID

import boto3
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials, ReadOnlyCredentials
from hypothesis import given, settings
from hypothesis import strategies as st

from django_dynamodb.wire.envelope import learn
from django_dynamodb.wire.signing import CALL_IDS, Signer

GET = b'{"TableName":"t","Key":{"k":{"S":"a"}}}'


@cache
def learned(url):
    """Learns an envelope, once."""
    session = boto3.Session("key", "secret", region_name="eu-west-1")
    return learn(session.client("dynamodb", endpoint_url=url, config=Config(parameter_validation=False)))


@pytest.mark.parametrize(
    "url", [None, "http://127.0.0.1:8000", "http://host.test/a%20b/c?d=e", "https://[::1]:80/x/../y/"]
)
@settings(deadline=None)  # the first example learns
@given(
    body=st.binary(max_size=200),
    token=st.none() | st.just("tok/en+="),
    moment=st.integers(1_500_000_000, 4_000_000_000),
)
def test_signature(url, body, token, moment):
    """The signature is the one botocore's own signer gives for the same request."""
    envelope = learned(url)
    keys = ReadOnlyCredentials("AKID", "sec/ret+", token, None)
    raw = Signer(envelope, lambda: keys, clock=lambda: moment).request("PutItem", body, call=CALL_IDS.next())
    head = raw[: len(raw) - len(body)].decode().split("\r\n")[1:-2]
    sent = {name.lower(): value for name, value in (line.split(": ", 1) for line in head)}
    signed, signature = re.search("SignedHeaders=(.+), Signature=(.+)", sent["authorization"]).groups()
    request = AWSRequest("POST", envelope.url, {name: sent[name] for name in signed.split(";")}, data=body)
    request.context["timestamp"] = sent["x-amz-date"]
    auth = SigV4Auth(Credentials("AKID", "sec/ret+", token), "dynamodb", "eu-west-1")
    assert auth.signature(auth.string_to_sign(request, auth.canonical_request(request)), request) == signature
    assert ("x-amz-security-token" in signed) is (token is not None)


def test_credentials_are_asked_once_a_second():
    """However many requests a second has, the credentials are asked once; a new day or new keys make a new key."""
    asked, now = [], [1_700_000_000.0]
    keys = [ReadOnlyCredentials("A", "s", None, None)]

    def ask():
        asked.append(now[0])
        return keys[0]

    signer = Signer(learned(None), ask, clock=lambda: now[0])
    first = {signer.request("GetItem", GET, call="c") for _ in range(3)}
    now[0] += 1
    second = signer.request("GetItem", GET, call="c")
    keys[0] = ReadOnlyCredentials("B", "s", None, None)
    now[0] += 1
    third = signer.request("GetItem", GET, call="c")
    now[0] += 86_400
    assert b"Credential=B/20231115/" in signer.request("GetItem", GET, call="c")
    assert (len(first), len(asked)) == (1, 4)
    assert b"Credential=A/" in second
    assert b"Credential=B/20231114/" in third


FORKING = """
import os
from django_dynamodb.wire.signing import CALL_IDS

first, (reader, writer) = CALL_IDS.next(), os.pipe()
if not os.fork():
    os.write(writer, CALL_IDS.next().encode())
    os._exit(0)
print(first, CALL_IDS.next(), os.read(reader, 36).decode())
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_call_ids_of_a_child():
    """A process counts on from its first id; its child has ids of its own."""
    run = subprocess.run([sys.executable, "-c", FORKING], capture_output=True, text=True, check=True)
    first, second, of_child = map(UUID, run.stdout.split())
    assert second.node == first.node + 1
    assert second.bytes[:8] == first.bytes[:8] != of_child.bytes[:8]
    assert of_child.version == 4


def test_call_ids():
    """The id of a call is a random UUID."""
    ids = {CALL_IDS.next() for _ in range(100)}
    assert len(ids) == 100
    assert {UUID(text).version for text in ids} == {4}
