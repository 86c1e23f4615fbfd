"""Tests ``manage.py dynamo_seedcounters``."""

import pytest
from django.core.management.base import CommandError

from django_dynamodb.tables import counters
from tests.testapp.models import Legacy, Thread, Ticket

COMMAND = "dynamo_seedcounters"


@pytest.fixture
def table(dynamodb):
    """The table of tickets, with ticket 9 written under a key of its own."""
    Ticket(id=9).save()
    return Ticket._meta.open_table()


def write_before_the_update(layer, write):
    """Makes another writer come between the command's look and its update, once."""
    waiting = [write]

    def crowding(connection, send):
        def crowded(operation, body, /):
            if operation == "UpdateItem" and waiting:
                waiting.pop()()
            return send(operation, body)

        return crowded

    layer(crowding)


def test_counters_are_shown(table, run, calls):
    """Without an option each counter is shown, of tables that have one, and nothing is written."""
    written = run(COMMAND)
    assert f"counter  {table.schema.name} (testapp.Ticket): 0" in written.out
    assert Legacy._meta.open_table().schema.name in written.out
    assert Thread._meta.open_table().schema.name not in written.out
    assert set(calls) == {"GetItem"}


def test_a_missing_counter_is_shown_as_missing(table, run):
    """A table without counter item has given out no number."""
    table.delete(counters.counter_key(table.schema))
    assert "missing  " in run(COMMAND, "testapp.Ticket").out


def test_from_max_raises_to_the_highest_key(table, run):
    """The next number is then above all keys in use."""
    written = run(COMMAND, "testapp.Ticket", from_max=True)
    assert f"raised   {table.schema.name} (testapp.Ticket): 0 → 9" in written.out
    assert written.err == f"{table.schema.name}: reading every key\n"
    assert Ticket.objects.create().pk == 10


def test_from_max_keeps_a_higher_counter(table, run):
    """A counter above the highest key is kept."""
    counters.raise_to(table, 12)
    assert "kept " in run(COMMAND, "testapp.Ticket", from_max=True).out
    assert counters.read(table) == 12


def test_verbosity_0_says_nothing(table, run):
    """With -v 0 the counter is raised without a word."""
    written = run(COMMAND, "testapp.Ticket", from_max=True, verbosity=0)
    assert (written.out, written.err) == ("", "")
    assert counters.read(table) == 9


def test_to_makes_a_missing_counter(table, run):
    """A counter that is not there starts at the number given."""
    table.delete(counters.counter_key(table.schema))
    assert "nothing → 5" in run(COMMAND, "testapp.Ticket", "--to", "5").out
    assert counters.read(table) == 5


def test_to_never_lowers(table, run_json):
    """A lower number changes nothing, and is no error."""
    counters.raise_to(table, 12)
    (record,) = run_json(COMMAND, "testapp.Ticket", to=5)
    assert (record["from"], record["wanted"], record["to"]) == (12, 5, 12)


def test_a_writer_who_passes_meanwhile_is_not_set_back(table, run, layer):
    """A counter that other writers raised beyond the number, after it was read, stands as they left it."""
    write_before_the_update(layer, lambda: counters.raise_to(table, 100))
    assert "kept     " in run(COMMAND, "testapp.Ticket", to=50).out
    assert counters.read(table) == 100


def test_a_writer_who_stays_below_is_overtaken(table, run, layer):
    """A number given out meanwhile, below the one asked for, is given out once."""
    write_before_the_update(layer, lambda: counters.next_number(table))
    run(COMMAND, "testapp.Ticket", to=50)
    assert counters.next_number(table) == 51


def test_dry_run_writes_nothing(table, run, calls):
    """A dry run reads, to say what would be done."""
    assert "would raise " in run(COMMAND, "testapp.Ticket", from_max=True, dry_run=True).out
    assert set(calls) == {"GetItem", "Scan"}


@pytest.mark.parametrize("labels", [[], ["testapp.Thread"]])
def test_to_is_for_one_counter(labels, run):
    """A number is given to one table, by name."""
    with pytest.raises(CommandError, match="--to is for one model"):
        run(COMMAND, *labels, to=5)


@pytest.mark.parametrize("text", ["-1", "x", "1.5"])
def test_to_is_a_number(text, run):
    """A counter is a whole number from 0 on."""
    with pytest.raises(CommandError, match=r"whole number|expected one argument"):
        run(COMMAND, "testapp.Ticket", "--to", text)
