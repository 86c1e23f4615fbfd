"""Tests ``manage.py dynamo_createtables``."""

import json

import pytest
from django.core.management.base import CommandError

from django_dynamodb import models
from django_dynamodb.connections import connections
from django_dynamodb.exceptions import AccessDeniedError, ConnectionFailedError
from django_dynamodb.tables import counters, lifecycle
from tests.testapp.models import Thread, Ticket

COMMAND = "dynamo_createtables"


def table_of(model):
    """The table of a model."""
    return model._meta.open_table()


def drop(model):
    """Deletes the table of a model."""
    lifecycle.delete(table_of(model))
    lifecycle.wait_deleted(table_of(model))


def declare(name="Draft", **table):
    """Makes a model with a key, a number and a text."""
    body = {
        "__module__": "tests.testapp.models",
        "code": models.CharField(primary_key=True),
        "gone": models.BigIntegerField(null=True),
        "author": models.CharField(),
        "Table": type("Table", (), {"name": "drafts", **table}),
    }
    return type(models.Model)(name, (models.Model,), body)


def test_missing_tables_are_created(dynamodb, run):
    """What is missing is created and active when the command returns; where it leads stands above."""
    drop(Thread)
    written = run(COMMAND, "testapp.Thread")
    assert connections["default"].describe() in written.out
    assert f"created  {table_of(Thread).schema.name} (testapp.Thread)" in written.out
    assert lifecycle.describe(table_of(Thread)).status == "ACTIVE"


def test_a_second_run_changes_nothing(dynamodb, run, calls):
    """The command is idempotent: on tables that are there it only reads."""
    written = run(COMMAND)
    assert "created" not in written.out
    assert written.err == ""
    assert set(calls) <= {"DescribeTable", "DescribeTimeToLive", "GetItem", "PutItem"}


@pytest.mark.seed(18)
def test_the_counter_item_is_written(dynamodb, run_json):
    """SEED row 18: an autoincrement table gets its counter item at 0."""
    drop(Ticket)
    (record,) = run_json(COMMAND, "testapp.Ticket")
    assert record["counter_created"]
    assert counters.read(table_of(Ticket)) == 0


@pytest.mark.seed(18)
@pytest.mark.seed(38)
def test_a_table_without_counter_item_gets_one(dynamodb, run):
    """SEED rows 18 and 38: a table that exists without counter item gets it; one that has it keeps its number."""
    table = table_of(Ticket)
    table.delete(counters.counter_key(table.schema))
    assert "wrote its counter item at 0" in run(COMMAND, "testapp.Ticket").out
    counters.raise_to(table, 7)
    assert "wrote" not in run(COMMAND, "testapp.Ticket").out
    assert counters.read(table) == 7


def test_expiry_is_enabled(dynamodb, run_json, only_models):
    """The expiry of a new table is enabled, once."""
    (model,) = only_models(lambda: [declare(ttl="gone")])
    assert [record["expiry_enabled"] for record in run_json(COMMAND)] == [True]
    assert lifecycle.describe(table_of(model)).ttl == "gone"
    assert [record["expiry_enabled"] for record in run_json(COMMAND)] == [False]


def test_differences_are_reported(dynamodb, run, only_models):
    """A table that is not as its model describes it is left alone, and each difference is said."""
    only_models(lambda: [declare()])
    run(COMMAND)
    only_models(lambda: [declare(ttl="gone", stream="NEW_IMAGE", indexes=[models.GlobalIndex("by_author", "author")])])
    written = run(COMMAND)
    assert "differs: Index 'by_author' is missing." in written.out
    assert "differs: The stream is none, the schema says 'NEW_IMAGE'." in written.out
    assert "enabled its expiry" in written.out


def test_a_table_with_another_key_gets_no_counter_item(dynamodb, run, only_models):
    """Where the key is another one, no counter item can be written; that is said and nothing is tried."""
    only_models(lambda: [declare()])
    run(COMMAND)
    number = {"code": models.AutoIncrementField(primary_key=True), "Table": type("Table", (), {"name": "drafts"})}
    only_models(lambda: [type(models.Model)("N", (models.Model,), {"__module__": "tests.testapp.models", **number})])
    written = run(COMMAND)
    assert "differs: The type of key attribute 'code' is 'S'" in written.out
    assert "wrote" not in written.out


