"""A compiled table codec loads and dumps whole items."""

import datetime as dt
from enum import StrEnum

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from django_dynamodb.codec import scalars
from django_dynamodb.codec.attributes import AttributeCodec, TableCodec
from django_dynamodb.codec.codecs import ValueCodec
from django_dynamodb.codec.text import json_text
from django_dynamodb.exceptions import InvalidTypeError, InvalidValueError, SchemaError


def attribute(name, codec, *, slot=None, missing=lambda: None, is_empty=lambda value: False):
    """An attribute whose slot has its name, unless told otherwise."""
    return AttributeCodec(name=name, slot=slot or name, codec=codec, missing=missing, is_empty=is_empty)


@pytest.fixture
def thread():
    """The codec of a small table."""
    return TableCodec(
        [
            attribute("subject", scalars.TEXT),
            attribute("n", scalars.INTEGER, slot="views"),
            attribute("tags", scalars.STRING_SET, missing=set, is_empty=lambda value: not value),
        ]
    )


def test_round_trip(thread):
    """What is dumped under the attributes' names loads into the slots."""
    values = {"subject": "S3", "views": 3, "tags": {"b", "a"}}
    item = {"subject": {"S": "S3"}, "n": {"N": "3"}, "tags": {"SS": ["a", "b"]}}
    assert thread.dump(values) == item
    assert thread.load(item) == values


def test_text(thread):
    """The text of an item is the JSON of the item, whatever is left out of it."""
    for values in ({"subject": 'S"3', "views": 3, "tags": {"b", "a"}}, {"views": True - 1, "tags": set()}, {}):
        assert thread.dump_text(values) == json_text(thread.dump(values))


def test_text_error(thread):
    """A value of the wrong type is named by its slot when its text is written, too."""
    with pytest.raises(InvalidTypeError, match=r"^views: '3' is of type str: expected an int"):
        thread.dump_text({"views": "3"})


def test_text_of_a_subclass(thread):
    """A value of a subclass takes the way of the attribute value: an enum member is written as its text."""
    assert thread.dump_text({"subject": StrEnum("Kind", {"A": "a"}).A}) == '{"subject":{"S":"a"}}'


@given(name=st.text(min_size=1) | st.text("'\"\\{}\n#!xé\ud800", min_size=1))
@example(name='"]); raise SystemExit  # {x}')
@example(name="''' + exit() + f'''{exit()}")
@example(name="{label0}")
@pytest.mark.parametrize(
    ("codec", "value"), [(scalars.TEXT, "x"), (scalars.STRING_SET, {"x"}), (scalars.DATE, dt.date(2024, 1, 2))]
)
def test_names_are_data(codec, value, name):
    """An attribute whose name reads like code, of this language or of JSON, is only a name."""
    table = TableCodec([attribute(name, codec)])
    assert table.load(table.dump({name: value})) == {name: value}
    assert table.dump_text({name: value}) == json_text({name: codec.encode(value)})


def test_nothing():
    """A table without attributes loads and writes nothing."""
    assert (TableCodec([]).load({}), TableCodec([]).dump({}), TableCodec([]).dump_text({})) == ({}, {}, "{}")


@pytest.mark.parametrize("item", [{}, {"subject": {"NULL": True}, "n": {"NULL": True}, "tags": {"NULL": True}}])
def test_missing(thread, item):
    """An attribute that is absent or NULL loads as its missing value."""
    assert thread.load(item) == {"subject": None, "views": None, "tags": set()}


def test_left_out(thread):
    """None, empty values and slots that are not there are left out of the item."""
    assert thread.dump({"subject": None, "tags": set()}) == {}


@pytest.mark.seed(11)
def test_zero_and_empty_text_are_stored(thread):
    """SEED row 11: what is false is not what is empty."""
    assert thread.dump({"subject": "", "views": 0}) == {"subject": {"S": ""}, "n": {"N": "0"}}


