"""Gives every test what the suite shares: files of botocore, runs without SQL databases, a schedule for workers."""

import functools
import os

import pytest
from botocore.loaders import JSONFileLoader

pytest_plugins = ["pytester"]


@pytest.fixture(scope="session", autouse=True)
def _service_models():
    """Reads botocore's own files once a process, not once a session: that is most of what a new client takes.

    Clients of one session share what is read, so botocore does not change it.
    """
    with pytest.MonkeyPatch.context() as patch:
        load_file = JSONFileLoader.load_file
        read = functools.cache(lambda path: load_file(JSONFileLoader(), path))
        patch.setattr(JSONFileLoader, "load_file", lambda loader, path: read(path))
        yield


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves out, in a run without SQL databases, the tests that need one; ``only`` runs just those."""
    databases = os.environ.get("TEST_DATABASES")
    if databases not in {"none", "only"}:
        return
    left_out = {item for item in items if needs_database(item) == (databases == "none")}
    config.hook.pytest_deselected(items=[item for item in items if item in left_out])
    items[:] = [item for item in items if item not in left_out]


def needs_database(item: pytest.Item) -> bool:
    """Says whether a test asks pytest-django for a SQL database."""
    asked = {"db", "transactional_db", "admin_user", "admin_client", "live_server"}
    return item.get_closest_marker("django_db") is not None or bool(asked & set(getattr(item, "fixturenames", ())))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Lets a worker that is done take over tests of one that is not.

    The slow tests are neighbours, since most of them start processes; in pytest-xdist's usual portions one worker gets
    them all.
    """
    from xdist.scheduler import WorkStealingScheduling

    return WorkStealingScheduling(config, log) if config.getoption("dist") == "load" else None
