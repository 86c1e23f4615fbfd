"""Adds up what the calls within a block cost: ``with capacity() as c: ...; print(c)``.

The service is asked for the units of each call while a block is open, and reports them in its answers. A call that it
refuses reports none, though a failed condition is charged as the write would have been (developer guide, "DynamoDB
read and write operations"). moto reports constants, and nothing for writing transactions: numbers mean something on
the service and on engines that count.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from types import TracebackType
from typing import Self, TypeVar

from django_dynamodb.listening import listening
from django_dynamodb.wire.receipts import Receipt, TableUnits

__all__ = ["Capacity", "Receipt", "TableUnits", "Usage", "capacity", "described"]

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, kw_only=True, slots=True)
class Usage:
    """What some of the calls add up to.

    Args:
        calls: How many there were.
        read_units: Their read capacity units.
        write_units: Their write capacity units.
    """

    calls: int = 0
    read_units: float = 0.0
    write_units: float = 0.0

    def __str__(self) -> str:
        return described(self.calls, self.read_units, self.write_units)

    def plus(self, units: Receipt | TableUnits) -> Usage:
        """Adds one call.

        Args:
            units: What it used, or what it used of one table.

        Returns:
            The sum.
        """
        return Usage(
            calls=self.calls + 1,
            read_units=self.read_units + units.read_units,
            write_units=self.write_units + units.write_units,
        )


class Capacity:
    """The receipts of a block; a context manager, plain and asynchronous. ``str()`` of it is one readable line.

    Counted are the calls of the thread or task that entered the block, of tasks begun and threads entered from there
    by asgiref, but not of threads that the block starts by other means. Nested blocks each count. It can be read
    within the block and after it.
    """

    def __init__(self) -> None:
        self._receipts: list[Receipt] = []
        self._open = ExitStack()

    def __enter__(self) -> Self:
        self._open.enter_context(listening(self._receipts.append))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    async def __aenter__(self) -> Self:
        return self.__enter__()

    async def __aexit__(self, *raised: object) -> None:
        self._open.close()

    def __str__(self) -> str:
        return str(self.total)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self}>"

    @property
    def receipts(self) -> Sequence[Receipt]:
        """Every call so far, in the order of the answers."""
        return tuple(self._receipts)

    @property
    def total(self) -> Usage:
        """All calls."""
        return _summed((None, receipt) for receipt in self.receipts).get(None, Usage())

    @property
    def calls(self) -> int:
        """How many calls there were, refused ones included."""
        return len(self._receipts)

    @property
    def read_units(self) -> float:
        """Read capacity units, of all calls."""
        return self.total.read_units

    @property
    def write_units(self) -> float:
        """Write capacity units, of all calls."""
        return self.total.write_units

    @property
    def ms(self) -> float:
        """Milliseconds of all calls, retries included; calls at the same time count each."""
        return sum(receipt.ms for receipt in self.receipts)

    def by_operation(self) -> dict[str, Usage]:
        """Sums by operation, such as ``"Query"``.

        Returns:
            Operation to sum, in the order of the first calls.
        """
        return _summed((receipt.operation, receipt) for receipt in self.receipts)

    def by_table(self) -> dict[str, Usage]:
        """Sums by table, its indexes included; a batch or transaction counts for each table it reports.

        Returns:
            The table's name as the service knows it, prefix included, to sum; calls without a table are left out.
        """
        return _summed((part.table, part) for receipt in self.receipts for part in _parts(receipt))

    def by_index(self) -> dict[tuple[str, str], Usage]:
        """Sums of what was read from indexes; what writes cost there is in the sum of the table.

        Returns:
            The names of table and index, to sum.
        """
        return _summed(((receipt.table or "", receipt.index), receipt) for receipt in self.receipts if receipt.index)


def capacity() -> Capacity:
    """Counts the calls of a block, which begins with ``with`` or ``async with``.

    Returns:
        The context manager; ``read_units``, ``write_units``, ``calls``, ``receipts``, ``by_operation()``,
        ``by_table()`` and ``by_index()`` tell what was used.
    """
    return Capacity()


def described(calls: int, read_units: float, write_units: float) -> str:
    """Says in one line what calls cost.

    Args:
        calls: How many there were.
        read_units: Read capacity units.
        write_units: Write capacity units.

    Returns:
        Such as ``3 calls, 4.5 RCU, 1 WCU``.
    """
    noun = "call" if calls == 1 else "calls"
    read, write = (f"{units:.2f}".rstrip("0").rstrip(".") for units in (read_units, write_units))
    return f"{calls} {noun}, {read} RCU, {write} WCU"


def _parts(receipt: Receipt) -> Sequence[TableUnits]:
    """What a call used of each table; nothing of its first table when the answer reports nothing."""
    if receipt.shares or receipt.table is None:
        return receipt.shares
    return (TableUnits(table=receipt.table, read_units=0.0, write_units=0.0),)


def _summed(parts: Iterable[tuple[K, Receipt | TableUnits]]) -> dict[K, Usage]:
    """Adds up by key."""
    sums: dict[K, Usage] = {}
    for key, part in parts:
        sums[key] = sums.get(key, Usage()).plus(part)
    return sums
