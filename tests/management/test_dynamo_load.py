"""Holds ``dynamo_load``: what it writes, what it refuses, and that it goes on where it ended."""

import io
import json
from pathlib import Path

import pytest
from django.core.management.base import CommandError

from django_dynamodb.management.statefile import StateFile
from django_dynamodb.testing import tables
from django_dynamodb.testing.assertions import assertDynamoDB
from django_dynamodb.testing.faults import throttled, unprocessed
from tests.management.test_dynamo_dump import Killed, content, kill, table_of
from tests.testapp.models import Account, Thread, Ticket

pytestmark = pytest.mark.dynamodb

NUMBER = 230
"""Items of the larger dump: more than two rounds of one writer."""


@pytest.fixture
def dump(run, tmp_path):
    """A function that dumps a model's table, and empties it."""

    def make(model):
        path = str(tmp_path / "dump.jsonl")
        run("dynamo_dump", model._meta.label, output=path)
        tables.truncate(table_of(model))
        return path

    return make


@pytest.fixture
def accounts(dump):
    """A dump of many items, and what it holds."""
    Account.objects.bulk_create([Account(owner=str(n), balance=n) for n in range(NUMBER)], ignore_versions=True)
    before = content(Account)
    return dump(Account), before


def test_batches(run, accounts):
    """Items are written 25 a call."""
    path, before = accounts
    with assertDynamoDB(batch_writes=10, calls=10):
        run("dynamo_load", path, workers=2)
    assert content(Account) == before


def test_what_a_batch_leaves_is_written(run, accounts):
    """Unprocessed items are sent again."""
    path, before = accounts
    with unprocessed(times=5):
        run("dynamo_load", path)
    assert content(Account) == before


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("at", [1, 2, 3])
@pytest.mark.parametrize("conflict", ["replace", "skip", "fail"])
def test_a_killed_load_is_taken_up(run, accounts, tmp_path, at, after, conflict):  # noqa: PLR0917 - fixtures and cases
    """Wherever it ends, the next run completes it, and writes no round again that was kept."""
    path, before = accounts
    options = {"state": tmp_path / "state", "on_conflict": conflict}
    with pytest.MonkeyPatch.context() as patch:
        kill(patch, StateFile, "save", at, after=after)
        with pytest.raises(Killed):
            run("dynamo_load", path, **options)
    kept = sum(1 for n in range(at) if after or n < at - 1)
    with assertDynamoDB(batch_writes=10 - min(4 * kept, 10) if conflict == "replace" else 0):
        written = run("dynamo_load", path, **options).out
    assert f"{NUMBER} read" in written
    assert content(Account) == before
    assert not (tmp_path / "state").exists()


@pytest.mark.parametrize("after", range(0, 10, 3))
def test_a_throttled_load_is_taken_up(run, accounts, tmp_path, after):
    """An error at any call leaves what was kept, and the next run goes on."""
    path, before = accounts
    with throttled(times=99, after=after), pytest.raises(CommandError, match="ProvisionedThroughput"):
        run("dynamo_load", path, state=tmp_path / "state")
    run("dynamo_load", path, state=tmp_path / "state")
    assert content(Account) == before


def test_skip(run, dump):
    """``skip`` leaves what is there, and counts what is the same."""
    for subject in "abc":
        Thread(forum="f", subject=subject, views=1).save()
    path = dump(Thread)
    run("dynamo_load", path)
    Thread.objects.filter(forum="f", subject="b").update(views=9)
    Thread.objects.get("f", "c").delete()
    written = run("dynamo_load", path, on_conflict="skip").out
    assert "3 read, 1 written, 1 skipped, 1 same" in written
    assert Thread.objects.get("f", "b").views == 9


def test_fail(run, dump):
    """``fail`` stops at the first key that another item has."""
    Thread(forum="f", subject="a", views=1).save()
    path = dump(Thread)
    Thread(forum="f", subject="a", views=2).save()
    with pytest.raises(CommandError, match="is taken by another item"):
        run("dynamo_load", path, on_conflict="fail")
    assert Thread.objects.get("f", "a").views == 2


