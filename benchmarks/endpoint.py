"""Serves canned answers as a DynamoDB endpoint, in a process of its own so that its time is not the client's.

``python -m benchmarks.endpoint`` prints its address and serves until its standard input ends, so it never outlives the
process that started it.
"""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from benchmarks.answers import ALL_NEW, Answers, as_http, canned_answers, unknown_answer
from benchmarks.long_tables import LONG_TABLES, long_page

END_OF_HEAD: Final = b"\r\n\r\n"
_TARGET: Final = re.compile(rb"\r\nx-amz-target: *\w+\.(\w+)", re.IGNORECASE)
_LENGTH: Final = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_TABLE: Final = re.compile(rb'"(bench-[a-z]+)"')
_ALL_NEW: Final = re.compile(rb'"ALL_NEW"')

LAST_REQUEST: Final = "LastRequest"
"""Not of DynamoDB: gives back the request before it, so that what a peer wrote can be compared."""


@contextmanager
def running_endpoint() -> Iterator[str]:
    """Starts the endpoint and stops it afterwards.

    Yields:
        Its address, such as ``http://127.0.0.1:40001``.

    Raises:
        RuntimeError: It did not start.
    """
    command = [sys.executable, "-m", "benchmarks.endpoint"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        address = process.stdout.readline().strip() if process.stdout else ""
        if not address:
            raise RuntimeError(f"The endpoint did not start: {' '.join(command)}")
        yield address
        if process.stdin:
            process.stdin.close()


class CannedAnswers(asyncio.Protocol):
    """Answers each request of one connection by its ``x-amz-target`` and the table it names.

    Args:
        answers: The answers prepared.
        last: Holds the request before this one, of any connection.
    """

    def __init__(self, answers: Answers, last: list[tuple[str, bytes]]) -> None:
        self._answers = answers
        self._last = last
        self._received = bytearray()
        self._write: Callable[[bytes], None] = lambda _answer: None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keeps the way back."""
        self._write = transport.write  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        """Answers every request that is complete."""
        self._received += data
        while (end := self._received.find(END_OF_HEAD)) >= 0:
            head = bytes(self._received[:end])
            length = _LENGTH.search(head)
            start = end + len(END_OF_HEAD)
            size = start + (int(length[1]) if length else 0)
            if len(self._received) < size:
                return
            body = bytes(self._received[start:size])
            del self._received[:size]
            self._answer(head, body)

    def _answer(self, head: bytes, body: bytes) -> None:
        target = _TARGET.search(head)
        operation = target[1].decode() if target else ""
        if operation == LAST_REQUEST:
            asked, content = self._last[0]
            self._write(as_http({"operation": asked, "body": content.decode()}))
            return
        self._last[0] = operation, body
        named = _TABLE.search(body)
        table = named[1].decode() if named else ""
        if operation == "Scan" and table in LONG_TABLES:
            self._write_later(LONG_TABLES[table], table, body)
            return
        variant = ALL_NEW if operation == "UpdateItem" and _ALL_NEW.search(body) else ""
        self._write(self._answers.get((table, operation + variant)) or unknown_answer(operation, table))

    def _write_later(self, seconds: float, table: str, body: bytes) -> None:
        answer = long_page(table, body)
        if seconds:
            asyncio.get_running_loop().call_later(seconds, self._write, answer)
        else:
            self._write(answer)


async def serve() -> None:
    """Serves on a free port of this machine until standard input ends."""
    answers, last = canned_answers(), [("", b"")]
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: CannedAnswers(answers, last), "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    print(f"http://{host}:{port}", flush=True)
    await asyncio.to_thread(sys.stdin.read)
    server.close()  # and not "async with": from Python 3.12 on that waits for clients to hang up, who wait for us


def main() -> None:
    """Runs the endpoint, on uvloop if it is installed: it answers faster, so wall times show less of it."""
    try:
        from uvloop import run  # noqa: PLC0415 - an optional package, of the [bench] extra
    except ImportError:
        from asyncio import run  # noqa: PLC0415
    run(serve())


if __name__ == "__main__":
    main()
