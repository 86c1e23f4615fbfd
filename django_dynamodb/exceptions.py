"""Defines every exception the package raises, in one tree.

::

    DynamoDBError                       (django.db.DatabaseError)
    ├── RequestError                    the caller's fault: change the call, the model or the settings
    │   ├── SchemaError                 (ImproperlyConfigured) a model or table declaration that cannot work
    │   ├── InvalidRegionError          (ImproperlyConfigured, ValueError)
    │   ├── InvalidValueError           (ValueError) a value DynamoDB cannot store in that attribute
    │   │   ├── InvalidKeyError         a key value of the wrong type, empty, or over its byte limit
    │   │   ├── InvalidTypeError        (TypeError) a value of a Python type that attribute cannot hold
    │   │   └── ItemTooLargeError       an item over 400 KB
    │   ├── UnsupportedError            (django.db.NotSupportedError) what DynamoDB cannot do; names the alternative
    │   │   ├── ScanForbidden           a filter that no key or index serves
    │   │   └── UnsupportedLookupError  (FieldError) a lookup the field or DynamoDB does not have
    │   ├── DuplicateKeyError           (ValueError) the same key twice in one batch or transaction
    │   ├── InvalidCursorError          (ValueError) a cursor that was changed, or is another query's
    │   ├── VersionError                an item of a version this code does not know, or cannot migrate
    │   ├── UnknownEntityError          (LookupError) an item of an entity that a collection has no model for
    │   └── TestSafetyError             a test run about to touch what is not a test table
    └── ServiceError                    the answer of the service, or the lack of one
        ├── ConditionFailedError        a condition did not hold; ``item`` is what is stored, where known
        │   └── ConflictError           the stored item is not the one that was loaded
        │       ├── OverwriteError      (django.db.IntegrityError) an item with that key exists already
        │       └── ItemDeletedError    the loaded item was deleted meanwhile
        ├── MaxRetriesExceededError     no free autoincrement number, or no quiet moment for an item, within the tries
        ├── UnprocessedItemsError       what is left of a batch when the retries are spent
        ├── TransactionCanceledError    nothing of a transaction was done; ``reasons`` says why, action by action
        ├── TransactionConflictError    another transaction holds the item
        ├── TableNotFoundError          (LookupError)
        ├── TableInUseError             the table exists, or is being created or deleted
        ├── AccessDeniedError           (PermissionError) missing right, bad or expired credentials
        ├── ThrottledError              the table or account is over its throughput
        ├── RequestRejectedError        the service calls the request invalid
        │   └── MissingParentError      (LookupError) an update inside a map or list that the item does not have
        ├── ServiceUnavailableError     a 5xx answer; a write may have happened
        └── ConnectionFailedError       (ConnectionError) no answer at all; a write may have happened

Every error carries its evidence as attributes; ``retryable`` says whether the same call may work later.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.core.exceptions import FieldError, ImproperlyConfigured
from django.db import DatabaseError, IntegrityError, NotSupportedError


class DynamoDBError(DatabaseError):
    """Base of all errors of this package.

    Args:
        message: What was wrong, the value, what is allowed, the next step.
        operation: The service operation, such as ``"PutItem"``.
        table: The name of the table as the service knows it, prefix included.
        key: The key of the item concerned, as an attribute-value mapping.
        code: The service's own error code.
        request_id: The service's id of the request, for AWS support.
    """

    retryable: ClassVar[bool] = False
    """Whether the same call may succeed later."""

    def __init__(
        self,
        message: str = "",
        *,
        operation: str | None = None,
        table: str | None = None,
        key: Mapping[str, Any] | None = None,
        code: str | None = None,
        request_id: str | None = None,
    ) -> None:
        super().__init__(message)
        self.operation = operation
        self.table = table
        self.key = key
        self.code = code
        self.request_id = request_id


class RequestError(DynamoDBError):
    """The caller's fault: the same call will fail again."""


class SchemaError(RequestError, ImproperlyConfigured):
    """A model or table declaration cannot work on DynamoDB."""


class InvalidRegionError(RequestError, ImproperlyConfigured, ValueError):
    """The region in the settings is no region of DynamoDB."""


class InvalidValueError(RequestError, ValueError):
    """A value cannot be stored in that attribute; nothing was sent.

    Args:
        attribute: The attribute concerned, when it is a single one.
        fault: What is wrong with it, as the rest of a sentence that begins with its name.
    """

    def __init__(
        self, message: str = "", *, attribute: str | None = None, fault: str | None = None, **evidence: Any
    ) -> None:
        super().__init__(message, **evidence)
        self.attribute = attribute
        self.fault = fault


class InvalidKeyError(InvalidValueError):
    """A key value is missing, empty, of the wrong type or over its byte limit; nothing was sent."""


class InvalidTypeError(InvalidValueError, TypeError):
    """A value has a Python type that the attribute cannot hold; nothing was sent."""


class ItemTooLargeError(InvalidValueError):
    """An item is over 400 KB (``limits.ITEM_BYTES``); nothing was sent.

    Args:
        size: The bytes of the item.
        largest: Its largest attributes and their bytes, largest first.
    """

    def __init__(
        self, message: str = "", *, size: int = 0, largest: Sequence[tuple[str, int]] = (), **evidence: Any
    ) -> None:
        super().__init__(message, **evidence)
        self.size = size
        self.largest = tuple(largest)


class UnsupportedError(RequestError, NotSupportedError):
    """DynamoDB cannot do this; the message names the alternative."""


class ScanForbidden(UnsupportedError):
    """A filter that no key or index can serve would read the whole table, and the setting ``SCAN`` forbids that."""


