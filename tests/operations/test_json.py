"""Holds requests to one spelling as bytes."""

import math
import subprocess
import sys

import pytest

from django_dynamodb.exceptions import InvalidValueError
from django_dynamodb.operations.json import dumps, loads


def test_dumps():
    """Requests are compact UTF-8, members in their order."""
    assert dumps({"b": {"S": "é\n€"}, "a": [1, True, None]}) == '{"b":{"S":"é\\n€"},"a":[1,true,null]}'.encode()


def test_there_and_back():
    """What was written reads back the same."""
    payload = {"a": {"S": "😀\u2028\x7f"}, "b": {"L": [{"N": "1"}]}}
    assert loads(dumps(payload)) == payload


def test_half_a_surrogate():
    """Half a surrogate pair has no bytes and is refused by name."""
    with pytest.raises(InvalidValueError, match=r"'\\ud83d' is half a surrogate pair"):
        dumps({"a": {"S": "x\ud83d"}})


@pytest.mark.parametrize("number", [math.nan, math.inf])
def test_no_number(number):
    """What is no JSON number is never sent."""
    with pytest.raises(ValueError, match="not JSON compliant"):
        dumps({"a": number})


def test_no_json():
    """An answer that is no JSON raises."""
    with pytest.raises(ValueError, match=r"Expecting value|malformed"):
        loads(b"<html>")


@pytest.mark.parametrize(("missing", "reader"), [("msgspec", "pages"), (None, "accelerated")])
def test_reader(missing, reader):
    """Pages are read by msgspec where it is installed, else by the standard library."""
    code = (
        f"import sys; sys.modules.update({{{missing!r}: None}}); from django_dynamodb.operations import json;"
        "print(json.read_document.__module__); assert json.loads(b'{\"a\":1}') == {'a': 1}"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == f"django_dynamodb.operations.{reader}"
