"""Tests that every kind of field gives back what it was given, through a real engine."""

import datetime as dt
import enum
import io
import json
import uuid
import zoneinfo
from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.functional import SimpleLazyObject
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from django_dynamodb import models
from django_dynamodb.exceptions import InvalidTypeError, InvalidValueError
from django_dynamodb.models.changes import find_change
from django_dynamodb.models.storage import internal_type, stored_field, value_codec
from tests.declaring import declare
from tests.testapp.models import Everything, Ticket

__all__ = ["declare"]

TEXT = st.text(max_size=30)
INTEGERS = st.integers(-(10**38) + 1, 10**38 - 1)
DECIMALS = st.builds(lambda digits, places: Decimal(digits).scaleb(places), INTEGERS, st.integers(-30, 30))
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | TEXT
    | st.floats(-1e15, 1e15).filter(lambda n: n == 0 or abs(n) > 1e-30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT.filter(bool), inner, max_size=3),
    max_leaves=6,
)
EXACT = st.recursive(
    st.none() | st.booleans() | INTEGERS | DECIMALS | TEXT | st.binary(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT.filter(bool), inner, max_size=3),
    max_leaves=6,
)
UTC = st.just(dt.UTC)
VALUES = {
    "text": TEXT,
    "maybe": TEXT | st.none(),
    "number": INTEGERS | st.none(),
    "ratio": st.floats(-1e37, 1e37).filter(lambda n: n == 0 or abs(n) > 1e-125),
    "price": DECIMALS,
    "flag": st.booleans(),
    "blob": st.binary(max_size=30),
    "moment": st.datetimes(timezones=UTC),
    "day": st.dates(),
    "hour": st.times(),
    "span": st.timedeltas(),
    "token": st.uuids(),
    "address": st.ip_addresses(v=4).map(str) | st.just("2001:db8::1") | st.none(),
    "slug": st.from_regex(r"[-\w]{0,9}", fullmatch=True),
    "upload": TEXT,
    "document": JSON,
    "strings": st.sets(TEXT.filter(bool), max_size=4),
    "numbers": st.sets(INTEGERS | DECIMALS, max_size=4),
    "blobs": st.sets(st.binary(min_size=1, max_size=9), max_size=4),
    "items": st.lists(EXACT, max_size=4),
    "mapping": st.dictionaries(TEXT.filter(bool), EXACT, max_size=3),
    "owner_id": st.integers(1, 2**31),
}
EXAMPLES = {
    "text": "é\n", "maybe": "", "number": -5, "ratio": 0.1, "price": Decimal("1.5000"), "flag": True, "blob": b"\0",
    "moment": dt.datetime(2024, 1, 2, 3, 4, 5, 6, dt.UTC), "day": dt.date(1, 1, 1), "hour": dt.time(23, 59, 59, 5),
    "span": dt.timedelta(days=-1, microseconds=1), "token": uuid.UUID(int=1), "address": "2001:db8::1", "slug": "a-b",
    "upload": "a/b.txt", "document": {"a": [1, 2.5, None, {"b": True}]}, "strings": {"a"},
    "numbers": {1, Decimal("2.5")}, "blobs": {b"a"}, "items": [1, [Decimal("2.5")], {"a": None}, {"s"}],
    "mapping": {"a": {"b": b"c"}}, "owner_id": 7,
}  # fmt: skip


def stored(model=Everything, **values):
    """An object as it comes back."""
    model(code="a", **values).save()
    return model.objects.get("a")


def item_of(row):
    """What is stored of an object, without its key."""
    return {name: av for name, av in row._state.item.items() if name != "code"}


@pytest.mark.parametrize("name", EXAMPLES)
def test_round_trip(dynamodb, name):
    """Each kind of field gives back the value it was given."""
    found = getattr(stored(**{name: EXAMPLES[name]}), name)
    assert found == EXAMPLES[name]
    assert isinstance(found, type(EXAMPLES[name])) or name == "upload"


@pytest.mark.parametrize("name", VALUES)
@given(data=st.data())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_value(dynamodb, name, data):
    """Whatever a field can hold comes back as it was, through the engine, and is then unchanged."""
    value = data.draw(VALUES[name])
    row = stored(**{name: value})
    assert getattr(row, name) == value
    assert not differs(row)
    if name not in {"document", "upload"} and value is not None:
        assert Everything.objects.scan(**{name: value}).count() == 1


def differs(row):
    """What a save would send."""
    mapper = row._meta.mapper
    return find_change(mapper, row.to_item(), row._state.basis, [field.column for field in mapper.fields], {})


# -- text ---------------------------------------------------------------------------------------------------------


