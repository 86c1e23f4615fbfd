"""Tests what is said of models that share a table, and of templates."""

import pytest

from django_dynamodb import models
from django_dynamodb.checks import registration, tables

TABLE = {"name": "shared"}


def check(*made):
    """What is said of models together."""
    return list(tables.check_shared_tables(made))


def test_entities_of_one_table_may_differ_in_fields_and_indexes(make):
    """They agree on the key; indexes and the expiry come together."""
    index = models.GlobalIndex("by_a", "a")
    one = make("One", table={**TABLE, "entity": "one", "indexes": [index]}, a=models.CharField())
    two = make("Two", table={**TABLE, "entity": "two", "indexes": [index]}, a=models.CharField(), t=models.TTLField())
    assert check(one, two) == []
    assert two._meta.shared_table.ttl == "t"


@pytest.mark.parametrize(
    ("table", "fields"),
    [
        ({"partition_key": "b"}, {"b": models.CharField()}),
        ({"stream": "KEYS_ONLY"}, {}),
        ({"indexes": [models.GlobalIndex("by_a", "b")]}, {"b": models.CharField()}),
        ({}, {"other": models.TTLField()}),
    ],
)
def test_they_agree_on_the_rest(make, ids, table, fields):
    """Another key, stream, expiry or index of one name is E008."""
    base = {**TABLE, "indexes": [models.GlobalIndex("by_a", "a")]}
    one = make("One", table={**base, "entity": "one"}, a=models.CharField(), t=models.TTLField())
    fields = {name: field.clone() for name, field in fields.items()}
    two = make("Two", table={**base, "entity": "two", **table}, a=models.CharField(), **fields)
    assert ids(check(one, two)) == ["E008"]


def test_one_entity_for_two_models(make, ids):
    """E050."""
    assert ids(check(*(make(name, table={**TABLE, "entity": "same"}) for name in ("One", "Two")))) == ["E050"]


@pytest.mark.parametrize("other", [{}, {"entity": "two", "entity_attribute": "kind"}])
def test_a_model_that_is_not_told_apart(make, ids, other):
    """E051: no entity among entities, or another attribute."""
    one, two = make("One", table={**TABLE, "entity": "one"}), make("Two", table={**TABLE, **other})
    assert ids(check(one, two)) == ["E051"]
    assert ids(check(two, one))[-1] == "E051"


def test_an_unpadded_number_in_a_sort_key(make, ids):
    """W050; in a partition key it is fine, and padded too."""
    fields = {"number": models.IntegerField(), "p": models.TemplateField("P#{number}")}
    table = {"partition_key": "p", "sort_key": "s"}
    unpadded = make("Bad", table=table, s=models.TemplateField("S#{number}"), **fields)
    assert ids(registration.check_model(unpadded)) == ["W050"]
    fields = {name: field.clone() for name, field in fields.items()}
    assert registration.check_model(make("Good", table=table, s=models.TemplateField("S#{number:04d}"), **fields)) == []


def test_a_template_that_cannot_be_built_is_said_once(make, ids):
    """E003 alone."""
    model = make(table={"partition_key": "p"}, p=models.TemplateField("P#{nothing}"))
    assert ids(registration.check_model(model)) == ["E003"]
