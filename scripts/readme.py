#!/usr/bin/env python3
"""Runs a shell block of the README exactly as written, in an empty folder with a copy of the working tree.

``readme.py tests`` runs the second block, which must pass the tests. ``readme.py example`` runs the first, which must
print an address that answers with a page; then it is stopped.
"""

from __future__ import annotations

import os
import queue
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent
BLOCK = re.compile(r"^```sh\n(.*?)^```", re.DOTALL | re.MULTILINE)
ADDRESS = re.compile(r"http://(?:127\.0\.0\.1|localhost):\d+")
START_SECONDS = 420.0


def block(number: int) -> str:
    """Returns a shell block of the README; each is one command line."""
    text = BLOCK.findall((ROOT / "README.md").read_text())[number].strip()
    if "\n" in text:
        sys.exit(f"readme: shell block {number + 1} is more than one line")
    print(f"$ {text}", flush=True)
    return str(text)


def copy(folder: str) -> Path:
    """Copies what git knows or would add, as a fresh clone would have it."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout
    target = Path(folder, ROOT.name)
    target.mkdir()
    present = b"\0".join(name for name in names.split(b"\0") if name and (ROOT / os.fsdecode(name)).exists())
    pack = ["tar", "--create", "--null", "--files-from=-"]
    packed = subprocess.run(pack, cwd=ROOT, input=present, check=True, stdout=subprocess.PIPE).stdout
    subprocess.run(["tar", "--extract"], cwd=target, input=packed, check=True)
    return target


def environment() -> dict[str, str]:
    """Returns this environment without what a newcomer's shell has not."""
    drop = ("AWS_", "DJANGO_SETTINGS_MODULE", "DYNAMODB_", "PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV")
    return {name: value for name, value in os.environ.items() if not name.startswith(drop)}


def run_tests(folder: Path) -> int:
    """Runs the second block and returns its exit code."""
    return subprocess.run(
        ["bash", "-c", block(1)], cwd=folder, env=environment(), stdin=subprocess.DEVNULL, check=False
    ).returncode


def run_example(folder: Path) -> int:
    """Runs the first block until a page answers; returns 0 if one did."""
    example = subprocess.Popen(
        ["bash", "-c", block(0)],
        cwd=folder,
        env=environment() | {"PYTHONUNBUFFERED": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        return 0 if check_answers(example) else 1
    finally:
        os.killpg(example.pid, signal.SIGTERM)
        example.wait(20)


def check_answers(example: subprocess.Popen[str]) -> bool:
    """Says whether an address the example prints answers with a page, in time."""
    addresses: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=read, args=(example.stdout, addresses), daemon=True).start()
    known: list[str] = []
    left_out: set[str] = set()  # what answers something else than pages, such as the engine
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and example.poll() is None:
        while not addresses.empty():
            known.append(addresses.get())
        for address in dict.fromkeys(known):
            kind = None if address in left_out else content_type(address)
            if kind == "text/html":
                print(f"readme: {address}/ answers with a page", flush=True)
                return True
            if kind is not None:
                left_out.add(address)
        time.sleep(0.5)
    print(f"readme: no page answered (exit code so far: {example.poll()})")
    return False


def read(output: IO[str] | None, addresses: queue.SimpleQueue[str]) -> None:
    """Prints what the example prints, and notes the addresses in it."""
    for line in output or ():
        print(line, end="", flush=True)
        for address in ADDRESS.findall(line):
            addresses.put(address)


def content_type(address: str) -> str | None:
    """Says what an address answers with; None while it does not, or not well."""
    try:
        with urllib.request.urlopen(address + "/", timeout=10) as answer:
            return str(answer.headers.get_content_type())
    except urllib.error.HTTPError as error:
        kind = error.headers.get_content_type()
        return None if kind == "text/html" else str(kind)  # a page that fails may be well in a moment
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return None


BLOCKS = {"example": run_example, "tests": run_tests}

if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="readme-", ignore_cleanup_errors=True) as place:
        sys.exit(BLOCKS[sys.argv[1]](copy(place)))
