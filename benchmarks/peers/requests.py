"""Words the requests that the peers without models send: DynamoDB JSON, as a careful user of a bare client would.

The conditional save compares every attribute the item was read with, as ``save(raise_on_conflict=True)`` does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.dataset import COUNTER, TICKETS
from benchmarks.shapes import PARTITION, PARTITION_KEY, SORT_KEY

Item = Mapping[str, Any]
Request = dict[str, Any]


def key_of(item: Item) -> Request:
    """The key of an item."""
    return {name: item[name] for name in (PARTITION_KEY, SORT_KEY)}


def update(table: str, item: Item, name: Any, pieces: Any) -> Request:
    """Changes the name and the pieces."""
    return {
        "TableName": table,
        "Key": key_of(item),
        "UpdateExpression": "SET #n0 = :v0, #n1 = :v1",
        "ExpressionAttributeNames": {"#n0": "name", "#n1": "pieces"},
        "ExpressionAttributeValues": {":v0": name, ":v1": pieces},
    }


def conditional_save(table: str, item: Item, name: Any) -> Request:
    """Changes the name if all attributes are as they were read."""
    names = {f"#n{place}": attribute for place, attribute in enumerate(item)}
    values = {f":v{place}": value for place, value in enumerate(item.values())}
    condition = " AND ".join(f"#n{place} = :v{place}" for place in range(len(names)))
    place = list(item).index("name")
    return {
        "TableName": table,
        "Key": key_of(item),
        "UpdateExpression": f"SET #n{place} = :new",
        "ConditionExpression": condition,
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": {**values, ":new": name},
    }


def query(table: str, partition: Any = None) -> Request:
    """Reads one partition."""
    return {
        "TableName": table,
        "KeyConditionExpression": "#n0 = :v0",
        "ExpressionAttributeNames": {"#n0": PARTITION_KEY},
        "ExpressionAttributeValues": {":v0": partition or {"S": PARTITION}},
    }


def batch_get(table: str, items: Sequence[Item]) -> Request:
    """Reads items by their keys."""
    return {"RequestItems": {table: {"Keys": [key_of(item) for item in items]}}}


def batch_write(table: str, items: Sequence[Item]) -> Request:
    """Writes items."""
    return {"RequestItems": {table: [{"PutRequest": {"Item": item}} for item in items]}}


def transact_write(table: str, items: Sequence[Item]) -> Request:
    """Writes items, all or none."""
    return {"TransactItems": [{"Put": {"TableName": table, "Item": item}} for item in items]}


def next_number(counter_key: Any, step: Any) -> Request:
    """Takes the next number from the counter item."""
    return {
        "TableName": TICKETS,
        "Key": {"id": counter_key},
        "UpdateExpression": "ADD #n0 :v0",
        "ExpressionAttributeNames": {"#n0": COUNTER},
        "ExpressionAttributeValues": {":v0": step},
        "ReturnValues": "UPDATED_NEW",
    }


def put_ticket(item: Item) -> Request:
    """Inserts a ticket whose number nobody has."""
    return {
        "TableName": TICKETS,
        "Item": item,
        "ConditionExpression": "attribute_not_exists(#n0)",
        "ExpressionAttributeNames": {"#n0": "id"},
    }
