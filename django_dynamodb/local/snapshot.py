"""Writes tables and their items to a text file and reads them back.

The file is JSON lines, and never anything that executes when it is read::

    {"snapshot": "django-dynamodb", "version": 1}
    {"region": "eu-west-1", "create": {"TableName": "cities", …}, "ttl": null, "items": 2}
    {"id": {"N": "1"}, "name": {"S": "Oslo"}}
    {"id": {"N": "2"}, "name": {"S": "Riga"}}

``create`` is a CreateTable request and every item stands in DynamoDB JSON, so any engine can be filled from the file.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from django_dynamodb.exceptions import RequestError
from django_dynamodb.records import record
from django_dynamodb.types import Item, Payload

HEADER: Payload = {"snapshot": "django-dynamodb", "version": 1}
"""The first line; a file that opens otherwise is left alone."""


@record(frozen=True, kw_only=True, slots=True)
class TableImage:
    """One table with all it holds.

    Args:
        region: The region the table lives in, as requests are signed for it.
        create: The CreateTable request that makes the table.
        items: The items in DynamoDB JSON.
        ttl: The attribute that holds the expiry time, None without one.
    """

    region: str
    create: Payload
    items: list[Item]
    ttl: str | None = None


def write(path: Path, images: Iterable[TableImage]) -> None:
    """Replaces the file as a whole: a reader sees the old content or the new one, never a part.

    Args:
        path: The snapshot file.
        images: The tables to write.

    Raises:
        OSError: The folder is not writable or the disk is full; the old file stands.
    """
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.writelines(_lines(images))
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    finally:
        Path(temporary).unlink(missing_ok=True)


def read(path: Path) -> Iterator[TableImage]:
    """Reads the tables back, one at a time.

    Args:
        path: The snapshot file.

    Returns:
        The tables in the order they were written.

    Raises:
        RequestError: The file is no snapshot, is cut short or is damaged; the message names the line.
        OSError: The file cannot be read.
    """
    with path.open("rb") as file:
        lines = _parsed(file, path)
        if next(lines, None) != HEADER:
            raise RequestError(f"{path} is no snapshot of version {HEADER['version']}; {_NEXT_STEP}")
        for number, line in enumerate(lines, start=1):
            yield _image(line, lines, f"{path}, table {number}")


_NEXT_STEP = "move it away, or name another file with --snapshot"


def _lines(images: Iterable[TableImage]) -> Iterator[str]:
    """The file's lines, each with its line end."""
    yield _line(HEADER)
    for image in images:
        yield _line({"region": image.region, "create": image.create, "ttl": image.ttl, "items": len(image.items)})
        yield from map(_line, image.items)


def _line(content: Payload) -> str:
    return json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":")) + "\n"


def _parsed(file: BinaryIO, path: Path) -> Iterator[Any]:
    """Each line's JSON; an error names the line."""
    for number, line in enumerate(file, start=1):
        try:
            yield json.loads(line)
        except ValueError as error:
            raise RequestError(f"{path}, line {number} is damaged: {error}; {_NEXT_STEP}") from error


def _image(line: Any, lines: Iterator[Any], place: str) -> TableImage:
    """The table a line announces, with the items that follow it."""
    try:
        image = TableImage(region=line["region"], create=line["create"], ttl=line["ttl"], items=[])
        image.items.extend(islice(lines, line["items"]))
        missing = line["items"] - len(image.items)
    except (KeyError, TypeError) as error:
        raise RequestError(f"{place} is damaged ({error!r}); {_NEXT_STEP}") from error
    if missing:
        raise RequestError(f"{place} is cut short: {missing} items are missing; {_NEXT_STEP}")
    return image
