"""Tells of every call of the service, process-wide: ``call_finished``."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

from asgiref.sync import iscoroutinefunction
from django.dispatch import Signal


class CallSignal(Signal):
    """A signal that is sent in the middle of a call, from whatever thread or task makes it: receivers are plain."""

    def connect(
        self,
        receiver: Callable[..., Any],
        sender: object | None = None,
        weak: bool = True,
        dispatch_uid: Hashable | None = None,
    ) -> None:
        """Connects a receiver, as any signal does.

        Args:
            receiver: A plain function; it is called in the thread of the call and holds the call up.
            sender: Only calls of this sender.
            weak: Whether to keep no reference to the receiver.
            dispatch_uid: Tells the receiver from itself where it may be connected twice.

        Raises:
            TypeError: For a coroutine function, which nothing could await there.
        """
        if iscoroutinefunction(receiver):
            raise TypeError(
                f"call_finished cannot await {receiver!r}: it is sent where the call is made, often outside of an "
                "event loop. Connect a plain function that hands the receipt to a queue."
            )
        super().connect(receiver, sender=sender, weak=weak, dispatch_uid=dispatch_uid)


call_finished = CallSignal()
"""Sent after each call of the service, refused ones included.

Arguments: ``sender``, the class ``Connection``; ``using``, the alias; ``receipt``, a ``capacity.Receipt`` with
operation, table, index, milliseconds, units, counts and error, never a value of an item.

The call is over when it is sent, and what was written is written. So a receiver that fails does not make the call fail:
Django logs its error on ``django.dispatch`` and goes on (``send_robust``). While nobody is connected a call is not
touched; while somebody is, every call is asked for its units.
"""
