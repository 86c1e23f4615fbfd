"""Keeps what a command has done in a file that a later run takes up."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError


class StateFile:
    """A JSON file that is replaced in one step.

    Args:
        path: The file; None keeps nothing.
        form: The form of its content; another one is not read.
    """

    def __init__(self, path: Path | None, form: int | str) -> None:
        self.path = path
        self._form = form

    def read(self) -> dict[str, Any]:
        """Reads what an earlier run kept.

        Returns:
            Its content; empty when there is no file.

        Raises:
            CommandError: The file is none of ours, or cannot be read.
        """
        if self.path is None or not self.path.exists():
            return {}
        try:
            content = json.loads(self.path.read_text(encoding="utf-8"))
            form = content.pop("format")
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise CommandError(f"{self.path} is no file of this command: {error!r}. Name another one.") from error
        if form != self._form:
            raise CommandError(f"{self.path} was written by another command or release ({form!r}). Delete it.")
        return dict(content)

    def save(self, content: dict[str, Any]) -> None:
        """Replaces the file in one step, so that no crash leaves half of it.

        Args:
            content: What is kept; made of JSON types.
        """
        if self.path is None:
            return
        beside = self.path.with_name(f"{self.path.name}.new")
        with beside.open("w", encoding="utf-8") as file:
            json.dump({"format": self._form, **content}, file)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self.path)

    def forget(self) -> None:
        """Deletes the file: everything is done."""
        if self.path is not None:
            self.path.unlink(missing_ok=True)
