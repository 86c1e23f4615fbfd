"""Holds that a project without any SQL database can check, write, read and load fixtures.

The whole suite runs so too, less the tests that ask for a database; here is what a project does first.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

STORY = """
import django
django.setup()
from django.core import serializers
from django.core.management import call_command
from django.forms import modelform_factory
from moto import mock_aws
from tests.testapp.models import Thread, Ticket

with mock_aws():
    for model in (Thread, Ticket):
        model.objects.create_table()
    form = modelform_factory(Ticket, fields=["title"])({"title": "x"})
    ticket = form.save()
    ticket.title = "y"
    ticket.save(raise_on_conflict=True)
    assert Ticket.objects.get(ticket.pk).title == "y"
    thread, created = Thread.objects.get_or_create(forum="a", subject="b")
    assert created and [row.pk for row in Thread.objects.filter(forum="a")] == ["a~b"]
    fixture = serializers.serialize("json", [ticket, thread])
    assert Thread.objects.all().delete()[0] == Ticket.objects.filter(pk=ticket.pk).delete()[0] == 1
    with open("all.json", "w") as file:
        file.write(fixture)
    call_command("loaddata", "all.json", verbosity=0)
    assert (Thread.objects.count(), Ticket.objects.get().title) == (1, "y")
print("done")
"""


@pytest.fixture
def run(tmp_path):
    """Runs Python in a folder of its own, in a project without databases; what it says."""

    def run(*arguments):
        environment = {**os.environ, "TEST_DATABASES": "none", "DJANGO_SETTINGS_MODULE": "tests.settings"}
        environment = {**environment, "PYTHONPATH": str(Path(__file__).parents[1]), "DYNAMODB_TEST_ENDPOINT": ""}
        done = subprocess.run(
            [sys.executable, "-W", "error", *arguments],
            env=environment, cwd=tmp_path, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


def test_story(run):
    """Tables, a form, saving, queries, deleting, fixtures: no SQL is asked for."""
    assert run("-c", STORY).strip() == "done"


@pytest.mark.parametrize("command", [("check",), ("makemigrations", "--check", "--dry-run"), ("diffsettings",)])
def test_commands(run, command):
    """The commands every project runs."""
    run("-m", "django", *command)


def test_no_database_is_set(run):
    """The settings of these tests really have none."""
    code = "import json, django; django.setup(); from django.conf import settings as s; print(json.dumps(s.DATABASES))"
    databases = json.loads(run("-c", code))
    assert databases.get("default", {}).get("ENGINE", "django.db.backends.dummy") == "django.db.backends.dummy"
