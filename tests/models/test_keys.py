"""Tests that a packed key stands for one key, reads back as it, and survives every place a URL goes through."""

import datetime as dt
import string
import uuid
from decimal import Decimal
from urllib.parse import quote as percent_quoted

import pytest
from django.contrib.admin.utils import quote, unquote
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.test import override_settings
from django.urls import path, resolve, reverse
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from django_dynamodb import models
from django_dynamodb.exceptions import InvalidTypeError
from django_dynamodb.models.keys import CompositeKey, escape, unescape
from tests.declaring import declare
from tests.testapp.models import Reading, Thread

__all__ = ["declare"]

urlpatterns = [path("rows/<str:pk>/edit/", lambda request, pk: HttpResponse(pk), name="row")]

SAFE = set(string.ascii_letters + string.digits + "_-.:@+=,$'!~")
TEXTS = st.text(min_size=1, max_size=30)
NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20, places=9)
MOMENTS = st.datetimes(
    min_value=dt.datetime(1, 1, 3),  # noqa: DTZ001  # made aware below
    max_value=dt.datetime(9999, 12, 29),  # noqa: DTZ001
    timezones=st.sampled_from([dt.UTC, dt.timezone(dt.timedelta(hours=5, minutes=30))]),
)
KINDS = {
    "text": (models.CharField(max_length=99), TEXTS),
    "integer": (models.BigIntegerField(), st.integers(-(10**37), 10**37)),
    "uuid": (models.UUIDField(), st.uuids()),
    "decimal": (models.DecimalField(max_digits=38, decimal_places=9), NUMBERS),
    "float": (models.FloatField(), st.floats(-1e100, 1e100, allow_subnormal=False).filter(lambda n: abs(n) > 1e-100)),
    "datetime": (models.DateTimeField(), MOMENTS),
    "date": (models.DateField(), st.dates()),
    "duration": (models.DurationField(), st.timedeltas()),
    "binary": (models.BinaryField(), st.binary(min_size=1, max_size=20)),
}
FEW = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(params=KINDS)
def kind(request, declare):
    """A key of a text and one kind of field, and values of that kind."""
    field, values = KINDS[request.param]
    fields = {"first": models.CharField(max_length=99), "second": field.clone()}
    model = declare(table={"partition_key": "first", "sort_key": "second"}, **fields)
    return model._meta.pk, st.tuples(TEXTS, values)


@FEW
@given(data=st.data())
def test_reversible(kind, data):
    """A packed key reads back as the values it was made of, and packs to the same text again."""
    key, values = kind
    pair = data.draw(values)
    packed = key.pack(pair)
    assert key.unpack(packed) == pair
    assert key.to_python(packed) == key.to_python(pair) == packed


@FEW
@given(data=st.data())
def test_injective(kind, data):
    """Two keys have two texts."""
    key, values = kind
    one, other = data.draw(values), data.draw(values)
    assume(one != other)
    assert key.pack(one) != key.pack(other)


@FEW
@given(data=st.data())
def test_url_safe(kind, data):
    """A packed key goes through a URL, the test client's percent signs and the admin's quoting unchanged."""
    key, values = kind
    packed = key.pack(data.draw(values))
    assert set(packed) <= SAFE
    assert unquote(quote(packed)) == packed
    with override_settings(ROOT_URLCONF=__name__):
        url = reverse("row", args=[packed])
        assert resolve(url).kwargs == {"pk": packed}
    assert percent_quoted(packed, safe="~!:@+=,$'") == packed


@settings(max_examples=50)
@given(text=TEXTS)
def test_escape(text):
    """A part is one text, without the separator."""
    assert unescape(escape(text)) == text
    assert "~" not in escape(text)


@pytest.mark.parametrize(
    ("values", "packed"),
    [
        (("dr/f", "1"), "dr!2Ff~1"),
        (("a~b", "!"), "a!7Eb~!21"),
        (("é", "𝄞"), "!C3!A9~!F0!9D!84!9E"),
        (("a b", "c%d?e#f"), "a!20b~c!25d!3Fe!23f"),
        (("..", "."), "..~."),
    ],
)
def test_texts(values, packed):
    """Bytes that a URL gives a meaning are written as !XX."""
    assert Thread._meta.pk.pack(values) == packed
    assert Thread(forum=values[0], subject=values[1]).pk == packed


TOKEN = uuid.UUID(int=1)


