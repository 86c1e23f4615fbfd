"""Holds that strict mode refuses what an independent engine refuses, request by request, and nothing else."""

import json
import os
import uuid

import pytest

from django_dynamodb.connections import connections
from django_dynamodb.exceptions import InvalidValueError, RequestRejectedError, ServiceError
from django_dynamodb.testing.strict.definitions import validate_change
from tests.testapp.models import Account, Reading, Thread, Ticket

pytestmark = pytest.mark.dynamodb

on_moto = not os.environ.get("DYNAMODB_TEST_ENDPOINT")


def name_of(model):
    """The full name of a table."""
    return connections["default"].table(model._meta.table).schema.name


def send(operation, payload):
    """Makes a call, models standing for the names of their tables."""
    text = json.dumps(payload)
    for model in (Account, Reading, Thread, Ticket):
        text = text.replace(f'"<{model.__name__}>"', f'"{name_of(model)}"')
    return json.loads(connections["default"].send(operation, text.encode()))


def key(owner="a"):
    """The key of an account."""
    return {"owner": {"S": owner}}


def thread(forum="f", subject="s", **more):
    """A thread as an item."""
    return {"forum": {"S": forum}, "subject": {"S": subject}, **more}


def put(owner="a", **more):
    """An entry of a batch."""
    return {"PutRequest": {"Item": key(owner) | more}}


def account(**more):
    """A request about one account."""
    return {"TableName": "<Account>", "Key": key(), **more}


def condition(text, names=None, values=None):
    """A Put under a condition."""
    more = {"ExpressionAttributeNames": names, "ExpressionAttributeValues": values}
    given = {member: value for member, value in more.items() if value is not None}
    return "PutItem", {"TableName": "<Account>", "Item": key(), "ConditionExpression": text, **given}


def query(text="forum = :f", **more):
    """A query of threads."""
    return "Query", {
        "TableName": "<Thread>",
        "KeyConditionExpression": text,
        "ExpressionAttributeValues": {":f": {"S": "f"}, **more.pop("values", {})},
        **more,
    }


def putting(value):
    """A Put of one value."""
    return "PutItem", {"TableName": "<Account>", "Item": key() | {"x": value}}


def batch(*entries):
    """A batch of writes."""
    return "BatchWriteItem", {"RequestItems": {"<Account>": list(entries)}}


def transaction(*owners, **more):
    """A transaction of puts."""
    return "TransactWriteItems", {
        "TransactItems": [{"Put": {"TableName": "<Account>", "Item": key(owner)}} for owner in owners],
        **more,
    }


def reads(*owners):
    """A transaction of reads."""
    return "TransactGetItems", {"TransactItems": [{"Get": account(Key=key(owner))} for owner in owners]}


V = {":v": {"N": "1"}}

