"""Tests what is compiled of a model once: names, keys, schema and codecs."""

import pytest
from django.core.exceptions import FieldDoesNotExist

from django_dynamodb import models
from django_dynamodb.exceptions import InvalidKeyError, InvalidValueError, SchemaError
from django_dynamodb.models.mapper import column
from django_dynamodb.tables.schema import IndexSchema, KeyAttribute, Throughput
from tests.declaring import declare
from tests.testapp.models import Everything, Reading, Thread, Ticket

__all__ = ["declare"]


def test_schema():
    """The declaration in the words of the table: attributes and their types."""
    schema = Thread._meta.table
    assert (schema.name, schema.partition, schema.sort) == (
        "threads",
        KeyAttribute("forum", "S"),
        KeyAttribute("subject", "S"),
    )
    author, posted = KeyAttribute("author", "S"), KeyAttribute("posted", "S")
    views = IndexSchema(
        name="by_views", partition=schema.partition, sort=KeyAttribute("views", "N"), projection=("author",), local=True
    )
    assert schema.indexes == (IndexSchema(name="by_author", partition=author, sort=posted), views)
    assert Thread._meta.mapper.key_columns == {"forum", "subject", "author", "posted", "views"}
    assert (schema.counter, Ticket._meta.table.counter) == (False, True)


def test_options(declare):
    """Billing, stream and expiry are handed on, by attribute."""
    table = {"billing": models.Provisioned(read=3, write=4), "stream": "NEW_IMAGE", "ttl": "expires"}
    model = declare(table=table, expires=models.IntegerField(db_column="exp"))
    schema = model._meta.table
    assert (schema.throughput, schema.stream, schema.ttl) == (Throughput(read=3, write=4), "NEW_IMAGE", "exp")


def test_names():
    """Fields are found by name and attname, and by attribute."""
    mapper, owner = Everything._meta.mapper, Everything._meta.get_field("owner")
    assert mapper.find("owner") is mapper.find("owner_id") is mapper.field("owner") is mapper.field_of("owner_id")
    assert column(owner) == "owner_id"
    with pytest.raises(FieldDoesNotExist, match="'moon'"):
        mapper.find("moon")


@pytest.mark.parametrize("table", [{"ttl": "moon"}, {"indexes": [models.GlobalIndex("by_moon", "moon")]}])
def test_unknown_names(declare, table):
    """An option that names no field is refused with those there are."""
    with pytest.raises(SchemaError, match="names 'moon', which is no stored field of the model; it has code"):
        _ = declare(table=table)._meta.table


@pytest.mark.parametrize(
    "field",
    [models.BooleanField(), models.JSONField(), models.StringSetField(), models.ListField(), models.MapField()],
    ids=lambda field: type(field).__name__,
)
def test_no_keys(declare, field):
    """Only texts, numbers and binary values can be keys."""
    model = declare(table={"partition_key": "code", "sort_key": "field"}, code=models.CharField(), field=field.clone())
    with pytest.raises(SchemaError, match=r"testapp.Thing.field .* cannot be a key"):
        _ = model._meta.mapper


def test_keys():
    """Keys are encoded in order, and refused where a part is missing or of another type."""
    mapper = Reading._meta.mapper
    token = "00000000-0000-0000-0000-000000000001"
    assert mapper.encode_key([token, 5]) == {"device": {"S": token}, "at": {"N": "5"}}
    with pytest.raises(InvalidKeyError, match=r"testapp.Reading.at is None"):
        mapper.encode_key([token, None])
    with pytest.raises(InvalidKeyError, match=r"testapp.Reading.at: 'x'"):
        mapper.encode_key([token, "x"])
    assert mapper.schema.key_of({"device": {"S": "a"}, "at": {"N": "1"}, "value": {"N": "2"}}).keys() == {
        "device",
        "at",
    }


def test_counter_key():
    """-1 is the counter item's key in an autoincrement table, and a key as any other elsewhere."""
    assert Ticket._meta.mapper.is_counter({"id": {"N": "-1"}})
    assert not Ticket._meta.mapper.is_counter({"id": {"N": "1"}})
    assert not Reading._meta.mapper.is_counter({"device": {"S": "a"}, "at": {"N": "-1"}})


def test_errors_name_model_and_field():
    """Down and up, an error says which field of which model."""
    mapper = Thread._meta.mapper
    with pytest.raises(InvalidValueError, match=r"^testapp.Thread.views: "):
        mapper.dump({"views": "many"})
    with pytest.raises(InvalidValueError, match=r"^testapp.Thread.views: "):
        mapper.load({"views": {"S": "many"}})
    with pytest.raises(InvalidValueError, match=r"^testapp.Thread.views: "):
        mapper.encode(Thread._meta.get_field("views"), "many")


def test_empty_index_keys(declare, dynamodb):
    """An empty text that is a key of an index is left out, and loads as empty; elsewhere it is stored."""
    fields = {"tag": models.CharField(max_length=9, blank=True), "note": models.CharField(max_length=9, blank=True)}
    model = declare.stored(table={"indexes": [models.GlobalIndex("by_tag", "tag")]}, **fields)
    model(code="a").save()
    row = model.objects.get("a")
    assert row._state.item == {"code": {"S": "a"}, "note": {"S": ""}}
    assert row.tag == ""
