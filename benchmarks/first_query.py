"""Measures a cold start: from a new process to the first answer, with this package and with boto3 alone."""

from __future__ import annotations

import os
import random
import sys
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.crew import ROOT, SETTLED
from benchmarks.endpoint import running_endpoint
from benchmarks.report import environment_line, markdown
from benchmarks.startup import run

_SETUP: Final = "from benchmarks.model import set_up; set_up({endpoint!r})"
_MODEL: Final = (
    "from benchmarks.model import shape_model; from benchmarks.shapes import MIXED, PARTITION as p; "
    "model = shape_model({endpoint!r}, MIXED)"
)
_CLIENT: Final = (
    "import boto3; client = boto3.client('dynamodb', region_name='eu-west-1', endpoint_url={endpoint!r}, "
    "aws_access_key_id='benchmark', aws_secret_access_key='benchmark')"
)

VARIANTS: Final = {
    "python": "pass",
    "import django": "import django",
    "django.setup() with the app": _SETUP,
    "django.setup() and a model": _MODEL,
    "django.setup(), a model, its first get()": _MODEL + "; model.objects.get(p, 'order-00000000')",
    "import boto3": "import boto3",
    "import boto3, a client": _CLIENT,
    "import boto3, a client, its first get_item()": _CLIENT + "; client.get_item(TableName='bench-mixed', "
    "Key={{'customer': {{'S': 'customer-000000'}}, 'number': {{'S': 'order-00000000'}}}})",
}
"""What is measured, each as a process of its own."""


def report(rounds: int, turn: float = 0.0) -> str:
    """Runs each variant in turns, in random order.

    Args:
        rounds: Runs of each variant, after one that compiles the modules.
        turn: Not used: a run is a turn.

    Returns:
        A table of medians: CPU and wall, milliseconds of the whole process.
    """
    runs: dict[str, list[tuple[float, float]]] = {name: [] for name in VARIANTS}
    with TemporaryDirectory() as bytecode, running_endpoint() as endpoint:
        kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        variables = {**kept, **SETTLED, "PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": bytecode}
        for number in range(rounds + 1):
            for name in random.sample(list(VARIANTS), len(VARIANTS)):
                cost = run(variables, (sys.executable, "-c", VARIANTS[name].format(endpoint=endpoint)))
                if number:
                    runs[name].append(cost)
    rows = [
        (name, f"{median(cpu for cpu, _ in costs):,.0f}", f"{median(wall for _, wall in costs):,.0f}")
        for name, costs in runs.items()
    ]
    return f"{environment_line()}\n\n{markdown(('a new process', 'CPU ms', 'wall ms'), rows)}"
