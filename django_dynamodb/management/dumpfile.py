"""Reads and writes dumps: a header, one item a line as the service spells it, and an end that counts them.

::

    {"dump": 1, "table": "live-threads", "models": ["forum.Thread"], "keys": {"forum": "S", "subject": "S"}}
    {"Item": {"forum": {"S": "AWS"}, "subject": {"S": "S3"}, "price": {"N": "1.50"}}}
    {"end": {"items": 1}}

The lines between are those of the service's own export to S3 in its DynamoDB JSON.
"""

from __future__ import annotations

import gzip
import json
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from io import TextIOWrapper
from pathlib import Path
from typing import IO, Any, Final, Protocol, cast

from django.core.management.base import CommandError

from django_dynamodb.records import record
from django_dynamodb.tables.schema import TableSchema
from django_dynamodb.types import Item

FORMAT: Final = 1
"""The form of a dump; another one is not read."""

STANDARD: Final = "-"
"""Names standard input or output in place of a file."""


@record(frozen=True, kw_only=True, slots=True)
class Header:
    """What a dump says of itself.

    Args:
        dump: The form of the dump.
        table: The table it was made of, prefix included.
        models: The labels of its owners.
        keys: The key attributes and their types, partition first.
    """

    dump: int = FORMAT
    table: str
    models: list[str]
    keys: dict[str, str]

    def line(self) -> str:
        """The first line of the dump."""
        return json.dumps(asdict(self))

    @classmethod
    def of(cls, line: str, name: str) -> Header:
        """Reads the first line of a dump.

        Args:
            line: The line.
            name: The dump, for the message.

        Raises:
            CommandError: It is no dump, or of another form.
        """
        try:
            content = json.loads(line)
            if content["dump"] != FORMAT:
                raise CommandError(f"{name} is a dump of form {content['dump']!r}; this release reads form {FORMAT}.")
            return cls(table=content["table"], models=list(content["models"]), keys=dict(content["keys"]))
        except (ValueError, KeyError, TypeError) as error:
            raise CommandError(f"{name} is no dump: its first line is no header. Make one by dynamo_dump.") from error


def keys_of(schema: TableSchema) -> dict[str, str]:
    """The key attributes of a table and their types, partition first."""
    return {attribute.name: str(attribute.type) for attribute in schema.keys}


def item_line(item: Item, text: str | bytes | None) -> str:
    """One item as a line: the service's own text where there is one.

    Args:
        item: The item.
        text: What it was read from.
    """
    written = text.decode() if isinstance(text, bytes) else text
    if written is None or "\n" in written:
        written = json.dumps(item, ensure_ascii=False, separators=(",", ":"))
    return f'{{"Item":{written}}}'


def end_line(items: int) -> str:
    """The last line of a dump."""
    return json.dumps({"end": {"items": items}})


class Output(Protocol):
    """Where a dump is written to."""

    def write(self, lines: Iterable[str]) -> int | None:
        """Writes lines so that they stay, and says where the file ends then; None where nothing can be taken back."""


class Stream:
    """Writes a dump to standard output.

    Args:
        out: The stream.
    """

    def __init__(self, out: Any) -> None:
        self._out = out

    def write(self, lines: Iterable[str]) -> None:
        """Writes lines."""
        self._out.write("".join(f"{line}\n" for line in lines))
        self._out.flush()


class DumpFile:
    """Writes a dump to a file, compressed if its name ends in ``.gz``.

    Args:
        path: The file.
        end: Where an earlier run left it; what stands behind is dropped.

    Raises:
        CommandError: The file is shorter than an earlier run left it.
    """

    def __init__(self, path: Path, end: int) -> None:
        if end and (not path.exists() or path.stat().st_size < end):
            raise CommandError(f"{path} is not what the earlier run left; delete the state file to begin anew.")
        self._file = path.open("r+b" if end else "wb")
        self._file.truncate(end)
        self._file.seek(end)
        self._compress = path.suffix == ".gz"

    def write(self, lines: Iterable[str]) -> int:
        """Writes lines, and returns when they are on the disk; compressed they are a member of their own.

        Returns:
            Where the file ends.
        """
        content = "".join(f"{line}\n" for line in lines).encode()
        self._file.write(gzip.compress(content, mtime=0) if self._compress and content else content)
        self._file.flush()
        os.fsync(self._file.fileno())
        return self._file.tell()

    def close(self) -> None:
        """Gives the file back."""
        self._file.close()


@contextmanager
def opened(name: str, stdin: Any = None) -> Iterator[Iterator[str]]:
    """Opens a dump to be read.

    Args:
        name: The file, compressed if it ends in ``.gz``; ``-`` is standard input.
        stdin: What stands for standard input.

    Returns:
        A context manager; it gives the lines, without their ends.

    Raises:
        CommandError: There is no such file, or it cannot be read.
    """
    if name == STANDARD:
        yield _lines(stdin or sys.stdin, "standard input")
        return
    try:
        file = Path(name).open("rb")  # noqa: SIM115 - closed below; an error within the block is not of the opening
    except OSError as error:
        raise CommandError(f"{name} cannot be read: {error}") from error
    with file, TextIOWrapper(_unpacked(file) if name.endswith(".gz") else file, encoding="utf-8") as text:
        yield _lines(text, name)


def _unpacked(file: IO[bytes]) -> IO[bytes]:
    """The content of a packed file."""
    return cast("IO[bytes]", gzip.GzipFile(fileobj=file))


def _lines(file: Any, name: str) -> Iterator[str]:
    """The lines of a file, as long as it can be read."""
    try:
        for line in file:
            yield line.rstrip("\n")
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise CommandError(f"{name} cannot be read on: {error}") from error


def read_items(lines: Iterator[str], name: str) -> Iterator[Item]:
    """Reads the items behind the header.

    Args:
        lines: The lines behind it.
        name: The dump, for the messages.

    Yields:
        The items, in their order.

    Raises:
        CommandError: A line is no item, or the end is missing, or counts others.
    """
    count = 0
    for number, line in enumerate(lines, 2):
        try:
            content = json.loads(line)
            end = content.get("end")
            if end is None:
                yield content["Item"]
        except (ValueError, KeyError, AttributeError) as error:
            raise CommandError(f"{name}, line {number}, is no item; some of those before it were written.") from error
        if end is not None:
            if end["items"] != count:
                raise CommandError(f"{name} ends after {count} items, and says it has {end['items']}.")
            return
        count += 1
    raise CommandError(f"{name} has no end: the dump was not finished. Some of its {count} items were written.")
