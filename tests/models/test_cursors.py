"""Holds that cursors are opaque, safe in a URL, and good for nothing but the query they came from."""

import base64
import json
from urllib.parse import quote

import pytest
from django.core.signing import Signer
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from django_dynamodb.exceptions import InvalidCursorError, RequestError
from django_dynamodb.models.cursors import SALT, decode_cursor, encode_cursor
from django_dynamodb.tables.cursor import END, START, Position

KEY = {"forum": {"S": "Ä/?&"}, "n": {"N": "1.5"}, "b": {"B": "AP8="}}
CURSOR = encode_cursor(Position(key=KEY), "f" * 16)


def decode(cursor, fingerprint="f" * 16):
    """The position of a cursor."""
    return decode_cursor(cursor, fingerprint, "forum.Thread")


@pytest.mark.parametrize("position", [START, END, Position(key=KEY), Position(key=KEY, backwards=True)])
def test_round_trip(position):
    """A position comes back as it was, binary keys too."""
    assert decode(encode_cursor(position, "f" * 16)) == position


@given(text=st.text(min_size=1))
def test_safe_in_urls(text):
    """Whatever the key, nothing of a cursor is quoted in a URL."""
    cursor = encode_cursor(Position(key={"k": {"S": text}}), "f")
    assert quote(cursor, safe="") == cursor
    assert decode(cursor, "f").key == {"k": {"S": text}}


def test_is_compact():
    """The content is compact JSON of the key as the service spells it."""
    content = base64.urlsafe_b64decode(CURSOR.partition(".")[0] + "==")
    assert json.loads(content) == {"of": "f" * 16, "key": KEY}
    assert b" " not in content


@pytest.mark.parametrize("at", [0, 5, len(CURSOR) // 2, len(CURSOR) - 2])
def test_changed(at):
    """One character changed anywhere is found out."""
    other = "A" if CURSOR[at] != "A" else "B"
    with pytest.raises(InvalidCursorError, match="404"):
        decode(CURSOR[:at] + other + CURSOR[at + 1 :])


@pytest.mark.parametrize(
    "cursor", [CURSOR[:-1], CURSOR[1:], CURSOR + "A", "x", ".", "a.b", "\x00", "é.é", "\ud800.x", 7, b"x", "." * 999]
)
def test_malformed(cursor):
    """What is no cursor is refused; a long one is not repeated whole."""
    with pytest.raises(InvalidCursorError) as caught:
        decode(cursor)
    assert len(str(caught.value)) < 250


def test_error_is_the_callers():
    """The error is a ValueError, and one of ours."""
    assert issubclass(InvalidCursorError, ValueError)
    assert issubclass(InvalidCursorError, RequestError)


def test_of_another_query():
    """A true cursor of another query is refused in other words."""
    with pytest.raises(InvalidCursorError, match="another query"):
        decode(CURSOR, "g" * 16)


def test_signed_for_something_else():
    """What the project signs otherwise is no cursor."""
    with pytest.raises(InvalidCursorError):
        decode(Signer(sep=".").sign_object({"of": "f" * 16, "key": KEY}))
    assert Signer(sep=".", salt=SALT).unsign_object(CURSOR)["key"] == KEY


def test_another_secret():
    """A cursor dies with its SECRET_KEY, unless that is kept as a fallback."""
    with override_settings(SECRET_KEY="new"), pytest.raises(InvalidCursorError):
        decode(CURSOR)
    with override_settings(SECRET_KEY="new", SECRET_KEY_FALLBACKS=["only-for-tests"]):
        assert decode(CURSOR).key == KEY
