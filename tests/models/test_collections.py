"""Tests that a collection reads one partition by one Query, as objects of several models, and hides nothing."""

import datetime as dt

import pytest
from asgiref.sync import async_to_sync

from django_dynamodb import models
from django_dynamodb.exceptions import InvalidCursorError, InvalidKeyError, UnknownEntityError, UnsupportedError
from tests.models.shop import DAY, declare, filled, shop
from tests.recording import sent

__all__ = ["declare", "filled", "sent", "shop"]


@pytest.fixture
def everything(filled):
    """All models of the shop."""
    return models.Collection(filled.customer, filled.order, filled.invoice)


def names(rows):
    """The classes of some objects."""
    return [type(row).__name__ for row in rows]


def test_one_query_brings_all_models_in_the_order_of_the_sort_key(everything, sent):
    """By the parts of the partition key, or by its own text; backwards, in part, and limited."""
    rows = everything.filter(customer="c")
    assert names(rows) == ["Invoice", "Order", "Order", "Order", "Customer"]
    assert sent.operations == ["Query"]
    assert names(everything.query("CUSTOMER#c", reverse=True, limit=2)) == ["Customer", "Order"]
    assert names(everything.query("CUSTOMER#c", startswith="ORDER#", consistent_read=True)) == ["Order"] * 3
    assert list(everything.filter(customer="nobody")) == []


def test_objects_are_as_if_read_by_their_model(everything, filled, sent):
    """They know what is stored, so that saving one writes what changed."""
    order = everything.filter(customer="c").groups()[filled.order][0]
    order.status = "paid"
    order.save()
    assert sent.operations == ["Query", "UpdateItem"]


def test_groups_are_by_model(everything, filled):
    """Each model has its list, in order, be it empty."""
    groups = everything.filter(customer="c").groups()
    assert [(model.__name__, len(rows)) for model, rows in groups.items()] == [
        ("Customer", 1),
        ("Order", 3),
        ("Invoice", 1),
    ]
    assert [row.number for row in groups[filled.order]] == [1, 2, 3]
    assert (len(groups), groups.unknown) == (3, [])
    assert everything.filter(customer="nobody").groups()[filled.order] == []


def test_pages_go_through_all_models(everything):
    """Forth and back, by cursors that fit no other query."""
    rows = everything.filter(customer="c")
    first = rows.page(3)
    second = rows.page(3, after=first.next)
    assert names([*first, *second]) == names(rows)
    assert (second.next, names(rows.page(3, after=second.previous))) == (None, names(first))
    with pytest.raises(InvalidCursorError):
        everything.filter(customer="d").page(3, after=first.next)
    with pytest.raises(TypeError, match="limit"):
        everything.filter(customer="c", limit=2).page(3)


def test_what_is_of_none_of_the_models_raises(filled):
    """Unless it is kept, or skipped, by name."""
    orders = (filled.order, filled.invoice)
    with pytest.raises(UnknownEntityError, match="entity 'customer'") as caught:
        list(models.Collection(*orders).filter(customer="c"))
    assert caught.value.key == {"pk1": {"S": "CUSTOMER#c"}, "sk1": {"S": "PROFILE"}}
    kept = models.Collection(*orders, others="keep").filter(customer="c").groups().unknown
    assert [(row.entity, row.item["email"]["S"]) for row in kept] == [("customer", "c@example.org")]
    assert names(models.Collection(*orders, others="skip").filter(customer="c")) == ["Invoice", *["Order"] * 3]


def test_an_item_that_says_nothing_is_unknown_too(everything, filled):
    """Another writer's item without an entity is not passed over."""
    filled.order._meta.open_table().put({"pk1": {"S": "CUSTOMER#c"}, "sk1": {"S": "A"}})
    with pytest.raises(UnknownEntityError, match="entity None"):
        list(everything.query("CUSTOMER#c"))


def test_what_has_expired_is_left_out(everything, filled):
    """As by the model's own query sets; in pages too."""
    past = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    filled.invoice(customer="c", code="old", due=past).save_base(raw=True)
    assert names(everything.filter(customer="c")).count("Invoice") == 1
    assert names(everything.filter(customer="c").page(9)).count("Invoice") == 1


def test_an_index_is_read_alike(filled):
    """A collection may go through an index that holds whole items."""
    orders = models.Collection(filled.order)
    assert len(list(orders.query("STATUS#new#c", index="by_status"))) == 3
    assert len(list(orders.filter(status="new", customer="c", index="by_status"))) == 3


def test_subclasses_come_as_what_they_are(declare, dynamodb):
    """A model stands for its family, and groups under the model that was named."""
    table = {"entity": "base", "partition_key": "a", "sort_key": "b"}
    base = declare("Base", table=table, a=models.CharField(), b=models.CharField())
    below = declare("Below", bases=(base,), table={"entity": "below"})
    base.objects.create_table()
    base.objects.create(a="k", b="1")
    below.objects.create(a="k", b="2")
    collection = models.Collection(base)
    assert names(collection.filter(a="k")) == ["Base", "Below"]
    assert names(collection.query("k").groups()[base]) == ["Base", "Below"]


def test_asynchronous_twins(everything, filled):
    """Iteration, groups and pages."""

    async def read():
        rows = everything.filter(customer="c")
        return [row async for row in rows], await rows.agroups(), await rows.apage(2)

    rows, groups, page = async_to_sync(read)()
    assert (len(rows), len(groups[filled.order]), len(page)) == (5, 3, 2)


def test_what_is_no_collection_is_refused(filled, declare):
    """Models without a common table, and questions that are no partition."""
    with pytest.raises(UnsupportedError, match="name the entities"):
        models.Collection()
    with pytest.raises(ValueError, match="one of raise, keep, skip"):
        models.Collection(filled.order, others="drop")
    for other in (declare("Plain"), declare("Apart", table={"entity": "apart"})):
        with pytest.raises(UnsupportedError, match="no entity of the table"):
            models.Collection(filled.order, other)
    orders = models.Collection(filled.customer, filled.order)
    with pytest.raises(UnsupportedError, match=r"give customer=\.\.\. and nothing else"):
        orders.filter(customer="c", placed=DAY)
    with pytest.raises(InvalidKeyError, match="must have values"):
        orders.filter(customer=None)
    with pytest.raises(UnsupportedError, match="has no index 'nothing'"):
        orders.query("x", index="nothing")


def test_parts_that_make_different_partitions_are_refused(declare):
    """The models' templates have to agree."""
    table = {"name": "both", "partition_key": "p", "sort_key": "s"}
    made = [
        declare(
            name, table={**table, "entity": name}, who=models.CharField(),
            p=models.TemplateField(f"{name}#{{who}}"), s=models.TemplateField("S"),
        )
        for name in ("One", "Two")
    ]  # fmt: skip
    with pytest.raises(UnsupportedError, match="different partitions: One#x, Two#x"):
        models.Collection(*made).filter(who="x")


def test_partial_indexes_and_keys_without_text_are_refused(declare):
    """An index that holds parts of items makes no objects, and only text begins with a text."""
    table = {"entity": "e", "indexes": [models.GlobalIndex("part", "a", projection="KEYS_ONLY")]}
    model = declare(table=table, a=models.CharField())
    with pytest.raises(UnsupportedError, match="parts of items"):
        models.Collection(model).query("x", index="part")
    with pytest.raises(UnsupportedError, match="sort key that is text"):
        models.Collection(model).query("x", startswith="a")