def test_empty_text(dynamodb):
    """The empty text is a value; None is an absent attribute, which a text that is never null loads as ""."""
    row = stored(text="", maybe="")
    assert item_of(row).items() >= {"text": {"S": ""}, "maybe": {"S": ""}}.items()
    row = stored(maybe=None)
    assert "maybe" not in item_of(row)
    assert row.maybe is None
    Everything._meta.open_table().put({"code": {"S": "a"}})
    row = Everything.objects.get("a")
    assert (row.text, row.maybe, row.slug, row.number, row.flag, row.strings) == ("", None, "", None, None, set())


def test_none(dynamodb):
    """None is stored as nothing at all, in every kind of field."""
    names = [name for name in EXAMPLES if Everything._meta.get_field(name).null]
    row = stored(**dict.fromkeys(names))
    assert not item_of(row).keys() & {*names, "owner"}
    assert all(getattr(row, name) is None for name in names)


class Colour(models.TextChoices):
    """Choices of a text."""

    RED = "r", "Red"


class Size(models.IntegerChoices):
    """Choices of a number."""

    BIG = 3, "Big"


class Plain(str, enum.Enum):  # noqa: UP042  # the point
    """An enum whose str() is its name."""

    A = "a"


@pytest.mark.parametrize(
    ("name", "value", "av"),
    [
        ("text", Colour.RED, {"S": "r"}),
        ("text", Plain.A, {"S": "a"}),
        ("text", gettext_lazy("yes"), {"S": "yes"}),
        ("text", mark_safe("<b>"), {"S": "<b>"}),
        ("text", SimpleLazyObject(lambda: "late"), {"S": "late"}),
        ("text", 5, {"S": "5"}),
        ("number", Size.BIG, {"N": "3"}),
        ("number", "3", {"N": "3"}),
        ("number", 3.0, {"N": "3"}),
        ("number", Decimal("3.0"), {"N": "3"}),
        ("number", True, {"N": "1"}),
        ("ratio", 3, {"N": "3"}),
        ("ratio", "1.5", {"N": "1.5"}),
        ("price", 3, {"N": "3"}),
        ("price", "1.50", {"N": "1.5"}),
        ("price", 0.1, {"N": "0.1"}),
        ("price", Decimal("-0.00"), {"N": "0"}),
        ("flag", 1, {"BOOL": True}),
        ("flag", "False", {"BOOL": False}),
        ("blob", bytearray(b"a"), {"B": "YQ=="}),
        ("blob", memoryview(b"a"), {"B": "YQ=="}),
        ("day", "2024-01-02", {"S": "2024-01-02"}),
        ("moment", "2024-01-02T03:04Z", {"S": "2024-01-02T03:04:00.000000+00:00"}),
        ("token", "00000000000000000000000000000001", {"S": "00000000-0000-0000-0000-000000000001"}),
        ("address", "2001:0DB8::1", {"S": "2001:db8::1"}),
        ("strings", frozenset("a"), {"SS": ["a"]}),
        ("strings", ["b", "a", "a"], {"SS": ["a", "b"]}),
        ("strings", '["a"]', {"SS": ["a"]}),
        ("numbers", [1, Decimal("1.0"), "2"], {"NS": ["1", "2"]}),
        ("items", (1,), {"L": [{"N": "1"}]}),
        ("owner_id", "7", {"N": "7"}),
        ("span", dt.timedelta(seconds=1), {"N": "1000000"}),
        ("hour", dt.time(1, 2), {"S": "01:02:00.000000"}),
    ],
)
def test_converted(dynamodb, name, value, av):
    """Values are converted as Django's fields do, where nothing is lost."""
    assert item_of(stored(**{name: value}))[Everything._meta.get_field(name).column] == av


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("number", 3.7, "has a fraction"),
        ("number", Decimal("3.7"), "has a fraction"),
        ("number", "many", "is no value of BigIntegerField"),
        ("number", [1], "is no value of"),
        ("number", 10**40 + 1, "digits"),
        ("ratio", float("nan"), "not finite"),
        ("ratio", float("inf"), "not finite"),
        ("ratio", "much", "is no value of FloatField"),
        ("price", Decimal("NaN"), "NaN"),
        ("price", float("inf"), "Infinity"),
        ("price", "much", "is no value of DecimalField"),
        ("price", Decimal("1." + "1" * 38), "digits"),
        ("flag", "perhaps", "is no value of BooleanField"),
        ("blob", "text", "str"),
        ("day", dt.datetime(2024, 1, 2, tzinfo=dt.UTC), "keeps no time of day"),
        ("day", "someday", "is no value of DateField"),
        ("moment", dt.date(2024, 1, 2), "no datetime"),
        ("moment", "soon", "no datetime"),
        ("moment", dt.datetime(2024, 1, 2), "make_aware"),  # noqa: DTZ001  # the point
        ("hour", dt.time(1, tzinfo=dt.UTC), "naive"),
        ("span", "an hour", "timedelta"),
        ("token", "x", "is no value of UUIDField"),
        ("strings", {1}, "str"),
        ("strings", "no list", "is no value of StringSetField"),
        ("numbers", {0.1}, "float"),
        ("blobs", {"a"}, "bytes"),
        ("items", {"a": 1}, "list"),
        ("items", [0.1], "Decimal"),
        ("mapping", {1: "a"}, "text keys|str"),
        ("mapping", [1], "dict"),
        ("document", {"a": {1, 2}, "b": object()}, "object"),
        ("document", float("nan"), "not finite"),
    ],
)
def test_refused(sent, name, value, reason):
    """What would be lost or changed is refused before anything is sent, naming model and field."""
    attname = Everything._meta.get_field(name).attname
    with pytest.raises(InvalidValueError, match=rf"(?s)testapp\.Everything\.{attname}: .*({reason})"):
        Everything(code="a", **{name: value}).save()
    assert sent.calls == []


