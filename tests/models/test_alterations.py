"""Tests changes of stored values that are made without reading them: in updates, saves and transactions."""

import datetime as dt
import os
from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.db.models import F
from django.utils import timezone

from django_dynamodb import models, transaction
from django_dynamodb.exceptions import (
    InvalidTypeError,
    InvalidValueError,
    MissingParentError,
    RequestRejectedError,
    ServiceError,
    TransactionCanceledError,
    UnsupportedError,
    UnsupportedLookupError,
)
from django_dynamodb.expressions.placeholders import Placeholders
from django_dynamodb.models.targets import update_of
from tests.testapp.models import Account, Everything, Legacy, Session, Thread, Ticket

on_moto = not os.environ.get("DYNAMODB_TEST_ENDPOINT")
MAPPER = Everything._meta.mapper


def written(mapper=MAPPER, **values):
    """An update as text, its names and values in place."""
    placeholders = Placeholders()
    text = update_of(mapper, values).render(placeholders)
    found = {**placeholders.names(), **placeholders.values()}
    for alias in sorted(found, key=len, reverse=True):
        text = text.replace(alias, str(found[alias]))
    return text


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({"number": models.Increment()}, "ADD number {'N': '1'}"),
        ({"price": models.Increment(Decimal("-1.5"))}, "ADD price {'N': '-1.5'}"),
        (
            {"document__n": models.Increment(0.5)},
            "SET document.n = if_not_exists(document.n, {'N': '0'}) + {'N': '0.5'}",
        ),
        (
            {"items": models.ListAppend(["x"])},
            "SET items = list_append(if_not_exists(items, {'L': []}), {'L': [{'S': 'x'}]})",
        ),
        (
            {"document__log": models.ListPrepend(("x", 0.5))},
            "SET document.log = list_append({'L': [{'S': 'x'}, {'N': '0.5'}]}, if_not_exists(document.log, {'L': []}))",
        ),
        ({"strings": models.SetAdd("b", "a")}, "ADD strings {'SS': ['a', 'b']}"),
        ({"numbers": models.SetRemove(1, 2)}, "DELETE numbers {'NS': ['1', '2']}"),
        ({"number": models.IfNotExists(3)}, "SET number = if_not_exists(number, {'N': '3'})"),
        ({"document__a": models.IfNotExists({})}, "SET document.a = if_not_exists(document.a, {'M': {}})"),
        ({"document__a__0": models.Remove()}, "REMOVE document.a[0]"),
        ({"number": models.Remove()}, "REMOVE number"),
        ({"number": None}, "REMOVE number"),
        ({"document__a": None}, "SET document.a = {'NULL': True}"),
        ({"document__a__0": "x", "items__1": 2}, "SET document.a[0] = {'S': 'x'}, items[1] = {'N': '2'}"),
        ({"mapping__0": "x"}, "SET mapping.0 = {'S': 'x'}"),
        ({"document__size": 1}, "SET document.size = {'N': '1'}"),
        ({"number": F("document__n")}, "SET number = document.n"),
        ({"document__n": F("document__n") + 1}, "SET document.n = document.n + {'N': '1'}"),
        ({"document__n": F("number") - F("document__m")}, "SET document.n = number - document.m"),
        (
            {"number": 1, "strings": models.SetAdd("a"), "text": models.Remove(), "numbers": models.SetRemove(1)},
            "SET number = {'N': '1'} REMOVE text ADD strings {'SS': ['a']} DELETE numbers {'NS': ['1']}",
        ),
    ],
)
def test_what_is_sent(values, text):
    """Each change is one clause of the service's language."""
    assert written(**values) == text


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (
            {"text": models.Increment(2)},
            r"text=Increment\(amount=2\): Increment is not for a TextField; use it on a field of numbers",
        ),
        ({"moment": models.Increment()}, "not for a DateTimeField"),
        ({"strings": models.ListAppend(["x"])}, "ListAppend is not for a StringSetField; use it on a ListField"),
        ({"mapping": models.ListPrepend(["x"])}, "ListPrepend is not for a MapField"),
        ({"items": models.SetAdd("x")}, r"items=SetAdd\('x'\): SetAdd is not for a ListField; use it on a set field"),
        ({"document__tags": models.SetAdd("x")}, "SetAdd is not for a place in a document; use it on a set field"),
        ({"number": models.SetRemove(1)}, "SetRemove is not for a BigIntegerField"),
        ({"number": models.IfNotExists(F("number"))}, "give a plain value"),
        ({"code": models.Remove()}, "code is a key; keys cannot change"),
        ({"document__n": F("document__n") * 2}, r"document__n = .*Compute the value in Python"),
    ],
)
def test_alterations_of_other_fields(values, message):
    """Each alteration is for some kinds of fields and refuses the others, with what it is for."""
    with pytest.raises(UnsupportedError, match=rf"testapp\.Everything\..*{message}"):
        update_of(MAPPER, values)


