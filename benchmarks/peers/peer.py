"""Says what a peer is: a way to do the operations, whose answers can be checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Protocol


class Peer(Protocol):
    """One library, ready to talk to the endpoint.

    Args:
        endpoint: The endpoint's address.
    """

    name: ClassVar[str]

    def __init__(self, endpoint: str) -> None: ...

    def calls(self) -> Mapping[str, Callable[[], Any]]:
        """Operation to what does it once; the names are those of ``operations.OPERATIONS``."""

    def items(self, operation: str, answer: Any) -> list[dict[str, Any]]:
        """The items an answer holds, as DynamoDB JSON."""
