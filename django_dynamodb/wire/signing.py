"""Signs requests by Signature Version 4 and writes them down whole, keeping what does not change within a second.

The service, the region, the address and the credentials are the same from call to call, the time is for a second: so
the key of the day, and the text of the head up to the parts that differ, are made once. What is left is the hash of the
body and three small ones. Source: "Create a signed AWS API request" of the IAM user guide.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from hashlib import sha256
from hmac import digest
from itertools import count
from random import getrandbits
from typing import Any, Final
from urllib.parse import quote

from botocore.credentials import ReadOnlyCredentials

from django_dynamodb.records import record
from django_dynamodb.wire.credentials import Keys
from django_dynamodb.wire.envelope import Envelope

CONTENT_TYPE: Final = "application/x-amz-json-1.0"

_BLOCK: Final = 64
"""Bytes of a block of SHA-256 (RFC 2104)."""

_BITS: Final = 47
"""How many of the last 48 bits of a UUID are random at first (RFC 9562, 5.4); the one above is for counting on."""

_UNQUOTED: Final = "-=;:+&[]{}\"',"
"""What the id of a trace may have without being quoted, as in botocore."""


@record(frozen=True, slots=True)
class _Second:
    """What all requests of one second share.

    Args:
        second: Unix time, by the service's clock.
        day: Its day.
        keys: The credentials it was made with.
        inner: SHA-256 of the padded key of the day, for the inside of HMAC.
        outer: The same for the outside.
        text: What is signed, up to the hash of the request.
        canonical: The canonical request up to the name of the call.
        names: The names of the fields that are signed, in order.
        head: The head, up to the signature.
    """

    second: int
    day: str
    keys: ReadOnlyCredentials
    inner: Any
    outer: Any
    text: str
    canonical: str
    names: str
    head: str


class Signer:
    """Signs and writes the requests to one address, for all threads.

    Args:
        envelope: The address, and what botocore puts around a request.
        keys: Gives the credentials; asked once a second.
        attempts: How many attempts a call may have, which the service is told.
        clock: Gives Unix time.
    """

    def __init__(
        self, envelope: Envelope, keys: Keys, *, attempts: int = 1, clock: Callable[[], float] = time.time
    ) -> None:
        self.skew = 0.0
        """Seconds the service's clock is ahead of this machine's."""
        self._envelope = envelope
        self._keys = keys
        self._attempts = attempts
        self._clock = clock
        self._traced = "AWS_LAMBDA_FUNCTION_NAME" in os.environ
        self._shared: _Second | None = None

    def request(self, operation: str, body: bytes, *, call: str, attempt: int = 1) -> bytes:
        """Writes a request.

        Args:
            operation: The service's name of the call.
            body: The request as JSON.
            call: An id that all attempts of one call share.
            attempt: Which attempt this is, from 1.

        Returns:
            The whole request, ready to be sent.

        Raises:
            BotoCoreError: When there is nothing to sign with.
        """
        second = int(self._clock() + self.skew)
        shared = self._shared
        if shared is None or shared.second != second:
            shared = self._share()
        target = f"DynamoDB_20120810.{operation}"
        canonical = f"{shared.canonical}{target}\n\n{shared.names}\n{sha256(body).hexdigest()}"
        inner = shared.inner.copy()
        inner.update(f"{shared.text}{sha256(canonical.encode()).hexdigest()}".encode())
        outer = shared.outer.copy()
        outer.update(inner.digest())
        trace = _trace() if self._traced else ""
        return (
            f"{shared.head}{outer.hexdigest()}\r\nX-Amz-Target: {target}\r\namz-sdk-invocation-id: {call}\r\n"
            f"amz-sdk-request: attempt={attempt}; max={self._attempts}\r\n{trace}Content-Length: {len(body)}\r\n\r\n"
        ).encode("latin-1") + body

    def _share(self) -> _Second:
        """Makes what the requests of this second share; one assignment publishes it to all threads."""
        keys = self._keys()
        second = int(self._clock() + self.skew)  # asking may have taken time
        stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(second))
        day, known, envelope = stamp[:8], self._shared, self._envelope
        scope = f"{day}/{envelope.region}/{envelope.service}/aws4_request"
        if known is not None and known.day == day and known.keys == keys:
            inner, outer = known.inner, known.outer
        else:
            inner, outer = _hmac(_key(keys.secret_key or "", day, envelope.region, envelope.service))
        token = f"x-amz-security-token:{keys.token}\n" if keys.token else ""
        names = f"content-type;host;x-amz-date;{'x-amz-security-token;' if keys.token else ''}x-amz-target"
        self._shared = shared = _Second(
            second=second,
            day=day,
            keys=keys,
            inner=inner,
            outer=outer,
            text=f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n",
            canonical=f"POST\n{envelope.path}\n{envelope.query}\ncontent-type:{CONTENT_TYPE}\nhost:{envelope.authority}\n"
            f"x-amz-date:{stamp}\n{token}x-amz-target:",
            names=names,
            head=self._head(stamp, scope, names, keys),
        )
        return shared

    def _head(self, stamp: str, scope: str, names: str, keys: ReadOnlyCredentials) -> str:
        """Writes the head up to the signature."""
        fields = {
            "Host": self._envelope.authority,
            "User-Agent": self._envelope.user_agent,
            "Accept-Encoding": "identity",
            "Content-Type": CONTENT_TYPE,
            **self._envelope.fields,
            "X-Amz-Date": stamp,
            **({"X-Amz-Security-Token": keys.token} if keys.token else {}),
        }
        lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        authorization = f"AWS4-HMAC-SHA256 Credential={keys.access_key}/{scope}, SignedHeaders={names}, Signature="
        return f"POST {self._envelope.target} HTTP/1.1\r\n{lines}Authorization: {authorization}"


class CallIds:
    """Makes the ids of calls: UUIDs, as the SDKs send, that are random for a process and counted on within it.

    Attributes:
        next: Gives the id of the next call. An iterator's, and no method, since each call of the service asks it.
    """

    next: Callable[[], str]

    def __init__(self) -> None:
        self._renew()
        if hasattr(os, "register_at_fork"):  # pragma: no branch - Windows does not fork
            os.register_at_fork(after_in_child=self._renew)

    def _renew(self) -> None:
        """Begins anew: a forked child has ids of its own."""
        digits = f"{getrandbits(80):020x}"
        begin = f"{digits[:8]}-{digits[8:12]}-4{digits[12:15]}-a{digits[15:18]}-"
        self.next = map(f"{begin}%012x".__mod__, count(getrandbits(_BITS))).__next__


CALL_IDS: Final = CallIds()


def _key(secret: str, day: str, region: str, service: str) -> bytes:
    """Derives the key of a day."""
    key = f"AWS4{secret}".encode()
    for part in (day, region, service, "aws4_request"):
        key = digest(key, part.encode(), "sha256")
    return key


def _hmac(key: bytes) -> tuple[Any, Any]:
    """Begins both hashes of HMAC (RFC 2104), so that a signature copies them instead of padding the key again."""
    padded = key.ljust(_BLOCK, b"\0")
    return sha256(bytes(byte ^ 0x36 for byte in padded)), sha256(bytes(byte ^ 0x5C for byte in padded))


def _trace() -> str:
    """Hands the trace of a Lambda function on, as botocore does; each invocation has another."""
    trace = os.environ.get("_X_AMZN_TRACE_ID")
    return f"X-Amzn-Trace-Id: {quote(trace, safe=_UNQUOTED)}\r\n" if trace else ""