@pytest.mark.parametrize(
    ("values", "kind", "message"),
    [
        ({"number": models.Increment("1")}, InvalidTypeError, r"number=Increment\(amount='1'\): give a number"),
        ({"number": models.Increment(True)}, InvalidTypeError, "give a number"),
        ({"number": models.Increment(1.5)}, InvalidTypeError, "number: 1.5 has a fraction"),
        ({"items": models.ListAppend("x")}, InvalidTypeError, r"items=ListAppend\('x'\): give a list"),
        ({"items": models.ListAppend(5)}, InvalidTypeError, "give a list"),
        ({"items": models.ListAppend([0.5])}, InvalidTypeError, "items: 0.5 is a float"),
        ({"strings": models.SetAdd()}, InvalidValueError, r"strings=SetAdd\(\): name at least one member"),
        ({"strings": models.SetAdd(1)}, InvalidTypeError, "strings: "),
        ({"number": models.IfNotExists(None)}, InvalidValueError, "stored as an absent attribute"),
        ({"strings": models.IfNotExists(set())}, InvalidValueError, "stored as an absent attribute"),
        ({"number": models.IfNotExists("x")}, InvalidTypeError, "number"),
        ({"document__a": object()}, InvalidTypeError, "document__a: .*does not store"),
    ],
)
def test_values_that_cannot_be_stored(values, kind, message):
    """A value the field cannot hold is refused before the call, naming the field."""
    with pytest.raises(kind, match=rf"testapp\.Everything\..*{message}"):
        update_of(MAPPER, values)


def test_places_that_overlap():
    """One update changes each place once; the message has the model's name."""
    with pytest.raises(InvalidValueError, match=r"testapp\.Everything: The update names 'document' and 'document\.a'"):
        update_of(MAPPER, {"document": {}, "document__a": 1})
    with pytest.raises(UnsupportedLookupError, match=r"text \(TextField\) holds no document"):
        update_of(MAPPER, {"text__a": 1})


def test_nesting():
    """A value that would end deeper than 32 levels is refused where it is put."""
    deep = []
    for _ in range(30):
        deep = [deep]
    assert "SET" in written(document__a=deep)
    for values in ({"document__a__b": deep}, {"document__a__b": models.IfNotExists(deep)}):
        with pytest.raises(InvalidValueError, match=r"document__a__b: the value would be nested 33 levels deep"):
            update_of(MAPPER, values)


def test_limits_of_an_update():
    """Over 4 KB or 300 operators are refused before the call."""
    many = {f"document__k{number}": number for number in range(700)}
    sums = {f"document__k{number}": models.Increment() for number in range(151)}
    for values, message in ((many, r"The update is [\d,]+ bytes long"), (sums, "The update has 302 operators")):
        with pytest.raises(InvalidValueError, match=message):
            update_of(MAPPER, values).render(Placeholders())


def test_a_text_that_was_a_list():
    """Lists as dynamodb-mapper stored them are text; nothing can be appended to them."""
    with pytest.raises(UnsupportedError, match="ListAppend is not for a ListField that is stored as text"):
        update_of(Legacy._meta.mapper, {"roles": models.ListAppend(["x"])})


