"""Tests ``manage.py dynamo_droptables``."""

from dataclasses import replace

import pytest
from django.conf import settings
from django.core.management.base import CommandError
from django.test import override_settings

from django_dynamodb.connections import connections
from django_dynamodb.tables import lifecycle
from tests.testapp.models import Thread, Ticket

COMMAND = "dynamo_droptables"


def exists(model):
    """Whether the table of a model is there."""
    return lifecycle.describe(model._meta.open_table()) is not None


def test_the_alias_must_be_typed(dynamodb, run):
    """The question names alias, region, endpoint and full table names; the alias, typed, deletes them."""
    written = run(COMMAND, "testapp.Thread", typed="default\n")
    assert connections["default"].describe() in written.err
    assert f"{Thread._meta.open_table().schema.name} (testapp.Thread)" in written.err
    assert "deleted  " in written.out
    assert not exists(Thread)
    assert exists(Ticket)


@pytest.mark.parametrize("typed", ["yes\n", "\n", "", "Default\n"])
def test_any_other_answer_deletes_nothing(dynamodb, run, typed, calls):
    """A yes given by habit is not enough."""
    with pytest.raises(CommandError, match="nothing was done"):
        run(COMMAND, "testapp.Thread", typed=typed)
    assert calls == []


def test_every_alias_is_asked_for_first(dynamodb, run, monkeypatch, calls):
    """With two aliases both names must be typed before any table is deleted."""
    monkeypatch.setattr(Ticket._meta, "dynamodb", replace(Ticket._meta.dynamodb, using="eu"))
    with (
        override_settings(DYNAMODB={**settings.DYNAMODB, "eu": settings.DYNAMODB["default"]}),
        pytest.raises(CommandError, match="'default' is not 'eu'"),
    ):
        run(COMMAND, "testapp.Thread", "testapp.Ticket", typed="default\ndefault\n")
    assert calls == []


def test_without_a_terminal_nothing_is_deleted(dynamodb, run, calls):
    """Nobody can be asked in a pipe or a service, so the command refuses."""
    with pytest.raises(CommandError, match="--noinput"):
        run(COMMAND, "testapp.Thread")
    assert calls == []


def test_an_interrupted_question_deletes_nothing(dynamodb, run, calls, monkeypatch):
    """Ctrl-C at the question ends the command without a traceback."""

    def interrupt(terminal):
        raise KeyboardInterrupt

    monkeypatch.setattr(run.terminal, "readline", interrupt)
    with pytest.raises(CommandError, match="Cancelled"):
        run(COMMAND, "testapp.Thread", typed="")
    assert calls == []


def test_noinput_asks_nothing(dynamodb, run):
    """--noinput deletes; a table that is not there is no error."""
    assert "deleted  " in run(COMMAND, "testapp.Thread", interactive=False).out
    assert "missing  " in run(COMMAND, "testapp.Thread", interactive=False).out


def test_dry_run_lists_and_sends_nothing(dynamodb, run, calls):
    """A dry run names the tables, asks nothing and makes no call."""
    written = run(COMMAND, dry_run=True)
    assert written.out.count("would delete") == len(written.out.splitlines()) - 1
    assert calls == []


def test_json_is_all_of_stdout(dynamodb, run_json):
    """With --format json stdout is one JSON document."""
    (record,) = run_json(COMMAND, "testapp.Thread", interactive=False)
    assert record["deleted"] is True
