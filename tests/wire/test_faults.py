"""Tests how error answers become exceptions."""

import json

import pytest

from django_dynamodb import exceptions
from django_dynamodb.wire.faults import FAULTS, REASONS, fault
from django_dynamodb.wire.retry import RETRYABLE


def made(code, status=400, body=b"", **evidence):
    """Builds the exception of a PutItem on table "t"."""
    return fault(operation="PutItem", table="t", code=code, status=status, message="It failed.", body=body, **evidence)


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("ConditionalCheckFailedException", exceptions.ConditionFailedError),
        ("ResourceNotFoundException", exceptions.TableNotFoundError),
        ("ResourceNotFound", exceptions.TableNotFoundError),
        ("ResourceInUseException", exceptions.TableInUseError),
        ("TransactionConflictException", exceptions.TransactionConflictError),
        ("TransactionInProgressException", exceptions.TransactionConflictError),
        ("ProvisionedThroughputExceededException", exceptions.ThrottledError),
        ("ThrottlingException", exceptions.ThrottledError),
        ("RequestLimitExceeded", exceptions.ThrottledError),
        ("LimitExceededException", exceptions.ThrottledError),
        ("ValidationException", exceptions.RequestRejectedError),
        ("ItemCollectionSizeLimitExceededException", exceptions.RequestRejectedError),
        ("AccessDeniedException", exceptions.AccessDeniedError),
        ("UnrecognizedClientException", exceptions.AccessDeniedError),
        ("ExpiredTokenException", exceptions.AccessDeniedError),
        ("MissingAuthenticationToken", exceptions.AccessDeniedError),
        ("IncompleteSignature", exceptions.AccessDeniedError),
        ("InvalidSignatureException", exceptions.AccessDeniedError),
        ("InternalServerError", exceptions.ServiceUnavailableError),
        ("ServiceUnavailable", exceptions.ServiceUnavailableError),
    ],
)
def test_code_decides(code, error):
    """Each code of the service has one exception; a status of 400 does not matter."""
    assert type(made(code)) is error


@pytest.mark.parametrize("code", sorted(RETRYABLE))
def test_retryable_codes_make_retryable_errors(code):
    """What is worth another attempt says so on the exception."""
    assert FAULTS[code].error.retryable


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, exceptions.ServiceError),
        (401, exceptions.AccessDeniedError),
        (403, exceptions.AccessDeniedError),
        (404, exceptions.ServiceError),
        (413, exceptions.RequestRejectedError),
        (429, exceptions.ThrottledError),
        (502, exceptions.ServiceUnavailableError),
        (0, exceptions.ServiceError),
    ],
)
def test_status_decides_for_unknown_codes(status, error):
    """An unknown code is judged by its status and keeps status, code and body."""
    unknown = made("BrandNewException", status, b"<html>")
    assert type(unknown) is error
    assert (unknown.code, unknown.status, unknown.body) == ("BrandNewException", status, b"<html>")


def test_evidence():
    """The error keeps operation, table, key and request id."""
    error = made("ValidationException", request_id="r1", key={"k": {"S": "a"}})
    assert (error.operation, error.table, error.key, error.request_id) == ("PutItem", "t", {"k": {"S": "a"}}, "r1")


def test_message_names_call_and_next_step():
    """A message says which call failed, why, and what to do."""
    message = str(made("ResourceNotFoundException"))
    assert message.startswith("PutItem on table 't': It failed. (ResourceNotFoundException).")
    assert "manage.py dynamo_createtables" in message


def test_message_without_table_or_words():
    """A call without a table and an answer without words still make a sentence."""
    error = fault(operation="ListTables", code="ValidationException")
    assert str(error) == "ListTables: no message (ValidationException)."


@pytest.mark.parametrize(
    ("body", "item"),
    [
        (b'{"Item":{"k":{"S":"a"},"b":{"B":"AAH/"}}}', {"k": {"S": "a"}, "b": {"B": "AAH/"}}),
        (b"{}", None),
        (b"", None),
        (b"<html>", None),
        (b"[]", None),
    ],
)
def test_stored_item(body, item):
    """A failed condition hands on the stored item as it stood on the wire, if the answer has it."""
    assert made("ConditionalCheckFailedException", body=body).item == item


@pytest.mark.parametrize(
    ("reasons", "error"),
    [
        (["None", "ConditionalCheckFailed"], exceptions.ConditionFailedError),
        (["TransactionConflict", "ConditionalCheckFailed"], exceptions.ConditionFailedError),
        (["TransactionConflict", "None"], exceptions.TransactionConflictError),
        (["ThrottlingError"], exceptions.ThrottledError),
        (["ProvisionedThroughputExceeded"], exceptions.ThrottledError),
        (["ConditionalCheckFailed", "ValidationError"], exceptions.RequestRejectedError),
        (["Unheard"], exceptions.RequestRejectedError),
        ([], exceptions.RequestRejectedError),
    ],
)
def test_cancelled_transaction(reasons, error):
    """A cancelled transaction is judged by the gravest of its reasons and keeps the answer."""
    body = json.dumps({"CancellationReasons": [{"Code": reason} for reason in reasons]}).encode()
    cancelled = made("TransactionCanceledException", body=body)
    assert type(cancelled) is error
    assert cancelled.body == body


def test_hopeless_reasons_come_first():
    """No retryable reason stands before one that is not."""
    retryable = [verdict.error.retryable for verdict in REASONS.values()]
    assert retryable == sorted(retryable)


def test_every_code_of_the_model_is_known():
    """Each error botocore's model gives for the calls of this package has a row, or is a transaction's."""
    from botocore.session import Session

    model = Session().get_service_model("dynamodb")
    ours = ("GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "Scan", "BatchGetItem", "BatchWriteItem")
    tables = ("CreateTable", "DescribeTable", "DeleteTable", "ListTables", "UpdateTimeToLive", "DescribeTimeToLive")
    transactions = ("TransactGetItems", "TransactWriteItems")
    operations = [model.operation_model(name) for name in ours + tables + transactions]
    codes = {shape.name for operation in operations for shape in operation.error_shapes}
    assert codes - FAULTS.keys() == {"TransactionCanceledException"}
