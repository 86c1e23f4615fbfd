"""Tests the store in memory, and pins what it uses of moto's backend."""

import copy
import dataclasses
import sys

import pytest
from moto import mock_aws

from django_dynamodb.exceptions import RequestError
from django_dynamodb.local.memory import Memory
from tests.local.conftest import CREATE, EVERY_TYPE, make_client


def test_images_come_back(memory, image):
    """Tables, indexes, stream, time to live and every type of value come back from an image as they went in."""
    assert memory.restore([image]) == 2
    assert memory.images() == [image]


def test_image_is_what_the_client_wrote(engine, client):
    """An item written over the network stands in the image as the service's JSON."""
    client.create_table(**CREATE)
    item = {"country": {"S": "NO"}, "id": {"N": "1"}, "b": {"B": b"\x00\xff"}, "bs": {"BS": [b"\x01"]}}
    client.put_item(TableName="cities", Item=item)
    expected = {"country": {"S": "NO"}, "id": {"N": "1"}, "b": {"B": "AP8="}, "bs": {"BS": ["AQ=="]}}
    assert engine.memory.images()[0].items == [expected]


def test_image_stays_when_a_set_grows(engine, client, image):
    """What was imaged does not change with later updates in place."""
    engine.memory.restore([copy.deepcopy(image)])
    before = engine.memory.images()
    key = {"country": EVERY_TYPE["country"], "id": {"N": "2"}}
    values = {":more": {"SS": ["z"]}}
    client.update_item(
        TableName="cities", Key=key, UpdateExpression="ADD texts :more", ExpressionAttributeValues=values
    )
    assert before == [image]
    assert engine.memory.images() != before


def test_restored_items_are_served(engine, client, image):
    """Restored items are found by key and by index, like any other."""
    items = [{"country": {"S": "NO"}, "id": {"N": number}} for number in "12"]
    engine.memory.restore([dataclasses.replace(image, items=items)])
    found = client.query(
        TableName="cities",
        IndexName="by_id",
        KeyConditionExpression="id = :id",
        ExpressionAttributeValues={":id": {"N": "2"}},
    )
    assert found["Items"] == items[1:]


def test_stream_does_not_report_restored_items(engine, image):
    """The stream begins after the restored items."""
    engine.memory.restore([image])
    table = engine.memory._backends["000000000000"]["eu-west-1"].tables["cities"]
    assert table.stream_shard.items == []


def test_account_of_moto_is_respected(monkeypatch, image):
    """Where moto's own variable names an account, everything lives there."""
    monkeypatch.setenv("MOTO_ACCOUNT_ID", "111111111111")
    memory = Memory()
    memory.restore([image])
    assert memory.images() == [image]
    memory.clear()


def test_regions_are_apart(memory, image):
    """The same name in two regions is two tables."""
    plain = {name: value for name, value in CREATE.items() if name != "StreamSpecification"}
    other = dataclasses.replace(image, region="us-east-1", create=plain, items=[], ttl=None)
    memory.restore([image, other])
    assert memory.images() == [image, other]


def test_clear_forgets(memory, image):
    """After clear nothing is left."""
    memory.restore([image])
    memory.clear()
    assert memory.images() == []


@mock_aws
def test_mock_in_the_same_process_sees_nothing(memory, image):
    """Tables of the engine are not those of moto's mock in the same process."""
    memory.restore([image])
    client = make_client(None)
    assert image.create["TableName"] not in client.list_tables()["TableNames"]  # another mock may hold its own
    client.close()


@pytest.mark.parametrize("item", [{"country": {"S": "NO"}}, {"country": {}}, {"country": {"S": "x"}, "id": {"S": "1"}}])
def test_damaged_item_is_named(memory, image, item):
    """An item the engine refuses is named by its number and table."""
    with pytest.raises(RequestError, match="Item 2 of table cities"):
        memory.restore([dataclasses.replace(image, items=[EVERY_TYPE, item])])


def test_damaged_table_is_named(memory, image):
    """A table the engine refuses is named."""
    with pytest.raises(RequestError, match="CreateTable of cities in eu-west-1"):
        memory.restore([image, image])


def test_only_writes_count_as_changes(engine, client):
    """Reads do not make a save worth its while."""
    client.create_table(**CREATE)
    before = engine.memory.changes
    client.list_tables()
    client.scan(TableName="cities")
    assert engine.memory.changes == before > 0


def test_missing_moto_names_the_extra(monkeypatch):
    """Without moto the error says what to install."""
    monkeypatch.setitem(sys.modules, "moto.dynamodb.models", None)
    with pytest.raises(RequestError, match=r"django-dynamodb\[local\]"):
        Memory()


def test_size_of_what_is_absent(engine, client, image):
    """A comparison with the size of an absent attribute is false, where moto by itself fails."""
    items = [
        {"country": {"S": "NO"}, "id": {"N": "1"}, "texts": {"SS": ["a", "b"]}},
        {"country": {"S": "NO"}, "id": {"N": "2"}},
    ]
    engine.memory.restore([dataclasses.replace(image, items=items)])
    for test in ("size(texts) > :one", "size(texts) BETWEEN :one AND :two"):
        values = {":one": {"N": "1"}, **({":two": {"N": "2"}} if ":two" in test else {})}
        found = client.scan(TableName="cities", FilterExpression=test, ExpressionAttributeValues=values)
        assert [item["id"] for item in found["Items"]] == [{"N": "1"}]
