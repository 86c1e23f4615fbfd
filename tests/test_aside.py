"""Tests that blocking calls run beside the event loop."""

import asyncio
import threading

import pytest

from django_dynamodb.aside import run_aside


def test_calls_overlap():
    """Two calls that wait for each other both return."""
    barrier = threading.Barrier(2, timeout=10)

    async def story():
        return await asyncio.gather(*(run_aside("default", barrier.wait) for _ in range(2)))

    assert sorted(asyncio.run(story())) == [0, 1]


def test_arguments_and_errors_pass():
    """As if it had been called here."""
    assert asyncio.run(run_aside("default", divmod, 7, 2)) == (3, 1)
    assert asyncio.run(run_aside("default", sorted, [1, 2], reverse=True)) == [2, 1]
    with pytest.raises(ZeroDivisionError):
        asyncio.run(run_aside("default", divmod, 1, 0))
