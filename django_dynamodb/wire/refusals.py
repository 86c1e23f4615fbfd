"""Reads what an answer other than success says: code, message, evidence; as botocore's parser reads it."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any, Final

from botocore.client import BaseClient
from botocore.exceptions import ClientError

from django_dynamodb.exceptions import ServiceError
from django_dynamodb.wire.faults import fault
from django_dynamodb.wire.http import HttpReply
from django_dynamodb.wire.names import key_of

SKEWED: Final = frozenset(
    {"InvalidSignatureException", "RequestExpired", "RequestTimeTooSkewed", "SignatureDoesNotMatch"}
)
"""Codes that a wrong clock brings about, among other things."""

SKEW_SECONDS: Final = 240
"""Clocks that differ by less are no reason for a refusal: the service grants 5 minutes, and the AWS SDKs correct from 4
on (SDKs and Tools reference guide)."""


def refused(client: BaseClient, reply: HttpReply, *, operation: str, table: str | None, body: bytes) -> ServiceError:
    """Builds the exception for an answer that is no success.

    Args:
        client: The client whose exceptions stand as the cause, as when botocore makes the call.
        reply: The answer.
        operation: The service's name of the call.
        table: The table's name as sent.
        body: The request as JSON.

    Returns:
        The exception, not yet raised; its cause is botocore's.
    """
    members = _members(reply)
    code, message = _said(reply, members)
    error = fault(
        operation=operation,
        code=code,
        message=message,
        status=reply.status,
        request_id=reply.request_id,
        table=table,
        key=key_of(body),
        body=reply.body,
    )
    error.__cause__ = _cause(client, reply, error, members)
    return error


def skew_of(reply: HttpReply) -> float | None:
    """Tells how wrong this machine's clock is by the date of an answer.

    Args:
        reply: The answer.

    Returns:
        Seconds the service's clock is ahead; None when the answer has no date.
    """
    date = reply.header(b"date")
    try:
        return None if date is None else parsedate_to_datetime(date.decode("latin-1")).timestamp() - time.time()
    except ValueError:
        return None


def _members(reply: HttpReply) -> Mapping[str, Any]:
    """Decodes an error answer; a text that is no JSON stands as the message, as in botocore."""
    text = reply.body.decode("utf-8", "replace")
    try:
        members = json.loads(text or "{}")
    except ValueError:
        return {"message": text}
    return members if isinstance(members, dict) else {"message": text}


def _said(reply: HttpReply, members: Mapping[str, Any]) -> tuple[str, str]:
    """Reads code and message; a page without a code, as of a proxy, has its status for one."""
    page = reply.body.strip()
    if reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR and (not page or page.startswith(b"<html>")):
        return str(reply.status), _phrase(reply.status)
    code = str(members.get("__type") or reply.status)
    message = members.get("message") or members.get("Message") or ""
    return code.partition(":")[0].rpartition("#")[2], str(message)


def _phrase(status: int) -> str:
    """The usual words for a status."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def _cause(client: BaseClient, reply: HttpReply, error: ServiceError, members: Mapping[str, Any]) -> ClientError:
    """Builds the exception botocore would raise; values keep their JSON form."""
    headers = dict(reply.headers())
    about = {"HTTPStatusCode": reply.status, "HTTPHeaders": headers, "RequestId": error.request_id or ""}
    named = {name: value for name, value in members.items() if name != "__type"}
    code, message = _said(reply, members)
    response = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": about, **named}
    make: Any = client.exceptions.from_code(code)
    cause: ClientError = make(response, error.operation)
    return cause