def test_an_index_key_stays_valid(dynamodb):
    """What is set where nothing is stored must fit an index too."""
    Thread.objects.create(forum="AWS", subject="a")
    with pytest.raises(InvalidValueError, match=r"testapp\.Thread\.author has 2,100 bytes"):
        Thread.objects.filter(pk="AWS~a").update(author=models.IfNotExists("x" * 2_100))


def test_a_time_that_has_passed(dynamodb):
    """A time of expiry in the past is refused, however it is given."""
    with pytest.raises(InvalidValueError, match="which has passed"):
        update_of(Session._meta.mapper, {"expires": models.IfNotExists(timezone.now() - dt.timedelta(1))})


def test_sql_has_none():
    """An update of an SQL model refuses them by name."""
    with pytest.raises(UnsupportedError, match=r"Increment\(amount=1\) is for saves and updates of DynamoDB models"):
        User.objects.update(username=models.Increment())


# -- on an engine -------------------------------------------------------------------------------------------------


@pytest.fixture
def row(dynamodb):
    """A stored document."""
    return Everything.objects.create(
        code="a", number=5, strings={"x", "y"}, items=["m"], document={"a": {"n": 1}, "log": ["m"]}, mapping={"k": 1}
    )


def update(**values):
    """Changes the row, and loads it again."""
    assert Everything.objects.filter(code="a").update(**values) == 1
    return Everything.objects.get("a")


def test_numbers(row):
    """A number is added to; an absent one counts as 0, at the top and in a document."""
    now = update(number=models.Increment(2), ratio=models.Increment(0.5), document__a__n=models.Increment(-3))
    assert (now.number, now.ratio, now.document["a"]["n"]) == (7, 0.5, -2)
    assert update(document__a__m=models.Increment(4)).document["a"] == {"n": -2, "m": 4}


def test_lists(row):
    """Values come at either end, and an absent list counts as empty."""
    now = update(items=models.ListAppend(["z", 1]), document__log=models.ListPrepend(["a", "b"]))
    assert (now.items, now.document["log"]) == (["m", "z", 1], ["a", "b", "m"])
    Everything.objects.create(code="b")
    Everything.objects.filter(code="b").update(items=models.ListPrepend(["a"]), document=models.ListAppend([1]))
    assert (Everything.objects.get("b").items, Everything.objects.get("b").document) == (["a"], [1])


def test_sets(row):
    """Members come and go; the attribute goes with the last one, and comes with the first."""
    assert update(strings=models.SetAdd("z", "x"), numbers=models.SetAdd(1)).strings == {"x", "y", "z"}
    assert update(strings=models.SetRemove("z", "absent"), numbers=models.SetRemove(1)).strings == {"x", "y"}
    assert Everything.objects.get("a").numbers == set()


def test_if_not_exists(row):
    """What is stored stays; what is absent is set."""
    now = update(number=models.IfNotExists(9), text=models.IfNotExists("x"), ratio=models.IfNotExists(1.5))
    assert (now.number, now.ratio) == (5, 1.5)


def test_places(row):
    """Places are set and removed; None is a NULL in the document."""
    now = update(document__a__city="Rome", document__log__0="first", mapping__k=None, document__a__n=models.Remove())
    assert (now.document, now.mapping) == ({"a": {"city": "Rome"}, "log": ["first"]}, {"k": None})
    assert update(document__log__0=models.Remove(), mapping__k=models.Remove()).document["log"] == []


def test_arithmetic_of_places(row):
    """F() reaches into documents on either side."""
    now = update(number=F("document__a__n") + 10, document__a__n=F("number"))
    assert (now.number, now.document["a"]["n"]) == (11, 5)


def test_versions_count_and_stamps_are_set(dynamodb):
    """An alteration is a write like any other."""
    Account.objects.create(owner="ada", balance=5)
    assert Account.objects.filter(owner="ada").update(balance=models.Increment(5)) == 1
    assert (Account.objects.get("ada").balance, Account.objects.get("ada").version) == (10, 2)


