"""Tests the ways into documents, and what can be asked of the places they lead to."""

import datetime as dt
import os
from decimal import Decimal

import pytest
from django.core.exceptions import FieldDoesNotExist
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import F, Q, Value
from hypothesis import given
from hypothesis import strategies as st

from django_dynamodb import models
from django_dynamodb.exceptions import InvalidTypeError, InvalidValueError, UnsupportedError, UnsupportedLookupError
from django_dynamodb.expressions.placeholders import Placeholders
from django_dynamodb.models.compiler import compile_node
from django_dynamodb.models.documents import divided, levels, place_of
from django_dynamodb.models.lookups import Resolver
from django_dynamodb.models.nodes import EVERYTHING, NOTHING
from tests.testapp.models import Everything, Legacy, Thread

on_moto = not os.environ.get("DYNAMODB_TEST_ENDPOINT")
MAPPER = Everything._meta.mapper
PAGES = {
    "a": {
        "document": {
            "city": "Rome", "n": 5, "ok": True, "none": None, "deep": {"list": ["x", {"y": 1}]}, "size": 9, "0": "zero",
            "half": 0.5, "copy": 5, "type": "map", "year": 2024,
        },
        "mapping": {"0": "first", "tags": {"t"}, "size": Decimal(3)},
        "items": ["top", {"k": "v"}],
        "number": 5,
    },
    "b": {"document": {"city": "Roma", "n": 7, "ok": 1, "deep": {}}, "mapping": {}, "items": [], "number": 1},
    "c": {"document": ["Rome"], "items": None, "number": 0},
    "d": {"document": None, "number": 0},
}  # fmt: skip


def condition(**lookups):
    """A filter as text, its names and values in place."""
    placeholders = Placeholders()
    text = compile_node(MAPPER, Resolver(MAPPER, Everything._meta.pk).resolve(Q(**lookups))).text(placeholders)
    found = {**placeholders.names(), **placeholders.values()}
    for alias in sorted(found, key=len, reverse=True):
        text = text.replace(alias, str(found[alias]))
    return text


@pytest.fixture
def rows(dynamodb):
    """A few documents."""
    for code, values in PAGES.items():
        Everything.objects.create(code=code, **values)


def found(*args, **lookups):
    """The codes of what a filter matches."""
    return "".join(sorted(row.code for row in Everything.objects.scan().filter(*args, **lookups)))


@pytest.mark.parametrize(
    ("lookups", "codes"),
    [
        ({"document__city": "Rome"}, "a"),
        ({"document__city__in": ["Rome", "Roma"]}, "ab"),
        ({"document__city__in": []}, ""),
        ({"document__city__startswith": "Ro"}, "ab"),
        ({"document__city__startswith": ""}, "ab"),
        ({"document__city__contains": "om"}, "ab"),
        ({"document__n__gt": 5}, "b"),
        ({"document__n__gte": 5.0}, "ab"),
        ({"document__n__lt": Decimal(7)}, "a"),
        ({"document__n__lte": 7}, "ab"),
        ({"document__n__range": (5, 6)}, "a"),
        ({"document__n__range": (6, 5)}, ""),
        ({"document__half": 0.5}, "a"),
        ({"document__none": None}, "a"),
        ({"document__none__isnull": False}, "a"),
        ({"document__none__isnull": True}, "bcd"),
        ({"document__deep__list__0": "x"}, "a"),
        ({"document__deep__list__1__y": 1}, "a"),
        ({"document__deep__list__contains": "x"}, "a"),
        ({"document__deep__type": "map"}, "ab"),
        ({"document__ok__type__in": ["BOOL", "number"]}, "ab"),
        ({"document__deep": {}}, "b"),
        ({"document__0": "Rome"}, "c"),
        ({"document____0": "zero"}, "a"),
        ({"document____size": 9}, "a"),
        ({"document____size__gt": 8}, "a"),
        ({"document____type": "map"}, "a"),
        ({"document__year": 2024}, "a"),
        ({"document__type": "L"}, "c"),
        ({"document__contains": "Rome"}, "c"),
        ({"document__has_key": "city"}, "ab"),
        ({"document__has_keys": ["city", "none"]}, "a"),
        ({"document__has_any_keys": ["none", "deep"]}, "ab"),
        ({"document__has_any_keys": []}, ""),
        ({"document__deep__has_key": "list"}, "a"),
        ({"document__n": F("number")}, "a"),
        ({"document__n__gt": F("number")}, "b"),
        ({"number": F("document__n")}, "a"),
        ({"document__n__range": (F("number"), 6)}, "a"),
        ({"mapping__0": "first"}, "a"),
        ({"mapping__tags__contains": "t"}, "a"),
        ({"mapping__tags__type": "string_set"}, "a"),
        ({"mapping____size": 3}, "a"),
        ({"items__0": "top"}, "a"),
        ({"items__1__k__startswith": "v"}, "a"),
        ({"items__contains": "top"}, "a"),
        ({"code__size": 1}, "abcd"),
        ({"code__size__in": [2, 3]}, ""),
        ({"code__type": "S"}, "abcd"),
    ],
)
def test_lookups_in_documents(rows, lookups, codes):
    """Each lookup finds what is stored at its place, of the type that is stored there."""
    assert found(**lookups) == codes


