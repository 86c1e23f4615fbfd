"""Tests rows 31 to 33 of dynamodb-mapper: its errors, its loggers, and what iteration gives."""

import logging

import pytest
from botocore.exceptions import ClientError
from django.db import DatabaseError, IntegrityError

from django_dynamodb import exceptions
from django_dynamodb.exceptions import ConflictError, OverwriteError, ServiceError, TableNotFoundError
from django_dynamodb.tables import lifecycle
from tests.testapp.models import Thread, Ticket


@pytest.mark.seed(31)
@pytest.mark.parametrize(
    "name", ["SchemaError", "MaxRetriesExceededError", "OverwriteError", "ConflictError", "InvalidRegionError"]
)
def test_names(name):
    """SEED row 31: the five errors keep their names; each is a database error of Django now."""
    assert issubclass(getattr(exceptions, name), DatabaseError)


@pytest.mark.seed(31)
def test_overwrite():
    """SEED row 31: OverwriteError is a ConflictError, and what Django raises for a duplicate key."""
    assert issubclass(OverwriteError, ConflictError)
    assert issubclass(OverwriteError, IntegrityError)
    assert not issubclass(ConflictError, IntegrityError)


@pytest.mark.seed(31)
def test_service_errors_pass_through(sent):
    """SEED row 31: other errors of the service pass through: their code, request id and cause are kept."""
    table = Thread._meta.open_table()
    lifecycle.delete(table)
    lifecycle.wait_deleted(table)
    with pytest.raises(TableNotFoundError, match="dynamo_createtables") as caught:
        Thread(forum="AWS", subject="S3").save()
    error = caught.value
    assert (error.code, error.operation, error.table) == ("ResourceNotFoundException", "PutItem", table.schema.name)
    assert error.key == {"forum": {"S": "AWS"}, "subject": {"S": "S3"}}
    assert isinstance(error.__cause__, ClientError)


@pytest.mark.seed(31)
def test_unknown_service_error(sent):
    """SEED row 31: so does one with a code this package does not know."""

    def fail(payload, send):
        raise ServiceError("new", code="BrandNewException", status=400, body=b"{}")

    sent.instead("PutItem", fail)
    with pytest.raises(ServiceError) as caught:
        Thread(forum="AWS", subject="S3").save()
    assert (caught.value.code, caught.value.status, caught.value.body) == ("BrandNewException", 400, b"{}")


@pytest.fixture
def lines(dynamodb, caplog):
    """The lines of the access log."""
    caplog.set_level(logging.DEBUG, "django_dynamodb.access")
    return lambda: [record for record in caplog.records if record.name == "django_dynamodb.access"]


@pytest.mark.seed(32)
def test_access_log(lines):
    """SEED row 32: each access leaves one DEBUG line that says what was done to which table."""
    ticket = Ticket.objects.create(title="secret")
    Ticket.objects.get(ticket.pk)
    list(Ticket.objects.scan())
    Ticket.objects.get_batch([ticket.pk])
    Ticket.objects.batch_write(deletes=[ticket])
    Thread(forum="AWS", subject="S3").save()
    list(Thread.objects.query("AWS"))
    operations = ["UpdateItem", "PutItem", "GetItem", "Scan", "BatchGetItem", "BatchWriteItem", "PutItem", "Query"]
    assert [record.operation for record in lines()] == operations
    assert {record.levelname for record in lines()} == {"DEBUG"}


@pytest.mark.seed(32)
def test_line(lines):
    """SEED row 32, mended: the line names each thing once, and no values; the hash was repeated as the range."""
    Thread(forum="the-hash", subject="the-range", author="secret").save()
    (record,) = lines()
    line = record.getMessage()
    assert line.startswith(f"operation=PutItem table={Thread._meta.open_table().schema.name} duration_ms=")
    assert not any(value in line for value in ("the-hash", "the-range", "secret"))


@pytest.mark.seed(32)
def test_silence(lines, caplog):
    """SEED row 32: above DEBUG the log is silent."""
    caplog.set_level(logging.INFO, "django_dynamodb.access")
    Thread(forum="AWS", subject="S3").save()
    assert not lines()


@pytest.mark.seed(33)
@pytest.mark.parametrize(
    "read",
    [
        lambda: Thread.objects.query("AWS"),
        Thread.objects.scan,
        Thread.objects.all,
        lambda: Thread.objects.filter(forum="AWS").iterator(),
        lambda: Thread.objects.get_batch(["AWS~S1", "AWS~S2"]),
        lambda: Thread.objects.in_bulk(["AWS~S1", "AWS~S2"]).values(),
    ],
)
def test_loaded(sent, read):
    """SEED row 33: whatever way objects are read, they are marked as loaded: saving them is an update."""
    Thread.objects.bulk_create([Thread(forum="AWS", subject=subject) for subject in ("S1", "S2")])
    found = list(read())
    sent.clear()
    for thread in found:
        assert not thread._state.adding
        thread.author = "you"
        thread.save(raise_on_conflict=True)
    assert sent.operations == ["UpdateItem", "UpdateItem"]