def test_dry_run_prints_the_request_and_sends_nothing(dynamodb, run, run_json, calls):
    """The request is the whole CreateTable request; no call is made at all."""
    written = run(COMMAND, "testapp.Ticket", dry_run=True)
    (record,) = run_json(COMMAND, "testapp.Ticket", dry_run=True)
    assert calls == []
    assert json.dumps(record["request"], indent=2) in written.out
    assert record["request"]["TableName"] == table_of(Ticket).schema.name
    assert "then write the counter item at 0" in written.out


def test_dry_run_names_the_expiry(run_json, only_models):
    """Expiry is no part of the request, so it is said beside it."""
    only_models(lambda: [declare(ttl="gone")])
    assert run_json(COMMAND, dry_run=True)[0]["then"] == ["enable expiry by 'gone'"]


def test_check_creates_nothing_and_fails(dynamodb, run, calls):
    """With --check a missing table ends in exit code 1, and is not created."""
    drop(Thread)
    calls.clear()
    with pytest.raises(CommandError, match=r"Missing, or other than their models: \S+threads\.$"):
        run(COMMAND, check=True)
    assert f"missing  {table_of(Thread).schema.name}" in run.last.out
    assert set(calls) == {"DescribeTable", "DescribeTimeToLive", "GetItem"}


def test_check_fails_for_differences(dynamodb, run, only_models):
    """With --check a difference ends in exit code 1, too."""
    only_models(lambda: [declare()])
    run(COMMAND)
    run(COMMAND, check=True)
    only_models(lambda: [declare(ttl="gone")])
    with pytest.raises(CommandError, match="drafts"):
        run(COMMAND, check=True)


def test_models_that_agree_share_a_table(dynamodb, run_json, only_models):
    """Two models of one table, described alike, are created once."""
    only_models(lambda: [declare("One"), declare("Two")])
    (record,) = run_json(COMMAND)
    assert record["models"] == ["testapp.One", "testapp.Two"]
    assert record["created"]


def test_models_that_disagree_are_refused(dynamodb, run, only_models, calls):
    """Two models of one table, described differently, are refused before anything is sent."""
    only_models(lambda: [declare("One"), declare("Two", stream="NEW_IMAGE")])
    with pytest.raises(CommandError, match=r"testapp\.One and testapp\.Two share table"):
        run(COMMAND)
    assert calls == []


def test_a_table_that_fails_does_not_stop_the_others(dynamodb, run, raising):
    """All tables are tried; the command then fails with each error."""
    drop(Thread)
    drop(Ticket)
    raising("CreateTable", "threads", AccessDeniedError("not allowed to create"))
    with pytest.raises(CommandError, match="threads: not allowed to create"):
        run(COMMAND)
    assert "created" in run.last.out
    assert "denied   " in run.last.out
    assert lifecycle.describe(table_of(Ticket)) is not None


def test_without_an_answer_the_command_stops(dynamodb, run, raising, calls):
    """When nobody answers, the other tables are not tried."""
    raising("DescribeTable", "", ConnectionFailedError("nobody there"))
    with pytest.raises(CommandError, match="nobody there"):
        run(COMMAND)
    assert calls == []


def test_a_table_deleted_meanwhile_is_an_error(dynamodb, run, only_models, monkeypatch):
    """A table that disappears between two looks is no success."""
    only_models(lambda: [declare()])
    monkeypatch.setattr(lifecycle, "wait_active", lambda table, progress: lifecycle.delete(table))
    with pytest.raises(CommandError, match="deleted meanwhile"):
        run(COMMAND)


def test_a_project_without_models_is_fine(run, only_models):
    """No model, no table, no error."""
    only_models(list)
    written = run(COMMAND)
    assert (written.out, written.err) == ("", "No model, session engine or cache has a table in DynamoDB.\n")


def test_waiting_is_told_on_stderr(dynamodb, run, monkeypatch, only_models):
    """Progress goes to stderr: each status once."""
    only_models(lambda: [declare()])

    def wait(table, progress):
        for status in ["CREATING", "CREATING", "ACTIVE"]:
            progress(status)

    monkeypatch.setattr(lifecycle, "wait_active", wait)
    name = connections["default"].settings.table_prefix + "drafts"
    assert run(COMMAND).err == f"{name}: CREATING\n{name}: ACTIVE\n"


def test_verbosity_0_says_nothing(dynamodb, run):
    """With -v 0 only errors are left."""
    written = run(COMMAND, verbosity=0)
    assert (written.out, written.err) == ("", "")