def test_save(row, sent):
    """Assigned to an object and saved, the object holds what is stored afterwards, from the same call."""
    Everything.objects.filter(code="a").update(number=models.Increment(10), items=models.ListAppend(["other"]))
    row.number, row.items = models.Increment(2), models.ListAppend(["mine"])
    row.strings, row.ratio, row.mapping = models.SetRemove("x"), models.IfNotExists(0.5), models.Remove()
    sent.clear()
    row.save()
    assert (row.number, row.items, row.strings, row.mapping) == (17, ["m", "other", "mine"], {"y"}, None)
    assert sent.operations == ["UpdateItem"]
    assert row.ratio == 0.5
    row.save()
    assert sent.operations == ["UpdateItem"]
    assert "mapping" not in Everything.objects.get("a")._state.item


def test_save_of_the_last_member(row):
    """A set whose last member goes is an empty set."""
    row.strings = models.SetRemove("x", "y")
    row.save()
    assert row.strings == set()


def test_removed_and_set_again(row):
    """What was removed is known to be absent, so that a value given later is written."""
    row.number = models.Remove()
    row.save()
    row.number = 5
    row.save(raise_on_conflict=True)
    assert Everything.objects.get("a").number == 5


def test_a_new_object_has_nothing_to_alter(dynamodb):
    """A new object is a whole item, so it takes plain values only; nothing is sent."""
    with pytest.raises(InvalidValueError, match=r"number: a new object has no stored value for F\(\) or the like"):
        Everything.objects.create(code="n", number=models.Increment())
    assert not Everything.objects.filter(code="n").exists()


def test_failed_save_keeps_the_alteration(row):
    """After a failure the object still holds what it was given."""
    row.document = models.ListAppend(["x"])
    with pytest.raises(RequestRejectedError, match=r"testapp\.Everything: .*document is stored as M and no list"):
        row.save()
    assert row.document == models.ListAppend(["x"])


def test_transaction(row):
    """The same in a transaction; what the service computed loads when it is used."""
    Everything.objects.create(code="b")
    row.number, row.mapping = models.Increment(1), models.Remove()
    with transaction.write() as tx:
        tx.save(row)
        tx.update(Everything.objects.filter(code="b"), strings=models.SetAdd("x"), items=models.ListAppend(["y"]))
    other = Everything.objects.get("b")
    assert (row.number, row.mapping, other.strings, other.items) == (6, None, {"x"}, ["y"])


lenient = pytest.mark.skipif(
    not on_moto, reason="dynoxide does nothing where there is no parent in a list, or to remove"
)


# -- what the service rejects -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "missing", "advice"),
    [
        ({"document__b__city": "Rome"}, "document__b", r"update\(document__b=IfNotExists\({}\)\)"),
        ({"document__b__c__d": 1}, "document__b", r"document__b=IfNotExists\({}\)"),
        ({"document__b__0": 1}, "document__b", r"document__b=IfNotExists\(\[\]\)"),
        pytest.param({"items__5__k": 1}, "items__5", r"items__5=IfNotExists\({}\)", marks=lenient),
        ({"document__b__n": models.Increment()}, "document__b", "document__b"),
        pytest.param({"document__b__c": models.Remove()}, "document__b", "document__b", marks=lenient),
    ],
)
def test_missing_parent(row, values, missing, advice):
    """A place inside what is not there raises with both, and with the way to make the parent; nothing is written."""
    before = Everything.objects.get("a")
    with pytest.raises(
        MissingParentError, match=rf"testapp\.Everything: .*the item has no {missing}\..*{advice}"
    ) as caught:
        update(**values)
    assert (caught.value.path, caught.value.missing) == (next(iter(values)), missing)
    assert caught.value.code == "ValidationException"
    assert Everything.objects.get("a").document == before.document


def test_parent_in_two_steps(row):
    """The advice works, and keeps what another writer put there in between."""
    update(document__b=models.IfNotExists({}))
    update(document__b__other="kept")
    update(document__b=models.IfNotExists({}))
    assert update(document__b__city="Rome").document["b"] == {"other": "kept", "city": "Rome"}


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"document__a__0": 1}, "document__a is stored as M and not a list"),
        ({"document__a": models.ListAppend([1])}, "cannot compute document__a: document__a is stored as M and no list"),
        ({"number": F("document__z") + 1}, "cannot compute number: document__z has no stored value"),
        ({"ratio": F("ratio") + 1}, "cannot compute ratio: ratio has no stored value"),
        ({"number": F("document__log") + 1}, "document__log is stored as L and no number"),
    ],
)
def test_what_does_not_fit(row, values, message):
    """What is stored, and does not fit, is named."""
    with pytest.raises(RequestRejectedError, match=rf"testapp\.Everything: .*{message}") as caught:
        update(**values)
    assert not isinstance(caught.value, MissingParentError)


