"""Tests what is found among the calls of a request."""

import pytest

from django_dynamodb.contrib.debug_toolbar.findings import findings, scans

MODELS = {("default", "t"): "Thread"}


def calls(*kinds):
    """Calls by operation, table and line."""
    return [
        {"number": number, "using": "default", "operation": operation, "table": table, "origin": [line] if line else []}
        for number, (operation, table, line) in enumerate(kinds, 1)
    ]


@pytest.mark.parametrize(
    "kinds",
    [
        [],
        [("GetItem", "t", "a")],
        [("GetItem", "t", "a"), ("GetItem", "t", "b")],
        [("GetItem", "t", "a"), ("GetItem", "u", "a")],
        [("Query", "t", "a"), ("Query", "t", "a")],
    ],
)
def test_no_loop(kinds):
    """Reads from other lines, of other tables, or that no batch can do, are no loop."""
    assert findings(calls(*kinds), MODELS) == []


@pytest.mark.parametrize(
    ("count", "batches"), [(2, "1 BatchGetItem call."), (100, "1 BatchGetItem call."), (101, "2 BatchGetItem calls.")]
)
def test_batches(count, batches):
    """The advice says how many calls would be left."""
    (found,) = findings(calls(*[("GetItem", "t", "a")] * count), MODELS)
    assert found["advice"] == f"Collect the keys first: Thread.objects.get_batch(keys) reads them in {batches}"
    assert (found["origin"], found["numbers"]) == ("a", [*range(1, count + 1)])


def test_without_a_line():
    """Calls whose line is unknown are told by their table; a table without a model has the method's name alone."""
    (found,) = findings(calls(("GetItem", "u", None), ("GetItem", "u", None)), MODELS)
    assert (found["title"], found["origin"]) == ("N+1: 2 GetItem calls for items of u", "")
    assert ": get_batch(keys) " in found["advice"]


def test_scans():
    """Scans are counted, of tables and of indexes."""
    assert scans(calls(("Scan", "t", "a"), ("Query", "t", "a"), ("Scan", "t", "b"))) == 2
