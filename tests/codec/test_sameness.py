"""What is passed over without being encoded is what encoding and comparing would find equal, and nothing raises."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from django_dynamodb.codec import scalars
from django_dynamodb.codec.attributes import AttributeCodec, TableCodec
from django_dynamodb.codec.values import same_value
from tests.codec.test_scalars import VALUES

KINDS = [kind for kind in VALUES if getattr(scalars, kind).same is not None]

LOOP = []
LOOP.append(LOOP)

ODD = [
    None, "", "x\ud83d", 10**5000, True, 1.5, float("nan"), -0.0, Decimal("sNaN"), Decimal("-0.00"), Decimal("1E+2"),
    dt.datetime(2024, 1, 2),  # noqa: DTZ001 - a naive one is what is meant
    dt.datetime(9999, 12, 31, 23, tzinfo=dt.timezone(dt.timedelta(hours=-9))), set(), {1, "a"},
    LOOP, {"a": LOOP}, {1: "a"}, (1, 2), object(), b"x",
]  # fmt: skip
"""Values that cannot be stored, or that are stored in another form."""

OTHER = [{"NULL": True}, {"S": "x"}, {"N": "1"}, {"BOOL": True}, {"L": []}, {"M": {"a": {"S": ""}}}]


def table(kind):
    """A table of one attribute of a kind."""
    return TableCodec([AttributeCodec(name="a", slot="a", codec=getattr(scalars, kind), missing=lambda: None)])


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_passed_over(kind, data):
    """A value is passed over only where its encoding is equal to what is stored."""
    codec = table(kind)
    stored, value = data.draw(VALUES[kind]), data.draw(VALUES[kind])
    item = codec.dump({"a": stored})
    if not codec.sift({"a": value}, item):
        assert same_value(codec.dump({"a": value}).get("a"), item.get("a"))


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_what_was_loaded(kind, data):
    """What an item is loaded as is passed over, if it has the type of its codec and no exponent."""
    codec = table(kind)
    item = codec.dump(
        {"a": data.draw(VALUES[kind].filter(lambda drawn: type(drawn) is not float or "e" not in str(drawn)))}
    )
    loaded, of = codec.load(item), getattr(scalars, kind).same.of
    assert codec.sift(loaded, item) == ({} if of in {None, type(loaded["a"])} else loaded)


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_odd_values(kind, data):
    """A value that cannot be stored is left for the encoder to refuse, whatever stands in its place."""
    codec, value = table(kind), data.draw(st.sampled_from(ODD))
    item = codec.dump({"a": data.draw(VALUES[kind])})
    if not codec.sift({"a": value}, item):
        assert same_value(codec.dump({"a": value}).get("a"), item.get("a"))


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_other_tags(kind, data):
    """What is stored under another tag is not what a value is."""
    held = data.draw(st.sampled_from(OTHER))
    codec = table(kind)
    value = data.draw(VALUES[kind])
    if not codec.sift({"a": value}, {"a": held}):
        assert same_value(codec.dump({"a": value}).get("a"), held)


@pytest.mark.parametrize(
    ("held", "value"),
    [
        ({"L": [{"S": "a"}]}, ["a", "b"]),
        ({"L": [{"N": "1"}]}, [True]),
        ({"L": [{"N": "1.5"}]}, [1.5]),
        ({"L": [{"S": "a"}]}, [("a",)]),
        ({"L": [{"L": []}]}, [{}]),
        ({"M": {"a": {"N": "1"}}}, {"b": 1}),
        ({"M": {"a": {"NULL": True}}}, {"a": ""}),
        ({"M": {"a": {"M": {"b": {"S": "c"}}}}}, {"a": {"b": "d"}}),
        ({"L": [{"N": "1"}]}, [10**4400]),
    ],
)
def test_members(held, value):
    """A member of another type or another value makes the document another one."""
    kind = "LIST" if "L" in held else "MAP"
    assert table(kind).sift({"a": value}, {"a": held}) == {"a": value}


def test_floats():
    """Floats inside a document are what is stored where they are taken, and nowhere else."""
    assert (
        table("DOCUMENT").sift({"a": [1.5, 2.0, None]}, {"a": {"L": [{"N": "1.5"}, {"N": "2"}, {"NULL": True}]}}) == {}
    )


def test_absent():
    """A slot without a value is passed over, and so is None where nothing is stored; anything else may be new."""
    assert table("TEXT").sift({}, {"a": {"S": "x"}}) == {}
    assert table("TEXT").sift({"a": None}, {}) == {}
    assert table("TEXT").sift({"a": ""}, {}) == {"a": ""}
    assert table("BINARY").sift({"a": b"x"}, {"a": {"B": "eA=="}}) == {"a": b"x"}


@pytest.mark.parametrize("held", [{"NULL": True}, {"S": "x"}])
def test_empty_set_is_not_another_tag(held):
    """An empty set is not surely what is stored where that is no set."""
    table = TableCodec([AttributeCodec(name="x", slot="x", codec=scalars.STRING_SET, missing=set)])
    assert table.sift({"x": set()}, {"x": held}) == {"x": set()}
