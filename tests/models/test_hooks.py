"""Tests how an overridden method is told."""

from django_dynamodb import models
from django_dynamodb.models.hooks import overrides
from tests.declaring import declare

__all__ = ["declare"]


def test_overrides(declare):
    """A method is overridden when a class outside this package defines it: the model, a parent or a mixin."""
    mixin = type("Mixin", (), {"__module__": "app", "from_item": classmethod(lambda cls, item: cls())})
    plain = declare("Plain")
    own = declare("Own", to_item=lambda self: {})
    mixed = declare("Mixed", bases=(mixin, models.Model), code=models.CharField(primary_key=True, max_length=9))
    child = declare("Child", bases=(own,), meta={"proxy": True})
    assert [overrides(model, "to_item") for model in (plain, own, mixed, child)] == [False, True, False, True]
    assert [overrides(model, "from_item") for model in (plain, own, mixed, child)] == [False, False, True, False]
