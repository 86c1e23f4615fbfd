"""Asserts which calls a block makes and what they cost; needs neither pytest nor a test case class."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, TypeAlias

from django_dynamodb.capacity import Capacity, Receipt, capacity


@dataclass(frozen=True, slots=True)
class AtMost:
    """Any number up to this one.

    Args:
        most: The highest number that passes.
    """

    most: float

    def holds(self, number: float) -> bool:
        """Says whether a number passes."""
        return number <= self.most

    def __str__(self) -> str:
        return f"at most {self.most:g}"


@dataclass(frozen=True, slots=True)
class Between:
    """Any number from one to another, both included.

    Args:
        least: The lowest number that passes.
        most: The highest number that passes.
    """

    least: float
    most: float

    def holds(self, number: float) -> bool:
        """Says whether a number passes."""
        return self.least <= number <= self.most

    def __str__(self) -> str:
        return f"from {self.least:g} to {self.most:g}"


Bound: TypeAlias = float | AtMost | Between
"""What is expected: a number exactly, or a range."""

KINDS: Final[Mapping[str, frozenset[str]]] = {
    "gets": frozenset({"GetItem"}),
    "queries": frozenset({"Query"}),
    "scans": frozenset({"Scan"}),
    "puts": frozenset({"PutItem"}),
    "updates": frozenset({"UpdateItem"}),
    "deletes": frozenset({"DeleteItem"}),
    "batch_gets": frozenset({"BatchGetItem"}),
    "batch_writes": frozenset({"BatchWriteItem"}),
    "transactions": frozenset({"TransactGetItems", "TransactWriteItems"}),
}
"""The word of the assertion → the operations it counts; a count is a Query or a Scan, each page is a call."""


@contextmanager
def assertDynamoDB(  # noqa: N802 - named as Django names its assertions
    *,
    gets: Bound | None = None,
    queries: Bound | None = None,
    scans: Bound | None = None,
    puts: Bound | None = None,
    updates: Bound | None = None,
    deletes: Bound | None = None,
    batch_gets: Bound | None = None,
    batch_writes: Bound | None = None,
    transactions: Bound | None = None,
    calls: Bound | None = None,
    rcu: Bound | None = None,
    wcu: Bound | None = None,
) -> Iterator[Capacity]:
    """Asserts how many calls of each kind a block makes, and how many units they use.

    A kind that is not named is not checked. Nothing is checked when the block itself raises.

    Args:
        gets: GetItem calls; this and all others exactly, or an ``AtMost`` or ``Between``.
        queries: Query calls, one a page.
        scans: Scan calls, one a page; those of ``count()`` too.
        puts: PutItem calls.
        updates: UpdateItem calls.
        deletes: DeleteItem calls.
        batch_gets: BatchGetItem calls.
        batch_writes: BatchWriteItem calls.
        transactions: TransactGetItems and TransactWriteItems calls.
        calls: All calls, those on tables themselves included.
        rcu: Read capacity units.
        wcu: Write capacity units.

    Returns:
        A context manager; it gives the ``Capacity`` of the block.

    Raises:
        AssertionError: At the end of the block; the message lists every call.
        TypeError: When nothing is expected at all.
    """
    given = {
        "gets": gets, "queries": queries, "scans": scans, "puts": puts, "updates": updates, "deletes": deletes,
        "batch_gets": batch_gets, "batch_writes": batch_writes, "transactions": transactions, "calls": calls,
        "rcu": rcu, "wcu": wcu,
    }  # fmt: skip
    expected = {what: bound for what, bound in given.items() if bound is not None}
    if not expected:
        raise TypeError("assertDynamoDB() expects nothing: give it at least one number, such as calls=1.")
    with capacity() as used:
        yield used
    found = _numbers(used)
    wrong = [what for what, bound in expected.items() if not _holds(bound, found[what])]
    if wrong:
        lines = [f"  {what}: {found[what]:g}, expected {_worded(expected[what])}" for what in wrong]
        raise AssertionError("\n".join(["DynamoDB was not used as expected.", *lines, report(used)]))


def report(used: Capacity) -> str:
    """Lists calls, one a line, with table, index, units and error.

    Args:
        used: The calls.

    Returns:
        The lines under their sum.
    """
    lines = [f"  {number}. {_line(receipt)}" for number, receipt in enumerate(used.receipts, 1)]
    return "\n".join([f"{used}{':' if lines else '.'}", *lines])


def _numbers(used: Capacity) -> dict[str, float]:
    """What there is to be checked."""
    calls = {operation: usage.calls for operation, usage in used.by_operation().items()}
    numbers: dict[str, float] = {
        kind: sum(calls.get(operation, 0) for operation in operations) for kind, operations in KINDS.items()
    }
    return numbers | {"calls": used.calls, "rcu": used.read_units, "wcu": used.write_units}


def _holds(bound: Bound, number: float) -> bool:
    return bound.holds(number) if isinstance(bound, AtMost | Between) else number == bound


def _worded(bound: Bound) -> str:
    return str(bound) if isinstance(bound, AtMost | Between) else f"{bound:g}"


def _line(receipt: Receipt) -> str:
    """One call."""
    units = (f"{receipt.read_units:g} RCU", f"{receipt.write_units:g} WCU")
    of_tables = [share.table for share in receipt.shares[1:]]
    where = ", ".join(filter(None, (receipt.table, *of_tables)))
    index = f"index {receipt.index}" if receipt.index else None
    cost = receipt.error or " ".join(text for text in units if not text.startswith("0 "))
    return " ".join(filter(None, (receipt.operation, where, index, cost)))