class UnsupportedLookupError(UnsupportedError, FieldError):
    """A lookup that the field, or DynamoDB, does not have; the message names those it has."""


class DuplicateKeyError(RequestError, ValueError):
    """A batch or transaction names the same key twice, which DynamoDB refuses; nothing was sent."""


class InvalidCursorError(RequestError, ValueError):
    """A cursor was changed, cut short, signed with another key, or is that of another query; nothing was sent."""


class VersionError(RequestError):
    """An item has a version that this code does not know, has none that it can tell, or cannot be migrated.

    Args:
        model: The label of the model, such as ``"forum.Thread"``.
        found: The version of the item; None where none could be told.
        known: The versions this code knows, ascending.
    """

    def __init__(
        self, message: str = "", *, model: str = "", found: Any = None, known: Sequence[int] = (), **evidence: Any
    ) -> None:
        super().__init__(message, **evidence)
        self.model = model
        self.found = found
        self.known = tuple(known)


class UnknownEntityError(RequestError, LookupError):
    """A collection met an item of none of its models; nothing of it was passed over."""


class TestSafetyError(RequestError):
    """A test run was about to touch a remote endpoint or a table without the test prefix; nothing was sent."""

    __test__ = False


class ServiceError(DynamoDBError):
    """What the service answered, or that it did not answer.

    Args:
        status: The HTTP status, 0 when there was no answer.
        body: The answer's body, kept for codes this package does not know.
    """

    def __init__(self, message: str = "", *, status: int = 0, body: bytes = b"", **evidence: Any) -> None:
        super().__init__(message, **evidence)
        self.status = status
        self.body = body


class ConditionFailedError(ServiceError):
    """A condition did not hold; nothing was written.

    Args:
        item: The item as stored, when it was asked for and exists.
    """

    def __init__(self, message: str = "", *, item: Mapping[str, Any] | None = None, **evidence: Any) -> None:
        super().__init__(message, **evidence)
        self.item = item


class ConflictError(ConditionFailedError):
    """The stored item is no longer the one this object was loaded from; nothing was written.

    Args:
        fields: The fields that differ, and attributes without a field; empty where they are not known.
    """

    def __init__(self, message: str = "", *, fields: Sequence[str] = (), **evidence: Any) -> None:
        super().__init__(message, **evidence)
        self.fields = tuple(fields)


class OverwriteError(ConflictError, IntegrityError):
    """An item with this key exists already; nothing was written."""


class ItemDeletedError(ConflictError):
    """The item was deleted since this object was loaded; nothing was written."""


class MaxRetriesExceededError(ServiceError):
    """Others were faster each time: no free autoincrement number was found, or an item could not be migrated."""


class UnprocessedItemsError(ServiceError):
    """A batch was not finished when the retries were spent.

    Args:
        keys: Keys that were not read or not deleted, as attribute-value mappings.
        items: Items that were not written, as attribute-value mappings.
        written: How many items the call wrote and deleted before it gave up.
    """

    retryable = True

    def __init__(
        self,
        message: str = "",
        *,
        keys: Sequence[Mapping[str, Any]] = (),
        items: Sequence[Mapping[str, Any]] = (),
        written: int = 0,
        **evidence: Any,
    ) -> None:
        super().__init__(message, **evidence)
        self.keys = list(keys)
        self.items = list(items)
        self.written = written


@dataclass(frozen=True, kw_only=True, slots=True)
class CancellationReason:
    """Why one action of a cancelled transaction failed, or that it did not.

    Args:
        action: What was to be done, such as ``"Put"``.
        model: The label of the model, such as ``"forum.Thread"``; empty where none is known.
        table: The name of the table as the service knows it.
        key: The key of the item.
        code: The service's code, such as ``"ConditionalCheckFailed"``; None for an action that was not at fault.
        message: The service's own words.
        item: The item as stored, when the condition failed and there is one.
    """

    action: str
    model: str = ""
    table: str
    key: Mapping[str, Any]
    code: str | None
    message: str
    item: Mapping[str, Any] | None


class TransactionCanceledError(ServiceError):
    """A transaction was cancelled as a whole; nothing was written.

    Args:
        reasons: One for each action, in their order.
    """

    def __init__(self, message: str = "", *, reasons: Sequence[CancellationReason] = (), **evidence: Any) -> None:
        super().__init__(message, **evidence)
        self.reasons = tuple(reasons)


class TransactionConflictError(ServiceError):
    """Another transaction is working on the item."""

    retryable = True


class TableNotFoundError(ServiceError, LookupError):
    """The table or index does not exist, or is still being created."""


class TableInUseError(ServiceError):
    """The table exists already, or is being created or deleted."""

    retryable = True


class AccessDeniedError(ServiceError, PermissionError):
    """The credentials are missing, wrong or expired, or lack the right for this action."""


class ThrottledError(ServiceError):
    """The table, index or account is over its throughput, and the retries are spent."""

    retryable = True


class RequestRejectedError(ServiceError):
    """The service calls the request invalid."""


class MissingParentError(RequestRejectedError, LookupError):
    """An update of a place in a document whose parent the item does not have; nothing was written.

    Args:
        path: The place, as a keyword: ``"meta__address__city"``.
        missing: The first parent that is not there: ``"meta__address"``.
    """

    def __init__(self, message: str = "", *, path: str = "", missing: str = "", **evidence: Any) -> None:
        super().__init__(message, **evidence)
        self.path = path
        self.missing = missing


class ServiceUnavailableError(ServiceError):
    """The service failed (5xx) and the retries are spent; a write may have happened."""

    retryable = True


class ConnectionFailedError(ServiceError, ConnectionError):
    """The service could not be reached, or the connection broke; a write may have happened."""

    retryable = True
