"""Tests that models of one table see, change and delete none of each other's items."""

import os

import pytest

from django_dynamodb import models, transaction
from django_dynamodb.exceptions import ConditionFailedError, ItemDeletedError, OverwriteError, SchemaError
from tests.models.shop import DAY, declare, filled, shop
from tests.recording import sent

__all__ = ["declare", "filled", "sent", "shop"]


@pytest.fixture
def pair(dynamodb, declare):
    """Two entities whose keys can be the same, which templates would keep apart."""
    table = {"name": "pairs", "partition_key": "code"}
    left = declare(
        "Left", table={**table, "entity": "left"}, code=models.CharField(), size=models.IntegerField(default=0)
    )
    right = declare(
        "Right", table={**table, "entity": "right"}, code=models.CharField(), until=models.TTLField(null=True)
    )
    left.objects.create_table()
    left.objects.create(code="l")
    right.objects.create(code="r")
    return left, right


def stored(model, code):
    """The raw item."""
    return model._meta.open_table().get({"code": {"S": code}}, consistent=True)


def test_every_whole_item_is_stamped(pair):
    """Saves, batches and to_item() say what entity an item is; loading leaves no trace on the object."""
    left, _ = pair
    left.objects.bulk_create([left(code="b")])
    left.objects.batch_write(puts=[left(code="w")])
    assert {stored(left, code)["_entity"]["S"] for code in "lbw"} == {"left"}
    assert left(code="x").to_item() == {"code": {"S": "x"}, "size": {"N": "0"}, "_entity": {"S": "left"}}
    assert "_entity" not in vars(left.objects.get("l"))


def test_reads_leave_out_what_is_of_another_model(pair):
    """By every verb: get, batch, scan, count, exists, values, and a reading transaction."""
    left, _ = pair
    with pytest.raises(left.DoesNotExist):
        left.objects.get("r")
    assert [row.pk for row in left.objects.get_batch(["r", "l"])] == ["l"]
    assert [row.pk for row in left.objects.all()] == ["l"]
    assert (left.objects.count(), left.objects.filter(pk="r").count(), left.objects.filter(pk="r").exists()) == (
        1,
        0,
        False,
    )
    assert list(left.objects.values_list("code", flat=True)) == ["l"]
    assert list(left.objects.only("size").filter(pk__in=["l", "r"]).values("size")) == [{"size": 0}]
    assert transaction.read([left.objects.filter(pk="r"), left.objects.filter(pk="l").only("code")])[0] is None
    assert left.objects.page(5).items == [left.objects.get("l")]


def test_updates_and_deletes_pass_them_by(pair):
    """A filter that names another model's key matches nothing."""
    left, right = pair
    assert left.objects.filter(pk="r").update(size=1) == 0
    assert left.objects.filter(pk="r").delete()[0] == 0
    assert left(code="r").delete()[0] == 0
    assert left.objects.all().delete()[0] == 1
    assert right.objects.count() == 1


def test_a_save_never_replaces_another_models_item(pair):
    """A plain save of a new object writes over its own kind only."""
    left, right = pair
    with pytest.raises(OverwriteError, match=r"Left 'r' is not what its key holds: an item of entity 'right'"):
        left(code="r").save()
    with pytest.raises(OverwriteError):
        left.objects.create(code="r")
    left(code="l", size=5).save()
    assert (left.objects.get("l").size, right.objects.get("r").pk) == (5, "r")


def test_a_loaded_object_whose_key_was_taken_is_gone(pair):
    """Its save raises, and does not write into the other model's item."""
    left, right = pair
    row = left.objects.get("l")
    row.delete()
    right.objects.create(code="l")
    row._state.adding, row.size = False, 9
    with pytest.raises(ItemDeletedError, match="entity 'right'"):
        row.save(force_update=True)
    with pytest.raises(ConditionFailedError):
        row.delete(raise_on_conflict=True)
    assert "size" not in stored(left, "l")


def test_a_model_alone_pays_nothing(declare):
    """Without an entity no filter, condition or attribute is added."""
    model = declare()
    assert "FilterExpression" not in model.objects.scan().explain()
    assert model(code="x").to_item() == {"code": {"S": "x"}}


def test_an_index_holds_the_entity(declare):
    """So that reads of it can tell whose items they are."""
    indexes = [
        models.GlobalIndex("keys", "a", projection="KEYS_ONLY"), models.GlobalIndex("some", "a", projection=["b"]),
        models.GlobalIndex("all", "a"),
    ]  # fmt: skip
    model = declare(table={"indexes": indexes, "entity": "e"}, a=models.CharField(), b=models.CharField())
    found = [index.projection for index in model._meta.table.indexes]
    assert found == [("_entity",), ("b", "_entity"), "ALL"]


def test_the_attribute_can_be_named(declare, dynamodb):
    """A table of another writer may call it otherwise; no field can be stored in it."""
    model = declare.stored(table={"entity": "e", "entity_attribute": "kind"})
    model.objects.create(code="x")
    assert stored(model, "x")["kind"] == {"S": "e"}
    clash = declare("Clash", table={"entity": "e", "entity_attribute": "kind"}, kind=models.CharField())
    with pytest.raises(SchemaError, match=r"Clash\.kind is stored in 'kind'"):
        clash._meta.mapper  # noqa: B018 -- building it is the test


@pytest.mark.parametrize("table", [{"entity": ""}, {"entity": 3}, {"entity": "e", "entity_attribute": None, "x": 1}])
def test_an_entity_is_a_text(declare, table):
    """Anything else raises where it is written."""
    with pytest.raises(SchemaError):
        declare(table=table)


def test_a_table_is_made_once_with_all_indexes_and_the_expiry(shop, declare):
    """create_table() of any of the models makes what all of them need."""
    schema = shop.customer._meta.shared_table
    assert ([index.name for index in schema.indexes], schema.ttl) == (["by_status"], "due")
    assert shop.invoice.objects.create_table() is False
    assert shop.customer._meta.table.indexes == ()


def test_a_fixture_builds_the_keys(filled):
    """A raw save writes the same item, keys and entity included."""
    order = filled.order.objects.get(customer="c", placed=DAY, number=1)
    order.delete()
    filled.order(customer="c", placed=DAY, number=1).save_base(raw=True)
    assert filled.order.objects.get(customer="c", placed=DAY, number=1).to_item() == order.to_item()


@pytest.mark.skipif(not os.environ.get("DYNAMODB_TEST_ENDPOINT"), reason="moto's PartiQL finds nothing by IN")
def test_a_statement_brings_the_models_own_items(pair):
    """PartiQL reads whatever is in the table; what is not the model's is left out after reading."""
    left, _ = pair
    for what in ("*", "size"):
        rows = left.objects.partiql(f"SELECT {what} FROM Left WHERE code IN (?, ?)", ["l", "r"])
        assert [row.pk for row in rows] == ["l"]
