"""Turns the exceptions botocore raises when no answer came into exceptions of ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from botocore import exceptions as botocore

from django_dynamodb.exceptions import (
    AccessDeniedError,
    ConnectionFailedError,
    RequestRejectedError,
    ServiceError,
    ThrottledError,
)
from django_dynamodb.wire.faults import Verdict, told
from django_dynamodb.wire.receipts import DIRECTIONS

_NETWORK = Verdict(
    error=ConnectionFailedError,
    advice="Check that the endpoint is up, and ENDPOINT_URL or REGION",
)
_TIMEOUT = Verdict(
    error=ConnectionFailedError,
    advice='Try again, or raise "connect_timeout" or "read_timeout" in OPTIONS',
)
_TLS = Verdict(
    error=ConnectionFailedError, advice="Check the certificate of the endpoint and the CA bundle (AWS_CA_BUNDLE)."
)
_PROXY = Verdict(error=ConnectionFailedError, advice='Check HTTPS_PROXY, or "proxies" in OPTIONS.')
_BROKEN = Verdict(error=ConnectionFailedError, advice="The answer came damaged")
_NO_CREDENTIALS = Verdict(
    error=AccessDeniedError,
    advice="Nothing was sent. Set ACCESS_KEY_ID and SECRET_ACCESS_KEY or PROFILE in settings.DYNAMODB, or give"
    " credentials by the environment, the shared AWS files or a role.",
)
_BAD_CREDENTIALS = Verdict(
    error=AccessDeniedError, advice="Nothing was sent. Log in again, or check where these credentials come from."
)
_SETTINGS = Verdict(
    error=RequestRejectedError, advice="Nothing was sent. Check REGION, ENDPOINT_URL and OPTIONS in settings.DYNAMODB."
)

_DOUBTFUL = (_NETWORK, _TIMEOUT, _BROKEN)
"""After these the service may have done what was asked, at the last attempt or at one before it."""

OUTAGES: Final[Mapping[type[botocore.BotoCoreError], Verdict]] = {
    # no connection, or one that broke
    botocore.ConnectionError: _NETWORK,
    botocore.HTTPClientError: _NETWORK,
    botocore.ConnectTimeoutError: _TIMEOUT,
    botocore.ReadTimeoutError: _TIMEOUT,
    botocore.SSLError: _TLS,
    botocore.ProxyConnectionError: _PROXY,
    botocore.InvalidProxiesConfigError: _PROXY,
    botocore.ChecksumError: _BROKEN,
    botocore.IncompleteReadError: _BROKEN,
    # nothing to sign with
    botocore.NoCredentialsError: _NO_CREDENTIALS,
    botocore.NoAuthTokenError: _NO_CREDENTIALS,
    botocore.PartialCredentialsError: _BAD_CREDENTIALS,
    botocore.CredentialRetrievalError: _BAD_CREDENTIALS,
    botocore.TokenRetrievalError: _BAD_CREDENTIALS,
    botocore.UnknownTokenProviderError: _BAD_CREDENTIALS,
    botocore.UnknownCredentialError: _BAD_CREDENTIALS,
    botocore.RefreshWithMFAUnsupportedError: _BAD_CREDENTIALS,
    botocore.MetadataRetrievalError: _BAD_CREDENTIALS,
    botocore.InvalidIMDSEndpointError: _BAD_CREDENTIALS,
    botocore.InvalidIMDSEndpointModeError: _BAD_CREDENTIALS,
    botocore.SSOError: _BAD_CREDENTIALS,
    botocore.ConfigNotFound: _BAD_CREDENTIALS,
    botocore.ConfigParseError: _BAD_CREDENTIALS,
    botocore.ProfileNotFound: _BAD_CREDENTIALS,
    botocore.InvalidConfigError: _BAD_CREDENTIALS,
    botocore.MissingDependencyException: _BAD_CREDENTIALS,
    # settings that contradict each other, found only when the endpoint is worked out
    botocore.EndpointProviderError: _SETTINGS,
    botocore.BaseEndpointResolverError: _SETTINGS,
    botocore.InvalidEndpointConfigurationError: _SETTINGS,
    botocore.UnknownSignatureVersionError: _SETTINGS,
    botocore.UnsupportedSignatureVersionError: _SETTINGS,
    # adaptive mode holds calls back by itself
    botocore.CapacityNotAvailableError: Verdict(
        error=ThrottledError, advice="botocore holds calls back after throttling: slow down, or raise the capacity."
    ),
}
"""botocore's exception to meaning, by class or nearest base. What is not here passes through untouched: it is a bug
in a hook, a stub or in this package, and must not look like an outage."""

CLASSES: Final = tuple(OUTAGES)
"""For the ``except`` clause."""


def outage(error: Exception, *, operation: str, table: str | None) -> ServiceError:
    """Builds the exception for a call that got no answer.

    Args:
        error: One of ``CLASSES``.
        operation: The service's name of the call.
        table: The table's name as sent.

    Returns:
        The exception, not yet raised.
    """
    verdict = next(OUTAGES[base] for base in type(error).__mro__ if base in OUTAGES)
    advice = verdict.advice
    if verdict in _DOUBTFUL:
        advice += "." if DIRECTIONS.get(operation) == "read" else "; a write may have happened."
    return verdict.error(
        told(operation, table, str(error), advice),
        operation=operation,
        table=table,
        code=type(error).__name__,
    )


def stranger(operation: str, table: str | None, body: bytes) -> ConnectionFailedError:
    """Builds the exception for a success that is not DynamoDB's.

    Args:
        operation: The service's name of the call.
        table: The table's name as sent.
        body: What came instead.

    Returns:
        The exception, not yet raised.
    """
    what = f"the answer is not that of DynamoDB: {body[:80]!r}"
    advice = "Check ENDPOINT_URL, and what stands between this machine and the endpoint."
    return ConnectionFailedError(told(operation, table, what, advice), operation=operation, table=table, body=body)
