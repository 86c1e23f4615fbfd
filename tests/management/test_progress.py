"""Holds how the progress of a migration is kept, and what is refused of a file."""

import json

import pytest
from django.core.management.base import CommandError

from django_dynamodb.management import progress, statefile
from django_dynamodb.management.progress import Failure, Progress, Tally
from django_dynamodb.models.upgrades import Upgrade

SAME = {"version": 2}
KEY = {"code": {"S": "a"}}


@pytest.fixture
def path(tmp_path):
    """Where the file may be."""
    return tmp_path / "state.json"


def tally_of(*outcomes):
    """What came of some items."""
    tally = Tally()
    for outcome in outcomes:
        tally.add(Upgrade(outcome=outcome, found=1, conflicts=1))
    return tally


def test_a_run_is_taken_up(path):
    """What one command kept, the next goes on from: cursors, counts and failures."""
    run = Progress(path, 3).run("default/t", SAME)
    tally = tally_of("migrated", "current", "gone")
    tally.fail(Failure(key=KEY, error="no", kind="VersionError"))
    run.advance(0, KEY, tally)
    run.advance(2, None, tally_of("migrated"))
    again = Progress(path, None).run("default/t", SAME)
    assert again.segments == 3
    assert again.open_segments() == [0, 1]
    assert (again.cursor(0), again.cursor(1)) == (KEY, None)
    assert again.tally == run.tally
    assert (again.tally.read, again.tally.migrated, again.tally.failed, again.tally.conflicts) == (5, 2, 1, 4)
    assert again.tally.versions == {"1": 4}


def test_without_a_file(tmp_path):
    """Without a path nothing is kept, and nothing is deleted."""
    kept = Progress(None, None)
    run = kept.run("default/t", SAME)
    run.advance(0, KEY, Tally())
    kept.forget()
    assert list(tmp_path.iterdir()) == []
    assert run.segments == 1


def test_the_file_goes_when_all_is_done(path):
    """It is deleted, unless it tells of a table that was not among those of this time."""
    Progress(path, 1).run("default/a", SAME).advance(0, KEY, Tally())
    other = Progress(path, 1)
    other.run("default/b", SAME).advance(0, None, Tally())
    other.forget()
    assert set(json.loads(path.read_text())["tables"]) == {"default/a", "default/b"}
    both = Progress(path, 1)
    both.run("default/a", SAME)
    both.run("default/b", SAME)
    both.forget()
    assert not path.exists()
    both.forget()


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '"x"', "\xff"])
def test_other_files_are_not_touched(path, content):
    """A file that is not ours is refused by its name."""
    path.write_bytes(content.encode("latin-1"))
    with pytest.raises(CommandError, match=r"state\.json is no file of this command"):
        Progress(path, None)


def test_another_release(path):
    """A file in another form is not guessed at."""
    path.write_text('{"format": 99}')
    with pytest.raises(CommandError, match="another command or release"):
        Progress(path, None)


def test_another_migration(path):
    """A file that tells of another version, or another place, is not taken up."""
    Progress(path, 1).run("default/t", SAME).advance(0, KEY, Tally())
    with pytest.raises(CommandError, match="is of another migration of default/t"):
        Progress(path, 1).run("default/t", {"version": 3})


def test_segments_stay(path):
    """The cursors of some segments are of no use to others."""
    Progress(path, 2).run("default/t", SAME).advance(0, KEY, Tally())
    with pytest.raises(CommandError, match="begun with --segments 2"):
        Progress(path, 3).run("default/t", SAME)
    assert Progress(path, 2).run("default/t", SAME).segments == 2


def test_failures_are_counted_beyond_those_listed(monkeypatch):
    """The list has an end, the count has none."""
    monkeypatch.setattr(progress, "FAILURES", 2)
    tally, page = Tally(), Tally()
    for _ in range(3):
        page.fail(Failure(key=KEY, error="no", kind="VersionError"))
    tally.merge(page)
    assert (tally.failed, len(tally.failures)) == (3, 2)


def test_half_a_file_is_never_seen(path, monkeypatch):
    """A crash while the file is written leaves the one before."""
    run = Progress(path, 1).run("default/t", SAME)
    run.advance(0, KEY, Tally())
    before = path.read_text()

    def crash(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr(statefile.os, "fsync", crash)
    with pytest.raises(KeyboardInterrupt):
        run.advance(0, {"code": {"S": "b"}}, Tally())
    assert path.read_text() == before
