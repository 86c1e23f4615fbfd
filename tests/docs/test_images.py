"""Holds that each picture of the docs is there in light and dark, small, and shown somewhere."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
IMAGES = sorted((ROOT / "docs" / "images").glob("*.png"))
NAMES = sorted({path.stem.rpartition("-")[0] for path in IMAGES})
PAGES = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]

LARGEST = 150_000
"""The most bytes of a picture; whoever clones the project has them all."""


def test_there_are_pictures():
    """Of the list and of a conflict at least."""
    assert {"admin-list", "admin-conflict"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_each_is_there_twice_and_shown(name):
    """The reader's theme chooses, so a page that shows one shows the other."""
    showing = [page.read_text() for page in PAGES if f"{name}-light.png" in page.read_text()]
    assert {path.name for path in IMAGES if path.stem.rpartition("-")[0] == name} == {
        f"{name}-dark.png", f"{name}-light.png",
    }  # fmt: skip
    assert showing
    assert all(f"{name}-dark.png" in text for text in showing)


@pytest.mark.parametrize("path", IMAGES, ids=lambda path: path.stem)
def test_each_is_small(path):
    """A palette keeps them so."""
    assert path.stat().st_size <= LARGEST
