"""Tests the saving."""

import logging
import time

import pytest

from django_dynamodb.exceptions import RequestError
from django_dynamodb.local import snapshot
from django_dynamodb.local.keeper import Keeper


@pytest.fixture
def path(tmp_path):
    """A snapshot file that does not exist yet."""
    return tmp_path / "data.snapshot.jsonl"


def wait_for(holds):
    """Waits until something holds, some seconds at most."""
    end = time.monotonic() + 10
    while not holds() and time.monotonic() < end:
        time.sleep(0.01)
    assert holds()


def test_saved_data_are_loaded(memory, path, image):
    """What one keeper saved another one loads."""
    memory.restore([image])
    memory.changes += 1
    assert Keeper(memory, path, every=10).save() is False
    keeper = Keeper(memory, path, every=10)
    memory.changes += 1
    assert keeper.save() is True
    memory.clear()
    assert Keeper(memory, path, every=10).load() == 2
    assert memory.images() == [image]


def test_nothing_is_saved_twice(memory, path):
    """Without a change since the last save nothing is written."""
    keeper = Keeper(memory, path, every=10)
    memory.changes += 1
    assert [keeper.save(), keeper.save()] == [True, False]


def test_damaged_file_is_not_touched(memory, path):
    """A damaged file raises and stays as it is."""
    path.write_text("damaged")
    with pytest.raises(RequestError, match="damaged"):
        Keeper(memory, path, every=10).load()
    assert path.read_text() == "damaged"


def test_saves_while_running(memory, path, image):
    """A running keeper saves by itself, again and again."""
    keeper = Keeper(memory, path, every=0.01)
    keeper.start()
    memory.changes += 1
    wait_for(path.exists)
    memory.restore([image])
    memory.changes += 1
    wait_for(lambda: list(snapshot.read(path)) == [image])
    assert keeper.end() is False


def test_failed_save_is_reported_and_tried_again(memory, path, image, caplog, tmp_path):
    """A save that fails is logged; the next one makes up for it."""
    keeper = Keeper(memory, tmp_path / "later" / "s", every=0.01)
    memory.restore([image])
    keeper.start()
    with caplog.at_level(logging.ERROR, "django_dynamodb"):
        memory.changes += 1
        wait_for(lambda: "could not be saved" in caplog.text)
    (tmp_path / "later").mkdir()
    wait_for((tmp_path / "later" / "s").exists)
    keeper.end()


def test_last_save_raises_when_it_fails(memory, tmp_path):
    """The last save does not hide a failure."""
    keeper = Keeper(memory, tmp_path / "none" / "s", every=10)
    memory.changes += 1
    with pytest.raises(FileNotFoundError):
        keeper.end()
