"""Lets code that goes through whole tables take them in any order, where it can only ask for the order of the key."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

_ANY_ORDER: Final[ContextVar[bool]] = ContextVar("any_order", default=False)


@contextmanager
def any_order() -> Iterator[None]:
    """Within the block, ``order_by()`` of the primary key alone asks for no order.

    For Django's ``dumpdata``, which orders what it dumps for neatness and cannot be told otherwise. Every other
    ordering is refused as ever, and nothing outside the block changes.
    """
    token = _ANY_ORDER.set(True)
    try:
        yield
    finally:
        _ANY_ORDER.reset(token)


def check_waived(ordering: Sequence[Any], pk_name: str) -> bool:
    """Whether an ordering asks for nothing here.

    Args:
        ordering: The arguments of ``order_by()``.
        pk_name: The name of the model's primary key.
    """
    return _ANY_ORDER.get() and tuple(ordering) == (pk_name,)
