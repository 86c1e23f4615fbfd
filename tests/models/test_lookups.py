"""Tests what a filter may say: lookups of each type of field, values, Q, F, and what nothing can match."""

import datetime as dt
import uuid
from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.db.models import Exists, F, Max, OuterRef, Q, Value
from django.utils.translation import gettext_lazy

from django_dynamodb.exceptions import (
    InvalidTypeError,
    InvalidValueError,
    UnsupportedError,
    UnsupportedLookupError,
)
from django_dynamodb.models.lookups import Resolver
from django_dynamodb.models.nodes import EVERYTHING, NOTHING, FieldValue, Test
from tests.testapp.models import Everything, Legacy, Reading, Thread, Ticket

COMPARED = {"exact", "lt", "lte", "gt", "gte", "range", "in", "isnull", "type"}
PARTS = COMPARED | {"startswith", "contains", "size"}
MEMBERS = {"exact", "contains", "isnull", "size", "type"}
KEYS = {"has_key", "has_keys", "has_any_keys"}
WHOLE = {"exact", "isnull", "size", "type"} | KEYS
MOMENT = dt.datetime(2024, 1, 2, tzinfo=dt.UTC)
TOKEN = uuid.UUID(int=5)


def resolve(*args, model=Thread, **kwargs):
    """The tree of a filter."""
    return Resolver(model._meta.mapper, model._meta.pk).resolve(Q(*args, **kwargs))


LOOKUPS = {
    "code": PARTS, "text": PARTS, "maybe": PARTS, "slug": PARTS, "upload": PARTS, "address": PARTS, "blob": PARTS,
    "number": COMPARED, "ratio": COMPARED, "price": COMPARED, "span": COMPARED, "moment": COMPARED, "day": COMPARED,
    "hour": COMPARED, "token": COMPARED, "owner": COMPARED - {"type"}, "owner_id": COMPARED - {"type"},
    "flag": {"exact", "in", "isnull", "type"},
    "strings": MEMBERS, "numbers": MEMBERS, "blobs": MEMBERS, "items": MEMBERS,
    "mapping": WHOLE, "document": WHOLE | {"contains"},
}  # fmt: skip
VALUES = {
    "blob": b"a", "number": 1, "ratio": 1.5, "price": Decimal(1), "span": dt.timedelta(1), "moment": MOMENT,
    "day": MOMENT.date(), "hour": dt.time(1), "token": TOKEN, "owner": 1, "owner_id": 1, "flag": True,
    "strings": {"a"}, "numbers": {1}, "blobs": {b"a"}, "items": [1], "mapping": {"a": 1}, "document": {"a": 1},
    "address": "10.0.0.1",
}  # fmt: skip
ELEMENTS = {"strings": "a", "numbers": 1, "blobs": b"a", "items": [2], "document": "a"}


def operand(name, lookup):
    """A value that the lookup of the field takes."""
    value = VALUES.get(name, "a")
    made = {
        "isnull": True, "in": [value], "range": [value, value], "contains": ELEMENTS.get(name, value), "size": 1,
        "type": "S", "has_key": "a", "has_keys": ["a"], "has_any_keys": ["a"],
    }  # fmt: skip
    return made.get(lookup, value)


@pytest.mark.parametrize("name", LOOKUPS)
@pytest.mark.parametrize("lookup", sorted(PARTS | KEYS))
def test_lookups_of_each_field(name, lookup):
    """Each type of field has the lookups its stored type can be asked, and refuses the others by name."""
    filters = {f"{name}__{lookup}": operand(name, lookup)}
    if lookup in LOOKUPS[name]:
        assert resolve(model=Everything, **filters) != EVERYTHING
    else:
        with pytest.raises(UnsupportedLookupError, match=f"has no lookup '{lookup}'") as caught:
            resolve(model=Everything, **filters)
        assert {found.strip() for found in str(caught.value)[:-1].rpartition("Lookups:")[2].split(",")} == LOOKUPS[name]


