"""Notes what a call met below the seam, for its receipt: how many requests it took, and the service's id of the last.

What crosses the seam is bytes. So whoever wants to know opens a trail before the call, and the wire writes on it. It
travels as a context variable, into tasks and threads; while nobody has opened one, a request costs one look for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar


class Trail:
    """What a call met.

    Attributes:
        requests: How many were sent, or given to a hook that answers them.
        request_id: The service's id of the last one it answered; None while it has not.
    """

    __slots__ = ("request_id", "requests")

    def __init__(self) -> None:
        self.requests = 0
        self.request_id: str | None = None

    @property
    def retries(self) -> int | None:
        """How many requests came after the first; None when no wire was reached, as where a layer answers."""
        return self.requests - 1 if self.requests else None


_TRAIL: ContextVar[Trail | None] = ContextVar("django_dynamodb_trail", default=None)

followed = _TRAIL.get
"""Gives the trail of the call that is being made, None when nobody follows it."""


@contextmanager
def following() -> Iterator[Trail]:
    """Opens a trail for the calls of a block.

    Yields:
        The trail, which the wire writes on.
    """
    trail = Trail()
    token = _TRAIL.set(trail)
    try:
        yield trail
    finally:
        _TRAIL.reset(token)
