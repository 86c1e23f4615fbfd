"""The benchmarks run, and measure right answers only; no test holds a time."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("benchmarks", reason="the benchmarks are not part of the wheel")

from benchmarks.dataset import make_item
from benchmarks.harness import Case, measure, ratio
from benchmarks.operations import OPERATIONS, validate_answer
from benchmarks.report import markdown

ROOT = Path(__file__).parents[2]


class Answers:
    """A peer whose answers are items already."""

    name = "answers"

    def items(self, operation, answer):
        """The answer itself."""
        return answer


def run(*arguments):
    """Runs the command in a process of its own, since it brings its own settings, and returns what it prints."""
    command = [sys.executable, "-m", "benchmarks", "--rounds", "1", "--turn", "0", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def test_a_run():
    """One tiny run checks every answer against the dataset and gives a figure for each operation and peer."""
    report = json.loads(run("--json"))
    assert {(row["operation"], row["peer"]) for row in report["figures"]} >= {
        (operation, peer) for operation in OPERATIONS for peer in ("django-dynamodb", "boto3 client")
    }
    assert all(row["cpu"] > 0 and row["wall"] > 0 and row["calls"] >= 1 for row in report["figures"])
    assert {row["ratio"] for row in report["figures"] if row["peer"] == report["base"]} == {1}
    assert report["environment"]["packages"]["boto3"]


def test_a_run_of_one_operation():
    """``--ops`` chooses; the table has a heading, a rule and a row for each peer."""
    rows = [line for line in run("--ops", "GetItem").splitlines() if line.startswith("|")]
    assert len(rows) >= 4
    assert all(row.startswith("| GetItem ") for row in rows[2:])


def test_loading():
    """``--loading`` gives times and memory."""
    assert "fast builder" in (printed := run("--loading"))
    assert "scan().untracked()" in printed


def test_right_answers():
    """What the endpoint said passes."""
    validate_answer(Answers(), "GetItem", [make_item(0)])


@pytest.mark.parametrize("answer", [[], [make_item(0)] * 2, [make_item(1)]])
def test_wrong_answers(answer):
    """A wrong count or a wrong value ends the run."""
    with pytest.raises(ValueError, match="GetItem"):
        validate_answer(Answers(), "GetItem", answer)


def test_figures():
    """Cases keep their order, and ratios are against the base of the same operation."""
    cases = [Case(operation="o", peer=peer, call=lambda: sum(range(1000))) for peer in ("a", "b")]
    figures = measure(cases, rounds=2, turn_seconds=0)
    assert [figure.peer for figure in figures] == ["a", "b"]
    assert ratio(figures, figures[1], "b") == 1
    assert ratio(figures, figures[1], "none") is None


def test_markdown():
    """Text to the left, numbers to the right."""
    assert markdown(("name", "µs"), [("a", "10")]) == "| name | µs |\n| ---- | -: |\n| a    | 10 |"