@pytest.mark.skipif(
    on_moto, reason="moto takes 1 and true, and two absences, for equal, and fails on the size of what is absent"
)
@pytest.mark.parametrize(
    ("lookups", "codes"),
    [
        ({"document__n": F("document__copy")}, "a"),
        ({"document__ok": True}, "a"),
        ({"document__ok": 1}, "b"),
        ({"document__ok__in": [1, True]}, "ab"),
        ({"document__deep__list__size": 2}, "a"),
        ({"document__deep__size__lt": 1}, "b"),
        ({"document__size__gt": 5}, "a"),
        ({"document__deep__size": F("number")}, ""),
        ({"mapping__size": 0}, "b"),
        ({"items__size": 0}, "b"),
    ],
)
def test_types_and_sizes_in_documents(rows, lookups, codes):
    """Values of two types are never equal, and what is absent has no size."""
    assert found(**lookups) == codes


def test_negation_matches_what_is_absent(rows):
    """A test of what is not there fails, so its opposite holds."""
    assert found(~Q(document__city="Rome")) == "bcd"
    assert found(~Q(document__city="Rome"), document__city__isnull=False) == "b"


@pytest.mark.skipif(on_moto, reason="moto takes 1 and true for equal")
def test_two_equal_values_of_two_types(rows):
    """1 and True are two values to DynamoDB, and both are asked for."""
    assert found(document__ok=1) + found(document__ok=True) == "ba"
    assert found(Q(document__ok=1), Q(document__ok=True)) == ""


@pytest.mark.parametrize(
    ("lookups", "text"),
    [
        ({"document__a__b": "x"}, "document.a.b = {'S': 'x'}"),
        ({"document__a__0__b__gt": 1}, "document.a[0].b > {'N': '1'}"),
        ({"document__a__contains__exact": 1}, "document.a.contains = {'N': '1'}"),
        ({"document__a____in": "x"}, "document.a.in = {'S': 'x'}"),
        ({"document__size__size": 1}, "size(document.size) = {'N': '1'}"),
        ({"document__size__b": 1}, "document.size.b = {'N': '1'}"),
        ({"document__gt__b": 1}, "document.gt.b = {'N': '1'}"),
        ({"document___private": 1}, "document._private = {'N': '1'}"),
        ({"document__01": 1}, "document.01 = {'N': '1'}"),
        ({"document__a.b c": 1}, "document.a.b c = {'N': '1'}"),
        ({"mapping__0__0": 1}, "mapping.0[0] = {'N': '1'}"),
        ({"document__none": None}, "attribute_type(document.none, {'S': 'NULL'})"),
        ({"document__a__isnull": True}, "attribute_not_exists(document.a)"),
        ({"document__a__isnull": False}, "attribute_exists(document.a)"),
        ({"document__has_keys": ["0", "b"]}, "attribute_exists(document.0) AND attribute_exists(document.b)"),
        ({"strings__size__range": (1, 2)}, "size(strings) BETWEEN {'N': '1'} AND {'N': '2'}"),
        ({"strings__size__gt": F("number")}, "size(strings) > number"),
        ({"text__type__in": ["S", "map"]}, "attribute_type(text, {'S': 'S'}) OR attribute_type(text, {'S': 'M'})"),
    ],
)  # fmt: skip
def test_ways(lookups, text):
    """Words are keys, numbers are positions, the last word may be a lookup, and four underscores make a key."""
    assert condition(**lookups) == text


