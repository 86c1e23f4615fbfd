"""Gives the tests of commands a way to run one, to listen to its calls, and to answer in the service's place."""

import io
import json
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.test.utils import isolate_apps

from django_dynamodb.connections import connections
from django_dynamodb.management import targets
from tests.declaring import declare
from tests.versioned import detected, people

__all__ = ["declare", "detected", "people"]


class Terminal(io.StringIO):
    """A terminal on which somebody has typed."""

    def isatty(self):
        """It is one."""
        return True


@pytest.fixture
def run():
    """A function that runs a command and returns what it wrote; ``typed`` stands on its terminal."""

    def command(name, *arguments, typed=None, **options):
        out, err = io.StringIO(), io.StringIO()
        stdin = io.StringIO() if typed is None else Terminal(typed)
        if name == "dynamo_droptables":
            options["stdin"] = stdin
        try:
            call_command(name, *arguments, stdout=out, stderr=err, no_color=True, **options)
        finally:
            written = SimpleNamespace(out=out.getvalue(), err=err.getvalue())
            command.last = written
        return written

    command.terminal = Terminal
    return command


@pytest.fixture
def run_json(run):
    """A function that runs a command with ``--format json`` and returns its records."""

    def command(name, *arguments, **options):
        return json.loads(run(name, *arguments, format="json", **options).out)["tables"]

    return command


@pytest.fixture
def layer():
    """A function that puts a layer around every connection, until the test is over."""
    added = []

    def add(new):
        connections.add_layer(new)
        added.append(new)

    yield add
    for old in added:
        connections.remove_layer(old)


@pytest.fixture
def calls(layer):
    """The names of the operations that are sent."""
    sent = []

    def listening(connection, send):
        def heard(operation, body, /):
            sent.append(operation)
            return send(operation, body)

        return heard

    layer(listening)
    return sent


@pytest.fixture
def raising(layer):
    """A function that makes an operation on a table raise, in the service's place."""

    def add(operation, table, error):
        def failing(connection, send):
            def answered(called, body, /):
                if called == operation and json.loads(body)["TableName"].endswith(table):
                    raise error
                return send(called, body)

            return answered

        layer(failing)

    return add


@pytest.fixture
def only_models(monkeypatch):
    """A function that makes models in a registry of their own, the only ones the commands see."""

    def make(declare):
        with isolate_apps("tests.testapp"):
            models = declare()
        monkeypatch.setattr(targets, "table_models", lambda using: list(models))
        return models

    return make
