"""Holds that every rule kept from dynamodb-mapper has a test, and that each such test says which rule it holds."""

import ast
import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
RULES = TESTS.parent / "docs" / "explanation" / "rules.md"
BUILT = range(1, 42)
"""The rows of dynamodb-mapper, its later releases included."""


def marked_tests():
    """Every test with the marker: its file, the function and the row."""
    for path in sorted(TESTS.rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield from ((path, node, row) for row in map(row_of, node.decorator_list) if row is not None)


def row_of(decorator):
    """The number in ``@pytest.mark.seed(number)``; None for other decorators."""
    match decorator:
        case ast.Call(func=ast.Attribute(attr="seed"), args=[ast.Constant(value=int(row))]):
            return row
    return None


MARKED = list(marked_tests())


@pytest.mark.parametrize("row", BUILT)
def test_every_row_has_a_test(row):
    """Each rule has at least one test."""
    assert row in {found for _, _, found in MARKED}


@pytest.mark.parametrize(("path", "node", "row"), MARKED, ids=[f"{path.stem}-{node.name}" for path, node, _ in MARKED])
def test_docstring_names_the_row(path, node, row):
    """A marked test names its rules in the first words of its docstring: those of its marks, and no others."""
    rows, colon, rule = (ast.get_docstring(node) or "").partition(":")
    assert rows.startswith("SEED row")
    assert colon
    assert rule
    named = sorted(map(int, re.findall(r"\d+", rows)))
    assert named == sorted(found for found in map(row_of, node.decorator_list) if found is not None)


def test_the_page_lists_every_row():
    """The page on the rules has one line for each of them, in order, later releases included."""
    lines = re.findall(r"^\| (\d+) \|", RULES.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert list(map(int, lines)) == list(range(1, 42))