# -- numbers --------------------------------------------------------------------------------------------------------


def test_decimal_places(dynamodb):
    """DynamoDB trims trailing zeros; loading brings back those of the field, and never drops a digit."""
    assert str(stored(price=Decimal("1.5")).price) == "1.5000"
    assert str(stored(price=Decimal("1.23456789")).price) == "1.23456789"
    digits = "1" * 34 + ".1234"
    assert str(stored(price=Decimal(digits)).price) == digits


# -- time -----------------------------------------------------------------------------------------------------------

BERLIN = zoneinfo.ZoneInfo("Europe/Berlin")
NAIVE = dt.datetime(2024, 7, 1, 12, 30)  # noqa: DTZ001  # the point


def test_aware(dynamodb):
    """A moment is stored in UTC with six digits, so that text sorts as time, and comes back aware."""
    row = stored(moment=NAIVE.replace(tzinfo=BERLIN))
    assert item_of(row)["moment"] == {"S": "2024-07-01T10:30:00.000000+00:00"}
    assert row.moment.utcoffset() == dt.timedelta(0)


def test_naive_without_use_tz(dynamodb, settings):
    """With USE_TZ off, naive datetimes are in TIME_ZONE, and come back so; aware ones are the same moment."""
    settings.USE_TZ, settings.TIME_ZONE = False, "Europe/Berlin"
    row = stored(moment=NAIVE)
    assert item_of(row)["moment"] == {"S": "2024-07-01T10:30:00.000000+00:00"}
    assert row.moment == NAIVE
    assert stored(moment=NAIVE.replace(tzinfo=BERLIN)).moment == NAIVE
    assert Everything.objects.scan(moment=NAIVE).count() == 1


@pytest.mark.parametrize("fold", [0, 1])
def test_hour_that_comes_twice(dynamodb, settings, fold):
    """Of the hour that comes twice, ``fold`` says which one is meant."""
    settings.USE_TZ, settings.TIME_ZONE = False, "Europe/Berlin"
    twice = dt.datetime(2024, 10, 27, 2, 30, fold=fold)  # noqa: DTZ001  # the point
    row = stored(moment=twice)
    assert (row.moment, row.moment.fold) == (twice, fold)


def test_hour_that_never_comes(dynamodb, settings):
    """A local time that clocks skip is no moment."""
    settings.USE_TZ, settings.TIME_ZONE = False, "Europe/Berlin"
    with pytest.raises(InvalidValueError, match="does not exist in Europe/Berlin"):
        stored(moment=dt.datetime(2024, 3, 31, 2, 30))  # noqa: DTZ001  # the point


# -- files ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def gallery(declare, dynamodb):
    """A model with a file and an image in memory."""
    storage = InMemoryStorage()
    fields = {"file": models.FileField(storage=storage), "face": models.ImageField(storage=storage, blank=True)}
    return declare.stored("Gallery", **fields)


def test_files(gallery):
    """A file is stored by its name, its content where Django's storage puts it."""
    row = gallery(code="a", file=ContentFile(b"hello", name="a.txt"))
    row.save()
    loaded = gallery.objects.get("a")
    assert loaded.to_item() == {"code": {"S": "a"}, "file": {"S": "a.txt"}, "face": {"S": ""}}
    assert loaded.file.read() == b"hello"
    assert not loaded.face
    assert not differs(loaded)
    loaded.file.close()


