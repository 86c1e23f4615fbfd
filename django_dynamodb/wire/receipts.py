"""Asks the service what each call costs, and tells those who listen; while nobody does, a call is not touched.

Read and write units have different prices, but an answer that covers one table may say ``CapacityUnits`` alone: then
the operation decides which they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from json import JSONDecoder
from time import perf_counter
from typing import Any, Final, Literal, TypeAlias

from django_dynamodb.exceptions import ServiceError
from django_dynamodb.types import Sender
from django_dynamodb.wire.names import index_of, table_of
from django_dynamodb.wire.trail import Trail, following

Direction: TypeAlias = Literal["read", "write"]

DIRECTIONS: Final[Mapping[str, Direction]] = {
    "BatchGetItem": "read",
    "ExecuteStatement": "read",
    "GetItem": "read",
    "Query": "read",
    "Scan": "read",
    "TransactGetItems": "read",
    "BatchWriteItem": "write",
    "DeleteItem": "write",
    "PutItem": "write",
    "TransactWriteItems": "write",
    "UpdateItem": "write",
}
"""The operations that can be asked for their units, and which units those are.

Source: API reference, ``ReturnConsumedCapacity`` of each operation; developer guide, "DynamoDB read and write
operations": condition checks and updates that read first are charged as writes. Of PartiQL, this
package uses SELECT alone.
"""

_MEMBER: Final = b'"ReturnConsumedCapacity":"TOTAL"'
_ASKED: Final = re.compile(rb'"ReturnConsumedCapacity"\s*:\s*"')
"""A member of the request: an attribute of that name is followed by a tagged value, not by text."""

_CONSUMED: Final = re.compile(rb'"ConsumedCapacity"\s*:\s*(?=[{\[])')
_RETURNED: Final = re.compile(rb'"Count"\s*:\s*(\d+)')
_SCANNED: Final = re.compile(rb'"ScannedCount"\s*:\s*(\d+)')
"""Members of an answer: an attribute of that name is followed by a tagged value, not by a number."""

COUNTED: Final = frozenset({"Query", "Scan"})
"""The operations whose answers count items. Source: API reference, ``Count`` and ``ScannedCount``."""

_DECODER: Final = JSONDecoder()


@dataclass(frozen=True, kw_only=True, slots=True)
class TableUnits:
    """What a call used of one table and its indexes.

    Args:
        table: The table's name as the service knows it.
        read_units: Read capacity units.
        write_units: Write capacity units.
    """

    table: str
    read_units: float
    write_units: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Receipt:
    """One call of the service.

    Args:
        operation: The service's name of the call, such as ``"Query"``.
        table: The table as the service knows it; of a batch or transaction the first one; None without a table.
        index: The index that was read, if any.
        shares: What the answer reports for each table; empty when it reports nothing.
        ms: Milliseconds until the answer, the wire's own retries included.
        error: The service's code where it refused, or the name of the error.
        using: The alias it went through.
        request_id: The service's id of the request, the last one where there were several; AWS support asks for it.
            None where no answer came, or not from the service.
        retries: How many requests the wire sent after the first; None where none reached it.
        returned: How many items a Query or Scan brought back.
        scanned: How many it read for them, and charged.
    """

    operation: str
    table: str | None
    index: str | None
    shares: tuple[TableUnits, ...]
    ms: float
    error: str | None = None
    using: str = ""
    request_id: str | None = None
    retries: int | None = None
    returned: int | None = None
    scanned: int | None = None

    @property
    def read_units(self) -> float:
        """Read capacity units, of all tables."""
        return sum((share.read_units for share in self.shares), 0.0)

    @property
    def write_units(self) -> float:
        """Write capacity units, of all tables."""
        return sum((share.write_units for share in self.shares), 0.0)


Listener: TypeAlias = Callable[[Receipt], None]
"""Is told of each call, after it."""


def metered(
    send: Sender,
    listeners: Callable[[], Sequence[Listener]],
    clock: Callable[[], float] = perf_counter,
    *,
    using: str = "",
) -> Sender:
    """Wraps a sender so that calls are asked for their units while somebody listens.

    Args:
        send: The sender to wrap.
        listeners: Gives those who listen now; asked before each call.
        clock: Gives seconds.
        using: The alias it sends to, for the receipts.

    Returns:
        The wrapped sender.
    """

    def call(operation: str, body: bytes, /) -> bytes:
        told = listeners()
        if not told:
            return send(operation, body)
        started = clock()

        def tell(trail: Trail, reply: bytes = b"", **facts: Any) -> None:
            facts = {"request_id": trail.request_id, "retries": trail.retries, "using": using, **facts}
            receipt = _receipt(operation, body, reply, ms=(clock() - started) * 1000, **facts)
            for listener in told:
                listener(receipt)

        with following() as trail:
            try:
                reply = send(operation, asking(operation, body))
            except ServiceError as failure:
                request_id = failure.request_id or trail.request_id
                tell(trail, error=failure.code or type(failure).__name__, request_id=request_id)
                raise
        tell(trail, reply)
        return reply

    return call


def asking(operation: str, body: bytes) -> bytes:
    """Asks for the units of a call, unless the request does already or the operation has none.

    Args:
        operation: The service's name of the call.
        body: The request as JSON.

    Returns:
        The request to send.
    """
    if operation not in DIRECTIONS or _ASKED.search(body):
        return body
    members = body.strip()[1:].lstrip()
    return b"{" + _MEMBER + (b"" if members == b"}" else b",") + members


def consumed(reply: bytes) -> list[dict[str, Any]]:
    """Reads what an answer reports, one entry a table, without reading the items in it.

    Args:
        reply: The answer as JSON.

    Returns:
        The entries; empty when it reports nothing.
    """
    for found in _CONSUMED.finditer(reply):
        value, _end = _DECODER.raw_decode(reply[found.end() :].decode())
        entries = [value] if isinstance(value, dict) else value
        if all("CapacityUnits" in entry for entry in entries):  # an attribute of that name holds a tagged value
            return entries
    return []


def _receipt(operation: str, body: bytes, reply: bytes, **facts: Any) -> Receipt:
    """Puts the receipt of a call together."""
    direction, table = DIRECTIONS.get(operation, "read"), table_of(body)
    counted = operation in COUNTED
    return Receipt(
        operation=operation,
        table=table,
        index=index_of(body),
        shares=tuple(_share(entry, direction, table or "") for entry in consumed(reply)),
        returned=_counted(_RETURNED, reply) if counted else None,
        scanned=_counted(_SCANNED, reply) if counted else None,
        **facts,
    )


def _counted(member: re.Pattern[bytes], reply: bytes) -> int | None:
    """Reads a number of items."""
    found = member.search(reply)
    return int(found[1]) if found else None


def _share(entry: Mapping[str, Any], direction: Direction, table: str) -> TableUnits:
    """Tells read units from write units, by the entry's own words where it has them."""
    read, write = entry.get("ReadCapacityUnits"), entry.get("WriteCapacityUnits")
    if read is None and write is None:
        read, write = (entry["CapacityUnits"], 0.0) if direction == "read" else (0.0, entry["CapacityUnits"])
    return TableUnits(table=entry.get("TableName", table), read_units=read or 0.0, write_units=write or 0.0)
