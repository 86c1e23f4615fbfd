"""Holds that Django's own tests of sessions and caches pass on our backends, on the engine of this run."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.contract.sources import django_tests

ROOT = Path(__file__).resolve().parents[2]
SUITES = Path(__file__).with_name("suites.py")

FEWEST = {
    "JSONCacheTests": 40,
    "MiddlewareTests": 12,
    "PickledCacheTests": 45,
    "SessionTests": 60,
    "SessionTestsWithoutTimeZones": 60,
}
"""Each class, and how many tests Django has for it at least: a class that has lost its tests proves nothing."""


@pytest.fixture
def environment(dynamodb_isolation):
    """The environment of a run of its own: same engine, other settings, nothing of this run's workers."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "TEST_", "DJANGO_"))}
    return {**kept, "DYNAMODB_TEST_ENDPOINT": dynamodb_isolation.engine.endpoint_url or ""}


@pytest.mark.timeout(600)
@pytest.mark.parametrize("suite", FEWEST)
def test_djangos_own_tests_pass(suite, environment):
    """All tests but those of the table of exclusions pass, and none is skipped."""
    command = [sys.executable, "-m", "pytest", "-q", "--color=no", "--ds=tests.contract.settings"]
    done = subprocess.run(
        [*command, "-p", "no:cacheprovider", f"{SUITES}::{suite}"],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    summary = done.stdout.strip().splitlines()[-1:]
    assert done.returncode == 0, done.stdout + done.stderr
    assert not re.search(r"\d+ (skipped|deselected|xfailed)", summary[0])
    assert int(re.search(r"(\d+) passed", summary[0])[1]) >= FEWEST[suite]


def test_the_sources_are_djangos():
    """The tests are those of the installed Django, and lie outside of what is kept."""
    folder = django_tests()
    assert {path.name for path in folder.iterdir()} == {"cache", "sessions_tests"}
    assert ".engines/" in (ROOT / ".gitignore").read_text().splitlines()
