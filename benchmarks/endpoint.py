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

from benchmarks.answers import canned_answers, unknown_answer

END_OF_HEAD: Final = b"\r\n\r\n"
_TARGET: Final = re.compile(rb"\r\nx-amz-target: *\w+\.(\w+)", re.IGNORECASE)
_LENGTH: Final = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


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
    """Answers each request of one connection by its ``x-amz-target``.

    Args:
        answers: Operation to answer.
    """

    def __init__(self, answers: dict[str, bytes]) -> None:
        self._answers = answers
        self._received = b""
        self._write: Callable[[bytes], None] = lambda _answer: None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keeps the way back."""
        self._write = transport.write  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        """Answers every request that is complete."""
        self._received += data
        while (end := self._received.find(END_OF_HEAD)) >= 0:
            head = self._received[:end]
            length = _LENGTH.search(head)
            size = end + len(END_OF_HEAD) + (int(length[1]) if length else 0)
            if len(self._received) < size:
                return
            self._received = self._received[size:]
            self._answer(head)

    def _answer(self, head: bytes) -> None:
        target = _TARGET.search(head)
        operation = target[1].decode() if target else ""
        self._write(self._answers.get(operation) or unknown_answer(operation))


async def serve() -> None:
    """Serves on a free port of this machine until standard input ends."""
    answers = canned_answers()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: CannedAnswers(answers), "127.0.0.1", 0)
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
