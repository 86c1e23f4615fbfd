"""Holds the command that migrates stored items: what it does, what it says, and that it survives any interruption."""

import json

import pytest
from django.core.management.base import CommandError

from django_dynamodb import models
from django_dynamodb.connections import connections
from django_dynamodb.exceptions import ThrottledError
from django_dynamodb.management import backfill, targets

pytestmark = pytest.mark.dynamodb

COMMAND = "dynamo_migrateitems"


@pytest.fixture
def only(monkeypatch):
    """A function that leaves the commands only these models to see."""

    def choose(*chosen):
        monkeypatch.setattr(targets, "table_models", lambda using: list(chosen))

    return choose


@pytest.fixture
def filled(people, only):
    """Some items of each version, and the commands looking at their model alone."""
    only(people.model)
    for number in range(2):
        people.put_first(f"old{number}")
    people.put_second("b")
    people.model.objects.create(code="new", visits=7)
    return people


def record_of(run_json, *arguments, **options):
    """The one record of a run."""
    (record,) = run_json(COMMAND, *arguments, **options)
    return record


def visits(versioned):
    """How often the migration to version 4 is to be seen in each item."""
    return sorted(row["visits"]["N"] for row in map(versioned.stored, ("old0", "old1", "b", "new")))


ONCE = ["1", "1", "1", "7"]


@pytest.mark.seed(37)
def test_items_are_migrated(filled, run_json):
    """SEED row 37: every item is brought to the present version, and a second run finds nothing to do."""
    record = record_of(run_json)
    assert record["version"] == 4
    assert record["versions"] == {"1": 2, "2": 1, "4": 1}
    counts = {name: record[name] for name in ("read", "migrated", "current", "gone", "conflicts", "failed")}
    assert counts == {"read": 4, "migrated": 3, "current": 1, "gone": 0, "conflicts": 0, "failed": 0}
    assert visits(filled) == ONCE
    assert record_of(run_json)["migrated"] == 0
    assert visits(filled) == ONCE


def test_in_words(filled, run):
    """People read one line for each table, and one for each version found."""
    done = run(COMMAND)
    assert "testapp_person (testapp.Person) to version 4: 4 read, 3 migrated, 1 current" in done.out
    assert "    version 1      2" in done.out
    assert done.err == ""


@pytest.mark.parametrize("option", ["--dry-run", "--plan"])
def test_looking_writes_nothing(filled, run, calls, option):
    """A dry run runs the migrations, a plan counts the versions; neither writes."""
    done = run(COMMAND, option)
    assert set(calls) == {"Scan"}
    assert "4 read, 3 to migrate, 1 current" in done.out
    assert bool(filled.runs) == (option == "--dry-run")
    assert "name" in filled.stored("old0")


def test_segments_read_everything(filled, run_json):
    """Every item is read once, whatever the parts."""
    assert record_of(run_json, "--segments", "3", "--page-size", "1")["read"] == 4
    assert visits(filled) == ONCE


def test_failures_are_listed(filled, run, run_json):
    """Items that cannot be migrated stay as they are, are named, and make the command fail; the others are done."""
    filled.put("odd", name={"S": "Cher"})
    filled.put("far", v={"N": "9"})
    with pytest.raises(CommandError, match="2 items could not be migrated"):
        run(COMMAND)
    assert "Person 'odd' cannot be migrated: migration 2" in run.last.out
    assert "Person 'far' has version '9'" in run.last.out
    assert visits(filled) == ONCE
    with pytest.raises(CommandError):
        run(COMMAND, format="json")
    (record,) = json.loads(run.last.out)["tables"]
    assert record["failed"] == 2
    assert {failure["key"]["code"]["S"] for failure in record["failures"]} == {"odd", "far"}
    assert {failure["kind"] for failure in record["failures"]} == {"VersionError"}
    assert filled.stored("odd") == {"code": {"S": "odd"}, "name": {"S": "Cher"}}


def test_more_failures_than_are_listed(filled, run, monkeypatch):
    """The rest is counted."""
    monkeypatch.setattr("django_dynamodb.management.progress.FAILURES", 1)
    filled.put("far", v={"N": "9"})
    filled.put("wide", v={"N": "9"})
    with pytest.raises(CommandError):
        run(COMMAND)
    assert "    failed   and 1 more" in run.last.out


def test_detected_items(detected, only, run_json):
    """Without an attribute the same is done by detections."""
    only(detected.model)
    detected.put_first()
    assert record_of(run_json)["versions"] == {"1": 1}
    assert record_of(run_json)["versions"] == {"4": 1}


def test_conflicts_are_solved(filled, run_json, layer):
    """An item that is changed between reading and writing is read again."""
    done = []

    def interfering(connection, send):
        def changed(operation, body, /):
            if operation == "UpdateItem" and not done:
                done.append(1)
                code = json.loads(body)["Key"]["code"]["S"]
                filled.put(code, name={"S": "Grace Hopper"})
            return send(operation, body)

        return changed

    layer(interfering)
    record = record_of(run_json)
    assert (record["conflicts"], record["migrated"], record["failed"]) == (1, 3, 0)


def test_deleted_meanwhile(filled, run_json, layer):
    """An item that is deleted between reading and writing does not come back."""
    done = []

    def interfering(connection, send):
        def deleted(operation, body, /):
            if operation == "UpdateItem" and not done:
                done.append(json.loads(body)["Key"])
                filled.table.delete(done[0])
            return send(operation, body)

        return deleted

    layer(interfering)
    record = record_of(run_json)
    assert (record["gone"], record["migrated"]) == (1, 2)
    assert filled.table.get(done[0]) is None