def test_order(thread):
    """Slots load in the order of the attributes, whatever the order of the item."""
    assert list(thread.load({"tags": {"SS": ["a"]}, "n": {"N": "1"}})) == ["subject", "views", "tags"]


def test_unknown_attributes(thread):
    """Attributes and values the table does not know are passed over."""
    assert thread.load({"other": {"S": "x"}})["subject"] is None
    assert thread.dump({"other": "x"}) == {}


def test_load_error(thread):
    """A value that cannot be read is named by its slot; the cause is kept."""
    with pytest.raises(InvalidValueError, match=r"^views: Stored under tag S") as caught:
        thread.load({"n": {"S": "x"}})
    assert isinstance(caught.value.__cause__, InvalidValueError)


def test_dump_error(thread):
    """A value of the wrong type is named by its slot and stays a TypeError; the cause is kept."""
    with pytest.raises(InvalidTypeError, match=r"^views: '3' is of type str: expected an int") as caught:
        thread.dump({"views": "3"})
    assert isinstance(caught.value.__cause__, InvalidTypeError)


@pytest.mark.parametrize("av", ["S3", 3])
def test_plain_value_in_an_item(thread, av):
    """An item of plain Python values is refused, named by the slot."""
    with pytest.raises(InvalidValueError, match=r"^subject: "):
        thread.load({"subject": av})


def test_foreign_type_error():
    """A TypeError of a codec from outside is not reworded."""
    broken = ValueCodec(tag="S", encode=len, decode=lambda av: len(av, 1))
    with pytest.raises(TypeError, match="len"):
        TableCodec([attribute("a", broken)]).load({"a": {"S": "x"}})


@pytest.mark.parametrize("second", [("a", "b"), ("b", "a")])
def test_names_and_slots_are_unique(second):
    """Two attributes of one name or one slot are refused."""
    name, slot = second
    with pytest.raises(SchemaError, match="'a'"):
        TableCodec([attribute("a", scalars.TEXT), attribute(name, scalars.TEXT, slot=slot)])


ONE_EACH = {
    "S": (scalars.TEXT, {"S": "x"}),
    "N": (scalars.INTEGER, {"N": "12"}),
    "exponent": (scalars.INTEGER, {"N": "1E3"}),
    "decimal": (scalars.DECIMAL, {"N": "1.5"}),
    "BOOL": (scalars.BOOLEAN, {"BOOL": False}),
    "SS": (scalars.STRING_SET, {"SS": ["a"]}),
    "L": (scalars.LIST, {"L": [{"N": "1"}, {"S": "a"}, {"BOOL": True}, {"L": [{"NULL": True}]}]}),
    "M": (scalars.MAP, {"M": {"n": {"N": "1.5"}, "s": {"S": "a"}, "b": {"B": "AAE="}, "m": {"M": {}}}}),
    "document": (scalars.DOCUMENT, {"M": {"n": {"N": "1.5"}}}),
}


@pytest.mark.parametrize(("codec", "av"), ONE_EACH.values(), ids=ONE_EACH.keys())
def test_short_way(codec, av):
    """A value read in the loader's loop is the one its codec decodes, and so it is with a step added."""
    assert TableCodec([attribute("a", codec)]).load({"a": av}) == {"a": codec.decode(av)}
    assert TableCodec([attribute("a", codec.followed_by(repr))]).load({"a": av}) == {"a": repr(codec.decode(av))}


@pytest.mark.parametrize("codec", [codec for codec, _ in ONE_EACH.values()], ids=ONE_EACH.keys())
@pytest.mark.parametrize("av", [{"X": "x"}, {"N": "x"}, {"L": [{"S": "a", "N": "1"}, {}]}, {"M": {"a": "b"}}])
def test_short_way_refuses(codec, av):
    """What a codec refuses, the loader refuses in the same words after the slot."""
    with pytest.raises(InvalidValueError) as decoded:
        codec.decode(av)
    with pytest.raises(InvalidValueError) as loaded:
        TableCodec([attribute("a", codec)]).load({"a": av})
    assert str(loaded.value) == f"a: {decoded.value}"