@pytest.mark.parametrize(
    ("lookups", "message"),
    [
        ({"auther": "x"}, r"no stored field 'auther' \(in 'auther'\). Did you mean 'author'\?"),
        ({"moon": "x"}, r"no stored field 'moon' \(in 'moon'\). Fields: forum, subject,"),
        ({"author__iexact": "x"}, "store a lower-cased copy of the value and compare that"),
        ({"author__endswith": "x"}, "store the value reversed and use startswith"),
        ({"author__regex": "x"}, "filter the result in Python"),
        ({"posted__date": MOMENT.date()}, r"range=\(first, last\)"),
        ({"posted__year__gte": 2024}, r"no lookup 'year__gte' .*range=\(first, last\)"),
        ({"meta__colour__iexact": "red"}, "no lookup 'colour__iexact' .*store a lower-cased copy"),
        ({"tags__colour": "red"}, "no lookup 'colour'"),
        ({"author__exact__exact": "x"}, "no lookup 'exact__exact'"),
        ({"pk__startswith": "x"}, r"is the pair \(forum, subject\) and has the lookups exact, in, isnull"),
        ({"pk__forum": "x"}, "is the pair"),
        ({"views": F("moon")}, "no stored field 'moon'"),
        ({"views": F("pk")}, "compares with another field"),
        ({"views": F("views") + 1}, "computes nothing"),
        ({"views": Value(1)}, "computes nothing"),
        ({"views": Max("views")}, "computes nothing"),
        ({"views__in": [F("views")]}, "compares with another field"),
        ({"author__startswith": F("forum")}, "compares with another field"),
        ({"pk": F("author")}, "pk takes keys"),
    ],
)
def test_refused_lookups(lookups, message):
    """A name that is not there is refused with what is, a lookup with its alternative."""
    with pytest.raises(UnsupportedLookupError, match=message):
        Thread.objects.filter(**lookups)


@pytest.mark.parametrize("lookup", ["owner__username", "owner__username__startswith", "owner__groups"])
def test_joins_are_refused(lookup):
    """A lookup across a relation would be a join."""
    with pytest.raises(UnsupportedLookupError, match="DynamoDB joins nothing"):
        Everything.objects.filter(**{lookup: "x"})


def test_foreign_keys():
    """A foreign key is compared by the key it stores, however it is spelt."""
    user = User(pk=5)
    for lookups in ({"owner": user}, {"owner": "5"}, {"owner_id": 5}, {"owner__id": 5}, {"owner__pk": 5}):
        assert resolve(model=Everything, **lookups) == Test(Everything._meta.get_field("owner"), "exact", 5)
    assert resolve(model=Everything, owner__in=[user, 6]).value == (5, 6)
    assert resolve(model=Everything, owner=None).lookup == "isnull"
    with pytest.raises(InvalidTypeError, match=r"owner=<User: >"):
        resolve(model=Everything, owner=User())


@pytest.mark.parametrize(
    ("model", "lookups"),
    [
        (Thread, {"views": "many"}),
        (Thread, {"views": 3.7}),
        (Thread, {"views": [1]}),
        (Thread, {"views__gt": None}),
        (Thread, {"views__range": (1, 2, 3)}),
        (Thread, {"views__range": (1, None)}),
        (Thread, {"views__range": 5}),
        (Thread, {"views__in": "12"}),
        (Thread, {"views__in": [1, "x"]}),
        (Thread, {"views__isnull": 1}),
        (Thread, {"pk__isnull": "yes"}),
        (Thread, {"pk__in": "A~S"}),
        (Thread, {"posted": "soon"}),
        (Thread, {"posted": 5}),
        (Thread, {"posted__range": (MOMENT, dt.date(2024, 1, 2))}),
        (Thread, {"tags": "a"}),
        (Thread, {"tags__contains": 5}),
        (Reading, {"device": "abc"}),
        (Reading, {"value__lt": "abc"}),
        (Ticket, {"id": "one"}),
        (Everything, {"day": MOMENT}),
        (Everything, {"flag": "perhaps"}),
        (Everything, {"blob": 5}),
        (Everything, {"items__contains": object()}),
        (Everything, {"address__startswith": "10:"}),
    ],
)
def test_wrong_types(model, lookups):
    """A value of another type is refused in filter(), naming model, lookup and value."""
    ((lookup, value),) = lookups.items()
    with pytest.raises(InvalidTypeError) as caught:
        model.objects.filter(**lookups)
    assert str(caught.value).startswith(f"{model._meta.label}: {lookup}")
    assert repr(value) in str(caught.value)


@pytest.mark.parametrize(
    ("model", "lookups", "message"),
    [
        (Everything, {"moment": dt.datetime(2024, 1, 2)}, "make_aware"),  # noqa: DTZ001  # the point
        (Everything, {"moment": "2024-01-02T03:04"}, "make_aware"),
        (Everything, {"ratio": float("nan")}, "nan"),
        (Everything, {"price": Decimal("Infinity")}, "Infinity"),
        (Everything, {"items__contains": 0.1}, "Decimal"),
    ],
)
def test_wrong_values(model, lookups, message):
    """A value that cannot be stored cannot be looked for."""
    with pytest.raises(InvalidValueError, match=message) as caught:
        model.objects.filter(**lookups)
    assert f"{model._meta.label}: {next(iter(lookups))}" in str(caught.value)


