"""Gives every test what the suite shares: rules for runs without SQL databases, and how workers divide the tests."""

import os

import pytest

pytest_plugins = ["pytester"]


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
