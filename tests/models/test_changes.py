"""Tests the difference between an object and its snapshot, and how it is worded for the service."""

import datetime as dt

import pytest
from django.db.models import F, Q, Value

from django_dynamodb.codec.size import item_size
from django_dynamodb.exceptions import InvalidKeyError, InvalidTypeError, UnsupportedError
from django_dynamodb.expressions.paths import Path
from django_dynamodb.expressions.placeholders import Placeholders
from django_dynamodb.expressions.updates import Arithmetic, SetTo
from django_dynamodb.limits import ITEM_BYTES
from django_dynamodb.models.changes import (
    Change,
    differing,
    find_change,
    is_expression,
    item_absent,
    item_exists,
    most_bytes,
    refuse_changed_key,
    unchanged,
)
from django_dynamodb.models.computed import clause_of, compute
from django_dynamodb.models.documents import place_of
from django_dynamodb.models.state import ItemState
from tests.testapp.models import Everything, Legacy, Reading, Thread

MAPPER = Thread._meta.mapper
VIEWS = place_of(MAPPER, "views")
KEY = {"forum": {"S": "AWS"}, "subject": {"S": "S3"}}
STORED = {
    **KEY,
    "author": {"S": "me"},
    "views": {"N": "1"},
    "tags": {"SS": ["a", "b"]},
    "other": {"S": "x"},
}
COLUMNS = ["forum", "subject", "author", "posted", "views", "tags", "meta"]


def state(item=STORED, unread=()):
    """The state of an object loaded from an item."""
    made = ItemState()
    made.item, made.unread = item, frozenset(unread)
    return made


def change(item, before=STORED, columns=COLUMNS, *, unread=(), computed=(), mapper=MAPPER):
    """What turns one item into the other, as sets and removes."""
    found = find_change(mapper, item, before, columns, dict(computed), unread=frozenset(unread))
    return found.sets, found.removes


def rendered(expression):
    """The text of an expression, with names and values put in."""
    placeholders = Placeholders()
    text = expression.render(placeholders)
    for alias, name in (placeholders.names() or {}).items():
        text = text.replace(alias, name)
    for alias, value in (placeholders.values() or {}).items():
        text = text.replace(alias, str(next(iter(value.values()))))
    return text


# -- finding ----------------------------------------------------------------------------------------------------


def test_nothing():
    """The same item is no change, whatever the order of its sets and the writing of its numbers."""
    assert change(STORED) == ({}, ())
    assert change({**STORED, "tags": {"SS": ["b", "a"]}, "views": {"N": "1.0"}}) == ({}, ())
    assert not Change(sets={}, removes=(), computed={})


def test_set_and_remove():
    """New and changed attributes are set, missing ones removed, unknown ones left alone."""
    item = {**KEY, "author": {"S": "you"}, "views": {"N": "1"}, "meta": {"M": {}}}
    assert change(item) == ({"author": {"S": "you"}, "meta": {"M": {}}}, ("tags",))


def test_absent_stays_absent():
    """An attribute that was absent and still is needs no removing."""
    assert change(KEY, before=KEY) == ({}, ())


def test_columns():
    """Only the columns asked for count."""
    assert change({**STORED, "author": {"S": "you"}}, columns=["views"]) == ({}, ())


def test_key_is_never_written():
    """Key attributes are no part of an update."""
    assert change({**STORED, "subject": {"S": "other"}}) == ({}, ())


def test_unread():
    """An attribute that was not read is set, or removed: nothing is known of it."""
    assert change({**KEY, "author": {"S": "me"}}, KEY, ["author", "tags"], unread=["author", "tags"]) == (
        {"author": {"S": "me"}},
        ("tags",),
    )


def test_without_a_snapshot():
    """Without a snapshot every attribute is written or removed."""
    assert change({**KEY, "author": {"S": "me"}}, None, ["author", "tags"]) == ({"author": {"S": "me"}}, ("tags",))


def test_computed():
    """What the service computes is neither set nor removed besides."""
    assert change({**KEY}, columns=["views"], computed={"views": Path("views")}) == ({}, ())


@pytest.mark.parametrize(
    ("model", "name", "stored", "current"),
    [
        (Thread, "author", {"NULL": True}, None),
        (Everything, "text", {"NULL": True}, {"S": ""}),
        (Thread, "tags", {"NULL": True}, None),
        (Thread, "posted", {"S": "2024-01-02T03:04:05Z"}, {"S": "2024-01-02T03:04:05.000000+00:00"}),
        (Thread, "posted", {"S": "2024-01-02T04:04:05+01:00"}, {"S": "2024-01-02T03:04:05.000000+00:00"}),
        (Everything, "blob", {"B": b"x"}, {"B": "eA=="}),
        (Everything, "token", {"S": "A" * 32}, {"S": "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa"}),
        (Legacy, "active", {"N": "2"}, {"N": "1"}),
        (Legacy, "roles", {"S": "[1,2]"}, {"S": "[1, 2]"}),
        (Legacy, "options", {"S": '{"b": 1, "a": 2}'}, {"S": '{"a": 2, "b": 1}'}),
    ],
)
def test_unusual_forms(model, name, stored, current):
    """A value that is stored in another form than this package writes is not a change."""
    item = {} if current is None else {name: current}
    assert change(item, {name: stored}, [name], mapper=model._meta.mapper) == ({}, ())


