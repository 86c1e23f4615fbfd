"""Tests that the line of a call is found on whatever stack it is."""

import asyncio
import time

import pytest
from asgiref.sync import sync_to_async

from django_dynamodb.contrib.debug_toolbar.origins import LINES, origin

HERE = "tests/contrib/debug_toolbar/test_origins.py"


def names(lines):
    """The functions of lines of this file."""
    return [line.rpartition(" in ")[2] for line in lines if line.startswith(HERE)]


def test_plain():
    """The innermost line comes first, with its path from the working directory."""

    def inner():
        return origin()

    found = inner()
    assert names(found)[:2] == ["inner", "test_plain"]
    assert found[0] == f"{HERE}:{inner.__code__.co_firstlineno + 1} in inner"


def test_elsewhere(monkeypatch, tmp_path):
    """A file that is not below the working directory has its whole path."""
    monkeypatch.chdir(tmp_path)
    assert origin()[0].startswith("/")


def test_few_lines():
    """No more lines are kept than help."""

    def deep(left):
        return deep(left - 1) if left else origin()

    assert names(deep(50)) == ["deep"] * LINES


def test_hidden():
    """Modules can be left out, with what is in them."""
    assert names(origin(hidden=[__name__])) == []
    assert names(origin(hidden=[__name__.partition(".")[0]])) == []
    assert names(origin(hidden=["test"])) != []


def waited_for(task):
    """Is called in a thread; a call of the service lasts until the task waits."""
    while task.get_coro().cr_running:
        time.sleep(0.001)
    return origin(task)


async def _view():
    return await _below_view(asyncio.current_task())


async def _below_view(task):
    return await sync_to_async(waited_for)(task)


async def _direct():
    return origin(asyncio.current_task())


def test_in_a_thread_for_a_task():
    """Code that a task waits for in another thread comes from the line that waits."""
    assert names(asyncio.run(_view())) == ["waited_for", "_below_view", "_view"]


def test_in_the_task_itself():
    """Code that blocks the loop has its lines on its own stack, once."""
    assert names(asyncio.run(_direct()))[0] == "_direct"
    assert names(asyncio.run(_direct())).count("_direct") == 1


def test_a_task_that_is_over():
    """A task that is over adds nothing."""

    async def task():
        return asyncio.current_task()

    assert names(origin(asyncio.run(task()))) == names(origin())


def test_in_a_greenlet():
    """Code in a greenlet comes from what its parents left on their stacks."""
    greenlet = pytest.importorskip("greenlet")

    def outer():
        return greenlet.greenlet(origin).switch()

    assert names(outer())[0] == "outer"
