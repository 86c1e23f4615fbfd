"""Holds the parts of a schema to what the service allows."""

import pytest

from django_dynamodb.exceptions import SchemaError
from django_dynamodb.tables.indexes import IndexSchema, KeyAttribute, Throughput, listed, validate_name

AUTHOR = KeyAttribute("author", "S")
POSTED = KeyAttribute("posted", "N")


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


def test_listed():
    """Names come quoted, in the order given."""
    assert listed(["b", "a"]) == "'b', 'a'"
