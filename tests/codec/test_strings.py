"""Texts and bytes travel unharmed, or are refused."""

from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from django_dynamodb.codec.strings import decode_binary, encode_binary, encode_text
from django_dynamodb.exceptions import InvalidValueError


class Colour(StrEnum):
    """A str by another name, as Django's TextChoices."""

    RED = "röd"


def test_choices_become_plain_text():
    """A member of a choices class is stored as its value, as a plain str."""
    assert encode_text(Colour.RED) == "röd"
    assert type(encode_text(Colour.RED)) is str


def test_lone_surrogate():
    """Text that UTF-8 cannot write is refused with its position."""
    with pytest.raises(InvalidValueError, match="position 2"):
        encode_text("ab\ud800")


@given(st.binary())
def test_binary_round_trip(value):
    """Bytes read back from base64 text and from raw bytes."""
    assert decode_binary(encode_binary(value)) == value
    assert decode_binary(value) == value
    assert type(decode_binary(bytearray(value))) is bytes


@pytest.mark.parametrize("text", ["a", "@@@@", "YQ=", "YQ==\n"])
def test_no_base64(text):
    """Text that is not base64 is refused."""
    with pytest.raises(InvalidValueError, match="base64"):
        decode_binary(text)
