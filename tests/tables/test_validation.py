"""Holds that what the service would refuse is refused before the call, with the attribute named."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from django_dynamodb.codec.size import item_size
from django_dynamodb.exceptions import InvalidKeyError, InvalidValueError, ItemTooLargeError, SchemaError
from django_dynamodb.expressions.conditions import BeginsWith, Between, Compare
from django_dynamodb.expressions.keys import KeyCondition
from django_dynamodb.expressions.paths import Path
from django_dynamodb.expressions.updates import Add, Arithmetic, SetTo, Update
from django_dynamodb.operations.json import dumps
from django_dynamodb.tables import validation
from django_dynamodb.tables.schema import IndexSchema, KeyAttribute, TableSchema

THREADS = TableSchema(
    name="threads",
    partition=KeyAttribute("forum", "S"),
    sort=KeyAttribute("subject", "S"),
    indexes=(IndexSchema(name="by_author", partition=KeyAttribute("author", "S"), sort=KeyAttribute("views", "N")),),
)
FILES = TableSchema(name="files", partition=KeyAttribute("hash", "B"))


def base64_of(size):
    """Base64 text of so many bytes."""
    return base64.b64encode(b"x" * size).decode()


def key(forum="AWS", subject="S3"):
    """A key of the table of threads."""
    return {"forum": {"S": forum}, "subject": {"S": subject}}


@pytest.mark.parametrize(
    ("schema", "good"),
    [
        (THREADS, key()),
        (THREADS, key("x" * 2048, "x" * 1024)),
        (THREADS, key("é" * 1024, "é" * 512)),
        (THREADS, key("😀" * 512, "😀" * 256)),
        (FILES, {"hash": {"B": base64_of(2048)}}),
    ],
)
def test_good_keys(schema, good):
    """A key up to its limit in bytes passes."""
    validation.validate_key(schema, good)


@pytest.mark.parametrize(
    ("schema", "bad", "message"),
    [
        (THREADS, {"forum": {"S": "AWS"}}, r"Table 'threads': key attribute 'subject' is missing"),
        (THREADS, {"forum": {"N": "1"}, "subject": {"S": "S3"}}, r"'forum' is '1' of type 'N'; its type is 'S'"),
        (THREADS, {"forum": {"NULL": True}, "subject": {"S": "S3"}}, r"'forum' is True of type 'NULL'"),
        (THREADS, key(subject=""), r"'subject' is empty; a key value has at least one byte"),
        (THREADS, key("x" * 2049), r"'forum' has 2,049 bytes, 'x{60}'…; the limit is 2,048 bytes"),
        (THREADS, key("é" * 1025), r"'forum' has 2,050 bytes"),
        (THREADS, key(subject="x" * 1025), r"'subject' has 1,025 bytes, .*; the limit is 1,024 bytes"),
        (THREADS, {**key(), "views": {"N": "1"}}, r"'views' is no part of the key, which is 'forum', 'subject'"),
        (FILES, {"hash": {"B": base64_of(2049)}}, r"'hash' has 2,049 bytes"),
        (FILES, {"hash": {"B": ""}}, r"'hash' is empty"),
    ],
)
def test_bad_keys(schema, bad, message):
    """Any other key is refused; the error names table, attribute, value and limit."""
    with pytest.raises(InvalidKeyError, match=message) as caught:
        validation.validate_key(schema, bad)
    assert caught.value.table == schema.name


@pytest.mark.parametrize(
    ("attributes", "message"),
    [
        ({"author": {"S": ""}}, r"attribute 'author', a key of index 'by_author', is empty.*leave the attribute out"),
        ({"author": {"NULL": True}}, r"'author'.* is True of type 'NULL'; its type is 'S'"),
        ({"views": {"S": "many"}}, r"'views'.*its type is 'N'"),
        ({"author": {"S": "x" * 2049}}, r"has 2,049 bytes"),
    ],
)
def test_bad_index_values(attributes, message):
    """A value no index key can have is refused before the call, as the service would."""
    with pytest.raises(InvalidValueError, match=message):
        validation.validate_index_values(THREADS, {**key(), **attributes})


def test_absent_index_values():
    """An item without the key attributes of an index is fine: it is just not in that index."""
    validation.validate_index_values(THREADS, key())


@pytest.mark.parametrize("change", [{"sets": (SetTo(Path("forum"), {"S": "x"}),)}, {"removes": (Path("subject"),)}])
def test_update_of_the_key(change):
    """An update never moves an item to another key."""
    with pytest.raises(InvalidKeyError, match="an update cannot change key attribute"):
        validation.validate_update(THREADS, Update(**change))


def test_update_of_an_index_key():
    """An update sets an index key only to what an index can hold."""
    with pytest.raises(InvalidValueError, match="'author', a key of index 'by_author', is empty"):
        validation.validate_update(THREADS, Update(sets=(SetTo(Path("author"), {"S": ""}),)))


@pytest.mark.parametrize(
    "update",
    [
        Update(sets=(SetTo(Path("author"), {"S": "x"}), SetTo(Path("meta", "author"), {"S": ""}))),
        Update(sets=(SetTo(Path("views"), Arithmetic(Path("views"), "+", {"N": "1"})),)),
        Update(adds=(Add(Path("views"), {"N": "1"}),), removes=(Path("author"),)),
    ],
)
def test_good_updates(update):
    """Computed values, places inside documents and removals are no fault of an index key."""
    validation.validate_update(THREADS, update)


def condition(test=None, name="forum", value="AWS"):
    """A key condition on text."""
    return KeyCondition((name, {"S": value}), test)


SUBJECT = Path("subject")


@pytest.mark.parametrize(
    ("index", "tested", "message"),
    [
        (None, condition(value=""), r"Table 'threads': the value for key attribute 'forum' is empty"),
        (None, condition(name="author"), r"Table 'threads': cannot query by 'author'; its key is 'forum', 'subject'"),
        (None, condition(Compare(Path("views"), "=", {"N": "1"})), r"cannot query by 'views'"),
        (None, condition(Compare(SUBJECT, "=", {"N": "1"})), r"'subject' is '1' of type 'N'; its type is 'S'"),
        (None, condition(Between(SUBJECT, {"S": "a"}, {"S": "x" * 1025})), r"'subject' has 1,025 bytes"),
        (None, condition(BeginsWith(SUBJECT, {"S": ""})), r"'subject' is empty"),
        ("by_author", condition(), r"Index 'by_author' of table 'threads': cannot query by 'forum'"),
    ],
)
def test_bad_key_conditions(index, tested, message):
    """A query by another attribute, or for a value no key has, is refused: moto answers those with no items."""
    with pytest.raises(InvalidKeyError, match=message):
        validation.validate_key_condition(THREADS, index, tested)


def test_good_key_conditions():
    """A query by the key of what is read passes."""
    validation.validate_key_condition(THREADS, None, condition(Between(SUBJECT, {"S": "a"}, {"S": "b"})))
    views = Compare(Path("views"), ">", {"N": "1"})
    validation.validate_key_condition(THREADS, "by_author", condition(views, name="author"))


PLACES = TableSchema(
    name="places",
    partition=KeyAttribute("id", "S"),
    indexes=(
        IndexSchema(
            name="by_place",
            partition=(KeyAttribute("tenant", "S"), KeyAttribute("region", "S")),
            sort=(KeyAttribute("status", "S"), KeyAttribute("posted", "N")),
        ),
    ),
)
HERE = (("region", {"S": "eu"}),)
OPEN = ("status", {"S": "open"})
LATE = Compare(Path("posted"), ">", {"N": "1"})


@pytest.mark.parametrize(
    ("also", "sort", "message"),
    [
        ((), None, "gives the whole partition key exactly: 'tenant', 'region'"),
        ((OPEN,), None, "cannot query by 'status'"),
        ((*HERE, ("posted", {"N": "1"})), None, "cannot query by 'posted'"),
        (HERE, LATE, "cannot query by 'posted'; its key is 'tenant', 'region', 'status', 'posted'"),
        ((*HERE, ("status", {"S": ""})), None, "'status' is empty"),
        ((*HERE, ("status", {"S": "x" * 1025})), None, "the limit is 1,024 bytes"),
        ((("region", {"S": "x" * 2049}),), None, "the limit is 2,048 bytes"),
    ],
)
def test_bad_key_conditions_of_several(also, sort, message):
    """The partition key of an index is given whole, its sort key from the left without a gap."""
    with pytest.raises(InvalidKeyError, match=message):
        validation.validate_key_condition(PLACES, "by_place", KeyCondition(("tenant", {"S": "a"}), sort, also))


@pytest.mark.parametrize(("also", "sort"), [(HERE, None), ((*HERE, OPEN), None), ((*HERE, OPEN), LATE)])
def test_good_key_conditions_of_several(also, sort):
    """A prefix of the key is enough, once the partition is whole."""
    validation.validate_key_condition(PLACES, "by_place", KeyCondition(("tenant", {"S": "a"}), sort, also))


def test_sizes_of_several():
    """Each attribute of a partition key may have 2,048 bytes, each of a sort key 1,024."""
    assert [(rule.name, rule.most) for rule in PLACES.index_key_rules] == [
        ("tenant", 2048), ("region", 2048), ("status", 1024), ("posted", 1024),
    ]  # fmt: skip


def test_sort_test_without_sort_key():
    """A table without a sort key is not queried by one."""
    tested = KeyCondition(("hash", {"B": "eA=="}), Compare(Path("name"), "=", {"S": "x"}))
    with pytest.raises(InvalidKeyError, match="cannot query by 'name'; its key is 'hash'"):
        validation.validate_key_condition(FILES, None, tested)


def test_key_condition_of_unknown_index():
    """A query of an index there is not names those there are."""
    with pytest.raises(SchemaError, match="no index 'by_date'"):
        validation.validate_key_condition(THREADS, "by_date", condition())


def sized(size):
    """An item of exactly so many bytes."""
    item = {**key(), "body": {"S": ""}, "summary": {"S": "y" * 500}, "tags": {"SS": ["z" * 90]}}
    item["body"]["S"] = "x" * (size - item_size(item))
    return item


def test_largest_item():
    """An item of exactly 400 KB passes."""
    validation.validate_item_size(THREADS, sized(409_600), 500_000)


def test_too_large_item():
    """One byte more is refused; the error names the three largest attributes, largest first, and keeps the key."""
    message = r"409,601 bytes, .* allows 409,600\. .* 'body' 408,\d+ bytes, 'summary' 500 bytes, 'tags' 90 bytes\."
    with pytest.raises(ItemTooLargeError, match=message) as caught:
        validation.validate_item_size(THREADS, sized(409_601), 500_000)
    assert caught.value.key == key()


names = st.text(max_size=3)
texts = st.text(max_size=6)
numbers = st.one_of(st.integers(), st.decimals(allow_nan=False, allow_infinity=False)).map(str)
binaries = st.binary(max_size=9).map(lambda content: base64.b64encode(content).decode())
scalars = st.one_of(
    st.fixed_dictionaries({"S": texts}),
    st.fixed_dictionaries({"N": numbers}),
    st.fixed_dictionaries({"B": binaries}),
    st.fixed_dictionaries({"BOOL": st.booleans()}),
    st.just({"NULL": True}),
    st.fixed_dictionaries({"SS": st.lists(texts, min_size=1, max_size=3)}),
    st.fixed_dictionaries({"NS": st.lists(numbers, min_size=1, max_size=3)}),
    st.fixed_dictionaries({"BS": st.lists(binaries, min_size=1, max_size=3)}),
)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.fixed_dictionaries({"L": st.lists(inner, max_size=3)}),
        st.fixed_dictionaries({"M": st.dictionaries(names, inner, max_size=3)}),
    ),
    max_leaves=8,
)


@given(st.dictionaries(names, values, max_size=4))
def test_json_is_never_shorter_than_the_item(item):
    """The promise of the free check: an item's size is never above that of its JSON."""
    assert item_size(item) <= len(dumps(item))
