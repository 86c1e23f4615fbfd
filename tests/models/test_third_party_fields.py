"""Tests that fields with conversions of their own keep them: the kinds of field other packages bring."""

import base64
import json
import zoneinfo
from dataclasses import dataclass
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.db.models.query_utils import DeferredAttribute

from django_dynamodb import models
from django_dynamodb.exceptions import InvalidTypeError, InvalidValueError
from tests.declaring import declare

__all__ = ["declare"]


@dataclass(frozen=True)
class Phone:
    """A number with a country."""

    text: str


class PhoneAttribute(DeferredAttribute):
    """Turns whatever is assigned into a Phone."""

    def __set__(self, instance, value):
        """Keeps the object."""
        instance.__dict__[self.field.attname] = self.field.to_python(value)


class PhoneField(models.CharField):
    """A CharField whose value is an object, kept by a descriptor; no hook for loading."""

    descriptor_class = PhoneAttribute

    def to_python(self, value):
        """Text becomes an object."""
        if value and not isinstance(value, Phone):
            if not str(value).startswith("+"):
                raise ValidationError("no phone number")
            return Phone(str(value))
        return value or None

    def get_prep_value(self, value):
        """The object becomes text."""
        found = self.to_python(value)
        return found.text if found else None


class ZoneField(models.Field):
    """A plain field with both hooks and the internal type of a text."""

    def get_internal_type(self):
        """Stored as text."""
        return "CharField"

    def to_python(self, value):
        """A zone."""
        return zoneinfo.ZoneInfo(value) if isinstance(value, str) else value

    def from_db_value(self, value, expression, connection):
        """A zone."""
        return self.to_python(value)

    def get_prep_value(self, value):
        """Its name."""
        return str(value)


class SecretField(models.TextField):
    """Encrypts: nothing in Django knows that the value is another one in the database."""

    def get_db_prep_save(self, value, connection):
        """The database's value is binary."""
        return connection.Database.Binary(base64.b64encode(value.encode()))

    def from_db_value(self, value, expression, connection):
        """The text again."""
        return base64.b64decode(value).decode()

    def get_internal_type(self):
        """Stored as binary."""
        return "BinaryField"


class LowerField(models.CharField):
    """Only ``to_python``, on which Django's own preparation rests."""

    def to_python(self, value):
        """Lower case."""
        return super().to_python(value).lower()


class Money:
    """An amount in a currency."""

    def __init__(self, amount):
        self.amount = Decimal(amount)

    def __eq__(self, other):
        return isinstance(other, Money) and self.amount == other.amount

    def __hash__(self):
        return hash(self.amount)


class MoneyField(models.DecimalField):
    """A DecimalField whose value is an object."""

    def to_python(self, value):
        """The amount, as Django's own preparation wants it."""
        return super().to_python(value.amount if isinstance(value, Money) else value)

    def from_db_value(self, value, expression, connection):
        """An object."""
        return Money(value)


class PairField(models.JSONField):
    """JSON with its own objects, loaded through Django's own hook, which expects text."""

    def get_prep_value(self, value):
        """A list."""
        return list(value)

    def from_db_value(self, value, expression, connection):
        """A tuple."""
        return tuple(super().from_db_value(value, expression, connection))


class SortedField(models.JSONField):
    """JSON that is only prepared."""

    def get_prep_value(self, value):
        """Sorted."""
        return sorted(value)


class LocalField(models.DateTimeField):
    """Datetimes that are only prepared."""

    def get_prep_value(self, value):
        """Whole seconds."""
        return value.replace(microsecond=0)


class PointField(models.Field):
    """A field of no internal type that is known."""

    def get_prep_value(self, value):
        """A map."""
        return {"x": value[0], "y": value[1]}

    def to_python(self, value):
        """A pair."""
        return (value["x"], value["y"]) if isinstance(value, dict) else value


