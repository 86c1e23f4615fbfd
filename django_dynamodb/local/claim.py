"""Lets one process at a time run the engine of a snapshot, and lets the others find it.

The lock beside the snapshot lasts as long as the process and falls with it, however that ends. The announcement
beside it holds the endpoint; it counts only when that endpoint answers with the name of this snapshot.
"""

from __future__ import annotations

import http.client
import json
import socket
from pathlib import Path
from typing import TextIO
from urllib.parse import urlsplit

from django.core.files import locks

ANSWER_SECONDS = 5
"""How long an engine may take to say who it is; it may be busy with a call."""


class Claim:
    """The right to run the engine of one snapshot.

    Args:
        snapshot: The absolute path of the snapshot file.
    """

    def __init__(self, snapshot: Path) -> None:
        self.snapshot = snapshot
        self._lock_path = snapshot.with_name(f"{snapshot.name}.lock")
        self._announcement = snapshot.with_name(f"{snapshot.name}.engine")
        self._lock: TextIO | None = None

    def take(self) -> bool:
        """Takes the right, unless another process has it.

        Returns:
            Whether it is ours.

        Raises:
            OSError: The folder does not exist or is not writable.
        """
        lock = self._lock_path.open("a", encoding="utf-8")
        if not locks.lock(lock, locks.LOCK_EX | locks.LOCK_NB):
            lock.close()
            return False
        self._lock = lock
        return True

    def announce(self, url: str) -> None:
        """Tells the others where the engine answers."""
        self._announcement.write_text(json.dumps({"endpoint": url}) + "\n", encoding="utf-8")

    def release(self) -> None:
        """Takes the announcement down and gives the right back."""
        if self._lock is not None:
            self._announcement.unlink(missing_ok=True)
            locks.unlock(self._lock)
            self._lock.close()
            self._lock = None

    def endpoint(self) -> str | None:
        """The endpoint of the engine that another process runs on this snapshot, None while there is none."""
        try:
            url = json.loads(self._announcement.read_text(encoding="utf-8"))["endpoint"]
        except (FileNotFoundError, ValueError, KeyError, TypeError):  # stale or half written
            return None
        identity = who_answers(url)
        return url if identity.get("snapshot") == str(self.snapshot) else None


def check_listening(url: str) -> bool:
    """Whether anybody listens at an endpoint, be it this package's engine or another."""
    address = urlsplit(url)
    default = http.client.HTTPS_PORT if address.scheme == "https" else http.client.HTTP_PORT
    try:
        socket.create_connection((address.hostname or "", address.port or default), ANSWER_SECONDS).close()
    except OSError:
        return False
    return True


def who_answers(url: str) -> dict[str, str]:
    """What the engine at an endpoint tells about itself.

    Args:
        url: The endpoint.

    Returns:
        Its identity; nothing where nobody answers, or somebody else.
    """
    address = urlsplit(url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=ANSWER_SECONDS)
    try:
        connection.request("GET", "/")
        identity = json.loads(connection.getresponse().read())
    except (OSError, http.client.HTTPException, ValueError):
        return {}
    finally:
        connection.close()
    return identity if isinstance(identity, dict) else {}
