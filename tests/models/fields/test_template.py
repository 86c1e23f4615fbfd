"""Tests that a template field is what its parts say, on objects new, loaded, changed and loaded in part."""

import pytest
from django.core.exceptions import ValidationError
from django.forms import modelform_factory

from django_dynamodb import models
from django_dynamodb.exceptions import InvalidKeyError
from tests.models.shop import DAY, declare, filled, shop
from tests.recording import sent

__all__ = ["declare", "filled", "sent", "shop"]


def test_a_new_object_has_its_key_before_it_is_saved(shop):
    """The key follows the parts as they change."""
    order = shop.order(customer="c", placed=DAY, number=7)
    assert (order.pk1, order.sk1) == ("CUSTOMER#c", "ORDER#2024-01-02#00000007")
    order.number = 8
    assert order.pk == "CUSTOMER!23c~ORDER!232024-01-02!2300000008"
    assert order.to_item()["sk1"] == {"S": "ORDER#2024-01-02#00000008"}
    assert shop.order().pk is None


def test_a_missing_part_of_a_key_is_named(shop):
    """Without it nothing is sent."""
    with pytest.raises(InvalidKeyError, match=r"ORDER#\{placed\}.*placed, number have no value"):
        shop.order(customer="c").save()
    with pytest.raises(InvalidKeyError, match="customer has no value"):
        shop.customer(customer="").save()


def test_a_changed_part_of_a_stored_key_is_refused(filled):
    """As any key; nothing is written, and the part keeps its new value."""
    order = filled.order.objects.get(customer="c", placed=DAY, number=1)
    order.number = 9
    with pytest.raises(InvalidKeyError, match="sk1 is a key and was changed"):
        order.save()
    with pytest.raises(ValidationError, match="cannot change"):
        order.full_clean()
    order.number = None
    with pytest.raises(InvalidKeyError, match="number has no value"):
        order.save()


def test_a_copy_has_a_key_of_its_own(filled):
    """Marking an object as new and changing a part makes another item."""
    order = filled.order.objects.get(customer="c", placed=DAY, number=1)
    order._state.adding, order.number = True, 50
    order.save()
    assert filled.order.objects.filter(customer="c").count() == 4


@pytest.mark.parametrize("options", [{}, {"update_fields": ["status"]}])
def test_a_save_rebuilds_the_keys_of_indexes(filled, sent, options):
    """Whatever is named to be written, the index follows."""
    order = filled.order.objects.get(customer="c", placed=DAY, number=1)
    order.status = "paid"
    order.save(**options)
    assert sent.values == {"status": {"S": "paid"}, "gpk": {"S": "STATUS#paid#c"}}


def test_parts_that_were_not_loaded_are_read_out_of_the_key(filled, sent):
    """After only() the rest of an index key is known by its own text; no further read."""
    order = filled.order.objects.only("status").get(customer="c", placed=DAY, number=1)
    sent.clear()
    order.status = "paid"
    order.save()
    assert (sent.operations, sent.values["gpk"]) == (["UpdateItem"], {"S": "STATUS#paid#c"})


def test_a_key_that_an_index_does_not_hold_follows_too(declare, dynamodb):
    """An object from an index with a part of its item loads what it needs to rebuild another index's key."""
    indexes = [models.GlobalIndex("names", "name", projection=["size"]), models.GlobalIndex("sizes", "key")]
    model = declare.stored(
        table={"indexes": indexes}, name=models.CharField(), size=models.IntegerField(), kind=models.CharField(),
        key=models.TemplateField("{kind}#{size:03d}"),
    )  # fmt: skip
    model.objects.create(code="x", name="n", size=1, kind="k")
    row = model.objects.filter(name="n").index("names").get()
    row.save()
    assert "key" not in vars(row)
    row.size = 2
    row.save()
    assert model.objects.get(pk="x").key == "k#002"


def test_an_optional_part_leaves_the_item_out_of_the_index(filled):
    """An index key without a part is not stored, and comes back with it."""
    order = filled.order.objects.get(customer="c", placed=DAY, number=1)
    order.status = ""
    order.save()
    assert "gpk" not in order._state.item
    order.status = "new"
    order.save()
    assert filled.order.objects.get(customer="c", placed=DAY, number=1).gpk == "STATUS#new#c"


def test_a_form_says_what_cannot_be_part_of_a_key(filled):
    """A value with the separator, and a key that exists, are errors of the form."""
    form_class = modelform_factory(filled.order, fields=["customer", "placed", "number", "status"])
    data = {"customer": "c", "placed": "2024-01-02", "number": "1", "status": "new"}
    assert "already exists" in str(form_class(data).errors)
    assert "0 to 99999999" in str(form_class({**data, "number": "-1"}).errors["number"])
    form = form_class({**data, "number": "77"})
    assert form.is_valid(), form.errors
    assert form.save().sk1.endswith("00000077")
    stored = filled.order.objects.get(customer="c", placed=DAY, number=1)
    assert form_class({**data, "status": "x"}, instance=stored).is_valid()


def test_a_field_is_given_back_as_it_was_written():
    """deconstruct() holds the template, and no default."""
    field = models.TemplateField("A#{a}")
    assert field.deconstruct()[1:] == ("django_dynamodb.models.fields.template.TemplateField", ["A#{a}"], {})
    assert field.clone().template == "A#{a}"
    assert models.TemplateField("A", editable=True).deconstruct()[3] == {"editable": True}


def test_the_class_attribute_is_the_descriptor(shop):
    """Like that of every Django field."""
    assert shop.order.sk1.field.template.startswith("ORDER#")


def test_only_a_partition_key(declare, dynamodb):
    """A template may be the whole key."""
    model = declare.stored(
        table={"partition_key": "key"}, key=models.TemplateField("U#{name}"), name=models.CharField()
    )
    model.objects.create(name="ada")
    assert model.objects.get(name="ada").pk == "U#ada"
    assert model._meta.unique_together == (("name",),)
