"""Holds table schemas to what the service allows, and to what the floors above ask of them."""

import itertools

import pytest

from django_dynamodb.exceptions import InvalidKeyError, SchemaError
from django_dynamodb.tables.schema import IndexSchema, KeyAttribute, TableSchema, Throughput
from django_dynamodb.tables.validation import key_fault

FORUM = KeyAttribute("forum", "S")
SUBJECT = KeyAttribute("subject", "S")
VIEWS = KeyAttribute("views", "N")


def schema(**options):
    """A small table."""
    return TableSchema(**{"name": "threads", "partition": FORUM, "sort": SUBJECT, **options})


def index(name="by_views", **options):
    """A small index."""
    return IndexSchema(**{"name": name, "partition": FORUM, "sort": VIEWS, **options})


def local(number):
    """A local index."""
    return index(f"local{number}", sort=KeyAttribute(f"a{number}", "S"), local=True)


def wide(number):
    """A global index with 20 projected attributes."""
    return index(f"wide{number}", projection=tuple(f"a{n}" for n in range(20)))


REFUSED = [
    ({"name": "t"}, "Table name 't' is not allowed"),
    ({"sort": FORUM}, "'forum' is both partition key and sort key"),
    ({"indexes": (index(), index())}, "2 indexes named 'by_views'"),
    ({"indexes": tuple(map(local, range(6)))}, "6 local indexes; DynamoDB allows 5"),
    ({"indexes": tuple(index(f"by{n:02}") for n in range(21))}, "21 global indexes; DynamoDB allows 20"),
    ({"indexes": tuple(map(wide, range(6)))}, "project 120 attributes by name; DynamoDB allows 100"),
    ({"indexes": (local(1),), "sort": None}, "which has no sort key; use a global index"),
    ({"indexes": (index(partition=SUBJECT, local=True),)}, "a local index has the table's, 'forum'"),
    ({"indexes": (index(sort=KeyAttribute("subject", "N")),)}, "'subject' is 'S' in one key and 'N' in another"),
    ({"ttl": "forum"}, "expires items by 'forum', which is no number"),
    ({"ttl": ""}, "Expiry attribute '' has a name of 0 bytes"),
    ({"stream": "EVERYTHING"}, "stream 'EVERYTHING'; allowed are 'KEYS_ONLY', 'NEW_IMAGE'"),
    ({"indexes": (index(throughput=Throughput(1, 1)),)}, "has throughput, its table 'threads' is on demand"),
]


@pytest.mark.seed(17)
@pytest.mark.parametrize(("options", "message"), REFUSED)
def test_refused_tables(options, message):
    """SEED row 17: a table the service would refuse is a SchemaError that says what is allowed."""
    with pytest.raises(SchemaError, match=message):
        schema(**options)


@pytest.mark.seed(17)
@pytest.mark.parametrize(
    "options", [{"partition": VIEWS}, {"partition": FORUM, "sort": None}, {"partition": VIEWS, "sort": SUBJECT}]
)
def test_refused_counters(options):
    """SEED row 17: autoincrement needs a number as partition key and no sort key."""
    with pytest.raises(SchemaError, match="has a number as partition key and no sort key"):
        schema(**options, counter=True)


def test_whole_table():
    """Everything DynamoDB offers together is accepted: five local and twenty global indexes, expiry and a stream."""
    indexes = (*map(local, range(5)), *(index(f"by{n:02}", throughput=Throughput(1, 1)) for n in range(20)))
    whole = schema(indexes=indexes, throughput=Throughput(5, 5), ttl="expires", stream="NEW_IMAGE")
    assert len(whole.indexes) == 25


def test_keys():
    """The keys are the partition key, and the sort key if there is one."""
    assert schema().keys == (FORUM, SUBJECT)
    assert schema(sort=None).keys == (FORUM,)


