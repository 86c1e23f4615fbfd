"""Refuses keys and items the service would refuse, before the call, naming the attribute.

The service answers all of these with one ValidationException whose text changes over the years; here each names the
table, the attribute, the value and the limit.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django_dynamodb import limits
from django_dynamodb.codec.size import item_size, key_size, size_bound, value_size
from django_dynamodb.exceptions import InvalidKeyError, InvalidValueError, ItemTooLargeError
from django_dynamodb.expressions.conditions import BeginsWith, Between, Compare, Operand
from django_dynamodb.expressions.keys import KeyCondition
from django_dynamodb.expressions.updates import AnyUpdate, IfNotExists, SetTo, SetValues
from django_dynamodb.tables.schema import CHARACTER_BYTES, KeyRule, TableSchema, key_rules
from django_dynamodb.types import AttributeValue, Item, Key, Put, item_in

SHOWN: Final = 60
"""Characters of a value that a message shows; a wrong key may be a whole document."""

LARGEST: Final = 3
"""Attributes that the message of an item over the limit names."""


def validate_key(schema: TableSchema, key: Key) -> None:
    """Checks the key of a single-item call.

    Args:
        schema: The table.
        key: The key attributes and nothing else.

    Raises:
        InvalidKeyError: An attribute is missing, of the wrong type, empty, over its limit, or not of the key.
    """
    if schema.is_sure_key(key):
        return
    validate_key_values(schema, key)
    if len(key) != len(schema.key_rules):
        names = ", ".join(repr(rule.name) for rule in schema.key_rules)
        other = next(name for name in key if name not in {rule.name for rule in schema.key_rules})
        raise InvalidKeyError(
            f"Table {schema.name!r}: {other!r} is no part of the key, which is {names}.", table=schema.name, key=key
        )


def validate_key_values(schema: TableSchema, item: Mapping[str, AttributeValue]) -> None:
    """Checks the key attributes within an item.

    Args:
        schema: The table.
        item: A whole item, or a key.

    Raises:
        InvalidKeyError: A key attribute is missing, of the wrong type, empty or over its limit.
    """
    if schema.has_sure_key(item):
        return
    for rule in schema.key_rules:
        value = item.get(rule.name)
        if value is None:
            fault = "is missing; every item has one"
        elif found := key_fault(rule, value):
            fault = found
        else:
            continue
        raise InvalidKeyError(
            f"Table {schema.name!r}: key attribute {rule.name!r} {fault}.",
            table=schema.name,
            attribute=rule.name,
            fault=fault,
        )


def validate_index_values(schema: TableSchema, item: Mapping[str, AttributeValue]) -> None:
    """Checks the attributes of an item that are keys of an index; an item without them is just not in that index.

    Args:
        schema: The table.
        item: A whole item, or the attributes an update sets.

    Raises:
        InvalidValueError: One is of the wrong type, empty or over its limit.
    """
    for rule in schema.index_key_rules:
        value = item.get(rule.name)
        if value is not None and (fault := key_fault(rule, value)):
            raise InvalidValueError(
                f"Table {schema.name!r}: attribute {rule.name!r}, a key of index {rule.index!r}, {fault}; "
                "leave the attribute out to keep the item out of the index.",
                table=schema.name,
                attribute=rule.name,
                fault=f"{fault}; it is a key of index {rule.index!r}: leave it empty to keep the item out of the index",
            )


def validate_key_condition(schema: TableSchema, index: str | None, condition: KeyCondition) -> None:
    """Checks that a key condition is about the key of what is read, and about values that key can have.

    Args:
        schema: The table.
        index: The index that is read; None is the table itself.
        condition: The partition, and a range of the sort key.

    Raises:
        InvalidKeyError: It names another attribute, or leaves one out before those it names, or has a value of the
            wrong type, empty or over its limit.
        SchemaError: The table has no such index.
    """
    rules, partitions = schema.key_rules, 1
    if index is not None:
        read = schema.index(index)
        rules, partitions = key_rules(read.partitions, read.sorts, index), len(read.partitions)
    tests: list[tuple[str, tuple[AttributeValue, ...]]] = [(name, (value,)) for name, value in condition.given]
    if condition.sort is not None:
        tests.append((str(condition.sort.path), _operands(condition.sort)))
    where = f"Table {schema.name!r}" if index is None else f"Index {index!r} of table {schema.name!r}"
    for place, (name, values) in enumerate(tests):
        if place >= len(rules) or rules[place].name != name:
            keys = ", ".join(repr(rule.name) for rule in rules)
            raise InvalidKeyError(f"{where}: cannot query by {name!r}; its key is {keys}.", table=schema.name)
        for fault in filter(None, (key_fault(rules[place], value) for value in values)):
            raise InvalidKeyError(
                f"{where}: the value for key attribute {name!r} {fault}.",
                table=schema.name,
                attribute=name,
                fault=fault,
            )
    if len(condition.given) < partitions:
        keys = ", ".join(repr(rule.name) for rule in rules[:partitions])
        raise InvalidKeyError(f"{where}: a query gives the whole partition key exactly: {keys}.", table=schema.name)


def validate_update(schema: TableSchema, update: AnyUpdate) -> None:
    """Checks that an update leaves the key alone and sets no index key to a value no index can have.

    Args:
        schema: The table.
        update: The changes.

    Raises:
        InvalidKeyError: It changes a key attribute; DynamoDB never moves an item.
        InvalidValueError: It sets an index key to a value of the wrong type, empty or over its limit.
    """
    if isinstance(update, SetValues) and not schema.index_key_rules and schema.key_names.isdisjoint(update.values):
        return
    for path in update.paths():
        if path.attribute in schema.key_names:
            raise InvalidKeyError(
                f"Table {schema.name!r}: an update cannot change key attribute {path.attribute!r}; put an item with "
                "the new key and delete the old one.",
                table=schema.name,
            )
    if schema.index_key_rules:
        values = {action.path.attribute: _set_value(action) for action in update.sets if len(action.path.steps) == 1}
        validate_index_values(schema, {name: value for name, value in values.items() if value is not None})


def _set_value(action: SetTo) -> AttributeValue | None:
    """The value that is set, be it only where there is none; None where the service computes it."""
    value = action.value.value if isinstance(action.value, IfNotExists) else action.value
    return value if isinstance(value, dict) else None


def validate_item_size(schema: TableSchema, put: Put, most: int | None = None) -> None:
    """Checks that an item is within the limit.

    An item is never larger than its JSON text: a character costs at least as much there as in UTF-8, base64 is longer
    than its bytes, two digits count as one byte, and tags, quotes and braces cost more than any overhead DynamoDB
    counts. So an item whose request is within the limit needs no counting, which makes the check free.

    Args:
        schema: The table.
        put: The whole item, or its text.
        most: Bytes the item has at most, such as the size of the request's JSON that holds it; None to count.

    Raises:
        ItemTooLargeError: The item is over the limit; the message names its largest attributes.
    """
    if most is not None and most <= limits.ITEM_BYTES:
        return
    item = item_in(put)
    if size_bound(item) <= limits.ITEM_BYTES:
        return
    if (size := item_size(item)) > limits.ITEM_BYTES:
        raise _too_large_error(schema, item, size)


def _too_large_error(schema: TableSchema, item: Item, size: int) -> ItemTooLargeError:
    sizes = [(name, value_size(value)) for name, value in item.items()]
    largest = sorted(sizes, key=lambda pair: pair[1], reverse=True)[:LARGEST]
    shown = ", ".join(f"{name!r} {bytes_:,} bytes" for name, bytes_ in largest)
    return ItemTooLargeError(
        f"Table {schema.name!r}: the item has {size:,} bytes, DynamoDB allows {limits.ITEM_BYTES:,}. Its largest "
        f"attributes: {shown}. Store large values elsewhere and keep a reference here.",
        table=schema.name,
        key={rule.name: item[rule.name] for rule in schema.key_rules if rule.name in item},
        size=size,
        largest=largest,
    )


def _operands(sort: Compare | Between | BeginsWith) -> tuple[AttributeValue, ...]:
    """The values that a sort key is compared with; a key condition has no other operands."""
    operands: tuple[Operand, ...]
    match sort:
        case Compare(operand=operand):
            operands = (operand,)
        case Between(low=low, high=high):
            operands = (low, high)
        case _:
            operands = (sort.prefix,)
    return tuple(operand for operand in operands if isinstance(operand, dict))


def key_fault(rule: KeyRule, value: AttributeValue) -> str | None:
    """Checks one key value.

    Args:
        rule: What it must be.
        value: The value.

    Returns:
        What is wrong with it, as the rest of a sentence; None when nothing is.
    """
    held = value.get(rule.type)
    if held is None:
        ((tag, other),) = value.items()
        return f"is {_shown(other)} of type {tag!r}; its type is {rule.type!r}"
    if not held:
        return "is empty; a key value has at least one byte"
    if rule.type == "N" or len(held) * CHARACTER_BYTES <= rule.most:
        return None
    size = key_size(value)
    return f"has {size:,} bytes, {_shown(held)}; the limit is {rule.most:,} bytes" if size > rule.most else None


def _shown(content: object) -> str:
    """What an attribute holds, in quotes of its own, shortened."""
    if isinstance(content, str | bytes):
        return repr(content) if len(content) <= SHOWN else f"{content[:SHOWN]!r}…"
    text = repr(content)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
