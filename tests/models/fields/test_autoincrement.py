"""Tests the field itself; how numbers are handed out is tested where objects are saved."""

import pytest

from django_dynamodb import models
from django_dynamodb.models.storage import internal_type
from tests.testapp.models import Ticket

FIELD = Ticket._meta.get_field("id")


def test_options():
    """Forms leave it out, and it is a number as any other."""
    assert (FIELD.blank, FIELD.editable, FIELD.primary_key) == (True, False, True)
    assert internal_type(FIELD) == "IntegerField"
    assert Ticket._meta.mapper.autoincrement
    assert Ticket._meta.auto_field is None


@pytest.mark.parametrize("options", [{}, {"primary_key": True}, {"editable": True, "blank": False, "db_column": "n"}])
def test_deconstruct(options):
    """What the field fills in by itself is left out; what was said is kept."""
    _name, path, args, kwargs = models.AutoIncrementField(**options).deconstruct()
    assert (args, kwargs) == ([], options)
    assert path.endswith(".AutoIncrementField")
    clone = models.AutoIncrementField(**options).clone()
    assert (clone.blank, clone.editable) == (options.get("blank", True), options.get("editable", False))


def test_no_number_yet():
    """An object that was never saved has no number."""
    assert Ticket().pk is None
    assert Ticket(id="5").to_item()["id"] == {"N": "5"}
