"""Words the figures of a run: a table for people, JSON for programs."""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final

from benchmarks.harness import Figure, ratio

PACKAGES: Final = ("django-dynamodb", "django", "boto3", "botocore", "urllib3", "uvloop")
COLUMNS: Final = ("operation", "peer", "CPU µs", "wall µs", "spread", "CPU ratio")


def as_json(figures: Sequence[Figure], base: str) -> str:
    """Writes a run as JSON.

    Args:
        figures: The figures.
        base: The peer that ratios are against.

    Returns:
        An object with ``environment`` and ``figures``, times in microseconds.
    """
    rows = [{**asdict(figure), "ratio": ratio(figures, figure, base)} for figure in figures]
    return json.dumps({"environment": environment(), "base": base, "figures": rows}, indent=2)


def as_table(figures: Sequence[Figure], base: str) -> str:
    """Writes a run as a Markdown table, with the environment above it.

    Args:
        figures: The figures.
        base: The peer that ratios are against: how many times its CPU.

    Returns:
        The text.
    """
    rows = [
        (
            figure.operation,
            figure.peer,
            f"{figure.cpu:,.0f}",
            f"{figure.wall:,.0f}",
            f"{figure.spread:.0%}",
            "-" if (times := ratio(figures, figure, base)) is None else f"{times:.2f}",
        )
        for figure in figures
    ]
    return f"{environment_line()}\n\n{markdown(COLUMNS, rows)}"


def markdown(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Writes a table in Markdown; the first column is text, so are columns that start with a letter.

    Args:
        columns: The headings.
        rows: The cells.

    Returns:
        The table, its cells padded.
    """
    widths = [max(len(row[place]) for row in (columns, *rows)) for place in range(len(columns))]
    texts = [all(row[place][:1].isalpha() for row in rows) for place in range(len(columns))]
    lines = [columns, *rows]
    padded = [
        " | ".join(
            cell.ljust(width) if text else cell.rjust(width)
            for cell, width, text in zip(line, widths, texts, strict=True)
        )
        for line in lines
    ]
    rule = " | ".join(
        "-" * width if text else "-" * (width - 1) + ":" for width, text in zip(widths, texts, strict=True)
    )
    return "\n".join(f"| {line} |" for line in (padded[0], rule, *padded[1:]))


def environment() -> Mapping[str, Any]:
    """Says what the run ran on.

    Returns:
        Python, machine and versions of the packages; None for one that is not installed.
    """
    return {
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "machine": f"{platform.system()} {platform.machine()}",
        "packages": {name: _version(name) for name in PACKAGES},
    }


def environment_line() -> str:
    """Says the same in one line.

    Returns:
        The line.
    """
    facts = environment()
    packages = [f"{name} {number}" for name, number in facts["packages"].items() if number]
    return ", ".join((facts["python"], facts["machine"], *packages))


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
