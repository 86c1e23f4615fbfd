"""Does the operations with a socket, SigV4 and JSON alone: what any client in plain Python pays at least.

No models, no checksum, no retries, no typed values, one connection: not fit for use, only to measure against.
"""

from __future__ import annotations

import hmac
import json
import re
import socket
from collections.abc import Mapping
from functools import partial
from hashlib import sha256
from time import gmtime, strftime
from typing import Any, ClassVar, Final
from urllib.parse import urlsplit

from benchmarks.dataset import (
    ACTIONS_OF_TRANSACTION,
    BATCH_OF_READS,
    BATCH_OF_WRITES,
    COUNTER,
    from_item,
    make_item,
)
from benchmarks.peers import requests
from benchmarks.peers.peer import CREDENTIALS, REGION, Calls, Peer
from benchmarks.shapes import FLAT, Shape

_LENGTH: Final = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_TYPE: Final = "application/x-amz-json-1.0"
_SIGNED: Final = "content-type;host;x-amz-date;x-amz-target"
_as_json: Final = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, check_circular=False).encode
_digest = partial(hmac.digest, digest="sha256")


class Signature:
    """Signs POST requests to one host with the key of the day.

    Args:
        host: The value of the ``Host`` header.

    Source: AWS, "Create a signed AWS API request" (Signature Version 4).
    """

    def __init__(self, host: str) -> None:
        self._host = host
        day = strftime("%Y%m%d", gmtime())
        key = f"AWS4{CREDENTIALS['aws_secret_access_key']}".encode()
        for part in (day, REGION, "dynamodb", "aws4_request"):
            key = _digest(key, part.encode())
        self._key, self._scope = key, f"{day}/{REGION}/dynamodb/aws4_request"

    def head(self, target: str, body: bytes) -> bytes:
        """The head of a request.

        Args:
            target: The value of ``X-Amz-Target``.
            body: What follows it.
        """
        host, moment = self._host, strftime("%Y%m%dT%H%M%SZ", gmtime())
        headers = f"content-type:{_TYPE}\nhost:{host}\nx-amz-date:{moment}\nx-amz-target:{target}\n"
        request = f"POST\n/\n\n{headers}\n{_SIGNED}\n{sha256(body).hexdigest()}"
        text = f"AWS4-HMAC-SHA256\n{moment}\n{self._scope}\n{sha256(request.encode()).hexdigest()}"
        signature = _digest(self._key, text.encode()).hex()
        return (
            f"POST / HTTP/1.1\r\nHost: {host}\r\nContent-Type: {_TYPE}\r\nX-Amz-Date: {moment}\r\n"
            f"X-Amz-Target: {target}\r\nContent-Length: {len(body)}\r\n"
            f"Authorization: AWS4-HMAC-SHA256 Credential={CREDENTIALS['aws_access_key_id']}/{self._scope}, "
            f"SignedHeaders={_SIGNED}, Signature={signature}\r\n\r\n"
        ).encode()


class Floor(Peer):
    """Raw dictionaries in and out, over one connection."""

    package: ClassVar[str] = "django-dynamodb"

    def __init__(self, endpoint: str, shape: Shape) -> None:
        super().__init__(endpoint, shape)
        address = urlsplit(endpoint)
        self._socket = socket.create_connection((address.hostname, address.port or 80))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._signature = Signature(address.netloc)

    async def close(self) -> None:
        """Hangs up."""
        self._socket.close()

    def calls(self) -> Calls:
        """One call of the service each, the autoincrement two."""
        send, table = self._send, self.shape.table
        items = [make_item(number, self.shape) for number in range(BATCH_OF_READS)]
        key = requests.key_of(items[0])
        return {
            "GetItem": lambda: [send("GetItem", {"TableName": table, "Key": key})["Item"]],
            "PutItem": lambda: send("PutItem", {"TableName": table, "Item": items[0]}),
            "UpdateItem": lambda: send("UpdateItem", requests.update(table, items[0], *self._changes())),
            "Query 100": lambda: send("Query", requests.query(table))["Items"],
            "Scan 1,000": lambda: send("Scan", {"TableName": table})["Items"],
            "BatchGet 100": lambda: send("BatchGetItem", requests.batch_get(table, items))["Responses"][table],
            "BatchWrite 25": lambda: send("BatchWriteItem", requests.batch_write(table, items[:BATCH_OF_WRITES])),
            "TransactWrite 10": lambda: send(
                "TransactWriteItems", requests.transact_write(table, items[:ACTIONS_OF_TRANSACTION])
            ),
            "Conditional save": lambda: send(
                "UpdateItem", requests.conditional_save(table, items[0], self._changes()[0])
            ),
            **({"Autoincrement": self._autoincrement} if self.shape is FLAT else {}),
        }

    def values_of(self, row: Any) -> Mapping[str, Any]:
        """Reads the DynamoDB JSON."""
        return from_item(row)

    def _changes(self) -> tuple[dict[str, str], dict[str, str]]:
        number = str(next(self.numbers))
        return {"S": f"Name {number}"}, {"N": number}

    def _send(self, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        body = _as_json(request).encode()
        self._socket.sendall(self._signature.head(f"DynamoDB_20120810.{operation}", body) + body)
        received = self._socket.recv(65_536)
        while (end := received.find(b"\r\n\r\n")) < 0:
            received += self._socket.recv(65_536)
        length = _LENGTH.search(received, 0, end)
        content = bytearray(received[end + 4 :])
        while len(content) < int(length[1] if length else 0):
            content += self._socket.recv(262_144)
        answer: dict[str, Any] = json.loads(content)
        if received[9:12] != b"200":
            raise ConnectionError(f"{operation}: {answer}")
        return answer

    def _autoincrement(self) -> None:
        counted = self._send("UpdateItem", requests.next_number({"N": "-1"}, {"N": "1"}))
        item = {"id": counted["Attributes"][COUNTER], "name": {"S": "A ticket"}, "pieces": {"N": "1"}}
        self._send("PutItem", requests.put_ticket(item))
