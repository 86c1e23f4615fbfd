"""Tests how a command gets its engine."""

import threading
from contextlib import ExitStack

import pytest

from django_dynamodb.conf import LOCAL_ENDPOINT
from django_dynamodb.exceptions import RequestError
from django_dynamodb.local import hosting
from django_dynamodb.local.claim import Claim, check_listening
from django_dynamodb.local.hosting import Wish, hosted
from tests.local.conftest import CREATE, make_client

KEY = {"country": {"S": "NO"}, "id": {"N": "1"}}


@pytest.fixture(autouse=True)
def _no_parent(monkeypatch):
    """No parent process has started an engine."""
    monkeypatch.delenv(LOCAL_ENDPOINT, raising=False)


@pytest.fixture
def wish(tmp_path):
    """The wish for an engine that keeps its data."""
    return Wish(snapshot=tmp_path / "s")


def write_one(url):
    """Writes an item."""
    client = make_client(url)
    client.create_table(**CREATE)
    client.put_item(TableName="cities", Item=KEY)
    client.close()


def test_data_survive_a_restart(wish):
    """What one engine was told the next one knows."""
    lines = []
    with hosted(wish, lines.append) as host:
        write_one(host.url)
    with hosted(wish, lines.append) as host:
        client = make_client(host.url)
        assert client.get_item(TableName="cities", Key=KEY)["Item"] == KEY
        client.close()
    assert [line.split()[0] for line in lines] == ["Keeping", "Saved", "1", "Nothing"]


def test_engine_that_stored_nothing_says_so(wish):
    """Where nothing was stored there is no file, and none is said to be unchanged."""
    lines = []
    with hosted(wish, lines.append):
        pass
    assert lines[-1] == f"Nothing was stored, so there is no {wish.snapshot}"
    assert not wish.snapshot.exists()


def test_without_a_snapshot_nothing_is_kept(tmp_path, monkeypatch):
    """An engine without a snapshot writes no file."""
    monkeypatch.chdir(tmp_path)
    with hosted(Wish(), print) as host:
        write_one(host.url)
    assert list(tmp_path.iterdir()) == []


def test_second_command_uses_the_first_engine(wish):
    """While one engine runs on a snapshot, others use it."""
    with hosted(wish, print) as first, hosted(wish, print) as second:
        assert (first.origin, second.origin) == ("here", "other")
        assert first.url == second.url


def test_second_command_cannot_choose_another_port(wish):
    """An engine that runs already cannot be had on another port."""
    other = Wish(snapshot=wish.snapshot, port=1)
    with hosted(wish, print), pytest.raises(RequestError, match="running already"), hosted(other, print):
        pass


def test_second_command_waits_for_the_first(wish):
    """A command that comes while the other still loads waits for its first answer, or for its end."""
    owner = Claim(wish.snapshot)
    owner.take()
    timer = threading.Timer(0.3, owner.release)
    timer.start()
    with hosted(wish, print) as host:
        assert host.origin == "here"
    timer.join()


def test_silent_owner_is_an_error(wish, monkeypatch):
    """An owner that never answers is told, with the next step."""
    monkeypatch.setattr(hosting, "PATIENCE", 0.2)
    owner = Claim(wish.snapshot)
    owner.take()
    with pytest.raises(RequestError, match="stop that process"), hosted(wish, print):
        pass
    owner.release()


def test_engine_of_the_parent_is_used(engine, monkeypatch, wish):
    """A process started by the command uses its engine and leaves it running."""
    monkeypatch.setenv(LOCAL_ENDPOINT, engine.url)
    with hosted(wish, print) as host:
        assert (host.url, host.origin) == (engine.url, "parent")
    assert check_listening(engine.url)


def test_engine_of_the_parent_has_its_port(engine, monkeypatch):
    """A wish for another port than the parent's is refused, not forgotten."""
    monkeypatch.setenv(LOCAL_ENDPOINT, engine.url)
    with pytest.raises(RequestError, match="--port"), hosted(Wish(port=1), print):
        pass


def test_dead_parent_is_an_error(monkeypatch, wish):
    """A variable that points nowhere raises and says to unset it."""
    monkeypatch.setenv(LOCAL_ENDPOINT, "http://127.0.0.1:1")
    with pytest.raises(RequestError, match="unset"), hosted(wish, print):
        pass


def test_everything_is_given_back_after_a_failure(wish):
    """A damaged snapshot leaves the claim free and the file as it is."""
    wish.snapshot.write_text("damaged")
    with pytest.raises(RequestError, match="damaged"), hosted(wish, print):
        pass
    assert wish.snapshot.read_text() == "damaged"
    claim = Claim(wish.snapshot)
    assert claim.take()
    claim.release()


def test_missing_folder_is_an_error(tmp_path):
    """A snapshot in a folder that does not exist raises before anything starts."""
    with pytest.raises(RequestError, match="--snapshot"), hosted(Wish(snapshot=tmp_path / "no" / "s"), print):
        pass


def test_last_save_that_fails_is_an_error(wish):
    """Data that cannot be saved at the end are not lost in silence."""
    with ExitStack() as stack:
        write_one(stack.enter_context(hosted(wish, print)).url)
        (wish.snapshot / "in the way").mkdir(parents=True)
        with pytest.raises(RequestError, match="could not be saved"):
            stack.close()
