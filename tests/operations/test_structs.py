"""Holds the reader into structures to what a table's codec makes of the same item."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from django_dynamodb.codec import scalars
from django_dynamodb.codec.attributes import AttributeCodec, TableCodec
from django_dynamodb.exceptions import InvalidValueError
from django_dynamodb.operations.accelerated import read_document
from django_dynamodb.operations.frames import ItemsOf
from django_dynamodb.operations.structs import UNFIT, reader
from django_dynamodb.types import TextBuild, ValuesBuild

ODD = "']); raise SystemExit  # {x} é"
CODECS = {
    "text": scalars.TEXT,
    "number": scalars.INTEGER,
    "flag": scalars.BOOLEAN,
    "raw": scalars.BINARY,
    "tags": scalars.STRING_SET,
    "numbers": scalars.NUMBER_SET,
    "list": scalars.LIST,
    "map": scalars.MAP,
    "a0": scalars.DOCUMENT,
    ODD: scalars.DECIMAL,
}
TABLE = TableCodec(
    [AttributeCodec(name=name, slot=f"the {name}", codec=codec, missing=list) for name, codec in CODECS.items()]
)

digits = st.integers(-(10**20), 10**20).map(str)
base64 = st.sampled_from(["", "AA==", "AAH/"])
TAGGED = st.recursive(
    st.one_of(
        st.builds(lambda text: {"S": text}, st.text(max_size=5)),
        st.builds(lambda text: {"N": text}, digits),
        st.builds(lambda flag: {"BOOL": flag}, st.booleans()),
        st.builds(lambda text: {"B": text}, base64),
        st.builds(lambda texts: {"SS": texts}, st.lists(st.text(max_size=3), min_size=1, max_size=3)),
        st.builds(lambda texts: {"NS": texts}, st.lists(digits, min_size=1, max_size=3)),
        st.just({"NULL": True}),
    ),
    lambda inner: st.one_of(
        st.builds(lambda members: {"L": members}, st.lists(inner, max_size=3)),
        st.builds(lambda members: {"M": members}, st.dictionaries(st.text(max_size=3), inner, max_size=3)),
    ),
    max_leaves=6,
)
FIT = {
    "text": {"S": "x"},
    "number": {"N": "7"},
    "flag": {"BOOL": False},
    "raw": {"B": "AAH/"},
    "tags": {"SS": ["a", "b"]},
    "numbers": {"NS": ["1", "2.5"]},
    "list": {"L": [{"S": "x"}, {"NULL": True}]},
    "map": {"M": {"a": {"N": "1"}}},
    "a0": {"L": []},
    ODD: {"N": "1.50"},
    "of nobody": {"M": {"a": {"B": "AA=="}}},
}


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from([*CODECS, "unknown"]), TAGGED, max_size=9))
def test_as_loaded(item):
    """Whatever stands in an item, the values are those the codec loads, or the item is left to it."""
    try:
        found = reader(TABLE)(json.dumps(item).encode())
    except UNFIT:
        return
    assert found == TABLE.load(item)
    assert list(found) == [attribute.slot for attribute in TABLE.attributes]


@pytest.mark.parametrize("names", [FIT, [], ["text"], [ODD, "a0", "of nobody"]])
def test_fit(names):
    """An item that is as it should be is read, absent attributes and those of nobody too."""
    item = {name: FIT[name] for name in names}
    assert reader(TABLE)(json.dumps(item).encode()) == TABLE.load(item)


@pytest.mark.parametrize(
    "value",
    [{"NULL": True}, {"N": "1"}, {}, None, [], "x", {"S": 1}, {"s": "x"}],
)
def test_unfit(value):
    """NULL, another tag and what is no attribute value at all are left to the codec."""
    with pytest.raises(UNFIT):
        reader(TABLE)(json.dumps({**FIT, "text": value}).encode())


@pytest.mark.parametrize("name", ['"', "\\", "\n"])
def test_unnameable(name):
    """A table with an attribute of a name that no structure may have is left to the codec."""
    table = TableCodec([AttributeCodec(name=name, slot="x", codec=scalars.TEXT, missing=str)])
    assert reader(table) is None
    build = TextBuild(lambda item, text: table.load(item), ValuesBuild(table, lambda values, text: None))
    body = json.dumps({"Items": [{name: {"S": "y"}}]}).encode()
    assert read_document(body, {"Items": ItemsOf(build)})["Items"] == [{"x": "y"}]


def test_once():
    """A table's reader is made once."""
    assert reader(TABLE) is reader(TABLE)


def read(items):
    """What a page of items becomes: from which way, and the values."""
    build = TextBuild(
        lambda item, text: ("item", TABLE.load(item), json.loads(text)),
        ValuesBuild(TABLE, lambda values, text: ("values", values, json.loads(text))),
    )
    return read_document(json.dumps({"Items": items}).encode(), {"Items": ItemsOf(build)})["Items"]


def test_page():
    """On a page, each item takes the quick way or the careful one, and keeps its place and its own text."""
    items = [FIT, {"text": {"NULL": True}}, {}, {"number": {"N": "12"}}]
    ways, values, texts = zip(*read(items), strict=True)
    assert ways == ("values", "item", "values", "values")
    assert list(values) == [TABLE.load(item) for item in items]
    assert list(texts) == items


def test_refused():
    """What the codec refuses is refused with its own words."""
    with pytest.raises(InvalidValueError, match=r"^the number: Stored under tag S, expected N"):
        read([{"number": {"S": "x"}}])