@pytest.mark.parametrize(
    ("lookups", "message"),
    [
        ({"document__a__iexact": "x"}, r"has no lookup 'a__iexact' .*lower-cased copy"),
        ({"document__contained_by": {}}, r"has no lookup 'contained_by' .*each key by itself"),
        ({"document__gt": 1}, "has no lookup 'gt'"),
        ({"document__type__startswith": "S"}, "has no lookup 'type__startswith'"),
        ({"document__a__-1": 1}, "counts from the end by -1"),
        ({"document__": 1}, "ends where a key is expected"),
        ({"document____": 1}, "has an empty key"),
        ({"items__first": 1}, r"looks for 'first' in a list; write a position, items__0"),
        ({"items____0": 1}, "looks for '0' in a list"),
        ({"text__size__a": 1}, "no lookup 'size__a'"),
        ({"number__size": 1}, "no lookup 'size'"),
        ({"owner__type": "S"}, "DynamoDB joins nothing"),
        ({"document__" + "__".join("a" * 33): 1}, "33 steps leads to nothing: DynamoDB nests lists and maps 32 deep"),
        ({"number": F("document__-1")}, "counts from the end"),
        ({"number": F("text__a")}, r"text \(TextField\) holds no document, so there is nothing in it to name"),
        ({"document__a": Value(1)}, "computes nothing"),
        ({"document__a__contains": F("number")}, "computes nothing"),
        ({"document__type": F("text")}, "computes nothing"),
    ],
)
def test_ways_that_lead_nowhere(lookups, message):
    """What no document has, and what DynamoDB cannot ask, is refused in filter()."""
    with pytest.raises(UnsupportedLookupError, match=message):
        Everything.objects.filter(**lookups)


@pytest.mark.parametrize(
    ("lookups", "message"),
    [
        ({"document__a__gt": True}, "no gt for a value of type BOOL"),
        ({"document__a__gt": None}, "no gt for a value of type NULL"),
        ({"document__a__startswith": 5}, "no startswith for a value of type N"),
        ({"document__a__contains": ["x"]}, "no contains for a value of type L; ask for each member"),
        ({"document__contains": {"a": 1}}, "no contains for a value of type M; ask for each member"),
        ({"document__a__range": (1, "x")}, "is no value of JSONField"),
        ({"document__a__range": 1}, "is no value of JSONField"),
        ({"document__a__in": "xy"}, "is no value of JSONField"),
        ({"document__a__isnull": 1}, "is no value of JSONField"),
        ({"document__a": dt.date(2024, 1, 2)}, "which DynamoDB does not store"),
        ({"mapping__a": 0.5}, "is a float"),
        ({"strings__size": -1}, "a size is a whole number from 0, not -1"),
        ({"strings__size": True}, "a size is a whole number from 0, not True"),
        ({"strings__size__gt": "3"}, "a size is a whole number from 0, not '3'"),
        ({"document__has_key": 1}, "has_key takes names of keys, not 1"),
        ({"document__has_keys": "ab"}, "is no value of JSONField"),
        ({"document__has_any_keys": ["a", ""]}, "takes names of keys, not ''"),
    ],
)
def test_wrong_operands(lookups, message):
    """A value that the lookup cannot take is refused in filter(), naming it."""
    with pytest.raises(InvalidTypeError, match=rf"^testapp\.Everything: \w.*{message}"):
        Everything.objects.filter(**lookups)


def test_wrong_type():
    """A type that DynamoDB has not is refused with those it has, and with the way to a key of that name."""
    with pytest.raises(InvalidValueError, match=r"document__type='invoice': .*M \(map\).*meta____type"):
        Everything.objects.filter(document__type="invoice")


def test_documents_that_are_text():
    """Documents as dynamodb-mapper stored them are text, in which DynamoDB finds nothing; that is said."""
    for lookups in ({"options__a": 1}, {"options__has_key": "a"}, {"roles__size": 1}, {"roles__contains": "x"}):
        with pytest.raises(UnsupportedLookupError, match="is stored as text, into which DynamoDB cannot look"):
            Legacy.objects.filter(**lookups)
    with pytest.raises(UnsupportedLookupError, match="is stored as text"):
        Legacy.objects.filter(pk=1).update(options__a=1)


def test_many_values_of_a_place(dynamodb):
    """The limit of ``in`` holds for places too, and names the place."""
    with pytest.raises(UnsupportedError, match=r"Everything\.document__a__in has 101 values; DynamoDB takes 100"):
        list(Everything.objects.scan(document__a__in=list(range(101))))


