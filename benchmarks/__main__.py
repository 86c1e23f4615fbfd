"""Reads the command line of ``python -m benchmarks``."""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Final

from benchmarks import first_query, loading, long_scans, startup
from benchmarks.crew import absent, checked_cases, workers
from benchmarks.document import write_page
from benchmarks.endpoint import running_endpoint
from benchmarks.harness import TURN_SECONDS, Figure, measure, one_core
from benchmarks.operations import OPERATIONS
from benchmarks.peers import PEERS
from benchmarks.plots import draw
from benchmarks.report import Run, environment, environment_line, run_tables
from benchmarks.shapes import SHAPES

DOCS: Final = Path(__file__).parents[1] / "docs" / "internals"

OTHERS: Final = {
    "loading": (loading.report, "time and memory of one loaded item"),
    "startup": (startup.report, "what the app adds to a management command"),
    "first-query": (first_query.report, "from a new process to the first answer"),
    "stream": (long_scans.stream_report, "peak memory while a million items go by"),
    "segments": (long_scans.segments_report, "a scan in four threads, the service taking 40 ms a page"),
}
"""Option to what it measures instead of calls."""


def options(arguments: list[str] | None = None) -> Namespace:
    """Parses the options."""
    parser = ArgumentParser(prog="python -m benchmarks", description="What a call costs, measured in one run.")
    parser.add_argument("--ops", nargs="+", choices=OPERATIONS, default=list(OPERATIONS), metavar="OPERATION",
                        help=f"operations to measure: {', '.join(map(repr, OPERATIONS))}")  # fmt: skip
    parser.add_argument("--peers", nargs="+", choices=PEERS, default=list(PEERS), metavar="PEER",
                        help=f"peers to measure, where installed: {', '.join(PEERS)}")  # fmt: skip
    parser.add_argument("--shapes", nargs="+", choices=SHAPES, default=list(SHAPES), metavar="SHAPE",
                        help=f"item shapes: {', '.join(SHAPES)}")  # fmt: skip
    parser.add_argument("--rounds", type=int, default=15, help="turns of each case (default: %(default)s)")
    parser.add_argument("--turn", type=float, default=TURN_SECONDS, help="seconds a turn lasts (default: %(default)s)")
    parser.add_argument("--python", action="append", default=[], metavar="PEER=PATH",
                        help="an interpreter that has a peer's package, where it cannot be installed here")  # fmt: skip
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    parser.add_argument("--plots", type=Path, metavar="DIR", help="write plots there, as SVG")
    parser.add_argument("--docs", action="store_true", help="write the page and the plots of the documentation")
    parser.add_argument("--again", type=Path, metavar="FILE", help="read the figures there instead of measuring")
    other = parser.add_mutually_exclusive_group()
    for name, (_, text) in OTHERS.items():
        other.add_argument(f"--{name}", dest="other", action="store_const", const=name, help=f"measure {text}")
    return parser.parse_args(arguments)


def run(asked: Namespace) -> Run:
    """Checks every case once, then measures all of them, one shape after the other.

    Args:
        asked: The options.

    Returns:
        The run.
    """
    pythons = dict(pair.split("=", 1) for pair in asked.python)
    missing = absent(asked.peers, pythons)
    figures: list[Figure] = []
    versions: dict[str, str] = {}
    facts = environment()
    for shape in asked.shapes:
        here = [slug for slug in asked.peers if slug not in missing]
        with one_core(), running_endpoint() as endpoint, workers(here, endpoint, shape, pythons) as crew:
            versions |= {worker.label: worker.version for worker in crew if worker.version}
            cases = checked_cases(crew, asked.ops, shape)
            figures += measure(cases, rounds=asked.rounds, turn_seconds=asked.turn)
    return Run(figures=figures, versions=versions, absent=missing, rounds=asked.rounds, environment=facts)


def main() -> None:
    """Measures what the options say and prints it."""
    asked = options()
    if asked.other:
        print(OTHERS[asked.other][0](asked.rounds, asked.turn))
        return
    done = Run.from_json(asked.again.read_text()) if asked.again else run(asked)
    if asked.json:
        asked.json.write_text(done.as_json() + os.linesep)
    plots = draw(done, asked.plots) if asked.plots else []
    if asked.docs:
        write_page(done, DOCS / "benchmarks.md", plots or draw(done, DOCS / "plots"))
    print(environment_line(done.environment, done.versions))
    if done.absent:
        print(f"Not installed: {', '.join(done.absent)}")
    print(f"\n{run_tables(done)}")


if __name__ == "__main__":
    main()
