"""Tests what is said of tables."""

import pytest

from django_dynamodb import models
from django_dynamodb.checks import registration, tables

PAIR = {"partition_key": "a", "sort_key": "b"}
TEXTS = {"a": models.CharField(), "b": models.CharField()}
FIVE = {name: models.CharField() for name in "abcde"}

BROKEN = [
    ("E003", {}, {"indexes": [models.GlobalIndex("by_nothing", "nothing")]}),
    ("E003", {"a": models.CharField()}, {"indexes": [models.LocalIndex("by_a", "a")]}),
    ("E003", TEXTS, {"indexes": [models.GlobalIndex("by_a", ["a", "b", "a"])]}),
    ("E003", TEXTS, {"indexes": [models.GlobalIndex("by_a", ["a", "b"], "a")]}),
    ("E003", TEXTS, {"indexes": [models.GlobalIndex("by_a", [])]}),
    ("E003", FIVE, {"indexes": [models.GlobalIndex("by_all", list("abcde"))]}),
    ("E003", FIVE, {"indexes": [models.GlobalIndex("by_all", "code", list("abcde"))]}),
    ("E003", {}, {"name": "a table"}),
    ("E003", {}, {"stream": "ALL"}),
    ("E004", {"a": models.BooleanField()}, {"partition_key": "a"}),
    ("E004", {**TEXTS, "b": models.BooleanField()}, PAIR),
    ("E004", {**TEXTS, "b": models.BooleanField()}, {"indexes": [models.GlobalIndex("by_a", "a", ["code", "b"])]}),
    ("E004", {"a": models.JSONField()}, {"indexes": [models.GlobalIndex("by_a", "a")]}),
    ("E005", {**TEXTS, "b": models.CharField(null=True)}, PAIR),
    ("E006", TEXTS, {**PAIR, "indexes": [models.GlobalIndex("one", "b"), models.LocalIndex("one", "a")]}),
    ("E007", {"gone": models.DateTimeField()}, {"ttl": "gone"}),
    ("E007", {"gone": models.DurationField()}, {"ttl": "gone"}),
    ("E026", {"gone": models.TTLField(), "left": models.TTLField()}, {}),
    ("E026", {"gone": models.TTLField(), "left": models.BigIntegerField()}, {"ttl": "left"}),
    ("W004", {"a": models.FloatField()}, {"indexes": [models.GlobalIndex("by_a", "a")]}),
]


@pytest.mark.parametrize(("expected", "declared", "table"), BROKEN)
def test_a_table_that_cannot_be_is_said_once(make, ids, expected, declared, table):
    """Each fault of a table has one message, and a fault with an id of its own is not said twice."""
    model = make(table=table, **{name: field.clone() for name, field in declared.items()})
    assert ids(registration.check_model(model)) == [expected]


def test_a_key_may_have_four_attributes_in_each_part(make):
    """Four and four are allowed, of any types a key has."""
    fields = {name: models.CharField() for name in "abcde"} | {name: models.IntegerField() for name in "fgh"}
    index = models.GlobalIndex("by_all", list("abcd"), list("efgh"))
    model = make(table={"indexes": [index]}, **fields)
    assert registration.check_model(model) == []
    assert [key.type for key in model._meta.table.indexes[0].sorts] == ["S", "N", "N", "N"]


def test_a_number_of_seconds_may_be_the_expiry(make):
    """An integer field holds epoch seconds."""
    model = make(gone=models.BigIntegerField(), table={"ttl": "gone"})
    assert registration.check_model(model) == []


@pytest.mark.parametrize("table", [{}, {"ttl": "gone"}])
def test_a_ttl_field_is_the_expiry(make, table):
    """A lone TTLField is the table's expiry, named or not."""
    assert registration.check_model(make(gone=models.TTLField(null=True), table=table)) == []


def test_django_alone_speaks_of_a_lone_null_key(make, ids):
    """A primary key with null=True is Django's fields.E007, not said again."""
    model = make(a=models.CharField(null=True, primary_key=True))
    assert ids(registration.check_model(model)) == []
    assert [message.id for message in model.check()] == ["fields.E007"]


def test_a_foreign_key_without_target_is_left_to_django(make):
    """A relation that cannot be resolved is Django's fields.E300, and stops none of our checks."""
    model = make(user=models.ForeignKey("nobody.User", models.DO_NOTHING, db_constraint=False))
    assert registration.check_model(model) == []
    assert "fields.E300" in [message.id for message in model.check()]


def test_two_models_may_share_a_table_they_describe_alike(make, ids):
    """E008 is about models that share a table by name and differ in its schema."""
    one = make(name="One", table={"name": "shared"})
    same = make(name="Same", table={"name": "shared"})
    other = make(name="Other", table={"name": "shared"}, at=models.IntegerField(primary_key=True))
    assert list(tables.check_shared_tables([one, same])) == []
    assert ids(tables.check_shared_tables([one, other])) == ["E008"]


def test_a_table_that_cannot_be_shares_nothing(make):
    """Models whose own checks fail are left out of the comparison, whatever the fault."""
    broken = [
        make(name="One", id=models.AutoField(primary_key=True)),
        make(name="Two", a=models.BooleanField(primary_key=True)),
        make(name="Three", user=models.ForeignKey("nobody.User", models.DO_NOTHING)),
    ]
    assert list(tables.check_shared_tables(broken)) == []
