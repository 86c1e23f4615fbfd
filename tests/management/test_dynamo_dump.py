"""Holds ``dynamo_dump`` and ``dynamo_load``: that nothing is lost between them, whatever happens on the way."""

import gzip
import io
import json

import pytest
from django.core.management.base import CommandError

from django_dynamodb.connections import connections
from django_dynamodb.management.dumpfile import DumpFile
from django_dynamodb.management.statefile import StateFile
from django_dynamodb.tables import counters
from django_dynamodb.testing import tables
from django_dynamodb.testing.assertions import assertDynamoDB
from django_dynamodb.testing.faults import throttled
from tests.testapp.models import Everything, Thread, Ticket

pytestmark = pytest.mark.dynamodb

EXACT = {
    "code": {"S": "Grüße\n\u2028\x00"},
    "price": {"N": "-0.00012345678901234567890123456789012345678"},
    "huge": {"N": "9" * 38 + "0" * 60},
    "text": {"S": ""},
    "nothing": {"NULL": True},
    "blob": {"B": "AP8="},
    "no_bytes": {"B": ""},
    "strings": {"SS": ["", "ä"]},
    "numbers": {"NS": ["-1.5", "2"]},
    "blobs": {"BS": ["AA==", "/w=="]},
    "unknown": {"M": {"a": {"L": [{"BOOL": False}, {"M": {}}, {"L": []}]}}},
}


def table_of(model):
    """The table of a model, as the commands reach it."""
    return connections["default"].table(model._meta.table)


def content(model):
    """What is stored, by key."""
    return {
        json.dumps(table_of(model).schema.key_of(item), sort_keys=True): item for item in tables.items(table_of(model))
    }