def test_unusual_form_and_a_change():
    """A changed value is written, whatever the form of the old one."""
    written = {"S": "2024-01-02T03:04:06.000000+00:00"}
    assert change({"posted": written}, {"posted": {"S": "2024-01-02T03:04:05Z"}}, ["posted"])[0] == {"posted": written}


# -- wording ----------------------------------------------------------------------------------------------------


def test_update():
    """A change is one update: sets, then computed values, then removes."""
    computed = {"views": SetTo(Path("views"), Arithmetic(Path("views"), "+", {"N": "2"}))}
    found = Change(sets={"author": {"S": "you"}}, removes=("tags",), computed=computed)
    assert rendered(found.as_update()) == "SET author = you, views = views + 2 REMOVE tags"


def test_update_without_changes():
    """An update that only asks its condition still has an expression, since moto wants one; it changes nothing."""
    assert rendered(Change(sets={}, removes=(), computed={}).as_update()) == "REMOVE __nothing__"


def test_applied():
    """A change applied to an item gives the item as it is stored then; the item itself stays."""
    found = Change(sets={"author": {"S": "you"}}, removes=("tags",), computed={})
    after = found.applied_to(STORED)
    assert after == {**KEY, "author": {"S": "you"}, "views": {"N": "1"}, "other": {"S": "x"}}
    assert STORED["author"] == {"S": "me"}


def test_existence():
    """Existence is asked of the partition key: every item has it."""
    assert rendered(item_exists(MAPPER)) == "attribute_exists(forum)"
    assert rendered(item_absent(MAPPER)) == "attribute_not_exists(forum)"


def test_unchanged():
    """Every attribute read is compared, unknown ones too, and every absent field must be absent."""
    assert rendered(unchanged(MAPPER, state({**KEY, "author": {"S": "me"}, "other": {"S": "x"}}, ["meta"]))) == (
        "attribute_exists(forum) AND author = me AND other = x AND attribute_not_exists(posted) "
        "AND attribute_not_exists(views) AND attribute_not_exists(tags)"
    )


def test_differing():
    """The fields that differ are named, and attributes that are no field."""
    stored = {**STORED, "author": {"S": "you"}, "posted": {"S": "now"}, "other": {"S": "y"}}
    assert differing(MAPPER, state(), stored) == ["author", "posted", "other"]
    assert differing(MAPPER, state(unread=["posted"]), {**STORED, "posted": {"S": "now"}}) == []


# -- keys -------------------------------------------------------------------------------------------------------


def test_changed_key():
    """A changed key is refused; one that is only written otherwise is not."""
    with pytest.raises(InvalidKeyError, match=r"testapp\.Thread\.subject is a key"):
        refuse_changed_key(MAPPER, {**KEY, "subject": {"S": "other"}}, state())
    number = {"device": {"S": "d"}, "at": {"N": "1"}}
    refuse_changed_key(Reading._meta.mapper, number, state({**number, "at": {"N": "1.0"}}))


def test_key_of_a_new_object():
    """A new object may have any key."""
    refuse_changed_key(MAPPER, KEY, ItemState())


# -- expressions ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        (F("views") + 1, "views + 1"),
        (F("views") - 1, "views - 1"),
        (1 + F("views"), "1 + views"),
        (F("views") + Value(2), "views + 2"),
        (F("views") - F("views"), "views - views"),
    ],
)
def test_compute(expression, text):
    """Sums and differences of fields and numbers are computed by the service."""
    found = Change(sets={}, removes=(), computed={"views": clause_of(VIEWS, expression)})
    assert rendered(found.as_update()) == f"SET views = {text}"


def test_compute_a_copy():
    """A field alone is copied."""
    assert compute(VIEWS, F("views")) == Path("views")


@pytest.mark.parametrize("expression", [F("views") * 2, Value(1), Q(views=1), -F("views")])
def test_compute_what_dynamodb_lacks(expression):
    """Anything else is refused by name."""
    with pytest.raises(UnsupportedError, match=r"testapp\.Thread\.views ="):
        compute(VIEWS, expression)


def test_compute_with_another_type():
    """A number is added to a number; anything else is refused before the call."""
    with pytest.raises(InvalidTypeError, match=r"testapp\.Thread\.views"):
        compute(VIEWS, F("views") + Value("many"))


@pytest.mark.parametrize(("value", "is_one"), [(F("a"), True), (F("a") + 1, True), (1, False), (dt.date.max, False)])
def test_is_expression(value, is_one):
    """Expressions are told from values."""
    assert is_expression(value) is is_one


def test_most_bytes():
    """An object that is saved again and again is counted anew before what it may have is over the limit."""
    known = ItemState()
    snapshot = {"forum": {"S": "AWS"}, "subject": {"S": "x" * 1_000}}
    for number in range(1_000):
        sets = {"subject": {"S": f"{number}" * 300}}
        snapshot = {**snapshot, **sets}
        known.most = most_bytes(known, snapshot, sets)
        assert item_size(snapshot) <= known.most <= ITEM_BYTES
    large = {**snapshot, "subject": {"S": "x" * ITEM_BYTES}}
    assert most_bytes(known, large, large) >= item_size(large) > ITEM_BYTES
