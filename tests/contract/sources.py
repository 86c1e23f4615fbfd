"""Fetches the tests of the installed Django: its source distribution has them, the installed package has not."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import django

CACHE = Path(__file__).resolve().parents[2] / ".engines"
"""Where it is kept between runs; no part of the repository."""

WANTED = ("cache", "sessions_tests")
"""The folders of Django's tests that are taken out."""


def django_tests() -> Path:
    """Gives the folder with Django's tests, fetched by pip on first use.

    Returns:
        A folder to be put on the path, with ``cache`` and ``sessions_tests`` in it.

    Raises:
        CalledProcessError: The distribution cannot be had.
    """
    target = CACHE / f"django-tests-{django.__version__}"
    if not target.exists():
        CACHE.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE) as folder:
            _unpack(_download(folder), Path(folder, "tests"))
            _publish(Path(folder, "tests"), target)
    return target


def _download(folder: str) -> Path:
    """Downloads the source distribution of exactly the installed version."""
    pip = [sys.executable, "-m", "pip", "download", "-q", "--no-binary", "django", "--no-deps", "--dest", folder]
    environment = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    command = [*pip, f"django=={django.__version__}"]
    subprocess.run(command, check=True, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    (archive,) = Path(folder).glob("*.tar.gz")
    return archive


def _unpack(archive: Path, target: Path) -> None:
    """Takes the wanted folders out."""
    with tarfile.open(archive) as package:
        for member in package:
            _, _, path = member.name.partition("/tests/")
            if member.isfile() and path.split("/")[0] in WANTED:
                place = target / path
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(package.extractfile(member).read())


def _publish(made: Path, target: Path) -> None:
    """Moves the finished folder to its place, unless another process was quicker."""
    try:
        made.rename(target)
    except OSError:
        if not target.exists():
            raise