def lines(path):
    """The lines of a dump."""
    opening = gzip.open if path.suffix == ".gz" else open
    with opening(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


@pytest.fixture
def threads():
    """Twenty items in two partitions."""
    Thread.objects.bulk_create([Thread(forum="ab"[n % 2], subject=f"{n:02}", views=n) for n in range(20)])
    return content(Thread)


@pytest.fixture
def path(tmp_path):
    """Where the dump goes."""
    return tmp_path / "dump.jsonl"


def test_what_stands_in_a_dump(run, path, threads):
    """A header, the items as they are stored, and an end that counts them."""
    run("dynamo_dump", "testapp.Thread", output=str(path))
    header, *items, end = lines(path)
    name = table_of(Thread).schema.name
    assert header == {"dump": 1, "table": name, "models": ["testapp.Thread"], "keys": {"forum": "S", "subject": "S"}}
    assert sorted(item["Item"]["subject"]["S"] for item in items) == [f"{n:02}" for n in range(20)]
    assert end == {"end": {"items": 20}}


@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_round_trip(run, tmp_path, suffix):
    """Every type comes back as it was, with what no model knows of."""
    table_of(Everything).put(EXACT)
    before = content(Everything)
    path = str(tmp_path / f"dump.jsonl{suffix}")
    run("dynamo_dump", "testapp.Everything", output=path)
    tables.truncate(table_of(Everything))
    assert "1 read, 1 written" in run("dynamo_load", path).out
    assert content(Everything) == before != {}


def test_by_pipe(run, threads):
    """Standard output is the dump alone, and standard input is read."""
    dumped = run("dynamo_dump", "testapp.Thread", output="-")
    assert "20 items" in dumped.err
    Thread.objects.scan().delete()
    run("dynamo_load", "-", stdin=io.StringIO(dumped.out))
    assert content(Thread) == threads


def test_segments(run, path, threads):
    """All segments together are the table."""
    run("dynamo_dump", "testapp.Thread", output=str(path), segments=4, page_size=2)
    assert len({json.dumps(line) for line in lines(path)[1:-1]}) == 20


def test_one_partition(run, path, threads):
    """``--key`` dumps one partition by a query."""
    with assertDynamoDB(scans=0, queries=1):
        run("dynamo_dump", "testapp.Thread", output=str(path), key="a")
    assert {line["Item"]["forum"]["S"] for line in lines(path)[1:-1]} == {"a"}


def test_counter(run, path):
    """The counter item is no item of the dump, and after a load no number is given out twice."""
    for _ in range(3):
        Ticket.objects.create(title="x")
    run("dynamo_dump", "testapp.Ticket", output=str(path))
    assert len(lines(path)) == 5
    tables.truncate(table_of(Ticket))
    run("dynamo_load", str(path))
    assert (counters.read(table_of(Ticket)), Ticket.objects.create(title="y").pk) == (3, 4)


def test_a_foreign_counter_item_is_left_out(run, path):
    """A dump made elsewhere may hold the counter item; it is not written."""
    Ticket.objects.create(title="x")
    run("dynamo_dump", "testapp.Ticket", output=str(path))
    header, item, _ = path.read_text().splitlines()
    counter = '{"Item":{"id":{"N":"-1"},"__max_hash_key__":{"N":"99"}}}'
    path.write_text(f'{header}\n{counter}\n{item}\n{{"end": {{"items": 2}}}}\n')
    run("dynamo_load", str(path))
    assert counters.read(table_of(Ticket)) == 1


def test_tables_of_settings(run, path, settings):
    """The table of sessions is dumped like any other."""
    settings.SESSION_ENGINE = "django_dynamodb.sessions"
    run("dynamo_createtables", "sessions")
    run("dynamo_dump", "sessions", output=str(path))
    assert lines(path)[0]["models"] == ["sessions"]


class Killed(BaseException):
    """What ends a command in the middle of it."""


def kill(patch, owner, name, at, *, after):
    """Ends a command at the n-th call of a method, before or after it."""
    plain, calls = getattr(owner, name), []

    def method(self, *arguments):
        calls.append(name)
        if len(calls) == at and not after:
            raise Killed
        found = plain(self, *arguments)
        if len(calls) == at:
            raise Killed
        return found

    patch.setattr(owner, name, method)


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("at", range(1, 9))
@pytest.mark.parametrize("method", [(DumpFile, "write"), (StateFile, "save")])
def test_a_killed_dump_is_taken_up(run, tmp_path, threads, method, at, after):  # noqa: PLR0917 - fixtures and cases
    """Wherever it ends, the next run makes the dump whole: nothing is missing, nothing stands twice."""
    path, state = tmp_path / "dump.gz", tmp_path / "state"
    options = {"output": str(path), "state": state, "page_size": 4, "segments": 2}
    with pytest.MonkeyPatch.context() as patch:
        kill(patch, *method, at, after=after)
        interrupted = _ends_early(run, options)
    if interrupted:
        run("dynamo_dump", "testapp.Thread", **options)
    found = [json.dumps(line["Item"], sort_keys=True) for line in lines(path)[1:-1]]
    assert sorted(found) == sorted(json.dumps(item, sort_keys=True) for item in threads.values())
    assert not state.exists()


def _ends_early(run, options):
    """Whether the run was ended: how many pages there are is the engine's affair."""
    try:
        run("dynamo_dump", "testapp.Thread", **options)
    except Killed:
        return True
    return False


def test_a_failing_page_is_taken_up(run, path, tmp_path, threads):
    """What the service refuses for a while is read by the next run, which reads no page again."""
    options = {"output": str(path), "state": tmp_path / "state", "page_size": 4}
    with throttled(times=99, operation="Scan", after=2), pytest.raises(CommandError, match="ProvisionedThroughput"):
        run("dynamo_dump", "testapp.Thread", **options)
    with assertDynamoDB(scans=4 if len(lines(path)) == 9 else 5):
        run("dynamo_dump", "testapp.Thread", **options)
    assert len(lines(path)) == 22


@pytest.mark.parametrize(
    ("labels", "options", "message"),
    [
        (["testapp"], {}, "of one table; name one"),
        (["testapp.Thread"], {"state": "x"}, "cannot be taken back"),
        (["testapp.Thread"], {"key": "a", "segments": 2}, "in one piece"),
        (["testapp.Thread"], {"segments": 1000}, "1 to 256"),
    ],
)
def test_what_no_dump_is(run, calls, labels, options, message):
    """Options that contradict each other are refused before anything is read."""
    with pytest.raises(CommandError, match=message):
        run("dynamo_dump", *labels, **options)
    assert calls == []


def test_another_dump_is_not_taken_up(run, path, tmp_path, threads):
    """A state file of another dump, or of other segments, is refused."""
    options = {"output": str(path), "state": tmp_path / "state", "page_size": 4}
    with pytest.MonkeyPatch.context() as patch:
        kill(patch, StateFile, "save", 3, after=True)
        with pytest.raises(Killed):
            run("dynamo_dump", "testapp.Thread", **options)
    with pytest.raises(CommandError, match="another dump"):
        run("dynamo_dump", "testapp.Account", **options)
    with pytest.raises(CommandError, match="which cannot change"):
        run("dynamo_dump", "testapp.Thread", segments=3, **options)
    path.write_text("")
    with pytest.raises(CommandError, match="not what the earlier run left"):
        run("dynamo_dump", "testapp.Thread", **options)


def test_dry_run(run, path, threads):
    """Nothing is read, and nothing written."""
    with assertDynamoDB(scans=0, calls=1):
        assert "would dump" in run("dynamo_dump", "testapp.Thread", output=str(path), dry_run=True).out
    assert not path.exists()


def test_rate(run, path, threads):
    """The rate is kept by what the service reports; here it only must not stand in the way."""
    run("dynamo_dump", "testapp.Thread", output=str(path), read_units=1000.0, eventual=True)
    assert len(lines(path)) == 22
