"""Keeps tables and items in this process's memory and answers DynamoDB's calls on them, with moto doing the work.

* One call at a time: moto's transactions copy whole tables and swap them in, so a write made meanwhile would vanish.
* Tables go in and out through DynamoDB's own calls, items through moto's backend: a Scan of 30,000 items takes moto
  18 s, reading its backend 0.2 s. ``tests/local/test_memory.py`` pins what is used of it.
* moto keeps one state per account for the whole process. The account here is one that nobody else uses, so a
  ``mock_aws`` in the same process neither sees these tables nor resets them by its own account.
"""

from __future__ import annotations

import base64
import json
import logging
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, Literal
from wsgiref.types import StartResponse, WSGIEnvironment

from django_dynamodb.exceptions import RequestError
from django_dynamodb.local.descriptions import create_request
from django_dynamodb.local.mending import mend_size
from django_dynamodb.local.snapshot import TableImage
from django_dynamodb.types import AttributeValue, Item, Payload

ACCOUNT = "000000000000"
"""The AWS account the tables live in, as in DynamoDB Local; moto's own variable MOTO_ACCOUNT_ID goes before it."""

SERVICES: Final[dict[str, Literal["dynamodb", "dynamodbstreams"]]] = {
    "DynamoDB_20120810": "dynamodb",
    "DynamoDBStreams_20120810": "dynamodbstreams",
}
"""What stands before the dot in X-Amz-Target, and moto's name of the service."""

READS = frozenset({
    "BatchGetItem", "DescribeContinuousBackups", "DescribeEndpoints", "DescribeLimits", "DescribeStream",
    "DescribeTable", "DescribeTimeToLive", "GetItem", "GetRecords", "GetShardIterator", "ListStreams", "ListTables",
    "ListTagsOfResource", "Query", "Scan", "TransactGetItems",
})  # fmt: skip
"""The calls that change nothing; any other makes a save worth its while."""


