"""Lets only DynamoDB's own clients on this machine through to the local engine.

A web page open in a browser can send requests to 127.0.0.1 too. It cannot do so without an Origin header or, after
rebinding a name to this address, without that name as Host; both are refused. moto's other services and its control
interface are out of reach.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from http import HTTPStatus
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from django_dynamodb.local.memory import SERVICES

HOSTS = frozenset({"127.0.0.1", "localhost"})
"""Names under which the engine may be called."""


class Gate:
    """A WSGI application before another one.

    Args:
        application: Answers what is let through.
        identity: The answer to a plain GET, which tells who is listening on the port.
    """

    def __init__(self, application: WSGIApplication, identity: dict[str, str]) -> None:
        self._application = application
        self._identity = identity

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answers one request."""
        if environ.get("HTTP_ORIGIN") or environ.get("HTTP_HOST", "").partition(":")[0] not in HOSTS:
            return _answer(start_response, HTTPStatus.FORBIDDEN, {"message": "Only for programs on this machine."})
        if environ["REQUEST_METHOD"] == "GET":
            return _answer(start_response, HTTPStatus.OK, self._identity)
        if environ.get("HTTP_X_AMZ_TARGET", "").partition(".")[0] not in SERVICES:
            return _answer(start_response, HTTPStatus.NOT_FOUND, {"message": "Only DynamoDB is served here."})
        # read here, so that a slow sender holds up nobody else
        environ["wsgi.input"] = io.BytesIO(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)))
        return self._application(environ, start_response)


def _answer(start_response: StartResponse, status: HTTPStatus, content: dict[str, str]) -> list[bytes]:
    """A small JSON answer."""
    body = json.dumps(content).encode()
    headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
    start_response(f"{status.value} {status.phrase}", headers)
    return [body]
