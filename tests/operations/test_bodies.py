"""Holds the bodies that verbs write by a shorter way to the JSON of their payloads, for items and for their texts."""

import json

import pytest

from django_dynamodb.exceptions import InvalidValueError
from django_dynamodb.expressions.conditions import Exists
from django_dynamodb.expressions.paths import Path
from django_dynamodb.expressions.projections import Projection
from django_dynamodb.operations.batches import BatchGetItem, BatchWriteItem
from django_dynamodb.operations.items import DeleteItem, GetItem, PutItem
from django_dynamodb.operations.json import dumps
from django_dynamodb.operations.transactions import ConditionCheck, TransactGetItems, TransactWriteItems
from django_dynamodb.types import ItemText, item_in, keys_in

KEY = {"id": {"N": "1"}}
ITEM = {**KEY, "t": {"S": 'é "quoted"'}}
TEXT = ItemText(json.dumps(ITEM, ensure_ascii=False), KEY)
THERE = Exists(Path("id"))


def verbs(put):
    """Every verb that takes a whole item, with and without what may stand around it."""
    return [
        PutItem(table="t", item=put),
        PutItem(table="t", item=put, condition=THERE, return_stored=True, returning="ALL_OLD", capacity="TOTAL"),
        BatchWriteItem(table="t", puts=[put, put]),
        BatchWriteItem(table='t"', puts=[put], deletes=[KEY], capacity="INDEXES"),
        BatchWriteItem(table="t", deletes=[KEY, KEY]),
        TransactWriteItems(actions=(PutItem(table="t", item=put),)),
        TransactWriteItems(
            actions=(
                PutItem(table="t", item=put, condition=THERE),
                DeleteItem(table="t", key=KEY),
                ConditionCheck(table="t", key=KEY, condition=THERE),
            ),
            token="one",
            capacity="TOTAL",
        ),
    ]


READS = [
    GetItem(table="t", key=KEY),
    GetItem(table="t", key={"id": {"B": b"x"}, "s": {"S": 'é "'}}, consistent=True),
    GetItem(table="t", key=KEY, projection=Projection((Path("n"),)), consistent=True, capacity="TOTAL"),
    GetItem(table="t", key=KEY, capacity="TOTAL"),
]


@pytest.mark.parametrize("verb", [*verbs(ITEM), *verbs(TEXT)])
def test_body(verb):
    """A body reads as the payload."""
    assert json.loads(verb.body()) == verb.payload()


PAIRS = [{"id": {"S": f'é "{n}'}, "s": {"N": str(n)}} for n in range(3)]
ODD = {
    "other way round": {"s": {"N": "9"}, "id": {"S": "x"}},
    "other tag": {"id": {"N": "1"}, "s": {"N": "1"}},
    "too short": KEY,
    "too long": {**PAIRS[0], "more": {"S": "x"}},
    "bytes": {"id": {"B": b"x"}, "s": {"N": "1"}},
}


@pytest.mark.parametrize("keys", [[KEY, KEY], PAIRS, *([*PAIRS, key] for key in ODD.values()), [{"id": {"B": b"x"}}]])
def test_keys(keys):
    """A body of many keys reads as the payload, also where one is not like the others, which the service refuses."""
    for options in ({}, {"consistent": True}, {"capacity": "TOTAL"}, {"projection": Projection((Path("n"),))}):
        verb = BatchGetItem(table='t"', keys=keys, **options)
        assert json.loads(verb.body()) == json.loads(dumps(verb.payload()))


@pytest.mark.parametrize("verb", [*READS, TransactGetItems(gets=(GetItem(table="t", key=KEY),))])
def test_plain_body(verb):
    """The other verbs' body is the JSON of the payload."""
    assert verb.body() == dumps(verb.payload())


@pytest.mark.parametrize("verb", verbs(ItemText('{"a":{"S":"x\ud83d"}}', KEY))[:3])
def test_surrogates(verb):
    """Half a surrogate pair in a text is refused where it becomes bytes."""
    with pytest.raises(InvalidValueError, match="surrogate"):
        verb.body()


def test_text():
    """The text of an item is the item, and its keys stand beside it."""
    assert (item_in(TEXT), keys_in(TEXT)) == (ITEM, KEY)
    assert (item_in(ITEM), keys_in(ITEM)) == (ITEM, ITEM)