PARIS = zoneinfo.ZoneInfo("Europe/Paris")
FIELDS = [
    (PhoneField(max_length=20), Phone("+49"), {"S": "+49"}),
    (ZoneField(), PARIS, {"S": "Europe/Paris"}),
    (SecretField(), "ssst", {"B": base64.b64encode(base64.b64encode(b"ssst")).decode()}),
    (LowerField(max_length=20), "abc", {"S": "abc"}),
    (MoneyField(max_digits=9, decimal_places=2), Money("1.50"), {"N": "1.5"}),
    (PairField(), (1, 2.5), {"L": [{"N": "1"}, {"N": "2.5"}]}),
    (SortedField(), [1, 2], {"L": [{"N": "1"}, {"N": "2"}]}),
    (PointField(), (1, 2), {"M": {"x": {"N": "1"}, "y": {"N": "2"}}}),
]


def with_field(declare, field):
    """A model with a copy of the field, since a field belongs to one model."""
    return declare.stored(field=field.clone())


@pytest.mark.parametrize(("field", "value", "stored"), FIELDS, ids=lambda part: type(part).__name__)
def test_round_trip(declare, dynamodb, field, value, stored):
    """The value is stored as the field prepares it, and comes back as the field's own object."""
    model = with_field(declare, field)
    model(code="a", field=value).save()
    loaded = model.objects.get("a")
    assert loaded.to_item()["field"] == stored
    assert loaded.field == value
    assert type(loaded.field) is type(value)


@pytest.mark.parametrize(("field", "value", "stored"), FIELDS, ids=lambda part: type(part).__name__)
def test_nothing_changed(declare, sent, field, value, stored):
    """An object with such a field knows that it has not changed."""
    model = with_field(declare, field)
    model(code="a", field=value).save()
    loaded = model.objects.get("a")
    sent.clear()
    loaded.save()
    assert sent.operations == []


def test_filters(declare, dynamodb):
    """Lookups compare the prepared value."""
    model = declare.stored(phone=FIELDS[0][0].clone(), title=LowerField(max_length=9), zone=ZoneField())
    model(code="a", phone="+49", title="X", zone=PARIS).save()
    for q in (Q(phone="+49"), Q(phone=Phone("+49")), Q(title="X"), Q(title__in=["X"]), Q(zone=PARIS)):
        assert model.objects.scan().filter(q).count() == 1
    with pytest.raises(InvalidTypeError, match="phone='none'"):
        model.objects.filter(phone="none")


def test_descriptor_sees_loaded_values(declare, dynamodb):
    """A descriptor is passed each value, loaded ones too; an empty one is an absent attribute."""
    model = declare.stored(phone=PhoneField(max_length=9, null=True))
    model(code="a", phone="+1").save()
    model(code="b", phone="").save()
    assert model.objects.get("a").phone == Phone("+1")
    assert model.objects.get("b").phone is None
    assert "phone" not in model.objects.get("b").to_item()


def test_errors_name_the_field(declare, dynamodb):
    """What the field's hooks raise is told as this package tells it."""
    model = declare.stored(phone=models.CharField(max_length=9))
    phones = declare("Phones", table={"name": model._meta.db_table}, phone=PhoneField(max_length=9))
    model(code="a", phone="none").save()
    with pytest.raises(InvalidValueError, match=r"testapp.Phones.phone: 'none' is stored"):
        phones.objects.get("a")
    broken = phones(code="b")
    vars(broken)["phone"] = 5
    with pytest.raises(InvalidTypeError, match=r"testapp.Phones.phone: 5 \(int\) is no value of PhoneField"):
        broken.save()


def test_local_time(declare, dynamodb, settings):
    """A prepared datetime follows USE_TZ as Django's own does."""
    import datetime as dt

    settings.USE_TZ = False
    model = declare.stored(at=LocalField())
    model(code="a", at=dt.datetime(2024, 7, 1, 12, 0, 0, 5)).save()  # noqa: DTZ001  # the point
    assert model.objects.get("a").at == dt.datetime(2024, 7, 1, 12)  # noqa: DTZ001


def test_as_key(declare, dynamodb):
    """Such a field can be a key, and part of the packed key."""
    model = declare.stored(
        table={"partition_key": "zone", "sort_key": "phone"}, zone=ZoneField(), phone=PhoneField(max_length=9)
    )
    model(zone=PARIS, phone="+1").save()
    row = model.objects.get(PARIS, "+1")
    assert row.pk == "Europe!2FParis~+1"
    assert model.objects.get(pk=row.pk).zone == PARIS
    assert json.loads(json.dumps(row.pk)) == row.pk