def test_file_fields_save(gallery):
    """``field.save()`` and ``field.delete()`` write the object."""
    row = gallery(code="a")
    row.save()
    row.face.save("f.png", io.BytesIO(b"no image"))
    assert gallery.objects.get("a").face.name == "f.png"
    row.face.delete()
    assert not gallery.objects.get("a").face


# -- relations ----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_foreign_key(dynamodb):
    """A foreign key is stored as the key it points to, and can be a key of an index."""
    user = User.objects.create(username="u")
    row = stored(owner=user)
    assert item_of(row)["owner_id"] == {"N": str(user.pk)}
    assert row.owner == user


def test_foreign_key_to_a_table(declare, dynamodb):
    """A foreign key to one of our models takes the type of its key; to a pair, the packed text."""
    pair = declare.stored(
        "Pair", table={"partition_key": "a", "sort_key": "b"}, a=models.CharField(max_length=9), b=models.IntegerField()
    )
    relation = {"on_delete": models.DO_NOTHING, "related_name": "+"}
    model = declare.stored(
        "Row", pair=models.ForeignKey(pair, **relation), ticket=models.ForeignKey(Ticket, **relation)
    )
    pair(a="x/y", b=1).save()
    row = stored(model, pair=pair(a="x/y", b=1), ticket=Ticket(id=5))
    assert item_of(row) == {"pair_id": {"S": "x!2Fy~1"}, "ticket_id": {"N": "5"}}
    assert (row.pair.b, row.ticket_id) == (1, 5)


# -- documents ------------------------------------------------------------------------------------------------------


def test_json_types(dynamodb):
    """JSON numbers stay what they are: a float is a float, an int an int."""
    row = stored(document={"a": 1, "b": 1.5, "c": 0.1, "d": [True, None, "x", {}], "e": []})
    assert row.document == {"a": 1, "b": 1.5, "c": 0.1, "d": [True, None, "x", {}], "e": []}
    assert [type(row.document[name]) for name in "abc"] == [int, float, float]


class Strings(json.JSONDecoder):
    """Marks what it decoded."""

    def decode(self, text):
        """A pair."""
        return ("decoded", super().decode(text))


def test_json_encoder(declare, dynamodb):
    """The encoder and decoder classes of the field keep their say."""
    fields = {"out": models.JSONField(encoder=DjangoJSONEncoder), "back": models.JSONField(decoder=Strings, null=True)}
    model = declare.stored(**fields)
    row = stored(model, out={"at": dt.date(2024, 1, 2), "n": Decimal("1.50")}, back=[1])
    assert row.out == {"at": "2024-01-02", "n": "1.50"}
    assert row.back == ("decoded", [1])


def test_edits_in_place(sent):
    """A change inside a set, list or document is seen, and only that attribute is sent."""
    row = stored(strings={"a"}, items=[1], mapping={"a": {}}, document={"a": [1]})
    for edit, name in (
        (lambda: row.strings.add("b"), "strings"),
        (lambda: row.items.append(2), "items"),
        (lambda: row.mapping["a"].update(x=1), "mapping"),
        (row.document["a"].clear, "document"),
    ):
        edit()
        row.save()
        assert sent.values.keys() == {name}
    assert Everything.objects.get("a").to_item() == row.to_item()


def test_db_column(declare, dynamodb):
    """``db_column`` is the attribute's name, in keys, indexes, projections and filters."""
    table = {"partition_key": "shop", "sort_key": "day", "indexes": [models.GlobalIndex("by_sum", "total")]}
    model = declare.stored(
        table=table,
        shop=models.CharField(max_length=9, db_column="s"),
        day=models.DateField(db_column="d"),
        total=models.IntegerField(db_column="size"),
    )
    model(shop="a", day=dt.date(2024, 1, 2), total=3).save()
    row = model.objects.get(pk="a~2024-01-02")
    assert row.to_item() == {"s": {"S": "a"}, "d": {"S": "2024-01-02"}, "size": {"N": "3"}}
    assert [row.total for row in model.objects.filter(total=3).only("total")] == [3]
    assert model.objects.filter(shop="a", total__gt=2).count() == 1


def test_kinds():
    """A foreign key is of the kind of the field it points to; an unknown kind has any type."""
    owner = Everything._meta.get_field("owner")
    assert stored_field(owner) is User._meta.pk
    assert internal_type(owner) == "AutoField"
    assert value_codec(owner, "native").tag == "N"
    assert value_codec(models.Field(), "native").tag is None


def test_type_errors(dynamodb):
    """A value of the wrong Python type is also a TypeError."""
    with pytest.raises(TypeError):
        stored(token="x")
    with pytest.raises(InvalidTypeError):
        stored(items=5)
