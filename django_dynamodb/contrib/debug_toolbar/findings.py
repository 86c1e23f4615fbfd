"""Finds among the calls of a request those that another way of reading would spare."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import ceil
from typing import Any, Final, TypedDict

from django.utils.translation import gettext, ngettext

from django_dynamodb.limits import BATCH_GET_KEYS

REPEATED: Final = 2
"""As many reads by key from one line are a loop."""


class Call(TypedDict):
    """A call as the panel keeps it; plain enough for JSON."""

    number: int
    operation: str
    table: str | None
    index: str | None
    using: str
    ms: float
    read_units: float
    write_units: float
    returned: int | None
    scanned: int | None
    error: str | None
    origin: list[str]


class Finding(TypedDict):
    """A piece of advice."""

    title: str
    advice: str
    origin: str
    numbers: list[int]


Models = Mapping[tuple[str, str], str]
"""Alias and name of a table, to the name of the model that has it."""


def findings(calls: Sequence[Call], models: Models) -> list[Finding]:
    """Looks for loops of reads by key.

    Args:
        calls: The calls of a request.
        models: Who has which table.

    Returns:
        One finding for each line that reads several items of a table one by one, in the order of the calls.
    """
    loops: dict[tuple[Any, ...], list[Call]] = {}
    for call in calls:
        if call["operation"] == "GetItem":
            where = call["origin"][:1]
            loops.setdefault((call["using"], call["table"], *where), []).append(call)
    return [_loop(found, models) for found in loops.values() if len(found) >= REPEATED]


def scans(calls: Iterable[Call]) -> int:
    """Counts the calls that read a table or index whatever is in it.

    Args:
        calls: The calls of a request.

    Returns:
        How many are scans.
    """
    return sum(call["operation"] == "Scan" for call in calls)


def _loop(calls: Sequence[Call], models: Models) -> Finding:
    """Says what would replace reads one by one."""
    first, batches = calls[0], ceil(len(calls) / BATCH_GET_KEYS)
    table = first["table"] or ""
    model = models.get((first["using"], table))
    replacement = f"{model}.objects.get_batch(keys)" if model else "get_batch(keys)"
    facts = {"count": len(calls), "table": table, "replacement": replacement, "batches": batches}
    return {
        "title": gettext("N+1: %(count)d GetItem calls for items of %(table)s") % facts,
        "advice": ngettext(
            "Collect the keys first: %(replacement)s reads them in %(batches)d BatchGetItem call.",
            "Collect the keys first: %(replacement)s reads them in %(batches)d BatchGetItem calls.",
            batches,
        )
        % facts,
        "origin": first["origin"][0] if first["origin"] else "",
        "numbers": [call["number"] for call in calls],
    }
