"""Mends moto where it fails at a request that the service answers, for the embedded engine's process."""

from __future__ import annotations

from typing import Any


def mend_size() -> None:
    """Lets ``size()`` of an absent attribute make a comparison false, as the service does, instead of failing.

    Source: developer guide, "Condition and filter expressions, operators, and functions": a comparison with what is
    not there is false. moto raises ValueError. ``tests/local/test_memory.py`` tells when it is mended there.
    """
    from moto.dynamodb.comparisons import FuncSize  # noqa: PLC0415 - optional: the extra [local]

    measured = FuncSize.expr
    if getattr(measured, "mended", False):
        return

    def expr(self: Any, item: Any) -> int | None:
        return None if self.attr.get_type(item) is None else measured(self, item)

    expr.mended = True  # type: ignore[attr-defined]  # so that a second engine of the process finds it done
    FuncSize.expr = expr  # type: ignore[method-assign, assignment]  # moto says int; it is compared with None in mind
