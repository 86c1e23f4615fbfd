#!/usr/bin/env python3
"""Runs a command with a fresh dynoxide (an independent DynamoDB engine) as its endpoint.

``python scripts/with_dynoxide.py pytest -n 2`` fetches the engine once, through npm, into ``.engines/``; starts it in
memory on a free loopback port; runs the command with ``DYNAMODB_TEST_ENDPOINT`` set; stops it; exits as the command.
"""

from __future__ import annotations

import os
import platform
import socket
import subprocess
import sys
import tarfile
import tempfile
import time
from pathlib import Path

PACKAGE = "@dynoxide/linux-x64@1.2.1"
ENGINES = Path(__file__).resolve().parent.parent / ".engines"
BINARY = ENGINES / "dynoxide-1.2.1"
START_SECONDS = 20.0


def fetch() -> Path:
    """Puts the engine's binary into the cache, unless it is there."""
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        sys.exit("with_dynoxide: only the Linux x86-64 build is wired up; start an engine and use --dynamodb-endpoint")
    if not BINARY.exists():
        ENGINES.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=ENGINES) as folder:
            pack = ["npm", "pack", PACKAGE, "--silent", "--pack-destination", folder]
            subprocess.run(pack, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
            (archive,) = Path(folder).glob("*.tgz")
            unpack(archive, Path(folder, "dynoxide")).rename(BINARY)
    return BINARY


def unpack(archive: Path, target: Path) -> Path:
    """Takes the binary out of the package."""
    with tarfile.open(archive) as package:
        binary = package.extractfile("package/dynoxide")
        if binary is None:
            sys.exit(f"with_dynoxide: {archive.name} holds no binary")
        target.write_bytes(binary.read())
    target.chmod(0o755)
    return target


def free_port() -> int:
    """Finds a loopback port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(port: int, engine: subprocess.Popen[bytes]) -> bool:
    """Waits until the engine accepts connections; says whether it does."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and engine.poll() is None:
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return True
        time.sleep(0.05)
    return False


def main(command: list[str]) -> int:
    """Runs the command beside the engine and returns its exit code."""
    binary, port = fetch(), free_port()
    with tempfile.TemporaryFile() as log:
        start = [binary, "--port", str(port)]
        engine = subprocess.Popen(start, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            if not wait_for(port, engine):
                log.seek(0)
                sys.exit(f"with_dynoxide: no answer on port {port}: {log.read().decode(errors='replace')}")
            environment = os.environ | {"DYNAMODB_TEST_ENDPOINT": f"http://127.0.0.1:{port}"}
            return subprocess.run(command, env=environment, check=False).returncode
        finally:
            engine.terminate()
            engine.wait(10)


if __name__ == "__main__":
    if len(sys.argv) == 1:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1:]))
