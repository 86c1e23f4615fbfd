"""Holds the checks of the versions of items."""

import pytest

from django_dynamodb import models
from django_dynamodb.checks import registration


@pytest.mark.parametrize("name", ["code", "title", "head", "", 3])
def test_the_version_attribute_is_free(make, ids, name):
    """It is a name that no field has and no field is stored in."""
    model = make(table={"item_version": name}, title=models.CharField(db_column="head"))
    assert ids(registration.check_model(model)) == ["E040"]


def test_versions_that_can_be_told_and_reached(make):
    """An attribute of its own, migrations with gaps, and detections of some of them are fine."""
    model = make(table={"item_version": "v"})
    models.migration(model, 2)(lambda item: None)
    models.migration(model, 5)(lambda item: None)
    models.detection(model, 2)(lambda item: True)
    assert registration.check_model(model) == []


def test_versions_that_nothing_tells(make, ids):
    """Each version that nothing tells or leads to has one message."""
    model = make()
    models.migration(model, 2)(lambda item: None)
    found = registration.check_model(model)
    assert ids(found) == ["E041", "E041"]
    assert "nothing tells that an item is of version 2" in found[0].msg
