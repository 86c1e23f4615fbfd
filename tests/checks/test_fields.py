"""Tests what is said of fields."""

import pytest
from django.db.models.functions import Lower

from django_dynamodb import models
from django_dynamodb.checks import fields, registration

KEY = {"primary_key": True}

BROKEN = [
    ("E009", {"save": models.CharField()}),
    ("E009", {"objects": models.CharField()}),
    ("E009", {"to_item": models.IntegerField()}),
    ("W006", {"limit": models.IntegerField()}),
    ("W006", {"index": models.CharField()}),
    ("E010", {"id": models.AutoField(**KEY)}),
    ("E010", {"id": models.BigAutoField(**KEY)}),
    ("E011", {"email": models.CharField(unique=True)}),
    ("E012", {"slug": models.CharField(unique_for_date="day"), "day": models.DateField()}),
    ("E013", {"state": models.CharField(db_default="new")}),
    (
        "E014",
        {"low": models.GeneratedField(expression=Lower("code"), output_field=models.CharField(), db_persist=True)},
    ),
    ("W005", {"email": models.CharField(db_index=True)}),
    ("E024", {"version": models.VersionField(), "revision": models.VersionField()}),
    ("E025", {"version": models.VersionField(null=True)}),
    ("E025", {"version": models.VersionField(**KEY)}),
]


@pytest.mark.parametrize(("expected", "declared"), BROKEN, ids=[f"{i}-{next(iter(d))}" for i, d in BROKEN])
def test_what_dynamodb_cannot_keep_is_said_once(make, ids, expected, declared):
    """Each promise of a field that DynamoDB cannot keep has one message, on the field itself."""
    model = make(**{name: field.clone() for name, field in declared.items()})
    (message,) = registration.check_model(model)
    assert ids([message]) == [expected]
    assert message.obj in model._meta.local_fields


@pytest.mark.parametrize(
    "field",
    [models.SlugField(), models.CharField(), models.JSONField(), models.StringSetField(), models.DecimalField()],
    ids=lambda field: type(field).__name__,
)
def test_common_fields_are_fine(make, field):
    """Fields with nothing asked of SQL give no message, of ours or of Django's."""
    model = make(value=field.clone())
    assert registration.check_model(model) == []
    assert model.check(databases=["default"]) == []


def test_the_counted_key_is_fine(make):
    """AutoIncrementField is no AutoField."""
    assert registration.check_model(make(id=models.AutoIncrementField(primary_key=True))) == []


def test_a_one_to_one_field_is_unique(make, make_sql, ids):
    """OneToOneField promises uniqueness, which only the key has."""
    user = make_sql()
    model = make(user=models.OneToOneField(user, models.DO_NOTHING, db_constraint=False))
    assert ids(fields.check_unique(model)) == ["E011"]


def test_many_to_many_is_refused(make, make_sql, ids):
    """A many-to-many relation needs a join."""
    model = make(users=models.ManyToManyField(make_sql()))
    assert ids(fields.check_many_to_many(model)) == ["E015"]


def test_unique_on_a_lone_partition_key_is_kept(make):
    """The key is unique, so saying so is no false promise."""
    model = make(mail=models.CharField(unique=True), table={"partition_key": "mail"})
    assert list(fields.check_unique(model)) == []