class Encoded(models.Model):
    """A document with an encoder of its own."""

    code = models.CharField(max_length=10, primary_key=True)
    data = models.JSONField(encoder=DjangoJSONEncoder)

    class Meta:
        """No app's."""

        app_label = "testapp"
        managed = False


def test_encoder_of_the_field():
    """A part of a document is encoded as the field encodes the whole."""
    test = Resolver(Encoded._meta.mapper, Encoded._meta.pk).resolve(Q(data__day=dt.date(2024, 1, 2)))
    assert test.value == {"S": "2024-01-02"}


@given(
    st.lists(st.text(min_size=1).filter(lambda key: "__" not in key and key.strip("_") == key), min_size=1, max_size=5)
)
def test_any_key_is_an_alias(keys):
    """Reserved words, dots, quotes, brackets: no name stands in an expression as itself, and each comes back whole."""
    words = [word for key in keys for word in ("", key)]
    node = Resolver(MAPPER, Everything._meta.pk).resolve(Q(("__".join(["document", *words]), "x")))
    placeholders = Placeholders()
    text = compile_node(MAPPER, node).text(placeholders)
    names = placeholders.names()
    assert [names[part] for part in text.removesuffix(" = :v0").split(".")] == ["document", *keys]


@pytest.mark.parametrize(
    "key", ["name", "size", "a.b", "a b", "a-b", "0", "#n0", ":v0", "[0]", "ä", "'", '"', "\\", "SET"]
)
def test_odd_keys_find_and_change(dynamodb, key):
    """Odd keys are found and changed on a real engine too."""
    Everything.objects.create(code="x", document={key: 1})
    assert found(**{f"document____{key}": 1}) == "x"
    assert Everything.objects.filter(pk="x").update(**{f"document____{key}": 2}) == 1
    assert Everything.objects.get("x").document == {key: 2}


def test_condition_on_what_is_missing(dynamodb):
    """A condition on a place that is not there does not hold, and its opposite does."""
    row = Everything.objects.create(code="x")
    assert Everything.objects.filter(pk="x", document__a__b__gt=1).update(number=1) == 0
    row.number = 2
    row.save(condition=~Q(document__a__b=1))
    assert Everything.objects.get("x").number == 2


@pytest.mark.parametrize(
    ("words", "way", "lookup"),
    [
        ([], [], "exact"),
        (["a"], ["a"], "exact"),
        (["gt"], [], "gt"),
        (["size"], [], "size__exact"),
        (["size", "gt"], [], "size__gt"),
        (["a", "", "gt"], ["a", "", "gt"], "exact"),
        (["", "size", "gt"], ["", "size"], "gt"),
    ],
)
def test_divided(words, way, lookup):
    """The last word is the lookup if there is one of that name, and a function goes before it."""
    assert divided(words, ("gt", "size", "exact")) == (way, lookup)


def test_places():
    """A place has a path, a name and a kind, and an unknown field is Django's error."""
    place = place_of(MAPPER, "document__a__0")
    assert (str(place.path), place.name, place.kind) == ("document.a[0]", "document__a__0", "")
    assert place_of(MAPPER, "owner").kind == "AutoField"
    with pytest.raises(FieldDoesNotExist):
        place_of(MAPPER, "moon__a")
    with pytest.raises(InvalidTypeError, match=r"testapp\.Everything\.document__a__0: .*does not store"):
        place.encode(object())


def test_levels():
    """Lists and maps are counted, one in another."""
    assert [levels(av) for av in ({"S": "x"}, {"L": []}, {"M": {"a": {"L": [{"N": "1"}, {"M": {}}]}}})] == [0, 1, 3]


def test_a_filter_that_says_nothing():
    """No keys at all are asked for."""
    assert Resolver(MAPPER, Everything._meta.pk).resolve(Q(document__has_keys=[])) == EVERYTHING
    assert Resolver(MAPPER, Everything._meta.pk).resolve(Q(document__has_any_keys=[])) == NOTHING


def test_an_index_holds_the_document_or_not():
    """A filter by a place needs the whole attribute in the index."""
    with pytest.raises(
        UnsupportedError, match=r"index 'by_views' does not hold 'meta', so it cannot filter by meta__a__exact"
    ):
        list(Thread.objects.query("AWS", index="by_views").filter(meta__a=1))
