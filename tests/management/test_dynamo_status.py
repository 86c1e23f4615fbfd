"""Tests ``manage.py dynamo_status``."""

import pytest
from django.core.management.base import CommandError

from django_dynamodb import models
from django_dynamodb.connections import connections
from django_dynamodb.exceptions import AccessDeniedError
from django_dynamodb.tables import counters, lifecycle
from tests.testapp.models import Thread, Ticket

COMMAND = "dynamo_status"


def test_a_table_is_shown_as_it_stands(dynamodb, run):
    """Status, size, indexes and billing, under the place where the table is."""
    lines = run(COMMAND, "testapp.Thread").out.splitlines()
    assert lines == [
        connections["default"].describe(),
        f"  {Thread._meta.open_table().schema.name} (testapp.Thread): ACTIVE",
        "    items    about 0, 0 bytes; the service counts about every 6 hours",
        "    indexes  by_author ACTIVE, by_views local",
        "    billing  on demand",
    ]


def test_the_counter_is_shown(dynamodb, run, run_json):
    """The counter of an autoincrement table is read from its item."""
    counters.raise_to(Ticket._meta.open_table(), 17)
    assert "    counter  17\n" in run(COMMAND, "testapp.Ticket").out
    assert run_json(COMMAND, "testapp.Ticket")[0]["counter"] == 17


def test_a_missing_counter_is_a_difference(dynamodb, run):
    """An autoincrement table without counter item would give out numbers in use."""
    table = Ticket._meta.open_table()
    table.delete(counters.counter_key(table.schema))
    with pytest.raises(CommandError):
        run(COMMAND, "testapp.Ticket", check=True)
    assert "    counter  none\n" in run.last.out
    assert "    differs  The counter item is missing" in run.last.out


def test_json_names_everything(dynamodb, run_json):
    """The JSON form has what the text form has, and the indexes in full."""
    (record,) = run_json(COMMAND, "testapp.Thread")
    assert record.keys() >= {"status", "item_count", "size_bytes", "indexes", "units", "ttl", "stream", "differences"}
    assert [index["name"] for index in record["indexes"]] == ["by_author", "by_views"]


def test_expiry_stream_and_throughput_are_shown(dynamodb, run, only_models):
    """What a table may have beside keys has a line each."""

    def declare():
        class Draft(models.Model):
            code = models.CharField(primary_key=True)
            gone = models.BigIntegerField()

            class Table:
                name = "drafts"
                ttl = "gone"
                stream = "NEW_IMAGE"
                billing = models.Provisioned(read=2, write=3)

            class Meta:
                app_label = "testapp"

        return [Draft]

    only_models(declare)
    run("dynamo_createtables")
    written = run(COMMAND)
    assert "    billing  provisioned, 2 read and 3 write units\n" in written.out
    assert "    expiry   by 'gone'\n    stream   NEW_IMAGE\n" in written.out


def test_a_missing_table_is_shown(dynamodb, run, run_json):
    """A table that is not there is no error, unless --check asks."""
    lifecycle.delete(Thread._meta.open_table())
    assert "missing; manage.py dynamo_createtables creates it" in run(COMMAND, "testapp.Thread").out
    assert run_json(COMMAND, "testapp.Thread")[0]["status"] == "MISSING"
    with pytest.raises(CommandError, match="Missing, or other"):
        run(COMMAND, "testapp.Thread", check=True)


def test_check_is_content_with_a_sound_project(dynamodb, run):
    """All tables as their models describe them: exit code 0."""
    run(COMMAND, check=True)


def test_a_denied_table_is_not_called_missing(dynamodb, run, raising):
    """A table that may not be looked at is told as such, and the others are shown all the same."""
    raising("DescribeTable", "threads", AccessDeniedError("no right to describe"))
    with pytest.raises(CommandError, match="threads: no right to describe"):
        run(COMMAND, "testapp.Thread", "testapp.Ticket")
    assert "denied   " in run.last.out
    assert "missing" not in run.last.out
    assert f"{Ticket._meta.open_table().schema.name} (testapp.Ticket): ACTIVE" in run.last.out


def test_a_denied_counter_hides_nothing_else(dynamodb, run, raising):
    """Without the right to read items, the counter alone is not shown."""
    raising("GetItem", "tickets", AccessDeniedError("no right to read"))
    assert "counter  access denied" in run(COMMAND, "testapp.Ticket").out


def test_nothing_is_changed(dynamodb, run, calls):
    """The command reads only."""
    run(COMMAND)
    assert set(calls) == {"DescribeTable", "DescribeTimeToLive", "GetItem"}
