"""Holds the verbs of transactions to the service's spelling, down and up."""

import pytest

from django_dynamodb.exceptions import InvalidValueError
from django_dynamodb.expressions.conditions import Exists, NotExists
from django_dynamodb.expressions.paths import Path
from django_dynamodb.expressions.projections import Projection
from django_dynamodb.expressions.updates import SetTo, Update
from django_dynamodb.operations.items import DeleteItem, GetItem, PutItem, UpdateItem
from django_dynamodb.operations.transactions import ConditionCheck, TransactGetItems, TransactWriteItems

KEY = {"id": {"N": "1"}}
PRESENT, ABSENT = Exists(Path("id")), NotExists(Path("id"))
SET = Update(sets=(SetTo(Path("n"), {"N": "2"}),))
GET = GetItem(table="t", key=KEY)


@pytest.mark.parametrize(
    ("action", "spelled"),
    [
        (PutItem(table="t", item=KEY), {"Put": {"TableName": "t", "Item": KEY}}),
        (
            PutItem(table="t", item=KEY, condition=ABSENT, return_stored=True),
            {
                "Put": {
                    "TableName": "t",
                    "Item": KEY,
                    "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
                    "ConditionExpression": "attribute_not_exists(#n0)",
                    "ExpressionAttributeNames": {"#n0": "id"},
                }
            },
        ),
        (
            UpdateItem(table="t", key=KEY, update=SET),
            {
                "Update": {
                    "TableName": "t",
                    "Key": KEY,
                    "UpdateExpression": "SET #n0 = :v0",
                    "ExpressionAttributeNames": {"#n0": "n"},
                    "ExpressionAttributeValues": {":v0": {"N": "2"}},
                }
            },
        ),
        (DeleteItem(table="t", key=KEY), {"Delete": {"TableName": "t", "Key": KEY}}),
        (
            ConditionCheck(table="t", key=KEY, condition=PRESENT),
            {
                "ConditionCheck": {
                    "TableName": "t",
                    "Key": KEY,
                    "ConditionExpression": "attribute_exists(#n0)",
                    "ExpressionAttributeNames": {"#n0": "id"},
                }
            },
        ),
    ],
)
def test_actions(action, spelled):
    """Each action stands under its own name, with what its single call would say."""
    assert TransactWriteItems(actions=(action,)).payload() == {"TransactItems": [spelled]}


def test_check_asks_for_the_stored_item():
    """A condition check can bring what is stored."""
    check = ConditionCheck(table="t", key=KEY, condition=PRESENT, return_stored=True)
    assert check.payload()["ReturnValuesOnConditionCheckFailure"] == "ALL_OLD"


def test_token_and_capacity():
    """A token and the wish for consumed capacity stand beside the actions."""
    request = TransactWriteItems(actions=(PutItem(table="t", item=KEY),), token="one", capacity="TOTAL")
    assert request.payload()["ClientRequestToken"] == "one"
    assert request.payload()["ReturnConsumedCapacity"] == "TOTAL"
    assert request.name == "TransactWriteItems"


def test_write_answers_nothing():
    """That a write is answered at all is the answer."""
    assert TransactWriteItems(actions=(PutItem(table="t", item=KEY),)).result(b"{}") is None


def test_get_payload():
    """Gets stand in the order given, each with its projection."""
    part = GetItem(table="u", key=KEY, projection=Projection((Path("n"),)))
    assert TransactGetItems(gets=(GET, part), capacity="TOTAL").payload() == {
        "TransactItems": [
            {"Get": {"TableName": "t", "Key": KEY}},
            {
                "Get": {
                    "TableName": "u",
                    "Key": KEY,
                    "ProjectionExpression": "#n0",
                    "ExpressionAttributeNames": {"#n0": "n"},
                }
            },
        ],
        "ReturnConsumedCapacity": "TOTAL",
    }


def test_get_result():
    """The items come in the order asked for; None stands for what is absent."""
    body = b'{"Responses":[{"Item":{"id":{"N":"1"}}},{}]}'
    assert TransactGetItems(gets=(GET, GET)).result(body) == [KEY, None]


@pytest.mark.parametrize("number", [0, 101])
@pytest.mark.parametrize(
    "make",
    [
        lambda number: TransactWriteItems(actions=(PutItem(table="t", item=KEY),) * number),
        lambda number: TransactGetItems(gets=(GET,) * number),
    ],
    ids=["write", "read"],
)
def test_count(make, number):
    """A transaction takes 1 to 100 actions."""
    with pytest.raises(InvalidValueError, match=f"1 to 100 actions, not {number}"):
        make(number)


@pytest.mark.parametrize("token", ["", "x" * 37])
def test_token_length(token):
    """A token has 1 to 36 characters."""
    with pytest.raises(InvalidValueError, match=f"1 to 36 characters, not {len(token)}"):
        TransactWriteItems(actions=(PutItem(table="t", item=KEY),), token=token)
