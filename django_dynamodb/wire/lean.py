"""Carries ready JSON bodies to the service by own means: what botocore decides is learned, the rest is done here.

A call signs, shows the request to those who listen to ``before-send``, sends it on a connection that is kept, and hands
the answer's bytes up. Within ``coroutines.run`` it waits for the event loop instead of a socket; everything else is the
same code.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any, Final
from zlib import crc32

from botocore import exceptions as botocore
from botocore.client import BaseClient

from django_dynamodb.coroutines import active, wait
from django_dynamodb.exceptions import ServiceError
from django_dynamodb.records import record
from django_dynamodb.types import Pause
from django_dynamodb.wire.addresses import without_user
from django_dynamodb.wire.aio import LoopPools
from django_dynamodb.wire.credentials import Keys
from django_dynamodb.wire.envelope import Envelope, learn
from django_dynamodb.wire.hooks import Audience, ShownRequest, answered
from django_dynamodb.wire.http import HttpReply
from django_dynamodb.wire.names import table_of
from django_dynamodb.wire.origins import ConnectTimeoutError, DroppedError, Origin, UnconnectedError
from django_dynamodb.wire.outages import CLASSES, outage, stranger
from django_dynamodb.wire.receipts import DIRECTIONS
from django_dynamodb.wire.refusals import SKEW_SECONDS, SKEWED, refused, skew_of
from django_dynamodb.wire.retry import LEFT_BY_BOTOCORE, RETRYABLE, UNAVAILABLE, FullJitter
from django_dynamodb.wire.signing import CALL_IDS, Signer
from django_dynamodb.wire.sockets import SocketPool
from django_dynamodb.wire.tls import Verify, tls_context
from django_dynamodb.wire.trail import followed

SIGNERS: Final = frozenset({"v4"})
"""The ways to sign that this wire knows, by botocore's names."""

_SUCCESS: Final = range(200, 300)
_ARN: Final = b'"arn:'

ATTEMPTS: Final[Mapping[str, int]] = {"standard": 4, "legacy": 10}
"""Attempts by mode where nothing else is said. Source: botocore's defaults for DynamoDB (AWS SDKs and Tools reference
guide, "Retry behavior")."""


@record(frozen=True, kw_only=True, slots=True)
class _Route:
    """The way to one address.

    Args:
        url: The address.
        signer: Signs for it.
        sockets: Its connections for threads.
        loops: Its connections for event loops.
    """

    url: str
    signer: Signer
    sockets: SocketPool
    loops: LoopPools


