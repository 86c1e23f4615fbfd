"""Measures what the app adds to a management command: ``manage.py check`` as a whole process, with and without it."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Mapping, Sequence
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Final

from benchmarks.report import environment_line, markdown
from benchmarks.startup_settings import LEFT_OUT

VARIANTS: Final = {
    "without the app": "django_dynamodb tests.testapp",
    "with the app": "tests.testapp",
    "with the app and the models of tests.testapp": "",
}
"""What is measured, and the apps it leaves out of ``tests.settings``."""

COMMAND: Final = (sys.executable, "-m", "django", "check", "--settings", "benchmarks.startup_settings")


def report(rounds: int, turn: float = 0.0) -> str:
    """Runs each variant in turns, in random order.

    Args:
        rounds: Runs of each variant, after one that compiles the modules.
        turn: Not used: a run is a turn.

    Returns:
        A table of medians: CPU and wall, milliseconds of the whole process.
    """
    runs: dict[str, list[tuple[float, float]]] = {name: [] for name in VARIANTS}
    with TemporaryDirectory() as bytecode:
        for number in range(rounds + 1):
            for name in random.sample(list(VARIANTS), len(VARIANTS)):
                cost = run(_environment(VARIANTS[name], bytecode))
                if number:
                    runs[name].append(cost)
    rows = [
        (name, f"{median(cpu for cpu, _ in costs):,.0f}", f"{median(wall for _, wall in costs):,.0f}")
        for name, costs in runs.items()
    ]
    return f"{environment_line()}\n\n{markdown(('manage.py check', 'CPU ms', 'wall ms'), rows)}"


def _environment(left_out: str, bytecode: str) -> dict[str, str]:
    """The process's environment: as installed modules are, its modules are compiled, in a folder of their own."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, LEFT_OUT: left_out, "PYTHONPYCACHEPREFIX": bytecode}


def run(environment: Mapping[str, str], command: Sequence[str] = COMMAND) -> tuple[float, float]:
    """Runs a command once.

    Args:
        environment: The environment variables of the process.
        command: What to run.

    Returns:
        Milliseconds of CPU and of wall.

    Raises:
        RuntimeError: The command failed.
    """
    started = perf_counter()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    wall = perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}")
    return (used.ru_utime + used.ru_stime) * 1e3, wall * 1e3