@pytest.mark.parametrize(
    ("lookups", "expected"),
    [
        ({"views": "3"}, 3),
        ({"views": True}, 1),
        ({"author": 5}, "5"),
        ({"author": gettext_lazy("name")}, "name"),
        ({"posted": "2024-01-02T00:00Z"}, MOMENT),
        ({"views__in": ["3", 3, None, 4]}, (3, 4)),
        ({"views__in": iter([3])}, (3,)),
        ({"views__range": ["1", 2]}, (1, 2)),
        ({"tags": '["a"]'}, {"a"}),
        ({"views": F("views")}, FieldValue(Thread._meta.get_field("views"))),
    ],
)
def test_values(lookups, expected):
    """Values are converted as Django's field does; None is no member of a list."""
    assert resolve(**lookups).value == expected


@pytest.mark.parametrize(
    "q",
    [
        Q(), ~Q(), Q(Q()), ~Q(~Q()), Q(pk__isnull=False), ~Q(author__in=[]), ~Q(pk=None), Q(forum__isnull=False),
        Q(subject__startswith=""), ~Q(pk="no key"), Q(author="x") | ~Q(author__in=[]), ~(Q(author="x") & Q(pk=None)),
    ],
)  # fmt: skip
def test_everything(q):
    """A filter that holds for every item says nothing; an empty Q is none, even negated."""
    assert resolve(q) == EVERYTHING


@pytest.mark.parametrize(
    "q",
    [
        Q(author__in=[]), Q(author__in=[None]), Q(pk__in=[]), Q(pk=None), Q(forum=None), Q(forum__isnull=True),
        Q(views__range=(5, 3)), Q(author="x") & Q(pk=None), Q(pk__in=["no key"]), ~Q(pk__isnull=False),
        Q(author__in=[]) | Q(pk=None),
    ],
)  # fmt: skip
def test_nothing(q):
    """A filter that nothing can pass is known without asking."""
    assert resolve(q) == NOTHING


@pytest.mark.parametrize(
    ("model", "pk"),
    [
        (Thread, "A"), (Thread, "A~"), (Thread, "~"), (Thread, "A~B~C"), (Thread, "!ZZ~A"), (Thread, 5), (Thread, ""),
        (Thread, ("A",)), (Thread, ("", "S")), (Thread, ("A", None)), (Thread, ("A" * 2049, "S")), (Thread, object()),
        (Reading, "x~1"), (Reading, f"{TOKEN}~one"), (Reading, f"{TOKEN}~1.5"), (Reading, (TOKEN, "one")),
        (Ticket, "one"), (Ticket, 1.5), (Ticket, [1]), (Ticket, ""), (Ticket, 10**40 + 1), (Everything, ""),
        (Everything, "x" * 2049),
    ],
)  # fmt: skip
def test_malformed_pk(model, pk):
    """What can be no key is the key of nothing: a view answers 404, not 500."""
    assert resolve(model=model, pk=pk) == NOTHING
    assert resolve(model=model, pk__in=[pk]) == NOTHING


def test_pk():
    """``pk`` is the key in any of its forms, an object included."""
    expected = resolve(forum="A", subject="S")
    for pk in ("A~S", ("A", "S"), ["A", "S"], Thread(forum="A", subject="S")):
        assert resolve(pk=pk) == resolve(pk__exact=pk) == expected
    assert resolve(pk__in=["A~S", ("A", "T"), "no key"]).value == (("A", "S"), ("A", "T"))
    assert resolve(model=Ticket, pk__in=["1", Ticket(id=2), "x"]).value == (1, 2)
    assert resolve(model=Ticket, pk__gt="1").value == 1


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        (Q(views=1) ^ Q(views=2), r"no XOR; write \(a & ~b\) \| \(~a & b\)"),
        (Exists(User.objects.filter(pk=OuterRef("pk"))), "cannot be used in a filter"),
        (F("views"), "cannot be used in a filter"),
    ],
)
def test_refused_conditions(condition, message):
    """What DynamoDB has no operator for is refused when it is said."""
    with pytest.raises(UnsupportedError, match=message):
        Thread.objects.filter(condition)


def test_unevaluated_query_sets(dynamodb):
    """A query set gives its objects' keys, or its one field."""
    Ticket(title="a").save()
    Ticket(title="b").save()
    assert resolve(model=Ticket, pk__in=Ticket.objects.all()).value in {(1, 2), (2, 1)}
    titles = Ticket.objects.scan(id=2).values_list("title", flat=True)
    assert resolve(author__in=titles).value == ("b",)
    with pytest.raises(InvalidTypeError, match="author__in"):
        resolve(author__in=Ticket.objects.values_list("id", "title"))


def test_old_encodings():
    """Documents that the old encodings store as text are not compared as text."""
    for name in ("options", "roles"):
        with pytest.raises(UnsupportedLookupError):
            resolve(model=Legacy, **{f"{name}__startswith": "a"})
