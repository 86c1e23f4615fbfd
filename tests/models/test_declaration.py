"""Tests how ``class Table`` is read, and what it refuses."""

import pytest

from django_dynamodb import models
from django_dynamodb.exceptions import SchemaError
from django_dynamodb.models.declaration import Declaration, read_declaration
from django_dynamodb.models.indexes import OnDemand


def read(**options):
    """The record of a class Table."""
    return read_declaration(type("Table", (), options), "Thing")


def test_defaults():
    """Without options, or without the class, everything has its default."""
    assert read() == read_declaration(None, "Thing") == Declaration()
    assert (read().billing, read().using, read().storage, read().indexes) == (OnDemand(), "default", "native", ())


def test_options():
    """Options are taken over; private names and docstrings are none."""
    index = models.GlobalIndex("by_size", "size")
    found = read(name="things", partition_key="a", sort_key="b", indexes=[index], _note="x", __doc__="y", ttl="t")
    assert (found.name, found.partition_key, found.sort_key, found.indexes, found.ttl) == (
        "things", "a", "b", (index,), "t",
    )  # fmt: skip


def test_inherited_options():
    """``class Table(Parent.Table)`` inherits, the nearest option wins."""
    base = type("Table", (), {"using": "other", "ttl": "a"})
    found = read_declaration(type("Table", (base,), {"ttl": "b"}), "Thing")
    assert (found.using, found.ttl) == ("other", "b")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"partition": "a"}, r"Thing.Table.partition is no option. Did you mean 'partition_key'\?"),
        ({"sortkey": "a"}, r"Did you mean 'sort_key'\?"),
        ({"moon": 1}, r"Thing.Table.moon is no option. Options: name, partition_key,"),
        ({"storage": "xml"}, "storage is 'xml'; it is one of native, mapper1"),
        ({"billing": "on demand"}, r"write models.OnDemand\(\) or models.Provisioned"),
        ({"billing": OnDemand}, "billing is"),
        ({"indexes": ["by_author"]}, r"holds 'by_author'; write models.GlobalIndex"),
        (
            {"partition_key": ["a", "b"]},
            r"partition_key is \['a', 'b'\]; name one field. Only the key of a models.Glob",
        ),
        ({"partition_key": "a", "sort_key": ("b", "c")}, r"sort_key is \('b', 'c'\); name one field"),
        ({"partition_key": "a", "sort_key": "a"}, "cannot be both partition key and sort key"),
    ],
)
def test_refused(options, message):
    """A word that is no option, or a value it cannot have, is refused with what is meant or allowed."""
    with pytest.raises(SchemaError, match=message):
        read(**options)
