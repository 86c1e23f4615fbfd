"""Words the figures of a run: tables for people, JSON for programs."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks.harness import Figure, ratio
from benchmarks.peers import PEERS, installed_version
from benchmarks.shapes import SHAPES
from benchmarks.targets import ASYNC, ASYNC_MSGSPEC, OURS, verdicts

PACKAGES: Final = ("django-dynamodb", "django", "boto3", "botocore", "urllib3", "msgspec", "uvloop")
COLUMNS: Final = ("operation", "peer", "CPU µs", "spread", "wall µs", "calls per core and second", "ours is less by")
TARGET_COLUMNS: Final = ("operation", "ours", "against", "target", "measured", "verdict")
TARGET_SHAPE: Final = "mixed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """A run's figures, and what must be known of it.

    Args:
        figures: The figures, by shape and operation.
        versions: Peer's label to the version of its package.
        absent: Peers that are not installed.
        rounds: Turns of each case.
        environment: What it ran on.
    """

    figures: list[Figure]
    versions: Mapping[str, str]
    absent: list[str]
    rounds: int
    environment: Mapping[str, Any]

    def as_json(self) -> str:
        """Writes it as JSON, ratios against our row added, times in microseconds."""
        rows = [{**asdict(figure), "ours_is_less_by": less_by(self.figures, figure)} for figure in self.figures]
        return json.dumps({**asdict(self), "figures": rows}, indent=2, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Run:
        """Reads it back.

        Args:
            text: What ``as_json`` wrote.
        """
        found = json.loads(text)
        names = Figure.__dataclass_fields__
        figures = [Figure(**{name: row[name] for name in names}) for row in found.pop("figures")]
        return cls(figures=figures, **found)

    def shapes(self) -> list[str]:
        """The shapes measured, in their order."""
        return [name for name in SHAPES if any(figure.shape == name for figure in self.figures)]


def less_by(figures: Sequence[Figure], figure: Figure) -> float | None:
    """How many times our CPU a peer takes, without msgspec: an asynchronous peer against our asynchronous row.

    Args:
        figures: All figures of the run.
        figure: The peer's.

    Returns:
        The ratio; None where ours was not measured.
    """
    asynchronous = figure.peer in {ASYNC, ASYNC_MSGSPEC, "aiodynamo", "aiobotocore", "aioboto3"}
    base = ASYNC if asynchronous else OURS
    times = ratio(figures, figure, base)
    return None if times is None else 1 / times


def run_tables(run: Run) -> str:
    """Writes a table for each shape, and the targets.

    Args:
        run: The run.

    Returns:
        Markdown, headings of the third level.
    """
    parts = []
    for shape in run.shapes():
        rows = [_row(run.figures, figure) for figure in run.figures if figure.shape == shape]
        parts += [f"### {SHAPES[shape].title[:1].upper()}{SHAPES[shape].title[1:]}", markdown(COLUMNS, rows)]
    if held := verdicts(run.figures, TARGET_SHAPE):
        reached = sum(row[-1] == "reached" for row in held)
        parts += ["### Targets", f"{reached} of {len(held)} are reached.", markdown(TARGET_COLUMNS, held)]
    return "\n\n".join(parts)


def _row(figures: Sequence[Figure], figure: Figure) -> tuple[str, ...]:
    times = less_by(figures, figure)
    return (
        figure.operation,
        figure.peer,
        f"{figure.cpu:,.0f}",
        f"{figure.spread:.0%}",
        f"{figure.wall:,.0f}",
        f"{1e6 / figure.cpu:,.0f}",
        "-" if times is None else f"{times:.2f}x",
    )


def markdown(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Writes a table in Markdown; columns whose cells all start with a letter are text, to the left.

    Args:
        columns: The headings.
        rows: The cells.

    Returns:
        The table, its cells padded.
    """
    widths = [max(len(row[place]) for row in (columns, *rows)) for place in range(len(columns))]
    texts = [all(row[place][:1].isalpha() for row in rows) for place in range(len(columns))]
    padded = [
        " | ".join(
            cell.ljust(width) if text else cell.rjust(width)
            for cell, width, text in zip(line, widths, texts, strict=True)
        )
        for line in (columns, *rows)
    ]
    rule = " | ".join(
        "-" * width if text else "-" * (width - 1) + ":" for width, text in zip(widths, texts, strict=True)
    )
    return "\n".join(f"| {line} |" for line in (padded[0], rule, *padded[1:]))


def environment() -> dict[str, Any]:
    """Says what the run runs on.

    Returns:
        Python, machine, load and versions of the packages; None for one that is not installed.
    """
    return {
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, {_processor()}",
        "load": round(os.getloadavg()[0], 1),
        "packages": {name: installed_version(name) for name in PACKAGES},
    }


def environment_line(facts: Mapping[str, Any] | None = None, versions: Mapping[str, str] | None = None) -> str:
    """Says the same in one line.

    Args:
        facts: What ``environment`` said; None to ask now.
        versions: Peer's label to version, to name them too.

    Returns:
        The line.
    """
    facts = facts or environment()
    packages = {name: number for name, number in facts["packages"].items() if number}
    own = {entry.label for entry in PEERS.values() if entry.package in packages}
    peers = [f"{label} {number}" for label, number in (versions or {}).items() if label not in own]
    named = [f"{name} {number}" for name, number in packages.items()]
    return ", ".join((facts["python"], facts["machine"], f"load {facts['load']:g}", *named, *peers))


def _processor() -> str:
    """The processor's name where the system gives one."""
    facts = Path("/proc/cpuinfo")
    lines = facts.read_text().splitlines() if facts.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()