def test_key_of():
    """The key of an item is its key attributes alone."""
    item = {"subject": {"S": "S3"}, "views": {"N": "1"}, "forum": {"S": "AWS"}}
    assert schema().key_of(item) == {"forum": {"S": "AWS"}, "subject": {"S": "S3"}}


def test_key_of_half_an_item():
    """An item without a key attribute has no key; the error names table and attribute."""
    with pytest.raises(InvalidKeyError, match="Table 'threads': key attribute 'subject' is missing") as caught:
        schema().key_of({"forum": {"S": "AWS"}})
    assert caught.value.table == "threads"


def test_index_by_name():
    """An index is found by its name; a name there is not is answered with those there are."""
    assert schema(indexes=(index(),)).index("by_views") == index()
    with pytest.raises(SchemaError, match="has no index 'by_author'; its indexes: 'by_views'"):
        schema(indexes=(index(),)).index("by_author")
    with pytest.raises(SchemaError, match="its indexes: none"):
        schema().index("by_author")


def test_prefixed():
    """A prefix changes the name only, and none changes nothing."""
    plain = schema(indexes=(index(),), ttl="expires")
    assert plain.prefixed("dev-").name == "dev-threads"
    assert plain.prefixed("dev-").prefixed("").keys == plain.keys
    assert plain.prefixed("") is plain


@pytest.mark.parametrize("prefix", ["x" * 249, "dev/"])
def test_bad_prefix(prefix):
    """A prefix that makes a name no table can have is refused."""
    with pytest.raises(SchemaError, match=r"Table name .* is not allowed"):
        schema().prefixed(prefix)


def test_hashable():
    """Equal schemas are one key of a mapping."""
    assert {schema(indexes=(index(),)): 1}[schema(indexes=(index(),))] == 1


@pytest.mark.parametrize(
    ("indexes", "rules"),
    [
        ((), []),
        ((index(),), [("views", "N", 1024, "by_views")]),
        ((index(sort=SUBJECT),), []),
        ((index(partition=SUBJECT, sort=FORUM),), [("forum", "S", 1024, "by_views")]),
        ((index("one", partition=VIEWS, sort=None), index("two")), [("views", "N", 1024, "two")]),
    ],
)
def test_index_key_rules(indexes, rules):
    """An index adds a rule where it is stricter than the table and the indexes before."""
    found = schema(indexes=indexes).index_key_rules
    assert [(rule.name, rule.type, rule.most, rule.index) for rule in found] == rules


CONTENTS = ["", "x", "é" * 256, "x" * 512, "x" * 513, "é" * 1_024, "x" * 1_025, "1", "-1E10"]


@pytest.mark.parametrize("kinds", [("S",), ("N",), ("B",), ("S", "S"), ("S", "N"), ("N", "B"), ("B", "S")])
def test_sure_keys(kinds):
    """Whatever is surely a key breaks none of the rules; most keys are surely one."""
    attributes = [KeyAttribute(name, kind) for name, kind in zip("ab", kinds, strict=False)]
    table = TableSchema(name="table", partition=attributes[0], sort=(*attributes[1:], None)[0])
    values = [{kind: content} for kind in "SNB" for content in CONTENTS]
    for combined in itertools.product(values, repeat=len(kinds)):
        key = dict(zip("ab", combined, strict=False))
        if table.has_sure_key(key):
            assert not any(key_fault(rule, key[rule.name]) for rule in table.key_rules)
    assert table.has_sure_key({rule.name: {rule.type: "1"} for rule in table.key_rules})
    assert not table.has_sure_key({})


@pytest.mark.parametrize("table", [schema(), schema(sort=None)])
def test_sure_keys_alone(table):
    """What is to be a key and nothing else has no further attribute."""
    key = {rule.name: {rule.type: "1"} for rule in table.key_rules}
    assert table.is_sure_key(key)
    assert table.has_sure_key({**key, "other": {"S": "x"}})
    assert not table.is_sure_key({**key, "other": {"S": "x"}})