class Memory:
    """DynamoDB in memory.

    Attributes:
        changes: How many calls may have changed something so far.
        lock: Held during each call; hold it to see several tables at one moment.
        closed: Refuses every call, so that no write is confirmed after the last save.

    Raises:
        RequestError: moto is not installed.
    """

    def __init__(self) -> None:
        try:
            # optional: the extra [local]
            from moto.dynamodb.models import dynamodb_backends  # noqa: PLC0415
            from moto.moto_server.werkzeug_app import create_backend_app  # noqa: PLC0415
        except ImportError as error:
            raise RequestError(
                "The local engine needs moto's server: run `pip install 'django-dynamodb[local]'`."
            ) from error
        mend_size()
        self._account = os.environ.get("MOTO_ACCOUNT_ID", ACCOUNT)
        self._backends = dynamodb_backends
        self._apps = {prefix: create_backend_app(service) for prefix, service in SERVICES.items()}
        for app in self._apps.values():
            app.debug = False  # so that what moto does not catch arrives at the handler below
            app.register_error_handler(500, _fault)
        self.lock = threading.RLock()
        self.changes = 0
        self.closed = False

    def answer(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answers one call of DynamoDB or its streams, as a WSGI application.

        Args:
            environ: The request; its X-Amz-Target must name one of ``SERVICES``.
            start_response: WSGI's callable for status and headers.

        Returns:
            The body.
        """
        prefix, _, operation = environ["HTTP_X_AMZ_TARGET"].partition(".")
        environ["HTTP_X_MOTO_ACCOUNT_ID"] = self._account
        with self.lock:
            if self.closed:
                start_response("503 Service Unavailable", [("Content-Length", "0")])
                return [b""]
            self.changes += operation not in READS
            return list(self._apps[prefix](environ, start_response))

    def images(self) -> list[TableImage]:
        """Everything that is stored, as of one moment."""
        with self.lock:
            return [self._image(region, name) for region, name in self._table_names()]

    def restore(self, images: Iterable[TableImage]) -> int:
        """Makes the tables and puts their items; a stream starts after them, so it does not report them.

        Args:
            images: What was stored; none of the tables may exist. Their items are taken over, not copied.

        Returns:
            The number of items.

        Raises:
            RequestError: A table or an item that moto refuses.
        """
        with self.lock:
            return sum(self._restore(image) for image in images)

    def clear(self) -> None:
        """Forgets every table."""
        with self.lock:
            for backend in self._backends[self._account].values():
                backend.reset()

    def _table_names(self) -> Iterator[tuple[str, str]]:
        for region, backend in sorted(self._backends[self._account].items()):
            for name in sorted(backend.tables):
                yield region, name

    def _image(self, region: str, name: str) -> TableImage:
        ttl = self._call(region, "DescribeTimeToLive", {"TableName": name})["TimeToLiveDescription"]
        stored = self._backends[self._account][region].tables[name].all_items()
        return TableImage(
            region=region,
            create=create_request(self._call(region, "DescribeTable", {"TableName": name})["Table"]),
            ttl=ttl.get("AttributeName") if ttl["TimeToLiveStatus"] == "ENABLED" else None,
            items=[_plain_item(item.attrs) for item in stored],
        )

    def _restore(self, image: TableImage) -> int:
        stream = image.create.get("StreamSpecification")
        self._call(image.region, "CreateTable", {k: v for k, v in image.create.items() if k != "StreamSpecification"})
        table = {"TableName": image.create["TableName"]}
        put = self._backends[self._account][image.region].tables[table["TableName"]].put_item
        _put_all(put, image)
        if image.ttl:
            ttl = {"AttributeName": image.ttl, "Enabled": True}
            self._call(image.region, "UpdateTimeToLive", table | {"TimeToLiveSpecification": ttl})
        if stream:
            self._call(image.region, "UpdateTable", table | {"StreamSpecification": stream})
        return len(image.items)

    def _call(self, region: str, operation: str, payload: Payload) -> Payload:
        """One call of DynamoDB, without a network."""
        reply = (
            self._apps["DynamoDB_20120810"]
            .test_client()
            .post(
                "/",
                data=json.dumps(payload),
                content_type="application/x-amz-json-1.0",
                headers={
                    "Authorization": f"AWS4-HMAC-SHA256 Credential=local/20120810/{region}/dynamodb/aws4_request",
                    "X-Amz-Target": f"DynamoDB_20120810.{operation}",
                    "X-Moto-Account-Id": self._account,
                },
            )
        )
        if reply.status_code != 200:  # noqa: PLR2004 - HTTP's own number
            raise RequestError(f"{operation} of {payload.get('TableName')} in {region} failed: {reply.text}")
        return dict(json.loads(reply.data))


def _put_all(put: Callable[[Item], Any], image: TableImage) -> None:
    """Puts every item; an error names it."""
    from moto.core.exceptions import JsonRESTError  # noqa: PLC0415 - optional: the extra [local]

    for number, item in enumerate(image.items, start=1):
        try:
            put(item)
        except (JsonRESTError, AttributeError, LookupError, TypeError) as error:
            raise RequestError(f"Item {number} of table {image.create['TableName']} is damaged: {error!r}") from error


def _plain_item(attributes: Mapping[str, Any]) -> Item:
    return {name: _plain(value) for name, value in attributes.items()}


def _plain(stored: Any) -> AttributeValue:
    """DynamoDB JSON of one of moto's ``DynamoType``; sets are copied, because moto changes them in place."""
    return {stored.type: _PLAIN.get(stored.type, _same)(stored.value)}


def _same(value: Any) -> Any:
    return value


def _text(value: bytes | str) -> str:
    """Base64 text; moto keeps it as it came, except after a projection, when it keeps bytes."""
    return base64.b64encode(value).decode("ascii") if isinstance(value, bytes) else value


_PLAIN: Mapping[str, Callable[[Any], Any]] = {
    "B": _text,
    "BS": lambda members: [_text(member) for member in members],
    "L": lambda members: [_plain(member) for member in members],
    "M": _plain_item,
    "NS": list,
    "SS": list,
}


def _fault(error: Any) -> tuple[Payload, int]:
    """The answer to a request that moto fails at, such as a malformed expression; status 400: no retry will help."""
    cause = getattr(error, "original_exception", None) or error
    logging.getLogger("django_dynamodb").warning("The local engine failed at a request", exc_info=cause)
    message = f"moto, the local engine, failed at this request: {type(cause).__name__}: {cause}"
    return {"__type": "com.amazonaws.dynamodb.v20120810#LocalEngineFault", "message": message}, 400