@pytest.mark.parametrize("values", [(TOKEN, 1), (str(TOKEN), "1"), (TOKEN.hex, 1.0), [TOKEN, Decimal("1.0")]])
def test_canonical(values):
    """However the values are written, one key has one text."""
    assert Reading._meta.pk.to_python(values) == f"{TOKEN}~1"
    assert Reading(pk=values).pk == f"{TOKEN}~1"


def test_canonical_as_stored(declare):
    """What DynamoDB takes for one key has one text: trailing zeros and time zones tell nothing apart."""
    fields = {"size": models.DecimalField(max_digits=9, decimal_places=2), "at": models.DateTimeField()}
    model = declare(table={"partition_key": "size", "sort_key": "at"}, **fields)
    there = dt.datetime(2024, 1, 2, 5, 30, tzinfo=dt.timezone(dt.timedelta(hours=5, minutes=30)))
    here = dt.datetime(2024, 1, 2, tzinfo=dt.UTC)
    assert model(size=Decimal("1.50"), at=there).pk == model(size=Decimal("1.5"), at=here).pk
    assert model(size=Decimal("1.50"), at=there).pk == "1.5~2024-01-02T00:00:00.000000+00:00"


@pytest.mark.parametrize(
    "value",
    [
        "", "~", "a", "a~", "~b", "a~b~c", "a b~c", "a/b~c", "a~!", "a~!2", "a~!2f", "a~!FF", "a~!61", "a~!ZZ",
        "a~é", "a~!ED!A0!80", "a\n~b", 5, None, object(), ("a",), ("a", None), ("a", "b", "c"), {"a": 1}, b"a~b",
    ],
)  # fmt: skip
def test_malformed(value):
    """A text that no key packs to is refused, in the model's words."""
    with pytest.raises(ValidationError, match=r"is no key of testapp.Thread: it has the form <forum>~<subject>"):
        Thread._meta.pk.unpack(value)


@pytest.mark.parametrize("value", [f"{TOKEN}~x", "x~1", f"{TOKEN}~1.5", f"{TOKEN}~", (TOKEN, "x"), ([], 1)])
def test_malformed_parts(value):
    """A part that is no value of its field is refused."""
    with pytest.raises(ValidationError, match=r"<device>~<at>"):
        Reading._meta.pk.unpack(value)


def test_attribute():
    """``pk`` reads the parts and sets them."""
    thread = Thread(forum="A")
    assert thread.pk is None
    thread.subject = "S"
    assert thread.pk == "A~S"
    thread.pk = "B~T"
    assert (thread.forum, thread.subject) == ("B", "T")
    thread.pk = ("C", "U")
    assert thread.pk == "C~U"
    thread.pk = None
    assert (thread.forum, thread.subject, thread.pk) == (None, None, None)
    assert Thread(pk="A~S").subject == "S"
    assert Reading(device=TOKEN, at=0).pk == f"{TOKEN}~0"
    with pytest.raises(ValidationError):
        thread.pk = "nonsense"


def test_part_of_another_type():
    """A part that its field cannot store is named."""
    with pytest.raises(InvalidTypeError, match=r"testapp.Reading.at: 'x'"):
        _ = Reading(device=TOKEN, at="x").pk


def test_field():
    """The key field is virtual: no column, no form field, no check."""
    key = Thread._meta.pk
    assert (key.column, key.editable, key.check(), key.concrete) == (None, False, [], False)
    assert key not in Thread._meta.concrete_fields
    assert key.clone().part_names == ("forum", "subject")
    name, path_, args, kwargs = key.deconstruct()
    assert (name, path_.rpartition(".")[2], args) == ("pk", "CompositeKey", ["forum", "subject"])
    assert CompositeKey(*args, **kwargs).primary_key
    assert key.value_to_string(Thread(forum="A", subject="S")) == "A~S"
    assert isinstance(Thread.pk, object)


def test_engine(dynamodb):
    """An object is found by its packed key, whatever its characters."""
    for forum, subject in (("a/b", "~!"), ("é ", "𝄞"), ("..", "%2F")):
        thread = Thread(forum=forum, subject=subject)
        thread.save()
        assert Thread.objects.get(pk=thread.pk) == thread
        assert Thread.objects.get(pk=(forum, subject)).subject == subject
    assert len(Thread.objects.filter(pk__in=[t.pk for t in Thread.objects.all()])) == 3
