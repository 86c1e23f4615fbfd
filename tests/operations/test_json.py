"""Holds requests to one spelling as bytes."""

import math

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
    with pytest.raises(ValueError, match="Expecting value"):
        loads(b"<html>")
