"""The benchmarks run, and measure right answers only; no test holds a time."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("benchmarks", reason="the benchmarks are not part of the wheel")

from benchmarks.crew import PeerError, absent, checked_cases, workers
from benchmarks.endpoint import running_endpoint
from benchmarks.harness import Case, Figure, Local, Turn, find, measure, one_core, ratio, repeated
from benchmarks.operations import OPERATIONS
from benchmarks.peers import PEERS
from benchmarks.report import Run, environment, less_by, markdown, run_tables
from benchmarks.shapes import SHAPES
from benchmarks.targets import ASYNC, OURS, TARGETS, Target, verdicts

ROOT = Path(__file__).parents[2]


def figure(operation, peer, cpu, shape="mixed"):
    """A figure of a given cost."""
    return Figure(shape=shape, operation=operation, peer=peer, cpu=cpu, wall=cpu, spread=0.1, calls=1)


class Clock:
    """A runner whose turns take what it is told."""

    def __init__(self, *turns):
        self.turns = iter(turns)

    def prepare(self, turn_seconds):
        """One call fills a turn."""
        return 1

    def take(self, calls):
        """The next turn."""
        return next(self.turns)


@pytest.fixture(scope="module")
def endpoint():
    """The stub endpoint."""
    with running_endpoint() as address:
        yield address


def command(*arguments):
    """Runs the command in a process of its own, since it brings its own settings, and returns what it prints."""
    line = [sys.executable, "-m", "benchmarks", "--rounds", "1", "--turn", "0", *arguments]
    return subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("slug", PEERS)
def test_peers(endpoint, slug, shape):
    """Each peer that is installed reads and writes each shape as the dataset has it, in every operation it offers."""
    if absent([slug], {}):
        pytest.skip(f"{PEERS[slug].package} is not installed")
    with workers([slug], endpoint, shape, {}) as crew:
        operations = crew[0].operations
        checked_cases(crew, list(OPERATIONS), shape)
    assert {*operations} <= {*OPERATIONS}
    assert {"PutItem", "Query 100", "Scan 1,000"} <= {*operations}


def test_a_peer_that_fails(endpoint, capfd):
    """A peer's process that ends is an error that names the peer and what was asked."""
    with workers(["floor"], endpoint, "flat", {}) as crew, pytest.raises(PeerError, match="floor: ended at check"):
        crew[0].order("check", operation="no such operation")
    assert "KeyError" in capfd.readouterr().err


def test_a_run(tmp_path):
    """One tiny run gives a figure for each operation and peer asked for, with tables, targets, JSON and plots."""
    pytest.importorskip("matplotlib")
    arguments = ("--peers", "ours", "boto3-client", "--ops", "GetItem", "Query 100", "--shapes", "mixed")
    printed = command(*arguments, "--json", str(tmp_path / "run.json"), "--plots", str(tmp_path / "plots"))
    report = json.loads((tmp_path / "run.json").read_text())
    cases = {(row["operation"], row["peer"]) for row in report["figures"]}
    assert cases == {(o, p) for o in ("GetItem", "Query 100") for p in ("django-dynamodb", "boto3 client")}
    assert all(row["cpu"] > 0 and row["wall"] > 0 and row["calls"] >= 1 for row in report["figures"])
    assert report["environment"]["packages"]["boto3"]
    assert "### Targets" in printed
    assert {path.name for path in (tmp_path / "plots").iterdir()} == {
        f"{name}-{theme}.svg" for name in ("cpu-mixed", "overview") for theme in ("light", "dark")
    }


def test_loading():
    """``--loading`` gives times and memory."""
    assert "fast builder" in (printed := command("--loading"))
    assert "scan().untracked()" in printed


def test_first_query():
    """``--first-query`` runs every variant, to an answer where it asks for one."""
    assert "its first get()" in command("--first-query")


def test_measured_here():
    """Cases keep their order, whoever runs them."""
    runner = Local(repeated(lambda: sum(range(1000))))
    cases = [Case(operation="o", peer=peer, runner=runner) for peer in ("a", "b")]
    assert [figure.peer for figure in measure(cases, rounds=2, turn_seconds=0)] == ["a", "b"]


def test_medians():
    """A turn at half the usual speed counts half; the spread is the distance of the quartiles by the median."""
    turns = [Turn(cpu=cpu, wall=2 * cpu, speed=speed) for cpu, speed in ((10, 1), (20, 1), (30, 1), (80, 2), (50, 1))]
    (found,) = measure([Case(operation="o", peer="p", runner=Clock(*turns))], rounds=5)
    assert (found.cpu, found.wall) == (30, 60)
    assert found.spread == pytest.approx((40 - 20) / 30)


def test_ratios():
    """A ratio is between rows of one shape and operation; asynchronous peers are held against our asynchronous row."""
    figures = [figure("o", OURS, 10), figure("o", ASYNC, 20), figure("o", "aiodynamo", 60), figure("o", "bloop", 40)]
    assert ratio(figures, figures[0], "bloop") == 4
    assert ratio(figures, figure("o", OURS, 10, shape="flat"), "bloop") is None
    assert [less_by(figures, each) for each in figures] == [1, 1, 3, 4]
    assert find(figures, "mixed", "o", "nobody") is None


@pytest.mark.parametrize(
    ("against", "other", "expected"),
    [("bloop", 50, (5, True)), ("bloop", 20, (2, False)), ("floor", 5, (2, True)), ("floor", 2, (5, False))],
)
def test_targets(against, other, expected):
    """A peer must take at least so many times ours, the floor at most so many times less."""
    target = Target(operation="o", ours=OURS, against=against, times=3)
    assert target.reached_by([figure("o", OURS, 10), figure("o", against, other)], "mixed") == expected


def test_targets_name_what_there_is():
    """Every target is of an operation and of rows that the benchmark has."""
    labels = {entry.label for entry in PEERS.values()}
    assert all(entry.wanted == "msgspec" or not entry.label.endswith("msgspec") for entry in PEERS.values())
    ours = [entry for entry in PEERS.values() if entry.place.startswith("ours")]
    assert all(bool(entry.blocked) is not entry.label.endswith("msgspec") for entry in ours)
    assert all({target.ours, target.against} <= labels and target.operation in OPERATIONS for target in TARGETS)
    assert verdicts([], "mixed") == []


def test_a_run_is_read_back():
    """What was written as JSON gives the same tables."""
    figures = [figure("GetItem", OURS, 10), figure("GetItem", "boto3 client", 50)]
    run = Run(figures=figures, versions={}, absent=["bloop"], rounds=1, environment=environment())
    assert run_tables(Run.from_json(run.as_json())) == run_tables(run)
    assert "5.00x" in run_tables(run)


def test_markdown():
    """Text to the left, numbers to the right."""
    assert markdown(("name", "µs"), [("a", "10")]) == "| name | µs |\n| ---- | -: |\n| a    | 10 |"


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="this system binds no process to cores")
def test_one_core():
    """A run, and the processes it starts, have one core; afterwards this process has those it had."""
    before = os.sched_getaffinity(0)
    with one_core():
        command = [sys.executable, "-c", "import os; print(os.sched_getaffinity(0))"]
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
        assert told == str({max(before)}) == str(os.sched_getaffinity(0))
    assert os.sched_getaffinity(0) == before
