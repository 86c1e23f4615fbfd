"""Turns an error answer of the service into an exception of ours, by its code and never by its text."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from django_dynamodb.exceptions import (
    AccessDeniedError,
    ConditionFailedError,
    OverwriteError,
    RequestRejectedError,
    ServiceError,
    ServiceUnavailableError,
    TableInUseError,
    TableNotFoundError,
    ThrottledError,
    TransactionConflictError,
)
from django_dynamodb.records import record


@record(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What an error code means.

    Args:
        error: The exception to raise.
        advice: The next step, as a sentence; empty when the service's own words say it all.
    """

    error: type[ServiceError]
    advice: str = ""


_CONDITION = Verdict(error=ConditionFailedError)
_MISSING = Verdict(
    error=TableNotFoundError,
    advice="Create it with `manage.py dynamo_createtables`, or check REGION and TABLE_PREFIX; a new table takes some"
    " seconds to become active.",
)
_IN_USE = Verdict(error=TableInUseError, advice="It exists already, or is being created, changed or deleted.")
_DENIED = Verdict(error=AccessDeniedError, advice="Check the IAM policy of these credentials: it must allow this call.")
_CREDENTIALS = Verdict(
    error=AccessDeniedError, advice="Check the credentials: settings.DYNAMODB, the environment or the AWS profile."
)
_EXPIRED = Verdict(error=AccessDeniedError, advice="Get new credentials: the session has expired.")
_SIGNATURE = Verdict(error=AccessDeniedError, advice="Check the secret key, REGION and the clock of this machine.")
_THROTTLED = Verdict(
    error=ThrottledError,
    advice="The retries are spent: slow down, spread the keys, or raise the capacity of the table or index.",
)
_BUSY = Verdict(
    error=ThrottledError, advice="The retries are spent: too many tables or indexes are being changed at once."
)
_REJECTED = Verdict(error=RequestRejectedError)
_COLLECTION = Verdict(
    error=RequestRejectedError,
    advice="With local indexes, the items of one partition key hold 10 GB at most: delete some, or split the key.",
)
_CONFLICT = Verdict(error=TransactionConflictError, advice="Another request is writing the same item: try again.")
_UNAVAILABLE = Verdict(
    error=ServiceUnavailableError,
    advice="The retries are spent; a write may have happened: read the item before writing again.",
)

FAULTS: Final[Mapping[str, Verdict]] = {
    "AccessDenied": _DENIED,
    "AccessDeniedException": _DENIED,
    "BandwidthLimitExceeded": _THROTTLED,
    "ConditionalCheckFailedException": _CONDITION,
    "DuplicateItemException": Verdict(error=OverwriteError),
    "ExpiredToken": _EXPIRED,
    "ExpiredTokenException": _EXPIRED,
    "IdempotentParameterMismatchException": _REJECTED,
    "IncompleteSignature": _SIGNATURE,
    "IncompleteSignatureException": _SIGNATURE,
    "IndexNotFoundException": _MISSING,
    "InternalFailure": _UNAVAILABLE,
    "InternalServerError": _UNAVAILABLE,
    "InvalidAccessKeyId": _CREDENTIALS,
    "InvalidClientTokenId": _CREDENTIALS,
    "InvalidSignatureException": _SIGNATURE,
    "ItemCollectionSizeLimitExceededException": _COLLECTION,
    "LimitExceededException": _BUSY,
    "MissingAuthenticationToken": _CREDENTIALS,
    "MissingAuthenticationTokenException": _CREDENTIALS,
    "OptInRequired": _DENIED,
    "PriorRequestNotComplete": _UNAVAILABLE,
    "ProvisionedThroughputExceededException": _THROTTLED,
    "ReplicatedWriteConflictException": _CONFLICT,
    "RequestExpired": _SIGNATURE,
    "RequestLimitExceeded": _THROTTLED,
    "RequestThrottled": _THROTTLED,
    "RequestThrottledException": _THROTTLED,
    "RequestTimeout": _UNAVAILABLE,
    "RequestTimeoutException": _UNAVAILABLE,
    "ResourceInUseException": _IN_USE,
    "ResourceNotFound": _MISSING,  # moto's spelling in UpdateTimeToLive
    "ResourceNotFoundException": _MISSING,
    "SerializationException": _REJECTED,
    "ServiceUnavailable": _UNAVAILABLE,
    "ServiceUnavailableException": _UNAVAILABLE,
    "SignatureDoesNotMatch": _SIGNATURE,
    "SlowDown": _THROTTLED,
    "TableAlreadyExistsException": _IN_USE,
    "TableInUseException": _IN_USE,
    "TableNotFoundException": _MISSING,
    "ThrottledException": _THROTTLED,
    "Throttling": _THROTTLED,
    "ThrottlingException": _THROTTLED,
    "TooManyRequestsException": _THROTTLED,
    "TransactionConflictException": _CONFLICT,
    "TransactionInProgressException": _CONFLICT,
    "UnknownOperationException": _REJECTED,
    "UnrecognizedClientException": _CREDENTIALS,
    "ValidationException": _REJECTED,
}
"""Code to meaning. Source: botocore's model of the service and "Common errors" of the DynamoDB API reference."""

