"""Holds both readers of pages item by item to what the standard library reads."""

import json
import re
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from django_dynamodb.operations import accelerated, pages
from django_dynamodb.operations.frames import ItemsOf
from django_dynamodb.types import TextBuild

TEXTS = st.text(max_size=6) | st.text(alphabet='"\\/{}[],: \n\u00e9\u2028', max_size=6)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
PAGES = st.fixed_dictionaries({"Items": st.lists(VALUES, max_size=4)}, optional={"Count": VALUES, "a": VALUES})
SPACE = st.text(alphabet=" \t\r\n", max_size=3)


def reader_of(module):
    """A function that reads the members of a page."""

    def read(body, build=lambda item: item):
        return module.read_document(body, {"Items": ItemsOf(build)})

    return read


READERS = {"pages": reader_of(pages), "accelerated": reader_of(accelerated)}
both = pytest.mark.parametrize("read", READERS.values(), ids=READERS.keys())


@st.composite
def spelled(draw, documents):
    """A document with random white space, key order and escapes, as JSON text."""
    document = draw(documents)
    members = draw(st.permutations(list(document.items())))
    spaces = [draw(SPACE) for _ in range(4)]
    separators = (f"{spaces[0]},{spaces[1]}", f"{spaces[2]}:{spaces[3]}")
    indent = draw(st.none() | st.integers(0, 3))
    text = json.dumps(dict(members), ensure_ascii=draw(st.booleans()), indent=indent, separators=separators)
    return f"{draw(SPACE)}{text}{draw(SPACE)}"


@both
@settings(deadline=None)
@given(spelled(PAGES))
def test_as_json_loads(read, text):
    """Whatever its white space, key order and escapes, a page reads as the standard library reads it."""
    assert read(text.encode()) == json.loads(text)


@both
@settings(deadline=None)
@given(spelled(PAGES), st.data())
def test_broken(read, text, data):
    """A page that lost or gained a character reads as by the standard library, or is refused as there.

    msgspec refuses a little more: numbers too large for a float, which the standard library reads as infinite, and
    half a surrogate pair.
    """
    place = data.draw(st.integers(0, len(text) - 1))
    mark = data.draw(st.sampled_from(["", *'{}[],:"', " ", "x", "0"]))
    broken = text[:place] + mark + text[place + 1 :]
    found, expected = outcome(read, broken), outcome(json.loads, broken)
    assert found == expected or (found is None and re.search(r"inf|[\ud800-\udfff]|\\ud", repr(expected)))


def outcome(reader, text):
    """What a reader makes of a text: a page, or none."""
    try:
        page = reader(text.encode())
    except ValueError:
        return None
    items = page.get("Items", []) if isinstance(page, dict) else None
    return page if isinstance(items, list) else None


@pytest.mark.parametrize("module", [pages, accelerated])
@settings(deadline=None)
@given(st.dictionaries(TEXTS, st.lists(VALUES, max_size=3), max_size=3))
def test_nested(module, tables):
    """Lists of items inside an inner object, as a batch read has them, are built one by one as well."""
    body = json.dumps({"Responses": tables}).encode()
    frame = {"Responses": dict.fromkeys(tables, ItemsOf(lambda item: [item]))}
    built = module.read_document(body, frame)["Responses"]
    assert built == {table: [[item] for item in items] for table, items in tables.items()}


def test_built_at_once():
    """Each item is built before the next one is read: a broken second item comes too late for the first."""
    built = []
    with pytest.raises(ValueError, match="Expecting"):
        READERS["pages"](b'{"Items":[{"a":1},{"a":}]}', built.append)
    assert built == [{"a": 1}]


@both
@pytest.mark.parametrize(
    ("body", "members"),
    [
        (b"{}", {}),
        (b' \n{ "Count" : 3 }\t', {"Count": 3}),
        (b'{"Items":[]}', {"Items": []}),
        (b'{"Items":[ ]}', {"Items": []}),
        (b'{"Items":null,"Count":0}', {"Items": [], "Count": 0}),
        (b'{"\\u0049tems":[{"a":1}\n,\n{"a":2}]}', {"Items": [{"a": 1}, {"a": 2}]}),
        (b'{"Items":[{"a":1}],"Items":[{"a":2}]}', {"Items": [{"a": 2}]}),
        ('{"Items":[{"a":"\\ud83d\\ude00é"}]}'.encode(), {"Items": [{"a": "😀é"}]}),
    ],
)
def test_frames(read, body, members):
    """The frame around the items may come in any form JSON allows."""
    assert read(body) == members


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"[]",
        b"{",
        b'{"Items"',
        b'{"Items":',
        b'{"Items":[',
        b'{"Items":[{}',
        b'{"Items":[{},',
        b'{"Items":[{},]}',
        b'{"Items":[{}{}]}',
        b'{"Items":{}}',
        b'{"Items":"x"}',
        b'{"Items":[]',
        b'{"Items":[]} x',
        b'{"Items":[],}',
        b'{"Items" []}',
        b"{Items:[]}",
        b'{"Count":1 "Items":[]}',
        b'{"Count":}',
        b"<html></html>",
    ],
)
@both
def test_refused(read, body):
    """What is no page raises, never as an index error or a silent end."""
    with pytest.raises(ValueError, match=r"."):
        read(body)


@both
@pytest.mark.parametrize("error", [StopIteration, IndexError, KeyError])
def test_builder_errors(read, error):
    """What the builder raises comes out as it is."""

    def build(item):
        raise error

    with pytest.raises(error):
        read(b'{"Items":[{}]}', build)


@both
def test_ascii_frame(read):
    """A long page of plain items comes out whole and in order."""
    items = [{letter: {"S": letter * 100}} for letter in string.ascii_letters]
    assert read(json.dumps({"Items": items}, separators=(",", ":")).encode())["Items"] == items


@both
@settings(deadline=None)
@given(spelled(PAGES))
def test_text_of_an_item(read, text):
    """A builder that asks for it gets with each item the text that item reads from."""
    page = read(text.encode(), TextBuild(lambda item, own: (item, json.loads(own))))
    assert all(item == again for item, again in page["Items"])


def test_item_without_text():
    """The same builder builds from an item that comes without text."""
    assert TextBuild(lambda item, own: (item, own))({"a": {"S": "b"}}) == ({"a": {"S": "b"}}, None)
