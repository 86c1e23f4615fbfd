"""Tests the declarations of indexes and billing."""

import pytest

from django_dynamodb import models
from django_dynamodb.exceptions import SchemaError
from django_dynamodb.tables.schema import Throughput


def test_global_index():
    """Another partition key, perhaps a sort key; whole items unless said otherwise."""
    index = models.GlobalIndex("by_a", "a", "b", projection=["c"])
    assert (index.name, index.partition_key, index.sort_key, index.projection, index.local) == (
        "by_a", "a", "b", ("c",), False,
    )  # fmt: skip
    assert models.GlobalIndex("by_a", "a") == models.GlobalIndex("by_a", "a", None, projection="ALL")


def test_local_index():
    """Another sort key within the table's partitions."""
    index = models.LocalIndex("by_a", "a", projection="KEYS_ONLY")
    assert (index.partition_key, index.sort_key, index.projection, index.local) == (None, "a", "KEYS_ONLY", True)


def test_several_attributes():
    """A part of a global index's key may be a list; one in a list is one all the same."""
    index = models.GlobalIndex("by_a", ["a", "b"], ("c", "d"))
    assert (index.partition_keys, index.sort_keys) == (("a", "b"), ("c", "d"))
    assert (index.partition_key, index.sort_key) == (("a", "b"), ("c", "d"))
    assert models.GlobalIndex("by_a", ["a"], []) == models.GlobalIndex("by_a", "a")
    assert (models.GlobalIndex("by_a", "a").partition_keys, models.LocalIndex("by_a", "b").partition_keys) == (
        ("a",),
        (),
    )
    assert hash(index)


def test_local_index_is_single():
    """A local index is sorted by one attribute."""
    with pytest.raises(SchemaError, match=r"sort_key is \['a', 'b'\]; a local index is sorted by one field"):
        models.LocalIndex("by_a", ["a", "b"])


def test_unknown_projection():
    """A projection is one of two words or a list of fields."""
    with pytest.raises(SchemaError, match="'author' is not one of 'ALL', 'KEYS_ONLY' or a list"):
        models.GlobalIndex("by_a", "a", projection="author")


def test_billing():
    """Provisioned throughput is at least one unit of each."""
    assert models.Provisioned(read=1, write=2).as_throughput() == Throughput(read=1, write=2)
    for read, write in ((0, 1), (1, 0), (-1, 5)):
        with pytest.raises(SchemaError, match=r"both are at least 1 unit; use models.OnDemand\(\)"):
            models.Provisioned(read=read, write=write)


def test_frozen():
    """A declaration cannot change, and can be compared and hashed."""
    index = models.GlobalIndex("by_a", "a")
    with pytest.raises(AttributeError):
        index.name = "b"
    assert len({index, models.GlobalIndex("by_a", "a"), models.LocalIndex("by_a", "a")}) == 2
