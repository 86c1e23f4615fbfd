"""Tests ``Model._meta``: the table's name, the key, what is inherited, and what cannot be a model."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from django_dynamodb import models
from django_dynamodb.exceptions import SchemaError
from django_dynamodb.models.keys import CompositeKey
from django_dynamodb.models.manager import Manager
from tests.declaring import declare
from tests.testapp.models import Thread, Ticket

__all__ = ["declare"]

PAIR = {"partition_key": "a", "sort_key": "b"}


def text():
    """A field."""
    return models.CharField(max_length=9)


def test_names(declare):
    """The table is named as Django names one, by ``Meta.db_table``, or by ``Table.name`` before both."""
    assert declare("Plain")._meta.table.name == "testapp_plain"
    assert declare("Named", meta={"db_table": "own"})._meta.table.name == "own"
    both = declare("Both", meta={"db_table": "own"}, table={"name": "mine"})
    assert both._meta.table.name == both._meta.db_table == "mine"


def test_opened_table(dynamodb):
    """The opened table has the prefix of the settings."""
    table = Thread._meta.open_table()
    assert table.schema.name.startswith("test-")
    assert table.schema.name.endswith("threads")
    assert Thread._meta.table.name == "threads"


def test_single_keys(declare):
    """The partition key is the field with primary_key=True, or the one that the table names."""
    assert declare()._meta.pk.name == "code"
    named = declare("Named", table={"partition_key": "a"}, a=text(), b=text())
    assert (named._meta.pk.name, named._meta.pk.primary_key, named(a="x").pk) == ("a", True, "x")
    assert declare("Twice", table={"partition_key": "a"}, a=models.CharField(primary_key=True))._meta.pk.name == "a"


def test_pairs(declare):
    """With a sort key the key is a virtual field, and the pair is unique together."""
    model = declare(table=PAIR, a=text(), b=text())
    assert isinstance(model._meta.pk, CompositeKey)
    assert model._meta.unique_together == (("a", "b"),)
    assert [field.name for field in model._meta.concrete_fields] == ["a", "b"]
    assert model(a="x", b="y").pk == "x~y"


def test_foreign_keys_as_keys(declare, dynamodb):
    """A foreign key can be part of the key."""
    owner = models.ForeignKey(Ticket, models.DO_NOTHING, related_name="+")
    model = declare.stored(table={"partition_key": "owner", "sort_key": "b"}, owner=owner, b=text())
    model(owner=Ticket(id=5), b="x").save()
    row = model.objects.get(pk="5~x")
    assert (row.owner_id, row.pk) == (5, "5~x")
    assert model.objects.filter(owner=5, b__startswith="x").count() == 1
    assert [row.b for row in model.objects.query(Ticket(id=5))] == ["x"]


@pytest.mark.parametrize(
    ("table", "fields", "message"),
    [
        ({}, {}, r'has no partition key: give one field primary_key=True, or write class Table: partition_key = "'),
        ({"sort_key": "a"}, {"a": text()}, "has no partition key"),
        ({"partition_key": "moon"}, {"a": text()}, "names 'moon', which is no field of the model; fields: a"),
        ({"partition_key": "a", "sort_key": "moon"}, {"a": text()}, "names 'moon'"),
        (PAIR, {"a": models.CharField(primary_key=True), "b": text()}, "drop primary_key=True and name both"),
        (PAIR, {"a": text(), "b": models.CharField(primary_key=True)}, "drop one of the two"),
        ({"partition_key": "a"}, {"a": text(), "b": models.CharField(primary_key=True)}, "drop one of the two"),
        (PAIR, {"a": models.AutoIncrementField(), "b": text()}, "cannot be the partition key of a table with a sort"),
    ],
)
def test_refused_keys(declare, table, fields, message):
    """A key that cannot be is refused when the class is made."""
    body = {"__module__": "tests.testapp.models", **{name: field.clone() for name, field in fields.items()}}
    with pytest.raises(SchemaError, match=message) as caught:
        type(models.Model)("Thing", (models.Model,), {**body, "Table": type("Table", (), table)})
    assert isinstance(caught.value, ImproperlyConfigured)


def test_abstract_parents(declare):
    """A child inherits fields and table options of an abstract parent, and may extend them."""
    parent = declare("Base", meta={"abstract": True}, table={**PAIR, "stream": "NEW_IMAGE"}, a=text(), b=text())
    child = declare("Child", bases=(parent,))
    assert (child._meta.table.stream, child._meta.table.sort.name, child._meta.table.name) == (
        "NEW_IMAGE", "b", "testapp_child",
    )  # fmt: skip
    body = {"__module__": "tests.testapp.models", "Table": type("Table", (parent.Table,), {"stream": "KEYS_ONLY"})}
    other = type(parent)("Other", (parent,), body)
    assert (other._meta.table.stream, other._meta.table.sort.name) == ("KEYS_ONLY", "b")
    assert child(a="x", b="y").pk == "x~y"


def test_proxies(declare, dynamodb):
    """A proxy reads and writes the table of its model."""
    model = declare.stored("Row", table=PAIR, a=text(), b=text())
    proxy = declare("Proxy", bases=(model,), meta={"proxy": True})
    assert proxy._meta.table is model._meta.table
    assert proxy._meta.mapper is model._meta.mapper
    proxy(a="x", b="y").save()
    assert type(proxy.objects.get("x", "y")) is proxy
    assert proxy.objects.get(pk="x~y") == model.objects.get("x", "y")


def test_multi_table_inheritance(declare):
    """A child of a model with a table would need a join."""
    parent = declare("Parent")
    with pytest.raises(SchemaError, match=r"testapp.Child inherits from testapp.Parent, which has a table of its own"):
        declare("Child", bases=(parent,))


def test_unmanaged(declare):
    """No migration and no SQL backend is concerned, and Django's own reads go through our manager."""
    model = declare()
    assert (model._meta.managed, model._meta.can_migrate("default")) == (False, False)
    assert isinstance(model._meta.base_manager, Manager)
    assert isinstance(model._base_manager, Manager)
    assert type(model.objects) is Manager


def test_late_fields(declare):
    """A field added later is part of what is compiled."""
    model = declare()
    assert model._meta.mapper.by_attname.keys() == {"code"}
    text().contribute_to_class(model, "late")
    assert model._meta.mapper.by_attname.keys() == {"code", "late"}
