"""Says what a peer is: a library ready to do the operations, whose answers can be turned into plain values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import count
from typing import Any, ClassVar

from benchmarks.shapes import Shape

Calls = Mapping[str, Callable[[], Any]]
"""Operation to what does it once; a coroutine function for an asynchronous peer."""

CREDENTIALS: dict[str, Any] = {"aws_access_key_id": "benchmark", "aws_secret_access_key": "benchmark"}
REGION = "eu-west-1"


class Peer:
    """One library, ready to talk to the endpoint about one shape.

    Args:
        endpoint: The endpoint's address.
        shape: The shape of the items.
    """

    package: ClassVar[str] = ""
    """The distribution whose version the report names; the peer is absent where it is not installed."""

    asynchronous: ClassVar[bool] = False
    """Its calls are coroutine functions; each turn awaits them one after the other in one event loop."""

    writes_whole_items: ClassVar[bool] = True
    """False for a library that saves by UpdateItem, whose requests hold no item to compare."""

    sets_are_lists: ClassVar[bool] = False
    """True for a library that stores a set as a list, so that what it sends is compared as such."""

    def __init__(self, endpoint: str, shape: Shape) -> None:
        self.endpoint = endpoint
        self.shape = shape
        self.numbers = count(1_000)

    async def connect(self) -> None:
        """Opens what needs a running event loop."""

    async def close(self) -> None:
        """Closes it again."""

    def calls(self) -> Calls:
        """What the peer does; the names are those of ``operations.OPERATIONS``. Others it does not do."""
        raise NotImplementedError

    def values_of(self, row: Any) -> Mapping[str, Any]:
        """One returned row as attribute to plain value."""
        return {name: getattr(row, name) for name in self.shape.kinds}

    def items(self, answer: Any) -> list[Mapping[str, Any]]:
        """All returned rows, as plain values."""
        rows: Iterable[Any] = answer if isinstance(answer, Sequence) else [answer]
        return [self.values_of(row) for row in rows]

    def values(self, items: int) -> list[dict[str, Any]]:
        """The first items of the dataset, as plain values."""
        return [self.shape.values(number) for number in range(items)]
