"""Serves DynamoDB from memory on a port of this machine."""

from __future__ import annotations

import socket
import sys
import threading

from django_dynamodb.exceptions import RequestError
from django_dynamodb.local.gate import Gate
from django_dynamodb.local.memory import Memory

HOST = "127.0.0.1"
"""The only address served: the engine checks no signatures."""

BACKLOG = 128
"""Connections that may wait to be accepted, as in werkzeug."""

POLL = 0.1
"""Seconds until a stop is noticed."""


class Engine:
    """One engine of this process: it holds its port from the start and answers after ``start``.

    Args:
        port: The TCP port, 0 for a free one.
        name: What the engine tells those who ask who it is: the path of its snapshot, or nothing.
        log_requests: Whether each request is logged to stderr.

    Raises:
        RequestError: The port is in use, or moto is not installed.
    """

    def __init__(self, *, port: int = 0, name: str = "", log_requests: bool = False) -> None:
        self.memory = Memory()
        # optional: the extra [local], which the line above has proved to be there
        from werkzeug.serving import WSGIRequestHandler, make_server  # noqa: PLC0415

        class Handler(WSGIRequestHandler):
            disable_nagle_algorithm = True  # head and body leave in two writes

            def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
                if log_requests:
                    super().log_request(code, size)

        gate = Gate(self.memory.answer, {"engine": "django-dynamodb", "snapshot": name})
        with _listening(port) as listening:
            # the socket is handed over: werkzeug would end the whole process when it cannot bind
            self._server = make_server(HOST, 0, gate, True, request_handler=Handler, fd=listening.fileno())
        self._thread = threading.Thread(target=self._server.serve_forever, args=(POLL,), name="dynamodb", daemon=True)

    @property
    def url(self) -> str:
        """The endpoint, such as ``http://127.0.0.1:49152``."""
        return f"http://{HOST}:{self._server.port}"

    def start(self) -> None:
        """Answers requests from now on, in threads of its own."""
        self._thread.start()

    def close(self) -> None:
        """Refuses every call from now on; one under way is finished first."""
        with self.memory.lock:
            self.memory.closed = True

    def stop(self) -> None:
        """Gives the port back and forgets everything."""
        self.close()
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()
        self.memory.clear()


def _listening(port: int) -> socket.socket:
    """A listening socket; an error names the port and the way out."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if sys.platform != "win32":  # there the option would let two programs share the port
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((HOST, port))
        listening.listen(BACKLOG)
    except (OSError, OverflowError) as error:
        listening.close()
        raise RequestError(
            f"The local engine cannot listen on {HOST}:{port} ({error}). Stop the program that does, "
            "name another port with --port, or leave --port out for a free one."
        ) from error
    return listening
