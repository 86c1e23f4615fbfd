"""Learns from botocore what goes around a request: address, region to sign for, user agent.

botocore decides by settings, environment, shared files and endpoint rules: FIPS, dual-stack, account endpoints, custom
endpoints with a path. One call through the client, stopped in a ``before-call`` hook before it is signed, shows the
outcome. Nothing is sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from threading import Lock, get_ident
from typing import Any, Final
from urllib.parse import urlsplit

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.client import BaseClient
from botocore.credentials import Credentials

from django_dynamodb.records import record

_OWN: Final = frozenset({"content-type", "user-agent", "x-amz-target", "x-amzn-trace-id"})
"""Fields that differ from call to call, or that the envelope names itself."""

_METHOD: Final = "get_item"
"""The call that teaches; botocore makes the methods of a client at run time."""

_EVENT: Final = "before-call"
"""Hooks on longer names come first, so this one sees what all others have done."""

_ID: Final = "django-dynamodb-learn"

_learning = Lock()
"""One lesson at a time: the hook stops the calls of its own thread only."""


@record(frozen=True, kw_only=True, slots=True)
class Envelope:
    """What goes around every request to one address.

    Args:
        url: The address.
        secure: Whether TLS is spoken.
        host: The host to connect to.
        port: The port to connect to.
        authority: Host and port as the ``Host`` field has them.
        target: Path and query as the request line has them.
        path: The path as it is signed.
        query: The query as it is signed.
        region: The region requests are signed for.
        service: The name of the service they are signed for.
        signer: botocore's name of the way to sign, such as ``"v4"``.
        user_agent: Who we say we are.
        fields: Further fields of the head that hooks have added.
    """

    url: str
    secure: bool
    host: str
    port: int
    authority: str
    target: str
    path: str
    query: str
    region: str
    service: str
    signer: str
    user_agent: str
    fields: Mapping[str, str] = field(default_factory=dict)


def learn(client: BaseClient, table: str | None = None) -> Envelope:
    """Asks botocore what it would put around a request.

    Args:
        client: A botocore client for DynamoDB, without parameter validation.
        table: The ARN of the table the request is about, where it has one: it may decide the address.

    Returns:
        The envelope.

    Raises:
        BotoCoreError: When the settings do not lead to an address.
    """
    seen: dict[str, Any] = {}
    thread = get_ident()

    def look(params: Mapping[str, Any], request_signer: Any, context: Mapping[str, Any], **event: Any) -> None:
        if get_ident() == thread:
            seen.update(params=params, signer=request_signer, context=context)
            raise _Learned

    events, call = client.meta.events, getattr(client, _METHOD)
    with _learning:
        events.register_last(_EVENT, look, unique_id=_ID)
        try:
            call(TableName=table or "table")
        except _Learned:
            return _envelope(**seen)
        finally:
            events.unregister(_EVENT, unique_id=_ID)
    raise RuntimeError("botocore made a call without its event before-call, or another hook answered it.")


class _Learned(Exception):
    """Stops the call that taught us."""


def _envelope(params: Mapping[str, Any], signer: Any, context: Mapping[str, Any]) -> Envelope:
    """Reads what the hook saw."""
    signing = context.get("signing") or {}
    region = signing.get("region") or signer.region_name
    service = signing.get("signing_name") or signer.signing_name
    request = AWSRequest(method="POST", url=params["url"])
    auth = SigV4Auth(Credentials("none", "none"), service, region)
    _, path, query, *_ = auth.canonical_request(request).split("\n")
    parts = urlsplit(params["url"])
    secure = parts.scheme == "https"
    headers = {name: str(value) for name, value in params["headers"].items()}
    return Envelope(
        url=params["url"],
        secure=secure,
        host=parts.hostname or "",
        port=parts.port or (443 if secure else 80),
        authority=auth.headers_to_sign(request)["host"],
        target=parts._replace(scheme="", netloc="", path=parts.path or "/", fragment="").geturl(),
        path=path,
        query=query,
        region=region,
        service=service,
        signer=str(context.get("auth_type") or signer.signature_version),
        user_agent=headers["User-Agent"],
        fields={name: value for name, value in headers.items() if name.lower() not in _OWN},
    )
