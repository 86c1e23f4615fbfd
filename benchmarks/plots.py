"""Draws a run: CPU per call of each peer, as SVG for light and for dark pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks.harness import Figure
from benchmarks.report import Run
from benchmarks.shapes import SHAPES
from benchmarks.targets import OURS

PANELS: Final = ("GetItem", "PutItem", "Query 100")
"""What the overview shows, of the mixed shape."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Theme:
    """Colours of a page.

    Args:
        name: Suffix of the file.
        ink: Text.
        faint: Grid and rules.
        other: Peers.
        ours: This package.
        floor: The floor.
    """

    name: str
    ink: str
    faint: str
    other: str
    ours: str
    floor: str


THEMES: Final = (
    Theme(name="light", ink="#24292f", faint="#d0d7de", other="#a8b3bf", ours="#0c7a4d", floor="#e3b341"),
    Theme(name="dark", ink="#e6edf3", faint="#30363d", other="#5b6672", ours="#3fce8c", floor="#d4a72c"),
)


def draw(run: Run, folder: Path) -> list[Path]:
    """Writes the overview of the mixed shape and one plot for each shape.

    Args:
        run: The run.
        folder: Where to; made if need be.

    Returns:
        The files, two for each plot.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for theme in THEMES:
        for shape in run.shapes():
            operations = list(dict.fromkeys(figure.operation for figure in run.figures if figure.shape == shape))
            written.append(_plot(run, shape, operations, theme, folder / f"cpu-{shape}-{theme.name}.svg"))
        panels = [operation for operation in PANELS if _of(run.figures, "mixed", operation)]
        if panels:
            written.append(_plot(run, "mixed", panels, theme, folder / f"overview-{theme.name}.svg"))
    return written


def _plot(run: Run, shape: str, operations: Sequence[str], theme: Theme, path: Path) -> Path:
    """Small panels, one an operation, peers from the cheapest to the dearest."""
    import matplotlib as mpl  # noqa: PLC0415 - an optional package, of the [bench] extra
    from matplotlib.figure import Figure as Canvas  # noqa: PLC0415

    columns = min(3, len(operations))
    rows = -(-len(operations) // columns)
    most = max(len(_of(run.figures, shape, operation)) for operation in operations)
    with mpl.rc_context(_style(theme)):
        canvas = Canvas(figsize=(3.7 * columns, (0.24 * most + 0.85) * rows + 0.5), layout="constrained")
        canvas.get_layout_engine().set(w_pad=0.14, h_pad=0.08)  # inches around each panel: no label is cut
        for place, operation in enumerate(operations):
            _panel(canvas.add_subplot(rows, columns, place + 1), operation, _of(run.figures, shape, operation), theme)
        canvas.suptitle(f"CPU of the client per call, µs (shorter is better) · {SHAPES[shape].title}", fontsize=10)
        facts = run.environment
        canvas.supxlabel(f"{facts['python']} · {facts['machine']} · {_versions(facts)}", fontsize=7, alpha=0.75)
        canvas.savefig(path, transparent=True, metadata={"Date": None})
    return path


def _panel(axes: Any, operation: str, figures: list[Figure], theme: Theme) -> None:
    colours = [_colour(figure.peer, theme) for figure in figures]
    longest = max((figure.cpu for figure in figures), default=1.0)
    bars = axes.barh([figure.peer for figure in figures], [figure.cpu for figure in figures], 0.72, color=colours)
    axes.bar_label(bars, [f"{figure.cpu:,.0f}" for figure in figures], padding=3, fontsize=7)
    axes.set_xlim(0, longest * 1.2)
    axes.invert_yaxis()
    axes.set_title(operation, fontsize=9, loc="left", weight="bold")
    axes.tick_params(axis="both", length=0, labelsize=7.5)
    axes.set_xticks([])
    axes.spines[["top", "right", "bottom"]].set_visible(False)
    for label, figure in zip(axes.get_yticklabels(), figures, strict=True):
        if figure.peer.startswith(OURS):
            label.set_weight("bold")


def _of(figures: Sequence[Figure], shape: str, operation: str) -> list[Figure]:
    found = [figure for figure in figures if (figure.shape, figure.operation) == (shape, operation)]
    return sorted(found, key=lambda figure: figure.cpu)


def _colour(peer: str, theme: Theme) -> str:
    if peer == "floor":
        return theme.floor
    return theme.ours if peer.startswith(OURS) else theme.other


def _versions(facts: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {number}" for name, number in facts["packages"].items() if number)


def _style(theme: Theme) -> dict[str, Any]:
    """Text stays text, so the files are small and the page's reader can search them; ids are the same each time."""
    return {
        "svg.fonttype": "none",
        "svg.hashsalt": "django-dynamodb",
        "font.family": ["sans-serif"],
        "font.sans-serif": ["DejaVu Sans", "Verdana", "sans-serif"],
        "text.color": theme.ink,
        "axes.labelcolor": theme.ink,
        "axes.edgecolor": theme.faint,
        "axes.facecolor": "none",
        "xtick.color": theme.ink,
        "ytick.color": theme.ink,
    }