@pytest.mark.skipif(on_moto, reason="moto takes a key in a list for nothing to do")
def test_a_key_in_a_list(row):
    """A key of what is a list is named."""
    with pytest.raises(RequestRejectedError, match="document__log is stored as L and not a map"):
        update(document__log__k=1)


def test_a_set_of_another_type(row):
    """An attribute that another writer stored as another type is named."""
    Everything._meta.open_table().put({"code": {"S": "o"}, "strings": {"S": "text"}, "number": {"S": "text"}})
    for values in ({"strings": models.SetAdd("x")}, {"strings": models.SetRemove("x")}, {"number": models.Increment()}):
        with pytest.raises(RequestRejectedError, match="is stored as S, to which nothing of type"):
            Everything.objects.filter(code="o").update(**values)


def write_both():
    """A transaction of two updates, the second of which has no parent to work in."""
    with transaction.write() as tx:
        tx.update(Everything.objects.filter(code="b"), number=1)
        tx.update(Everything.objects.filter(code="a"), document__b__city="Rome")


def test_missing_parent_in_a_transaction(row):
    """In a transaction the reason says so too, of the action that is to blame."""
    Everything.objects.create(code="b")
    with pytest.raises((TransactionCanceledError, RequestRejectedError)) as caught:
        write_both()
    said = f"{caught.value}{getattr(caught.value, '__notes__', '')}"
    assert "document__b__city cannot be changed, because the item has no document__b." in said
    assert Everything.objects.get("b").number is None


def rejection(payload, send):
    """The service finds something invalid."""
    raise RequestRejectedError("no", operation="UpdateItem", code="ValidationException", request_id="r", status=400)


def test_cause_that_is_gone(row, sent):
    """Where the item shows nothing any more, what may be amiss is said, and the evidence stays."""
    sent.instead("UpdateItem", rejection)
    with pytest.raises(
        RequestRejectedError, match=r"cannot change number, and the item, read just after, does not"
    ) as caught:
        Everything.objects.filter(code="a").update(number=models.Increment())
    assert (caught.value.code, caught.value.request_id, caught.value.status) == ("ValidationException", "r", 400)


def test_item_that_is_gone(dynamodb, sent):
    """An item that was deleted in between shows nothing either."""
    sent.instead("UpdateItem", rejection)
    with pytest.raises(RequestRejectedError, match="read just after"):
        Everything.objects.filter(code="gone").update(number=models.Increment())


def test_item_that_cannot_be_read(row, sent):
    """A failing read does not hide the error; it is noted."""
    sent.instead("UpdateItem", rejection)

    def refuse(payload, send):
        raise ServiceError("no right to read")

    sent.instead("GetItem", refuse)
    with pytest.raises(RequestRejectedError, match="does not show why") as caught:
        Everything.objects.filter(code="a").update(number=models.Increment())
    assert caught.value.__cause__.__notes__ == ["The item could not be read to find out why: no right to read"]


def test_rejection_of_plain_values(row, sent):
    """A rejection that has nothing to do with the item stays as it is, and nothing is read."""
    sent.instead("UpdateItem", rejection)
    sent.clear()
    with pytest.raises(RequestRejectedError, match=r"^no$"):
        Everything.objects.filter(code="a").update(number=1)
    assert sent.operations == ["UpdateItem"]


def test_ticket_stamp(dynamodb):
    """A stamp is set beside an alteration."""
    ticket = Ticket.objects.create(title="x")
    assert Ticket.objects.filter(pk=ticket.pk).update(title=models.Remove()) == 1
    assert Ticket.objects.get(ticket.pk).updated > ticket.updated
