"""Tests what becomes of botocore's own exceptions."""

import pytest
from botocore import exceptions as botocore

from django_dynamodb.exceptions import (
    AccessDeniedError,
    ConnectionFailedError,
    RequestRejectedError,
    ThrottledError,
)
from django_dynamodb.wire.outages import outage

URL = {"endpoint_url": "http://service.test"}
OUTAGES = [
    (botocore.EndpointConnectionError(**URL), ConnectionFailedError, "endpoint is up"),
    (botocore.ConnectTimeoutError(**URL), ConnectionFailedError, "connect_timeout"),
    (botocore.ReadTimeoutError(**URL), ConnectionFailedError, "read_timeout"),
    (botocore.ConnectionClosedError(**URL), ConnectionFailedError, "endpoint is up"),
    (botocore.SSLError(**URL, error="bad certificate"), ConnectionFailedError, "certificate"),
    (botocore.ProxyConnectionError(proxy_url="http://proxy"), ConnectionFailedError, "HTTPS_PROXY"),
    (botocore.HTTPClientError(error="odd"), ConnectionFailedError, "endpoint is up"),
    (botocore.ResponseStreamingError(error="cut"), ConnectionFailedError, "endpoint is up"),
    (botocore.NoCredentialsError(), AccessDeniedError, "ACCESS_KEY_ID"),
    (botocore.PartialCredentialsError(provider="env", cred_var="x"), AccessDeniedError, "Log in again"),
    (botocore.CredentialRetrievalError(provider="p", error_msg="x"), AccessDeniedError, "Log in again"),
    (botocore.TokenRetrievalError(provider="sso", error_msg="x"), AccessDeniedError, "Log in again"),
    (botocore.SSOTokenLoadError(error_msg="x"), AccessDeniedError, "Log in again"),
    (botocore.UnauthorizedSSOTokenError(), AccessDeniedError, "Log in again"),
    (botocore.EndpointResolutionError(msg="x"), RequestRejectedError, "OPTIONS"),
    (botocore.CapacityNotAvailableError(), ThrottledError, "slow down"),
]


@pytest.mark.parametrize(("exception", "error", "advice"), OUTAGES)
def test_table(exception, error, advice):
    """Each exception has one of ours, with what botocore said and the next step."""
    made = outage(exception, operation="GetItem", table="t")
    assert type(made) is error
    assert str(made).startswith(f"GetItem on table 't': {str(exception).rstrip('.')}.")
    assert advice in str(made)
    assert (made.operation, made.table, made.code) == ("GetItem", "t", type(exception).__name__)


@pytest.mark.parametrize(("exception", "error", "advice"), OUTAGES)
def test_through_the_wire(exception, error, advice, wire, service):
    """The wire raises ours with botocore's as the cause."""
    service.fail(exception)
    service.fail(exception)
    with pytest.raises(error) as caught:
        wire("GetItem", b'{"TableName":"t","Key":{"k":{"S":"a"}}}')
    assert caught.value.__cause__ is exception


def test_others_pass_through(wire, service):
    """What is no outage, such as the complaint of a stub, is not dressed up as one."""
    service.fail(botocore.StubAssertionError(operation_name="GetItem", reason="x"))
    with pytest.raises(botocore.StubAssertionError):
        wire("GetItem", b'{"TableName":"t"}')


@pytest.mark.parametrize(("operation", "warned"), [("GetItem", False), ("UpdateItem", True), ("CreateTable", True)])
def test_doubt(operation, warned):
    """Whoever wrote is warned that the write may have happened; whoever read is not."""
    made = outage(botocore.ReadTimeoutError(**URL), operation=operation, table="t")
    assert ("a write may have happened." in str(made)) is warned