# -- interruptions ------------------------------------------------------------------------------------------------


class Killed(BaseException):
    """The end of the process, as far as a test can tell."""


def kill_at(number, *, answered):
    """A layer that ends the run at a call: before it reaches the service, or after."""
    count = [0]

    def killing(connection, send):
        def counted(operation, body, /):
            count[0] += 1
            if count[0] == number:
                if answered:
                    send(operation, body)
                raise Killed
            return send(operation, body)

        return counted

    return killing


@pytest.fixture
def state(tmp_path):
    """Where the progress is kept."""
    return tmp_path / "state.json"


@pytest.mark.parametrize("answered", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("segments", ["1", "2"])
def test_killed_at_every_call(filled, run_json, state, segments, answered):
    """Killed before or after any call, the next run finishes: nothing is lost, and nothing is migrated twice."""
    kills = 0
    for number in range(1, 40):
        for old in ("old0", "old1"):
            filled.put_first(old)
        filled.put_second("b")
        state.unlink(missing_ok=True)
        layer = kill_at(number, answered=answered)
        connections.add_layer(layer)
        try:
            run_json(COMMAND, "--segments", segments, "--page-size", "1", "--state", str(state))
        except Killed:
            kills += 1
        else:
            break
        finally:
            connections.remove_layer(layer)
        record = record_of(run_json, "--page-size", "1", "--state", str(state))
        assert record["failed"] == 0
        assert visits(filled) == ONCE
        assert not state.exists()
    assert kills >= 7


def test_killed_while_the_progress_is_kept(filled, run_json, state, monkeypatch):
    """Killed between a page and its note, the page is read again, and found done."""
    saved = []

    def fail_third(descriptor):
        saved.append(descriptor)
        if len(saved) == 3:
            raise Killed

    monkeypatch.setattr("django_dynamodb.management.statefile.os.fsync", fail_third)
    with pytest.raises(Killed):
        run_json(COMMAND, "--page-size", "1", "--state", str(state))
    record = record_of(run_json, "--page-size", "1", "--state", str(state))
    assert record["migrated"] == 3 - (record["current"] - 1)
    assert visits(filled) == ONCE


def test_a_run_goes_on_where_it_ended(filled, run_json, calls, layer, state):
    """Pages that are done are not read again, and the counts are those of both runs."""
    layer(kill_at(5, answered=False))
    with pytest.raises(Killed):
        run_json(COMMAND, "--page-size", "1", "--state", str(state))
    del calls[:]
    record = record_of(run_json, "--page-size", "1", "--state", str(state))
    assert record["read"] == 4
    assert calls.count("Scan") < 5


def test_the_state_is_kept_when_the_service_fails(filled, run, raising, state):
    """A table that stops by an error of the service is an error of the command, and can be taken up."""
    state.write_text('{"format": 1, "tables": {}}')
    raising("UpdateItem", "person", ThrottledError("too much"))
    with pytest.raises(CommandError, match="too much"):
        run(COMMAND, "--page-size", "1", "--state", str(state))
    assert "testapp_person (testapp.Person): ThrottledError" in run.last.out
    assert state.exists()


def test_progress_is_reported(filled, run, monkeypatch):
    """While it runs, the counts so far go to stderr."""
    monkeypatch.setattr(backfill, "REPORT_SECONDS", 0)
    assert "testapp_person: " in run(COMMAND, "--page-size", "1").err


# -- what is refused ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("option", ["--dry-run", "--plan"])
def test_a_look_has_no_state(filled, run, option, tmp_path):
    """There is nothing to take up of a run that writes nothing."""
    with pytest.raises(CommandError, match="--state is for a run that writes"):
        run(COMMAND, option, "--state", str(tmp_path / "x"))


@pytest.mark.parametrize("value", ["0", "-1", "x"])
def test_wrong_numbers(filled, run, value):
    """Segments and page sizes are whole numbers from 1 on."""
    with pytest.raises(CommandError, match="no whole number"):
        run(COMMAND, f"--segments={value}")


def test_too_many_segments(filled, run):
    """The service has a limit."""
    with pytest.raises(CommandError, match="DynamoDB allows 1,000,000"):
        run(COMMAND, "--segments=1000001")


def test_declarations_that_cannot_work(declare, dynamodb, only, run):
    """Nothing is read for migrations that cannot work."""
    model = declare("Plain")
    models.migration(model, 2)(lambda item: None)
    only(model)
    with pytest.raises(CommandError, match="nothing tells that an item is of version 2"):
        run(COMMAND, skip_checks=True)


def test_shared_tables_are_refused(declare, dynamodb, only, run):
    """Where two models share a table nothing tells whose an item is."""
    one = declare("One", table={"name": "both", "item_version": "v"})
    two = declare("Two", table={"name": "both"})
    only(one, two)
    with pytest.raises(CommandError, match=r"is the table of testapp\.One, testapp\.Two"):
        run(COMMAND)


def test_models_without_migrations(declare, dynamodb, only, run):
    """Models without versions are passed over, and it is said when there are no others."""
    only(declare("Plain"))
    done = run(COMMAND)
    assert done.out == ""
    assert "None of the models has migrations of items." in done.err
