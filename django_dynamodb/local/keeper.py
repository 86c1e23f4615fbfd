"""Saves what the engine holds to its snapshot file, from time to time and at the end."""

from __future__ import annotations

import logging
import threading
import time
from pathlib import Path

from django_dynamodb.local import snapshot
from django_dynamodb.local.memory import Memory

REST = 10
"""A save is followed by a pause of at least this many times its own length, so that saving never takes over."""


class Keeper:
    """Keeps a snapshot file up to date.

    Args:
        memory: What is saved.
        path: The snapshot file.
        every: Seconds between two saves; a save without a change since the last is left out.
    """

    def __init__(self, memory: Memory, path: Path, *, every: float) -> None:
        self._memory = memory
        self._path = path
        self._every = every
        self._saved = memory.changes
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="dynamodb-snapshot", daemon=True)

    def load(self) -> int:
        """Fills the memory from the file, where there is one.

        Returns:
            The number of items.

        Raises:
            RequestError: The file is damaged; nothing will be written to it.
        """
        items = self._memory.restore(snapshot.read(self._path)) if self._path.exists() else 0
        self._saved = self._memory.changes
        return items

    def start(self) -> None:
        """Saves every so many seconds from now on, in a thread of its own."""
        self._thread.start()

    def save(self) -> bool:
        """Writes the file if a call may have changed something since the last time.

        Returns:
            Whether the file was written.

        Raises:
            OSError: The file cannot be written; what it held before stands.
        """
        with self._memory.lock:
            changes = self._memory.changes
            images = self._memory.images() if changes != self._saved else None
        if images is None:
            return False
        snapshot.write(self._path, images)
        self._saved = changes
        return True

    def end(self) -> bool:
        """Saves for the last time.

        Returns:
            Whether the file was written.

        Raises:
            OSError: The file cannot be written; what it held before stands.
        """
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join()
        return self.save()

    def _run(self) -> None:
        """Saves until the end; a failure is reported and tried again."""
        pause = self._every
        while not self._ended.wait(pause):
            started = time.monotonic()
            try:
                self.save()
            except OSError as error:
                logging.getLogger("django_dynamodb").error("The local data could not be saved: %s", error)  # noqa: TRY400 - the path is in the message
            pause = max(self._every, REST * (time.monotonic() - started))
