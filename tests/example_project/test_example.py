"""Runs the example project's own tests with its own settings: a process has one set of settings and installed apps."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).resolve().parents[2] / "example_project"

pytestmark = pytest.mark.skipif(not EXAMPLE.exists(), reason="the example project is not beside these tests")


def run(*arguments):
    """Runs Python in the folder of the example."""
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    return subprocess.run(
        [sys.executable, *arguments], cwd=EXAMPLE, env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.timeout(600)  # it is a whole suite
def test_own_tests():
    """The example's own tests pass."""
    done = run("-m", "pytest", "-q", "-p", "no:cacheprovider")
    assert done.returncode == 0, done.stdout + done.stderr


def test_system_checks():
    """Django's system checks find nothing to say."""
    done = run("manage.py", "check", "--fail-level", "DEBUG")
    assert done.returncode == 0, done.stderr