REFUSED = {
    "26 writes": batch(*(put(str(n)) for n in range(26))),
    "no writes of a table": batch(),
    "two puts of a key": batch(put(x={"N": "1"}), put(x={"N": "2"})),
    "a put and a delete of a key": batch(put(), {"DeleteRequest": {"Key": key()}}),
    "an empty set in a batch": batch(put(x={"SS": []})),
    "101 reads": ("BatchGetItem", {"RequestItems": {"<Account>": {"Keys": [key(str(n)) for n in range(101)]}}}),
    "a key read twice": ("BatchGetItem", {"RequestItems": {"<Account>": {"Keys": [key(), key()]}}}),
    "a number read twice": (
        "BatchGetItem",
        {"RequestItems": {"<Ticket>": {"Keys": [{"id": {"N": "1"}}, {"id": {"N": "1.0"}}]}}},
    ),
    "a wrong type in a batch": ("BatchGetItem", {"RequestItems": {"<Account>": {"Keys": [{"owner": {"N": "1"}}]}}}),
    "no transaction": transaction(),
    "101 actions": transaction(*map(str, range(101))),
    "an item twice in a transaction": transaction("a", "a"),
    "an item read twice in a transaction": reads("a", "a"),
    "a long token": transaction("a", ClientRequestToken="x" * 37),
    "unused value": condition("attribute_not_exists(x)", values=V),
    "unused name": condition("attribute_not_exists(x)", names={"#n": "x"}),
    "undefined value": condition("x = :w AND y = :v", values=V),
    "undefined name": condition("attribute_exists(#n)"),
    "names without an expression": ("GetItem", account(ExpressionAttributeNames={"#n": "x"})),
    "values without an expression": (
        "PutItem",
        {"TableName": "<Account>", "Item": key(), "ExpressionAttributeValues": V},
    ),
    "empty values": condition("attribute_exists(x)", values={}),
    "reserved word": condition("attribute_exists(size)"),
    "nested reserved word": condition("attribute_exists(x.name)"),
    "reserved word in a projection": ("GetItem", account(ProjectionExpression="x.name")),
    "reserved word in an update": (
        "UpdateItem",
        account(UpdateExpression="SET name = :v", ExpressionAttributeValues=V),
    ),
    "double parentheses": condition("((x = :v))", values=V),
    "unknown function": condition("exists(x)"),
    "open parenthesis": condition("(x = :v", values=V),
    "empty expression": condition(""),
    "strange character": condition("x = :v ;", values=V),
    "4 KB of expression": condition(" OR ".join(["x = :v"] * 410 + ["xxxxxxxxxx = :v"] * 40), values=V),
    "101 choices": condition(f"x IN ({', '.join([':v'] * 101)})", values=V),
    "301 operators": condition(" OR ".join(["x = :v"] * 151), values=V),
    "filter on the partition key": query(FilterExpression="forum = :f"),
    "filter on the sort key": query(FilterExpression="subject = :s", values={":s": {"S": "x"}}),
    "filter on the key of the index": query(
        "author = :f", IndexName="by_author", FilterExpression="posted = :s", values={":s": {"S": "x"}}
    ),
    "two conditions of the sort key": query(
        "forum = :f AND subject > :a AND subject < :b", values={":a": {"S": "a"}, ":b": {"S": "b"}}
    ),
    "no partition": query("subject = :f"),
    "a range of partitions": query("forum > :f"),
    "other than a sort key": query("forum = :f AND subject <> :s", values={":s": {"S": "x"}}),
    "no key": query("forum = :f AND views = :s", values={":s": {"N": "1"}}),
    "wrong type in a key condition": query("forum = :f AND subject = :s", values={":s": {"N": "1"}}),
    "unknown index": query(IndexName="by_nothing"),
    "wrong type of a key": ("GetItem", {"TableName": "<Account>", "Key": {"owner": {"N": "1"}}}),
    "wrong type of a key to delete": ("DeleteItem", {"TableName": "<Account>", "Key": {"owner": {"N": "1"}}}),
    "half a key": ("GetItem", {"TableName": "<Thread>", "Key": {"forum": {"S": "f"}}}),
    "more than a key": ("GetItem", account(Key=key() | {"x": {"S": "y"}})),
    "empty key": ("PutItem", {"TableName": "<Account>", "Item": key("")}),
    "large key": ("GetItem", account(Key=key("é" * 1025))),
    "large sort key": ("PutItem", {"TableName": "<Thread>", "Item": thread(subject="x" * 1025)}),
    "item without a key": ("PutItem", {"TableName": "<Account>", "Item": {"x": {"S": "y"}}}),
    "wrong type of an index key": ("PutItem", {"TableName": "<Thread>", "Item": thread(author={"N": "1"})}),
    "update of the key": (
        "UpdateItem",
        account(
            UpdateExpression="SET #o = :v",
            ExpressionAttributeNames={"#o": "owner"},
            ExpressionAttributeValues={":v": {"S": "b"}},
        ),
    ),
    "39 digits": putting({"N": "1" * 39}),
    "too large a number": putting({"N": "1E126"}),
    "no number": putting({"N": "one"}),
    "empty set": putting({"SS": []}),
    "empty set of binaries": putting({"BS": []}),
    "empty set in a list": putting({"L": [{"NS": []}]}),
    "double member": putting({"SS": ["a", "a"]}),
    "double number": putting({"NS": ["1", "1.0"]}),
    "false null": putting({"NULL": False}),
    "two types": putting({"S": "a", "N": "1"}),
    "unknown type": putting({"X": "a"}),
    "deep nesting": putting(json.loads('{"L":[' * 33 + '{"S":"a"}' + "]}" * 33)),
    "segment beyond": ("Scan", {"TableName": "<Account>", "Segment": 2, "TotalSegments": 2}),
    "too many segments": ("Scan", {"TableName": "<Account>", "Segment": 0, "TotalSegments": 1_000_001}),
    "half a segment": ("Scan", {"TableName": "<Account>", "Segment": 0}),
}  # fmt: skip


