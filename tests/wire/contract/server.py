"""A service that misbehaves as it is told: plain sockets in threads, one answer after another from a list."""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import threading
from collections import deque
from time import sleep
from zlib import crc32

OK = b'{"Item":{"k":{"S":"a"}}}'


class Request:
    """A request as it came."""

    def __init__(self, connection, head, body):
        self.connection = connection
        line, *fields = head.decode("latin-1").split("\r\n")
        self.method, self.target, self.version = line.split(" ")
        self.fields = dict(field.split(": ", 1) for field in fields)
        self.headers = {name.lower(): value for name, value in self.fields.items()}
        self.body = body


def written(body=OK, status=200, *, chunked=False, checksum=None, version="1.1", length=True, **headers):
    """Writes an answer down, as the service sends it."""
    lines = [f"HTTP/{version} {status} Words"]
    fields = {"x-amzn-RequestId": "request-1", "x-amz-crc32": checksum or crc32(body), **headers}
    if chunked:
        fields["Transfer-Encoding"] = "chunked"
        middle = len(body) // 2
        body = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in (body[:middle], body[middle:])) + b"0\r\n\r\n"
    elif length:
        fields["Content-Length"] = len(body)
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in fields.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


def refusal(code, status=400, **members):
    """The body of an error and its status, as the service words it."""
    body = {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": "what the service says", **members}
    return {"body": json.dumps(body).encode(), "status": status}


class FaultServer:
    """A server on a free port; what it does with each request is taken from ``plan``, then it answers ``OK``.

    A step is called with a socket and a request, and returns whether the connection goes on.
    """

    def __init__(self, tls=None):
        self.plan = deque()
        self.requests = []
        self.connections = 0
        self.most_at_once = 0
        self._open = set()
        self._tls = tls
        self._ended = False
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=300)
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self):
        """Where it listens."""
        scheme = "http" if self._tls is None else "https"
        return f"{scheme}://localhost:{self._listener.getsockname()[1]}"

    @property
    def open(self):
        """How many connections are open."""
        return len(self._open)

    def answer(self, body=OK, status=200, **how):
        """Adds an answer."""
        self.plan.append(lambda connection, _request: self._send(connection, written(body, status, **how)))

    def refuse(self, code, status=400, times=1, **members):
        """Adds error answers."""
        for _ in range(times):
            self.answer(**refusal(code, status, **members))

    def drop(self, times=1, after=b""):
        """Adds ends of the connection, after some bytes of an answer."""

        def end(connection, _request):
            connection.sendall(after)
            return False

        self.plan.extend([end] * times)

    def end_after(self, body=OK):
        """Adds an answer after which the connection ends, unannounced."""
        self.plan.append(lambda connection, _request: self._send(connection, written(body)) and False)

    def be_slow(self, seconds, times=1):
        """Adds answers that take their time."""

        def wait(connection, _request):
            sleep(seconds)
            return self._send(connection, written())

        self.plan.extend([wait] * times)

    def close(self):
        """Ends all."""
        self._ended = True
        self._listener.close()
        for connection in tuple(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    @staticmethod
    def _send(connection, data):
        connection.sendall(data)
        return True

    def _accept(self):
        while not self._ended:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        with contextlib.suppress(OSError, ssl.SSLError), connection:
            if self._tls is not None:
                connection = self._tls.wrap_socket(connection, server_side=True)
            self.connections += 1
            number = self.connections
            self._open.add(connection)
            self.most_at_once = max(self.most_at_once, len(self._open))
            try:
                with connection:
                    while self._one(connection, number):
                        pass
            finally:
                self._open.discard(connection)

    def _one(self, connection, number):
        data = b""
        while b"\r\n\r\n" not in data:
            more = connection.recv(65536)
            if not more:
                return False
            data += more
        head, _, body = data.partition(b"\r\n\r\n")
        request = Request(number, head, body)
        while len(request.body) < int(request.headers["content-length"]):
            request.body += connection.recv(65536)
        self.requests.append(request)
        try:
            step = self.plan.popleft()
        except IndexError:
            return self._send(connection, written())
        return step(connection, request)
