"""Measures one loaded item: the fast way to an instance against Django's constructor, with and without a snapshot."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable
from typing import Any

from benchmarks.dataset import PAGE_OF_SCAN, make_item
from benchmarks.endpoint import running_endpoint
from benchmarks.harness import Case, Local, measure, repeated
from benchmarks.model import shape_model
from benchmarks.report import environment_line, markdown
from benchmarks.shapes import MIXED


def report(rounds: int, turn: float) -> str:
    """Measures time and memory.

    Args:
        rounds: Turns of each case.
        turn: Seconds a turn lasts.

    Returns:
        Two tables: microseconds of CPU for building one instance, and bytes it keeps.
    """
    with running_endpoint() as endpoint:
        model = shape_model(endpoint, MIXED)
        times = markdown(("one instance, from a decoded item", "CPU µs"), _times(model, rounds, turn))
        memory = markdown(("one instance, in a list of 1,000", "bytes"), _memory(model))
    return f"{environment_line()}\n\n{times}\n\n{memory}"


def _times(model: Any, rounds: int, turn: float) -> list[tuple[str, str]]:
    """Both builders on the same decoded items; the instances are dropped at once."""
    from django_dynamodb.models.loader import fast_builder, slow_builder  # noqa: PLC0415 - wants configured settings

    items = [make_item(number) for number in range(PAGE_OF_SCAN)]

    def case(name: str, build: Callable[[Any], Any]) -> Case:
        def build_all() -> None:
            for item in items:
                build(item)

        return Case(operation=name, peer="", runner=Local(repeated(build_all)))

    cases = [
        case("fast builder", fast_builder(model, None)),
        case("through __init__ (overridden, or listened to)", slow_builder(model, None)),
        case("codec alone (TableCodec.load)", model._meta.mapper.table_codec.load),
    ]
    figures = measure(cases, rounds=rounds, turn_seconds=turn)
    return [(figure.operation, f"{figure.cpu / PAGE_OF_SCAN:.1f}") for figure in figures]


def _memory(model: Any) -> list[tuple[str, str]]:
    """What a scan leaves behind, as the allocator counts it."""
    scans: dict[str, Callable[[], Any]] = {
        "scan()": model.objects.scan,
        "scan().untracked()": lambda: model.objects.scan().untracked(),
    }
    return [(name, f"{_kept_bytes(scan) / PAGE_OF_SCAN:,.0f}") for name, scan in scans.items()]


def _kept_bytes(scan: Callable[[], Any]) -> int:
    list(scan())
    gc.collect()
    tracemalloc.start()
    instances = list(scan())
    gc.collect()
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del instances
    return kept
