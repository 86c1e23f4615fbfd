"""Reads the command line of ``python -m benchmarks``."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from benchmarks import loading, startup
from benchmarks.endpoint import running_endpoint
from benchmarks.harness import TURN_SECONDS, Case, Figure, measure
from benchmarks.operations import OPERATIONS, validate_answer
from benchmarks.peers import PEERS
from benchmarks.report import as_json, as_table

BASE = "boto3 client"


def options() -> Namespace:
    """Parses the options."""
    parser = ArgumentParser(prog="python -m benchmarks", description="What a call costs, measured in one run.")
    parser.add_argument("--ops", nargs="+", choices=OPERATIONS, default=list(OPERATIONS), metavar="OPERATION",
                        help=f"operations to measure: {', '.join(map(repr, OPERATIONS))}")  # fmt: skip
    parser.add_argument("--rounds", type=int, default=15, help="turns of each case (default: %(default)s)")
    parser.add_argument("--turn", type=float, default=TURN_SECONDS, help="seconds a turn lasts (default: %(default)s)")
    parser.add_argument("--json", action="store_true", help="write JSON instead of a table")
    other = parser.add_mutually_exclusive_group()
    other.add_argument("--startup", action="store_true", help="measure what the app adds to a management command")
    other.add_argument("--loading", action="store_true", help="measure time and memory of one loaded item")
    return parser.parse_args()


def run(operations: list[str], rounds: int, turn: float) -> list[Figure]:
    """Checks every case once, then measures all of them."""
    with running_endpoint() as endpoint:
        cases = []
        for peer in [make(endpoint) for make in PEERS]:
            for operation, call in peer.calls().items():
                if operation in operations:
                    validate_answer(peer, operation, call())
                    cases.append(Case(operation=operation, peer=peer.name, call=call))
        cases.sort(key=lambda case: operations.index(case.operation))
        return measure(cases, rounds=rounds, turn_seconds=turn)


def main() -> None:
    """Measures what the options say and prints it."""
    asked = options()
    if asked.startup:
        print(startup.report(asked.rounds))
    elif asked.loading:
        print(loading.report(asked.rounds, asked.turn))
    else:
        figures = run(asked.ops, asked.rounds, asked.turn)
        print((as_json if asked.json else as_table)(figures, BASE))


if __name__ == "__main__":
    main()
