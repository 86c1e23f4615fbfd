"""Holds the parts of a schema to what the service allows."""

from dataclasses import replace

import pytest

from django_dynamodb.exceptions import SchemaError
from django_dynamodb.tables.indexes import IndexSchema, KeyAttribute, Throughput, listed, validate_name

AUTHOR = KeyAttribute("author", "S")
POSTED = KeyAttribute("posted", "N")
MANY = tuple(KeyAttribute(f"a{n}", "S") for n in range(8))


@pytest.mark.parametrize("name", ["abc", "a" * 255, "A-z_0.9"])
def test_allowed_names(name):
    """A name of 3 to 255 allowed characters passes."""
    validate_name("Table", name)


@pytest.mark.parametrize("name", ["", "ab", "a" * 256, "a b c", "thréads", "abc\n", "a/b"])
def test_refused_names(name):
    """Any other name is refused, and the message says what is allowed."""
    with pytest.raises(SchemaError, match=r"Table name .* is not allowed .*use 3 to 255 of a-z"):
        validate_name("Table", name)


@pytest.mark.parametrize("type_", ["BOOL", "SS", "s", ""])
def test_key_types(type_):
    """A key is text, a number or binary, and nothing else."""
    with pytest.raises(SchemaError, match=r"'author' has type .*'S', 'N', 'B'"):
        KeyAttribute("author", type_)


@pytest.mark.parametrize("name", ["", "é" * 128])
def test_key_attribute_names(name):
    """The name of a key attribute has 1 to 255 bytes."""
    with pytest.raises(SchemaError, match=r"bytes; allowed are 1 to 255"):
        KeyAttribute(name, "S")


@pytest.mark.seed(39)
def test_least_throughput():
    """SEED row 39: one unit is allowed, as the service's minimum is 1 now; none is not."""
    assert Throughput(1, 1) == Throughput(read=1, write=1)
    with pytest.raises(SchemaError, match="write capacity of 0 units; DynamoDB allows 1 and more"):
        Throughput(1, 0)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"sort": AUTHOR}, "'author' is both partition key and sort key"),
        ({"partition": (AUTHOR, AUTHOR)}, "'author' comes 2 times in the key"),
        ({"partition": (AUTHOR, POSTED), "sort": AUTHOR}, "'author' comes 2 times in the key; name each"),
        ({"partition": ()}, "has no partition key; name one attribute, or up to 4"),
        ({"partition": MANY[:5]}, "has 5 attributes in its partition key; DynamoDB allows 4"),
        ({"partition": AUTHOR, "sort": MANY[:5]}, "has 5 attributes in its sort key; DynamoDB allows 4"),
        ({"sort": (POSTED, MANY[0]), "local": True}, "a local index has one of each"),
        ({"partition": (AUTHOR, MANY[0]), "sort": POSTED, "local": True}, "a local index has one of each"),
        ({"local": True}, "is local and has no sort key"),
        ({"local": True, "sort": POSTED, "throughput": Throughput(1, 1)}, "shares the table's"),
        ({"projection": "SOME"}, "projection 'SOME'; allowed are 'ALL', 'KEYS_ONLY'"),
        ({"projection": ()}, "projects 0 attributes by name; allowed are 1 to 20"),
        ({"projection": tuple(f"a{n}" for n in range(21))}, "projects 21 attributes by name"),
        ({"projection": ("",)}, "projected attribute '' has a name of 0 bytes"),
        ({"name": "by"}, "Index name 'by' is not allowed"),
    ],
)
def test_refused_indexes(options, message):
    """An index the service would refuse is refused with what is allowed."""
    with pytest.raises(SchemaError, match=message):
        IndexSchema(**{"name": "by_author", "partition": AUTHOR, **options})


def test_index_keys():
    """The keys of an index are its partition key, and its sort key if it has one."""
    assert IndexSchema(name="by_author", partition=AUTHOR).keys == (AUTHOR,)
    assert IndexSchema(name="by_author", partition=AUTHOR, sort=POSTED).keys == (AUTHOR, POSTED)


def test_several_attributes():
    """A global index may have four attributes in each part of its key; one in a tuple is one all the same."""
    index = IndexSchema(name="by_much", partition=MANY[:4], sort=MANY[4:])
    assert (index.partitions, index.sorts, index.keys) == (MANY[:4], MANY[4:], MANY)
    assert IndexSchema(name="by_author", partition=(AUTHOR,), sort=()) == IndexSchema(
        name="by_author", partition=AUTHOR
    )
    assert replace(index, name="other").keys == MANY


def test_listed():
    """Names come quoted, in the order given."""
    assert listed(["b", "a"]) == "'b', 'a'"
