"""Gives the tests of the wire a botocore client whose answers are written down beforehand."""

import io
import json
from collections import deque

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.config import Config

from django_dynamodb.wire.botocore import BotocoreWire


class Raw(io.BytesIO):
    """The part of urllib3's response that botocore reads."""

    def stream(self):
        """Gives the whole body at once."""
        yield self.read()


class Service:
    """Answers requests from a queue; an exception in it is raised as if the network had failed."""

    def __init__(self):
        self.answers = deque()
        self.requests = []

    def answer(self, body, status=200, **headers):
        """Adds an answer."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.answers.append((status, {"x-amzn-RequestId": "request-1", **headers}, raw))

    def fail(self, exception):
        """Adds a failure of the network."""
        self.answers.append(exception)

    def error(self, code, status=400, **members):
        """Adds an error answer."""
        namespaced = f"com.amazonaws.dynamodb.v20120810#{code}"
        self.answer({"__type": namespaced, "message": "what the service says", **members}, status)

    def __call__(self, request, **event):
        """Takes the place of the network (``before-send``)."""
        self.requests.append(request)
        answer = self.answers.popleft()
        if isinstance(answer, Exception):
            raise answer
        status, headers, raw = answer
        return AWSResponse(request.url, status, headers, Raw(raw))


@pytest.fixture
def service():
    """A service that answers what the test says."""
    return Service()


@pytest.fixture
def client(service):
    """A client for a wire, before that service; botocore makes two attempts."""
    session = boto3.Session("key", "secret", region_name="eu-west-1")
    config = Config(parameter_validation=False, retries={"mode": "standard", "total_max_attempts": 2})
    client = session.client("dynamodb", endpoint_url="http://service.test", config=config)
    client.meta.events.register_first("before-send.dynamodb", service)
    return client


@pytest.fixture
def pauses():
    """The attempts the wire paused before; it is granted two."""
    return []


@pytest.fixture
def wire(client, pauses):
    """A wire before that service."""

    def pause(attempt):
        pauses.append(attempt)
        return attempt < 3

    return BotocoreWire(client, pause=pause)
