"""Holds the house in order: the import contracts, one job a module, small functions, no catch-all."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import django_dynamodb

PACKAGE = Path(django_dynamodb.__file__).parent
ROOT = Path(__file__).parent.parent
MODULES = sorted(path for path in PACKAGE.rglob("*.py"))
NAMES = [path.relative_to(PACKAGE).as_posix() for path in MODULES]

MODULE_LINES = 500
FUNCTION_LINES = 40
CATCH_ALLS = {"BaseException", "Exception"}
CARRIER = "coroutines.py"
"""Takes whatever a function raises from one stack to another, where it is raised."""

SHAPELESS = {"common.py", "helpers.py", "misc.py", "util.py", "utils.py"}

each_module = pytest.mark.parametrize("path", MODULES, ids=NAMES)


def functions(tree):
    """Lists every function of a module."""
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def length(function):
    """Counts a function's lines from ``def`` on, without its docstring."""
    first = function.body[0]
    text = ast.get_docstring(function, clean=False)
    docstring = 0 if text is None else first.end_lineno - first.lineno + 1
    return function.end_lineno - function.lineno + 1 - docstring


def caught(handler):
    """Lists the names of what an ``except`` clause catches; a bare one catches ``BaseException``."""
    if handler.type is None:
        return {"BaseException"}
    return {node.id for node in ast.walk(handler.type) if isinstance(node, ast.Name)}


def test_a_floor_imports_only_floors_below_it():
    """The import contracts of pyproject.toml hold."""
    lint = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    command = [sys.executable, "-c", lint, "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_room_without_a_subject():
    """No module is named utils or the like, for such a room is how circles start."""
    assert not [name for name in NAMES if name.split("/")[-1] in SHAPELESS]


@each_module
def test_a_module_says_its_job(path):
    """Every module opens with a docstring whose first line is a sentence."""
    docstring = ast.get_docstring(ast.parse(path.read_text()))
    assert docstring
    assert docstring.split("\n\n")[0].endswith((".", ":", "::"))


@each_module
def test_a_module_is_short(path):
    """No module has more than 500 lines."""
    assert len(path.read_text().splitlines()) <= MODULE_LINES


@each_module
def test_functions_are_short(path):
    """No function has more than 40 lines beside its docstring."""
    long = {f.name: length(f) for f in functions(ast.parse(path.read_text())) if length(f) > FUNCTION_LINES}
    assert long == {}


@each_module
def test_nothing_catches_everything(path):
    """No handler catches ``Exception``, for it would hide what it does not know."""
    if path.relative_to(PACKAGE).as_posix() == CARRIER:
        return
    handlers = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.ExceptHandler)]
    assert [handler.lineno for handler in handlers if caught(handler) & CATCH_ALLS] == []
