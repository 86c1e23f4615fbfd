"""Runs blocking calls of sessions and caches beside the event loop."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from asgiref.sync import sync_to_async

P = ParamSpec("P")
R = TypeVar("R")


async def run_aside(using: str, function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """Calls a function that blocks, and lets the event loop go on meanwhile; calls of several tasks overlap.

    Args:
        using: The alias it sends to.
        function: The function.
        *args: Its arguments.
        **kwargs: Its keyword arguments.

    Returns:
        What it returns.
    """
    return await sync_to_async(function, thread_sensitive=False)(*args, **kwargs)
