"""Tests who may run the engine of a snapshot and how the others find it."""

import pytest

from django_dynamodb.local.claim import Claim, check_listening, who_answers
from django_dynamodb.local.engine import Engine


@pytest.fixture
def path(tmp_path):
    """A snapshot file."""
    return tmp_path / "data.snapshot.jsonl"


@pytest.fixture
def named_engine(path):
    """An engine of that snapshot."""
    engine = Engine(name=str(path))
    engine.start()
    yield engine
    engine.stop()


def test_only_one_has_the_claim(path):
    """A second claim fails until the first is given back."""
    first, second = Claim(path), Claim(path)
    assert (first.take(), second.take()) == (True, False)
    first.release()
    assert second.take() is True
    second.release()


def test_announced_engine_is_found(path, named_engine):
    """Others find the engine that was announced, until it is released."""
    owner = Claim(path)
    owner.take()
    owner.announce(named_engine.url)
    assert Claim(path).endpoint() == named_engine.url
    owner.release()
    assert Claim(path).endpoint() is None


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"endpoint": "http://127.0.0.1:1"}'])
def test_stale_announcements_do_not_count(path, content):
    """An announcement that a crash left behind is no engine."""
    path.with_name(f"{path.name}.engine").write_text(content)
    assert Claim(path).endpoint() is None


def test_engine_of_another_snapshot_does_not_count(path, engine):
    """When the port has gone to another engine, the announcement is stale."""
    Claim(path).announce(engine.url)
    assert Claim(path).endpoint() is None


def test_release_without_a_claim_takes_nothing_down(path, named_engine):
    """Who has no claim leaves the announcement of the owner alone."""
    Claim(path).announce(named_engine.url)
    Claim(path).release()
    assert Claim(path).endpoint() == named_engine.url


def test_listening_is_seen(engine):
    """Somebody listens at the engine's endpoint, nobody at port 1."""
    assert check_listening(engine.url)
    assert not check_listening("http://127.0.0.1:1")
    assert who_answers("http://127.0.0.1:1") == {}