REASONS: Final[Mapping[str, Verdict]] = {
    "ValidationError": _REJECTED,
    "ItemCollectionSizeLimitExceeded": _COLLECTION,
    "ConditionalCheckFailed": _CONDITION,
    "TransactionConflict": _CONFLICT,
    "ProvisionedThroughputExceeded": _THROTTLED,
    "ThrottlingError": _THROTTLED,
}
"""Why a transaction was cancelled, gravest first: one hopeless action makes the whole transaction hopeless."""

STATUSES: Final[Mapping[int, Verdict]] = {
    401: _CREDENTIALS,
    403: _DENIED,
    413: _REJECTED,
    429: _THROTTLED,
    **dict.fromkeys(range(500, 600), _UNAVAILABLE),
}
"""What a status means when the code is unknown, as when a proxy answers in the service's stead."""

_UNKNOWN = Verdict(error=ServiceError)


def fault(
    *,
    operation: str,
    code: str,
    message: str = "",
    status: int = 0,
    request_id: str | None = None,
    table: str | None = None,
    key: Mapping[str, Any] | None = None,
    body: bytes = b"",
) -> ServiceError:
    """Builds the exception for an error answer.

    Args:
        operation: The service's name of the call, such as ``"PutItem"``.
        code: The service's error code without its namespace.
        message: The service's own words.
        status: The HTTP status.
        request_id: The service's id of the request.
        table: The table's name as sent.
        key: The key of the item concerned, where known.
        body: The error answer as JSON; its ``Item`` and ``CancellationReasons`` are read.

    Returns:
        The exception, not yet raised. Unknown codes are judged by status, and keep status, code and body.
    """
    answer = _decoded(body)
    verdict = _verdict(code, status, answer)
    evidence: dict[str, Any] = {
        "operation": operation,
        "table": table,
        "key": key,
        "code": code,
        "request_id": request_id,
        "status": status,
        "body": body,
    }
    if issubclass(verdict.error, ConditionFailedError):
        evidence["item"] = answer.get("Item")
    return verdict.error(told(operation, table, f"{message or 'no message'} ({code})", verdict.advice), **evidence)


def told(operation: str, table: str | None, what: str, advice: str) -> str:
    """Puts an error message together: the call, what happened, the next step.

    Args:
        operation: The service's name of the call.
        table: The table's name as sent.
        what: What happened.
        advice: The next step, as a sentence; may be empty.

    Returns:
        The message.
    """
    call = f"{operation} on table {table!r}" if table else operation
    return f"{call}: {what.rstrip('.')}. {advice}".rstrip()


def _verdict(code: str, status: int, answer: Mapping[str, Any]) -> Verdict:
    """Judges by code, by the reasons of a cancelled transaction, or by status."""
    if code == "TransactionCanceledException":
        return _gravest(reason.get("Code", "") for reason in answer.get("CancellationReasons") or ())
    return FAULTS.get(code) or STATUSES.get(status, _UNKNOWN)


def _gravest(reasons: Iterable[str]) -> Verdict:
    """Picks the reason that stands first in ``REASONS``."""
    given = set(reasons)
    return next((verdict for reason, verdict in REASONS.items() if reason in given), _REJECTED)


def _decoded(body: bytes) -> Mapping[str, Any]:
    """Decodes an error answer; one that is no JSON object came from a proxy and says nothing to us."""
    try:
        answer = json.loads(body or b"{}")
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}
