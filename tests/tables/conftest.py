"""Gives the tests of the table layer a service that answers what they say, and tables on a real engine."""

import json
import os
from collections import deque
from threading import Lock
from uuid import uuid4

import boto3
import pytest
from botocore.config import Config
from moto import mock_aws

from django_dynamodb.tables import lifecycle
from django_dynamodb.tables.schema import IndexSchema, KeyAttribute, TableSchema
from django_dynamodb.tables.table import Table
from django_dynamodb.wire.botocore import BotocoreWire

THREADS = TableSchema(
    name="threads",
    partition=KeyAttribute("forum", "S"),
    sort=KeyAttribute("subject", "S"),
    indexes=(
        IndexSchema(name="by_author", partition=KeyAttribute("author", "S"), sort=KeyAttribute("posted", "N")),
        IndexSchema(name="by_views", partition=KeyAttribute("forum", "S"), sort=KeyAttribute("views", "N"), local=True),
    ),
)
TICKETS = TableSchema(name="tickets", partition=KeyAttribute("id", "N"), counter=True)


class FakeService:
    """Answers from a queue, then with nothing; keeps what was sent. An exception in the queue is raised."""

    def __init__(self):
        self.answers = deque()
        self.calls = []

    def __call__(self, operation, body):
        """Takes the place of the wire."""
        payload = json.loads(body)
        self.calls.append((operation, payload))
        answer = self.answers.popleft() if self.answers else {}
        if isinstance(answer, Exception):
            raise answer
        return json.dumps(answer(payload) if callable(answer) else answer).encode()

    @property
    def payloads(self):
        """What was sent, without the names of the operations."""
        return [payload for _, payload in self.calls]


class Pauses(list):
    """Keeps the attempts it was asked to wait before, and grants three of them."""

    def __call__(self, attempt):
        """Takes the place of waiting."""
        self.append(attempt)
        return attempt <= 3


@pytest.fixture
def service():
    """A service that answers what the test says."""
    return FakeService()


@pytest.fixture
def pauses():
    """The attempts that were paused before."""
    return Pauses()


@pytest.fixture
def make_fake(service, pauses):
    """Makes a table of any schema before the fake service."""
    return lambda schema: Table(schema=schema, send=service, pause=pauses)


@pytest.fixture
def fake_threads(make_fake):
    """A table with a sort key and two indexes before the fake service."""
    return make_fake(THREADS)


@pytest.fixture
def fake_tickets(make_fake):
    """An autoincrement table before the fake service."""
    return make_fake(TICKETS)


@pytest.fixture(scope="session")
def sender():
    """A sender to the engine of this run: moto inside the process, or the endpoint of ``DYNAMODB_TEST_ENDPOINT``."""
    endpoint = os.environ.get("DYNAMODB_TEST_ENDPOINT") or None
    config = Config(parameter_validation=False, max_pool_connections=20)
    mock = None if endpoint else mock_aws(config={"core": {"mock_credentials": False}})
    if mock is not None:
        mock.start(reset=False)
    session = boto3.Session("testing", "testing", region_name="us-east-1")
    client = session.client("dynamodb", endpoint_url=endpoint, config=config)
    wire, one_call = BotocoreWire(client), Lock()

    def send_in_turn(operation, body, /):
        """One call at a time: moto in the process loses updates of two threads at once."""
        with one_call:
            return wire(operation, body)

    yield wire if endpoint else send_in_turn
    client.close()
    if mock is not None:
        mock.stop()


@pytest.fixture
def make_table(sender, pauses):
    """Makes a table of any schema on the engine, under a name of its own; it is deleted after the test."""
    made = []

    def make(schema):
        table = Table(schema=schema.prefixed(f"tables-{uuid4().hex}-"), send=sender, pause=pauses)
        made.append(table)
        return table

    yield make
    for table in made:
        lifecycle.delete(table)


@pytest.fixture
def threads(make_table):
    """A table with a sort key and two indexes on the engine."""
    table = make_table(THREADS)
    lifecycle.ensure(table)
    return table


@pytest.fixture
def tickets(make_table):
    """An autoincrement table on the engine."""
    table = make_table(TICKETS)
    lifecycle.ensure(table)
    return table


@pytest.fixture
def thread():
    """Makes an item of the table of threads."""

    def make(subject, forum="AWS", **attributes):
        return {"forum": {"S": forum}, "subject": {"S": subject}, **attributes}

    return make