TAKEN_BY_DYNOXIDE = {"a number read twice", "101 choices", "301 operators", "wrong type in a key condition"}
"""Requests that the service refuses, as its guide says, and that engine does not."""


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case):
    """The service would answer with an error, so does any engine of a test."""
    if not on_moto and case in TAKEN_BY_DYNOXIDE:
        pytest.skip("dynoxide takes it")
    request_ = REFUSED[case]
    with pytest.raises(RequestRejectedError) as caught:
        send(*request_)
    assert (caught.value.code, caught.value.status) in {("ValidationException", 400), ("SerializationException", 400)}


ACCEPTED = {
    "25 writes": batch(*(put(str(n)) for n in range(25))),
    "one key in two tables": (
        "BatchWriteItem",
        {"RequestItems": {"<Account>": [put("1")], "<Ticket>": [{"PutRequest": {"Item": {"id": {"N": "1"}}}}]}},
    ),
    "100 reads": ("BatchGetItem", {"RequestItems": {"<Account>": {"Keys": [key(str(n)) for n in range(100)]}}}),
    "100 actions": transaction(*map(str, range(100))),
    "100 reads in a transaction": reads(*map(str, range(100))),
    "parentheses": condition("NOT (x = :v OR (y = :v AND x <> :v)) AND NOT x IN (:v)", values=V),
    "a range": condition("NOT x BETWEEN :v AND :v", values=V),
    "functions": condition(
        "NOT attribute_exists(#x.y[1]) AND NOT begins_with(zz, :t)", names={"#x": "size"}, values={":t": {"S": "a"}}
    ),
    "100 choices": condition(f"NOT x IN ({', '.join([':v'] * 100)})", values=V),
    "update": (
        "UpdateItem",
        account(
            UpdateExpression="SET a = if_not_exists(b, :v) + :v, c = :v REMOVE d ADD e :v", ExpressionAttributeValues=V
        ),
    ),
    "prefix": query("forum = :f AND begins_with(subject, :s)", values={":s": {"S": "x"}}),
    "between": query("(forum = :f) AND (subject BETWEEN :s AND :s)", values={":s": {"S": "x"}}),
    "filter": query(FilterExpression="meta > :v", values=V),
    "filter on the key of the table": query(
        "author = :f", IndexName="by_author", FilterExpression="subject = :s", values={":s": {"S": "x"}}
    ),
    "filter on a key of a scan": (
        "Scan",
        {"TableName": "<Account>", "FilterExpression": "#o <> :o", "ExpressionAttributeNames": {"#o": "owner"},
         "ExpressionAttributeValues": {":o": {"S": "a"}}},
    ),
    "empty text": putting({"S": ""}),
    "empty list": putting({"L": [{"M": {}}]}),
    "38 digits": putting({"N": "9" * 38 + "E87"}),
    "trailing zeros": putting({"N": "1" + "0" * 50}),
    "set with an empty text": putting({"SS": ["", "a"]}),
    "segment": ("Scan", {"TableName": "<Account>", "Segment": 1, "TotalSegments": 2}),
}  # fmt: skip


@pytest.mark.parametrize("request_", ACCEPTED.values(), ids=ACCEPTED)
def test_accepted(request_):
    """What the service takes, strict mode lets through."""
    send(*request_)


