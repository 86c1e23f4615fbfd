"""Carries ready JSON bodies to the service through a plain botocore client, by its public events alone.

``provide-client-params`` takes our body out of the call's parameters, ``before-call`` puts it where the serialised
body would stand, ``before-parse`` keeps the answer's bytes and leaves botocore's parser nothing to do. Endpoint rules,
credentials, signing, retries, proxies and every hook on the client work as in any botocore call. Bodies and answers
travel in the call's own dictionaries, so one client serves all threads. Events: botocore's "Event reference" and
``botocore.client``, ``botocore.endpoint``.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final, cast

from botocore.client import BaseClient
from botocore.exceptions import ClientError

from django_dynamodb.exceptions import ServiceError, TransactionConflictError
from django_dynamodb.types import Pause
from django_dynamodb.wire.faults import fault
from django_dynamodb.wire.names import key_of, table_of
from django_dynamodb.wire.outages import CLASSES, outage, stranger
from django_dynamodb.wire.retry import LEFT_BY_BOTOCORE, FullJitter
from django_dynamodb.wire.trail import followed

_BODY: Final = "__body__"
"""Where a ready body travels, in the call's parameters and then in its context."""

_RAW: Final = "__raw__"
"""Where the bytes of an answer travel."""


class BotocoreWire:
    """A sender (``types.Sender``) on top of one botocore client.

    The client must belong to this wire alone: its own methods no longer return parsed answers. It should be built
    with ``parameter_validation=False``, since only the parameters that endpoint rules look at are passed.

    Args:
        client: A botocore client for DynamoDB.
        pause: Waits between attempts after the codes botocore does not retry.
    """

    def __init__(self, client: BaseClient, *, pause: Pause | None = None) -> None:
        self.client = client
        self._pause: Pause = FullJitter() if pause is None else pause
        methods = client.meta.method_to_api_mapping
        self._methods: dict[str, Callable[..., Mapping[str, Any]]] = {
            operation: getattr(client, method) for method, operation in methods.items()
        }
        for event, handler in _HANDLERS.items():
            client.meta.events.register(f"{event}.dynamodb", handler, unique_id=f"django-dynamodb-{event}")

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
        attempt = 0
        while True:
            try:
                return self._attempt(operation, body)
            except TransactionConflictError as conflict:
                attempt += 1
                if conflict.code not in LEFT_BY_BOTOCORE or not self._pause(attempt):
                    raise

    def close(self) -> None:
        """Closes the pooled sockets; the next call opens new ones."""
        self.client.close()

    def _attempt(self, operation: str, body: bytes) -> bytes:
        """Makes one botocore call, which may be several requests."""
        table = table_of(body)
        parameters = _parameters(operation, table)
        parameters[_BODY] = body
        try:
            answer = self._methods[operation](**parameters)
        except ClientError as error:
            raise _fault(error, operation, table, body) from error
        except CLASSES as error:
            raise outage(error, operation=operation, table=table) from error
        return _body(answer, operation, table)


def _parameters(operation: str, table: str | None) -> dict[str, Any]:
    """Gives what endpoint rules and tracing tools look at: where the table's name or ARN stands in the parameters."""
    if table is None:
        return {}
    shape = _SHAPES.get(operation)
    return {"TableName": table} if shape is None else shape(table)


_SHAPES: Final[Mapping[str, Callable[[str], dict[str, Any]]]] = {
    "BatchGetItem": lambda table: {"RequestItems": {table: {"Keys": []}}},
    "BatchWriteItem": lambda table: {"RequestItems": {table: []}},
    "TransactGetItems": lambda table: {"TransactItems": [{"Get": {"TableName": table}}]},
    "TransactWriteItems": lambda table: {"TransactItems": [{"Put": {"TableName": table}}]},
}


def _take_body(params: Mapping[str, Any], context: dict[str, Any], **event: Any) -> dict[str, Any] | None:
    """Moves the ready body from the call's parameters to its context."""
    if _BODY not in params:
        return None
    context[_BODY] = params[_BODY]
    return {name: value for name, value in params.items() if name != _BODY}


def _place_body(params: dict[str, Any], context: Mapping[str, Any], **event: Any) -> None:
    """Puts the ready body in place of the serialised one, before it is signed."""
    if _BODY in context:
        params["body"] = context[_BODY]


def _count_request(**event: Any) -> None:
    """Counts an attempt, those of botocore's retries included."""
    trail = followed()
    if trail is not None:
        trail.requests += 1


def _keep_answer(response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **event: Any) -> None:
    """Keeps the answer's bytes; a successful one leaves the parser nothing to do, an error is parsed as ever."""
    trail = followed()
    if trail is not None:
        trail.request_id = response_dict["headers"].get("x-amzn-requestid")
    customized_response_dict[_RAW] = response_dict["body"]
    if response_dict["status_code"] < 300:  # noqa: PLR2004 - botocore's own line between success and error
        response_dict["body"] = b"{}"


_HANDLERS: Final[Mapping[str, Callable[..., Any]]] = {
    "provide-client-params": _take_body,
    "before-call": _place_body,
    "request-created": _count_request,
    "before-parse": _keep_answer,
}


def _body(answer: Mapping[str, Any], operation: str, table: str | None) -> bytes:
    """Takes the bytes out of an answer, or encodes what a hook answered in the service's stead, as Stubber does."""
    raw: bytes | None = answer.get(_RAW)
    if raw is None:
        return _encoded(answer)
    if not raw.startswith(b"{"):
        raise stranger(operation, table, raw)
    return raw


def _fault(error: ClientError, operation: str, table: str | None, body: bytes) -> ServiceError:
    """Builds our exception from botocore's, with the bytes of the answer as evidence."""
    response = cast("dict[str, Any]", error.response)
    raw: bytes | None = response.pop(_RAW, None)
    said = response.get("Error", {})
    about = response.get("ResponseMetadata", {})
    return fault(
        operation=operation,
        code=said.get("Code", ""),
        message=said.get("Message", ""),
        status=about.get("HTTPStatusCode", 0),
        # botocore leaves it among the headers when the answer is a page, as of a proxy
        request_id=about.get("RequestId") or about.get("HTTPHeaders", {}).get("x-amzn-requestid"),
        table=table,
        key=key_of(body),
        body=_encoded(response) if raw is None else raw,
    )


def _encoded(answer: Mapping[str, Any]) -> bytes:
    """Encodes a parsed answer as the service would have written it."""
    members = {name: value for name, value in answer.items() if name not in {"ResponseMetadata", "Error"}}
    return json.dumps(members, default=_encoded_value).encode()


def _encoded_value(value: bytes | datetime) -> str | float:
    """Encodes the two types botocore's parser makes of JSON text and numbers."""
    return value.timestamp() if isinstance(value, datetime) else b64encode(value).decode()