def test_the_last_of_a_key_is_kept(run, dump):
    """Files put together may hold a key twice; the later one is written later."""
    Thread(forum="f", subject="a", views=1).save()
    path = dump(Thread)
    header, item, _ = Path(path).read_text(encoding="utf-8").splitlines()
    again = json.loads(item)
    again["Item"]["views"] = {"N": "2"}
    text = "\n".join([header, item, json.dumps(again), '{"end": {"items": 2}}'])
    run("dynamo_load", "-", stdin=io.StringIO(text), workers=2)
    assert Thread.objects.get("f", "a").views == 2


def test_other_keys(run, dump):
    """A dump of another table's keys is refused, whatever is asked for."""
    path = dump(Thread)
    with pytest.raises(CommandError, match=r"the key of '.*tickets' is \{'id': 'N'\}\. Nothing was written"):
        run("dynamo_load", path, "testapp.Ticket", force=True)


def test_other_models(run, dump):
    """A dump of another model needs to be meant, where the keys are the same."""
    Account.objects.create(owner="a")
    path = dump(Account)
    lines = Path(path).read_text(encoding="utf-8").replace("testapp.Account", "elsewhere.Account")
    with pytest.raises(CommandError, match=r"Give --force if that is meant"):
        run("dynamo_load", "-", "testapp.Account", stdin=io.StringIO(lines))
    run("dynamo_load", "-", "testapp.Account", stdin=io.StringIO(lines), force=True)
    assert Account.objects.get("a").owner == "a"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda lines: [], "no header"),
        (lambda lines: ["[]"], "no header"),
        (lambda lines: ['{"dump": 2}'], "of form 2; this release reads form 1"),
        (lambda lines: lines[:-1], "has no end"),
        (lambda lines: [*lines[:-1], '{"end": {"items": 5}}'], "says it has 5"),
        (lambda lines: [lines[0], "{}", *lines[1:]], "line 2, is no item"),
        (lambda lines: [lines[0], '{"Item":{"x":{"S":"y"}}}', lines[-1]], "key attribute 'forum' is missing"),
    ],
)
def test_what_is_no_dump(run, dump, change, message):
    """A file that is none, or not all of one, ends in an error that says so."""
    Thread(forum="f", subject="a").save()
    lines = Path(dump(Thread)).read_text(encoding="utf-8").splitlines()
    with pytest.raises(CommandError, match=message):
        run("dynamo_load", "-", stdin=io.StringIO("".join(f"{line}\n" for line in change(lines))))


def test_no_file(run, tmp_path):
    """A file that is not there, or not packed as its name says, is an error of the command."""
    with pytest.raises(CommandError, match="cannot be read"):
        run("dynamo_load", str(tmp_path / "absent"))
    (tmp_path / "x.gz").write_text("no gzip")
    with pytest.raises(CommandError, match="cannot be read on"):
        run("dynamo_load", str(tmp_path / "x.gz"))


def test_dry_run(run, dump, tmp_path):
    """The dump is read to its end, and nothing is sent."""
    Ticket.objects.create(title="x")
    path = dump(Ticket)
    with assertDynamoDB(calls=0):
        assert "would load" in run("dynamo_load", path, dry_run=True).out
    with pytest.raises(CommandError, match="leave it out with --dry-run"):
        run("dynamo_load", path, dry_run=True, state=tmp_path / "state")


def test_another_load_is_not_taken_up(run, accounts, tmp_path):
    """A state file of another load is refused."""
    path, _ = accounts
    with pytest.MonkeyPatch.context() as patch:
        kill(patch, StateFile, "save", 1, after=True)
        with pytest.raises(Killed):
            run("dynamo_load", path, state=tmp_path / "state")
    with pytest.raises(CommandError, match="another load"):
        run("dynamo_load", path, state=tmp_path / "state", on_conflict="skip")


def test_records(run_json, dump):
    """``--format json`` has the counts."""
    Thread(forum="f", subject="a").save()
    (record,) = run_json("dynamo_load", dump(Thread))
    assert (record["read"], record["written"], record["skipped"]) == (1, 1, 0)


def test_rate(run, accounts):
    """The rate is kept by what the service reports; here it only must not stand in the way."""
    path, before = accounts
    run("dynamo_load", path, write_units=10000.0)
    assert content(Account) == before
