"""Tests the commands on the tables of sessions and caches, from nothing to gone."""

import pytest
from django.core.cache import caches
from django.core.management import CommandError, call_command

from django_dynamodb.management.commands.clearsessions import Command
from django_dynamodb.sessions import SessionStore

LABELS = ("sessions", "caches")


@pytest.fixture(autouse=True)
def _declaring(dynamodb, settings):
    """Sessions and a cache in tables that do not exist."""
    settings.SESSION_ENGINE = "django_dynamodb.sessions"
    settings.DYNAMODB_SESSIONS = {"TABLE": "command_sessions"}
    cache = {"BACKEND": "django_dynamodb.cache.DynamoDBCache", "LOCATION": "command_cache"}
    settings.CACHES = {"default": cache}


def test_created_used_shown_and_dropped(run, run_json):
    """dynamo_createtables makes them with their expiry, once; status finds nothing amiss; droptables deletes them."""
    made = run_json("dynamo_createtables", *LABELS)
    assert [(record["models"], record["created"], record["expiry_enabled"]) for record in made] == [
        (["sessions"], True, True),
        (["caches.default"], True, True),
    ]
    assert not any(record["created"] for record in run_json("dynamo_createtables", *LABELS))
    SessionStore().save()
    caches["default"].set("a", 1)
    shown = run_json("dynamo_status", *LABELS, check=True)
    assert [(record["ttl"], record["differences"]) for record in shown] == [("expires", []), ("expires", [])]
    run("dynamo_droptables", *LABELS, interactive=False)
    with pytest.raises(CommandError, match="command_sessions"):
        run("dynamo_status", *LABELS, check=True)


def test_without_labels_they_are_there(run_json):
    """A command on everything works on them too."""
    labels = [label for record in run_json("dynamo_createtables", dry_run=True) for label in record["models"]]
    assert labels[-2:] == ["sessions", "caches.default"]


@pytest.mark.django_db
def test_clearsessions(capsys, settings):
    """It says that the service does it, by which attribute and in which table; of other engines it says nothing."""
    call_command(Command())
    said = capsys.readouterr().out
    assert "DynamoDB itself deletes expired sessions" in said
    assert "command_sessions" in said
    assert "'expires'" in said
    call_command(Command(), verbosity=0)
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.db"
    call_command(Command())
    assert capsys.readouterr().out == ""
