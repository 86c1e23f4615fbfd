"""Declares the model that tests of keys with several attributes use."""

import os

import pytest

from django_dynamodb import models

knows_several = pytest.mark.skipif(
    bool(os.environ.get("DYNAMODB_TEST_ENDPOINT")), reason="dynoxide knows one attribute of each part of a key"
)
"""For tests of what is in an index with several attributes; making, describing and planning run everywhere."""

BY_PLACE = models.GlobalIndex("by_place", ["tenant", "region"], ["status", "posted"])


def declare_jobs(declare, *indexes, make=None, name="Job", **fields):
    """A model whose index has two attributes in each part of its key, or other indexes."""
    text = {name: models.CharField(max_length=9) for name in ("tenant", "region", "status")}
    own = {**text, "posted": models.IntegerField(), "note": models.CharField(max_length=9, blank=True), **fields}
    return (make or declare)(name, table={"indexes": list(indexes or [BY_PLACE])}, **own)
