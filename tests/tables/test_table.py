"""Holds the verbs of a single item: what they send, what they check, what their errors carry."""

import traceback

import pytest

from django_dynamodb.exceptions import (
    ConditionFailedError,
    InvalidKeyError,
    InvalidValueError,
    ItemTooLargeError,
    TableNotFoundError,
    ThrottledError,
)
from django_dynamodb.expressions.conditions import Compare, Exists, NotExists
from django_dynamodb.expressions.paths import Path
from django_dynamodb.expressions.projections import Projection
from django_dynamodb.expressions.updates import Add, SetTo, Update

KEY = {"forum": {"S": "AWS"}, "subject": {"S": "S3"}}
ITEM = {**KEY, "views": {"N": "1"}}
ADD = Update(adds=(Add(Path("views"), {"N": "2"}),))


def test_get_payload(fake_threads, service):
    """A get sends table, key and what was asked for, and gives the item."""
    service.answers.append({"Item": ITEM})
    assert fake_threads.get(KEY, consistent=True, projection=Projection((Path("views"),))) == ITEM
    operation, payload = service.calls[0]
    assert (operation, payload["TableName"], payload["Key"]) == ("GetItem", "threads", KEY)
    assert payload["ConsistentRead"] is True
    assert payload["ExpressionAttributeNames"] == {"#n0": "views"}


def test_put_payload(fake_threads, service):
    """A put sends the item, its condition, and whether a failure brings the stored item."""
    fake_threads.put(ITEM, condition=NotExists(Path("forum")), return_stored=True)
    assert service.calls == [
        (
            "PutItem",
            {
                "TableName": "threads",
                "Item": ITEM,
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
                "ConditionExpression": "attribute_not_exists(#n0)",
                "ExpressionAttributeNames": {"#n0": "forum"},
            },
        )
    ]


def test_update_payload(fake_threads, service):
    """An update sends its changes and gives what it asked back."""
    service.answers.append({"Attributes": {"views": {"N": "3"}}})
    assert fake_threads.update(KEY, ADD, returning="UPDATED_NEW") == {"views": {"N": "3"}}
    assert service.payloads[0]["UpdateExpression"] == "ADD #n0 :v0"
    assert service.payloads[0]["ReturnValues"] == "UPDATED_NEW"


def test_delete_payload(fake_threads, service):
    """A delete sends the key and gives what was deleted, when asked."""
    service.answers.append({"Attributes": ITEM})
    assert fake_threads.delete(KEY, returning="ALL_OLD") == ITEM
    assert service.calls == [("DeleteItem", {"TableName": "threads", "Key": KEY, "ReturnValues": "ALL_OLD"})]


VERBS = {
    "get": lambda table, key: table.get(key),
    "put": lambda table, key: table.put(key),
    "update": lambda table, key: table.update(key, ADD),
    "delete": lambda table, key: table.delete(key),
}
every_verb = pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS)


@every_verb
def test_bad_key(verb, fake_threads, service):
    """No verb sends a key no item can have."""
    with pytest.raises(InvalidKeyError):
        verb(fake_threads, {"forum": {"S": "AWS"}, "subject": {"S": ""}})
    assert not service.calls


@every_verb
@pytest.mark.parametrize("error", [ThrottledError("slow down"), ConditionFailedError("no")], ids=["slow", "condition"])
def test_errors_carry_the_key(verb, error, fake_threads, service):
    """An error of the service leaves with the key of the item, and with the traceback down to the wire."""
    service.answers.append(error)
    with pytest.raises(type(error)) as caught:
        verb(fake_threads, KEY)
    assert caught.value is error
    assert error.key == KEY
    assert traceback.extract_tb(error.__traceback__)[-1].name == "__call__"


def test_put_checks_index_keys(fake_threads, service):
    """A put with an empty index key is not sent."""
    with pytest.raises(InvalidValueError, match="'author'"):
        fake_threads.put({**KEY, "author": {"S": ""}})
    assert not service.calls


def test_put_checks_the_size(fake_threads, service):
    """An item over 400 KB is not sent."""
    with pytest.raises(ItemTooLargeError, match="'body' 409,600 bytes"):
        fake_threads.put({**KEY, "body": {"S": "x" * 409_600}})
    assert not service.calls


def test_update_checks_the_key(fake_threads, service):
    """An update that changes the key is not sent."""
    with pytest.raises(InvalidKeyError, match="'forum'"):
        fake_threads.update(KEY, Update(sets=(SetTo(Path("forum"), {"S": "x"}),)))
    assert not service.calls


@pytest.mark.seed(24)
def test_put_replaces_the_whole_item(threads):
    """SEED row 24: a put without condition creates or replaces; attributes it does not have disappear."""
    threads.put(ITEM)
    threads.put({**KEY, "author": {"S": "x"}})
    assert threads.get(KEY, consistent=True) == {**KEY, "author": {"S": "x"}}


@pytest.mark.seed(19)
def test_get_of_an_absent_item(threads):
    """SEED row 19: a get is by exact key; there is nothing under any other."""
    threads.put(ITEM)
    assert threads.get({**KEY, "subject": {"S": "S"}}, consistent=True) is None


def test_projection(threads):
    """A get brings back what it asked for."""
    threads.put(ITEM)
    assert threads.get(KEY, projection=Projection((Path("views"),))) == {"views": {"N": "1"}}


def test_update_and_delete(threads):
    """An update changes what it names, a delete takes the item away, and both bring back what was asked for."""
    threads.put(ITEM)
    assert threads.update(KEY, ADD, returning="ALL_NEW") == {**KEY, "views": {"N": "3"}}
    assert threads.delete(KEY, returning="ALL_OLD") == {**KEY, "views": {"N": "3"}}
    assert threads.delete(KEY, returning="ALL_OLD") is None


@pytest.mark.parametrize(
    "write",
    [
        lambda table: table.put(ITEM, condition=NotExists(Path("forum")), return_stored=True),
        lambda table: table.update(KEY, ADD, condition=Compare(Path("views"), ">", {"N": "5"}), return_stored=True),
        lambda table: table.delete(KEY, condition=NotExists(Path("views")), return_stored=True),
    ],
    ids=["put", "update", "delete"],
)
def test_failed_condition(write, threads):
    """A condition that does not hold changes nothing; the error has the stored item, the key and the table."""
    threads.put(ITEM)
    with pytest.raises(ConditionFailedError) as caught:
        write(threads)
    assert threads.get(KEY, consistent=True) == caught.value.item == ITEM
    assert (caught.value.key, caught.value.table) == (KEY, threads.schema.name)


def test_condition_that_holds(threads):
    """A condition that holds lets the write happen."""
    threads.put(ITEM)
    threads.delete(KEY, condition=Exists(Path("views")))
    assert threads.get(KEY, consistent=True) is None


def test_missing_table(make_table, threads):
    """A table that does not exist is told apart from an item that does not."""
    with pytest.raises(TableNotFoundError) as caught:
        make_table(threads.schema).get(KEY)
    assert caught.value.key == KEY