@pytest.mark.parametrize(
    ("sent", "stored"), [("1.0", "1"), ("007", "7"), ("-0", "0"), ("1E3", "1000"), ("1.50", "1.5"), ("1E-3", "0.001")]
)
def test_numbers_come_back_as_the_service_writes_them(sent, stored):
    """However a number was written, it is read in one spelling."""
    send(*putting({"L": [{"N": sent}]}))
    item = send("GetItem", account())["Item"]
    assert item["x"]["L"][0]["N"] == stored


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"FilterExpression": "#w = :v", "ExpressionAttributeNames": {"#w": "views"}, "values": V},
        {"ProjectionExpression": "tags"},
        {"Select": "COUNT"},
        {"IndexName": "by_views"},
        {"ScanIndexForward": False},
    ],
)
def test_a_limit_that_is_reached_leaves_a_last_key(more):
    """Whether more follows is not known then: the next page is empty."""
    for subject in "ab":
        send("PutItem", {"TableName": "<Thread>", "Item": thread(subject=subject, views={"N": "1"})})
    operation, payload = query(Limit=2, **more)
    last = send(operation, payload)["LastEvaluatedKey"]
    assert last.keys() == {"forum", "subject"} | ({"views"} if "IndexName" in more else set())
    assert last["subject"]["S"] == ("a" if "ScanIndexForward" in more else "b")
    answer = send(operation, {**payload, "ExclusiveStartKey": last})
    assert (answer["Count"], answer.get("LastEvaluatedKey")) == (0, None)


def test_a_scan_too():
    """The same of a scan; and below the limit there is none."""
    send("PutItem", {"TableName": "<Account>", "Item": key()})
    assert send("Scan", {"TableName": "<Account>", "Limit": 1})["LastEvaluatedKey"] == key()
    assert "LastEvaluatedKey" not in send("Scan", {"TableName": "<Account>", "Limit": 2})


def test_a_token_writes_once():
    """A transaction under a token that was used is not made again; another one is refused."""
    token = str(uuid.uuid4())
    adding = {"Update": account(UpdateExpression="ADD x :v", ExpressionAttributeValues=V)}
    for _ in range(2):
        send("TransactWriteItems", {"TransactItems": [adding], "ClientRequestToken": token})
    assert send("GetItem", account())["Item"]["x"] == {"N": "1"}
    with pytest.raises(ServiceError) as caught:
        send(*transaction("b", ClientRequestToken=token))
    assert caught.value.code == "IdempotentParameterMismatchException"


def test_a_missing_table_is_missing():
    """What moto says of a table that is not there stands."""
    with pytest.raises(LookupError):
        send("GetItem", {"TableName": name_of(Account) + "-absent", "Key": key()})


LOCAL = {
    "IndexName": "local",
    "KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}],
    "Projection": {"ProjectionType": "ALL"},
}


@pytest.mark.parametrize(
    "more",
    [
        {"TableName": "x" * 256},
        {"LocalSecondaryIndexes": [LOCAL]},
        {"GlobalSecondaryIndexes": [{**LOCAL, "IndexName": f"index{n}"} for n in range(21)]},
        {"GlobalSecondaryIndexes": [{**LOCAL, "IndexName": "i"}]},
    ],
)
def test_tables(dynamodb, more):
    """Tables are refused that the service would not make."""
    request = {
        "AttributeDefinitions": [{"AttributeName": "a", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}],
        "BillingMode": "PAY_PER_REQUEST",
        **more,
    }
    request["TableName"] = dynamodb.prefixes["default"] + request.get("TableName", "made")
    with pytest.raises(ServiceError):
        send("CreateTable", request)


@pytest.mark.skipif(not on_moto, reason="strict mode is of moto")
@pytest.mark.parametrize("operation", ["BatchWriteItem", "BatchGetItem"])
def test_an_empty_batch(operation):
    """A batch about no table is refused; a client cannot even address it."""
    with pytest.raises(RequestRejectedError):
        send(operation, {"RequestItems": {}})


def test_one_change_of_indexes(dynamodb):
    """Two indexes are not made at once."""
    index = {"KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}}
    with pytest.raises(InvalidValueError, match="Only 1 online index"):
        validate_change(
            {"GlobalSecondaryIndexUpdates": [{"Create": {**index, "IndexName": name}} for name in ("one", "two")]}
        )