class LeanWire:
    """A sender (``types.Sender``) on connections of its own, advised by a botocore client.

    The client must belong to this wire alone and be built with ``parameter_validation=False``; it makes no calls, but
    hooks on its ``before-send`` events are asked.

    Args:
        client: A botocore client for DynamoDB.
        keys: Gives the credentials.
        verify: Whom to trust.
        pause: Waits between attempts.
        audience: Says whether anybody may listen to ``before-send``; without it, each request is shown.
    """

    def __init__(
        self,
        client: BaseClient,
        keys: Keys,
        *,
        verify: Verify = True,
        pause: Pause | None = None,
        audience: Audience | None = None,
    ) -> None:
        self.client = client
        self._audience = Audience(there=True) if audience is None else audience
        self._keys = keys
        self._verify = verify
        self._pause: Pause = FullJitter() if pause is None else pause
        self._emit: Callable[..., Any] = client.meta.events.emit
        config: Any = client.meta.config
        self._config = config
        retries: Mapping[str, Any] = config.retries or {}
        self._attempts = retries.get("total_max_attempts") or ATTEMPTS.get(retries.get("mode", ""), 4)
        self._lock = Lock()
        self._tls: ssl.SSLContext | None = None
        self._usual: _Route | None = None
        self._routes: dict[str | None, _Route] = {}

    def __call__(self, operation: str, body: bytes, /) -> bytes:
        """Sends one request and returns the answer's body.

        Args:
            operation: The service's name of the call, such as ``"GetItem"``.
            body: The request as JSON.

        Returns:
            The body of a successful answer, as JSON.

        Raises:
            ServiceError: What the service answered otherwise, after the retries, or that it did not answer.
        """
        route = self._usual
        if route is None or _ARN in body:
            route = self._route(operation, body)
        call, attempt, spared, corrected = CALL_IDS.next(), 1, False, False
        while True:
            try:
                reply = self._attempt(route, operation, body, call, attempt)
            except CLASSES as error:
                if not spared and _costs_nothing(operation, error):
                    spared = True
                    continue
                self._outlast(operation, body, error, attempt)
            else:
                if reply.status in _SUCCESS:
                    return reply.body
                refusal = refused(self.client, reply, operation=operation, table=table_of(body), body=body)
                if not corrected and refusal.code in SKEWED and _corrected(route.signer, reply):
                    corrected = True
                    continue
                if not self._passes(refusal, attempt):
                    raise refusal
            attempt += 1

    def close(self) -> None:
        """Closes the connections that are kept; the next call opens new ones."""
        with self._lock:
            routes, self._routes, self._usual = self._routes, {}, None
        for route in routes.values():
            route.sockets.close()
            route.loops.close()

    def _attempt(self, route: _Route, operation: str, body: bytes, call: str, attempt: int) -> HttpReply:
        """Makes one request and gives the answer, whatever it says; a success is complete, and JSON."""
        trail = followed()
        if trail is not None:
            trail.requests += 1
        request = route.signer.request(operation, body, call=call, attempt=attempt)
        reply = None
        if self._audience.there:
            shown = ShownRequest(route.url, request, body)
            reply = answered(self._emit(f"before-send.dynamodb.{operation}", request=shown))
            request = shown.written()
        if reply is None:
            try:
                reply = route.loops.exchange(request) if active() else route.sockets.exchange(request)
            except OSError as error:
                raise _failure(error, route.url) from error
        if trail is not None:
            trail.request_id = reply.request_id
        head, checksum = reply.head, b"\r\nx-amz-crc32: %d" % crc32(reply.body)
        if not head.endswith(checksum) and checksum + b"\r\n" not in head:  # not as the service writes it
            _verify(reply)
        if reply.status in _SUCCESS and not reply.body.startswith(b"{"):
            raise stranger(operation, table_of(body), reply.body)
        return reply

    def _outlast(self, operation: str, body: bytes, error: Exception, attempt: int) -> None:
        """Waits for the next attempt after one that got no answer, or raises when there is none to be made."""
        passing = isinstance(error, _PASSING) and not isinstance(error.__cause__, ssl.SSLCertVerificationError)
        if not passing or attempt >= self._attempts or not self._pause(attempt):
            raise outage(error, operation=operation, table=table_of(body)) from error

    def _passes(self, refusal: ServiceError, attempt: int) -> bool:
        """Waits for the next attempt after a refusal, if there is one to be made."""
        if refusal.code in LEFT_BY_BOTOCORE:
            return self._pause(attempt)
        may_pass = refusal.code in RETRYABLE or refusal.status in UNAVAILABLE
        return may_pass and attempt < self._attempts and self._pause(attempt)

    def _route(self, operation: str, body: bytes) -> _Route:
        """Gives the way of a request; a table's ARN may lead to another address."""
        table = table_of(body) if _ARN in body else None
        arn = table if table is not None and table.startswith("arn:") else None
        known = self._routes.get(arn)
        if known is not None:
            return known
        try:
            # botocore may ask a server for credentials, and reading certificates takes long
            return wait(asyncio.to_thread(self._open, arn)) if active() else self._open(arn)
        except CLASSES as error:
            raise outage(error, operation=operation, table=table_of(body)) from error

    def _open(self, arn: str | None) -> _Route:
        """Opens a way, once."""
        with self._lock:
            known = self._routes.get(arn)
            if known is not None:
                return known
            envelope = learn(self.client, arn)
            if envelope.signer not in SIGNERS:
                raise botocore.UnsupportedSignatureVersionError(signature_version=envelope.signer)
            origin = self._origin(envelope)
            route = self._routes[arn] = _Route(
                url=envelope.url,
                signer=Signer(envelope, self._keys, attempts=self._attempts),
                sockets=SocketPool(origin),
                loops=LoopPools(origin),
            )
            if arn is None:
                self._usual = route
            return route

    def _origin(self, envelope: Envelope) -> Origin:
        """Says how to connect, as botocore's settings do."""
        if envelope.secure and self._tls is None:
            try:
                self._tls = tls_context(self._verify, self._config.client_cert)
            except OSError as error:
                raise botocore.SSLError(endpoint_url=without_user(envelope.url), error=error) from error
        return Origin(
            host=envelope.host,
            port=envelope.port,
            tls=self._tls if envelope.secure else None,
            connect_timeout=self._config.connect_timeout,
            read_timeout=self._config.read_timeout,
            connections=self._config.max_pool_connections,
            keepalive=bool(self._config.tcp_keepalive),
        )


_PASSING: Final = (botocore.ConnectionError, botocore.HTTPClientError, botocore.ChecksumError)
"""What is worth another attempt, as in botocore's standard mode."""


def _verify(reply: HttpReply) -> None:
    """Compares the checksum, if there is one, however it is written."""
    checksum = reply.header(b"x-amz-crc32")
    if checksum is not None and checksum != b"%d" % (actual := crc32(reply.body)):
        raise botocore.ChecksumError(
            checksum_type="crc32", expected_checksum=checksum.decode("latin-1"), actual_checksum=str(actual)
        )


def _costs_nothing(operation: str, error: Exception) -> bool:
    """Says whether the request may be sent again at once: a kept connection had ended, and nothing can happen twice."""
    dropped = error.__cause__
    if not isinstance(dropped, DroppedError):
        return False
    return dropped.unheard or (dropped.silent and DIRECTIONS.get(operation) == "read")


def _corrected(signer: Signer, reply: HttpReply) -> bool:
    """Sets the clock by the service's, if it was so wrong that this explains a refusal."""
    skew = skew_of(reply)
    if skew is None or abs(skew - signer.skew) < SKEW_SECONDS:
        return False
    signer.skew = skew
    return True


def _failure(error: OSError, url: str) -> botocore.BotoCoreError:
    """Names a failure of the network as botocore does."""
    shown = without_user(url)
    for kind, named in _FAILURES.items():
        if isinstance(error, kind):
            return named(endpoint_url=shown, error=error)
    return botocore.HTTPClientError(error=error)


_FAILURES: Final[Mapping[type[OSError], type[botocore.BotoCoreError]]] = {
    DroppedError: botocore.ConnectionClosedError,
    UnconnectedError: botocore.EndpointConnectionError,
    ConnectTimeoutError: botocore.ConnectTimeoutError,
    TimeoutError: botocore.ReadTimeoutError,
    ssl.SSLError: botocore.SSLError,
}
"""Ours to botocore's, the first that fits."""
