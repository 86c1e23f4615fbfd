"""Tests the pause between attempts."""

import asyncio
from dataclasses import replace

import pytest

from django_dynamodb.coroutines import run
from django_dynamodb.wire.retry import LEFT_BY_BOTOCORE, RETRYABLE, FullJitter


@pytest.fixture
def slept():
    """What was slept, in seconds."""
    return []


@pytest.fixture
def pause(slept):
    """A pause that always takes its whole ceiling and does not really sleep."""
    return FullJitter(sleep=slept.append, random=lambda: 1.0)


def test_ceiling_doubles_up_to_the_cap(pause, slept):
    """Ceilings are 50 ms, 100 ms, 200 ms … and never over 20 s."""
    assert all(pause(attempt) for attempt in range(1, 11))
    assert slept == [0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 20.0]


def test_pause_is_random_from_zero(pause, slept):
    """The length is drawn between nothing and the ceiling."""
    replace(pause, random=lambda: 0.0)(5)
    replace(pause, random=lambda: 0.5)(1)
    assert slept == [0.0, 0.025]


def test_attempts_are_limited(pause, slept):
    """When the attempts are spent it says so without sleeping."""
    assert pause(11) is False
    assert slept == []


def test_real_clock():
    """By default it really waits, by the real clock and dice."""
    assert FullJitter(base=0.001)(1) is True


def test_within_run():
    """Within ``coroutines.run`` it is the task that waits, so pauses of many tasks pass at the same time."""
    began = []

    def code():
        began.append(1)
        FullJitter(base=0.05, random=lambda: 1.0)(1)
        return len(began)

    async def main():
        return await asyncio.gather(*(run(code) for _ in range(20)))

    assert asyncio.run(main()) == [20] * 20


def test_codes_left_by_botocore_are_retryable():
    """What we retry in botocore's stead is in the table of retryable codes."""
    assert LEFT_BY_BOTOCORE < RETRYABLE
