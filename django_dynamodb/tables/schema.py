"""States what a table looks like to the service, and refuses what the service would refuse.

A schema is complete and valid from the moment it exists: every rule is checked when it is built, so nothing that
takes a schema checks it again. Names are those of the attributes as stored.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import field, replace
from typing import Final, Literal, TypeAlias

from django_dynamodb import limits
from django_dynamodb.exceptions import InvalidKeyError, SchemaError
from django_dynamodb.records import record
from django_dynamodb.tables.indexes import (
    IndexSchema,
    KeyAttribute,
    KeyType,
    Projected,
    Throughput,
    listed,
    validate_attribute_name,
    validate_differing,
    validate_name,
)
from django_dynamodb.types import AttributeValue, Key

__all__ = [
    "CHARACTER_BYTES",
    "IndexSchema",
    "KeyAttribute",
    "KeyRule",
    "KeyType",
    "Projected",
    "StreamView",
    "TableSchema",
    "Throughput",
]

StreamView: TypeAlias = Literal["KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES"]

CHARACTER_BYTES: Final = 4
"""Most UTF-8 bytes of one character; source: RFC 3629, section 3."""

STREAM_VIEWS: Final = ("KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES")


COUNTER_KEY: Final[AttributeValue] = {"N": "-1"}
"""The partition key of an autoincrement table's counter item; source: SEED row 18."""


@record(frozen=True, kw_only=True, slots=True)
class KeyRule:
    """What the value of one key attribute must be.

    Args:
        name: The attribute's name.
        type: The tag its value must have.
        most: The most bytes of its value.
        index: The index whose key it is; None for the table's own key.
    """

    name: str
    type: KeyType
    most: int
    index: str | None


@record(frozen=True, kw_only=True, slots=True)
class TableSchema:
    """One table.

    Args:
        name: The table's name as the service knows it, 3 to 255 characters of ``a-zA-Z0-9_.-``.
        partition: The partition key.
        sort: The sort key, if items of one partition key are many.
        indexes: Its secondary indexes: at most 5 local ones and, by default quota, 20 global ones.
        throughput: Provisioned capacity; None is on demand.
        ttl: The number attribute, in epoch seconds, by which items expire.
        stream: The view its stream carries; None is no stream.
        counter: Whether the table numbers its items by a counter item (autoincrement).

    Raises:
        SchemaError: For a table DynamoDB would refuse, or a counter on a table that cannot have one.
    """

    name: str
    partition: KeyAttribute
    sort: KeyAttribute | None = None
    indexes: tuple[IndexSchema, ...] = ()
    throughput: Throughput | None = None
    ttl: str | None = None
    stream: StreamView | None = None
    counter: bool = False
    keys: tuple[KeyAttribute, ...] = field(init=False, repr=False, compare=False)
    """The key attributes, partition first."""
    key_names: frozenset[str] = field(init=False, repr=False, compare=False)
    """Their names."""
    key_rules: tuple[KeyRule, ...] = field(init=False, repr=False, compare=False)
    """What each key attribute's value must be, partition first."""
    index_key_rules: tuple[KeyRule, ...] = field(init=False, repr=False, compare=False)
    """What the value of each further key attribute must be, where an item has it."""
    has_sure_key: Callable[[Mapping[str, AttributeValue]], bool] = field(init=False, repr=False, compare=False)
    """Says of an item whether its key surely is one, as most are; else the rules are to be asked."""
    is_sure_key: Callable[[Mapping[str, AttributeValue]], bool] = field(init=False, repr=False, compare=False)
    """Says the same of what is to be a key and nothing else."""

    def __post_init__(self) -> None:
        sorts = () if self.sort is None else (self.sort,)
        rules = key_rules((self.partition,), sorts, None)
        object.__setattr__(self, "keys", (self.partition, *sorts))
        object.__setattr__(self, "key_names", frozenset(rule.name for rule in rules))
        object.__setattr__(self, "key_rules", rules)
        object.__setattr__(self, "has_sure_key", _sure_key(rules))
        object.__setattr__(self, "is_sure_key", _sure_key(rules, alone=True))
        object.__setattr__(self, "index_key_rules", _index_key_rules(self.indexes, rules))
        for validate in TABLE_RULES:
            validate(self)

    def key_of(self, item: Mapping[str, AttributeValue]) -> Key:
        """Takes the key out of an item.

        Args:
            item: A whole item, or any part of one with the key attributes in it.

        Returns:
            The key attributes alone.

        Raises:
            InvalidKeyError: When one of them is missing.
        """
        key: Key = {}
        try:
            for attribute in self.keys:
                key[attribute.name] = item[attribute.name]
        except KeyError as error:
            raise InvalidKeyError(
                f"Table {self.name!r}: key attribute {error.args[0]!r} is missing.", table=self.name
            ) from error
        return key

    def index(self, name: str) -> IndexSchema:
        """Finds an index by its name.

        Args:
            name: The index's name.

        Returns:
            The index.

        Raises:
            SchemaError: When the table has none of that name; the message lists those it has.
        """
        for index in self.indexes:
            if index.name == name:
                return index
        known = listed(index.name for index in self.indexes) or "none"
        raise SchemaError(f"Table {self.name!r} has no index {name!r}; its indexes: {known}.", table=self.name)

    def prefixed(self, prefix: str) -> TableSchema:
        """Puts a prefix before the table's name.

        Args:
            prefix: Text before the name; may be empty.

        Returns:
            The same schema under the longer name.

        Raises:
            SchemaError: When the name becomes too long or the prefix has a character no table name may have.
        """
        return replace(self, name=prefix + self.name) if prefix else self


def key_rules(
    partitions: tuple[KeyAttribute, ...], sorts: tuple[KeyAttribute, ...], index: str | None
) -> tuple[KeyRule, ...]:
    """States what the values of a key must be.

    Args:
        partitions: The attributes of the partition key.
        sorts: Those of the sort key; may be empty.
        index: The index whose key it is; None for the table's own.

    Returns:
        One rule for each, in their order.
    """
    return tuple(
        KeyRule(name=attribute.name, type=attribute.type, most=most, index=index)
        for most, attributes in ((limits.PARTITION_KEY_BYTES, partitions), (limits.SORT_KEY_BYTES, sorts))
        for attribute in attributes
    )


def _sure_key(rules: tuple[KeyRule, ...], *, alone: bool = False) -> Callable[[Mapping[str, AttributeValue]], bool]:
    """Tells keys that are surely in order without a loop over the rules, which takes three times as long."""
    first, parts = rules[0], len(rules)
    name, tag, most = first.name, first.type, _most_characters(first)
    if parts == 1:
        return lambda item: (
            name in item and 0 < len(item[name].get(tag, "")) <= most and (not alone or len(item) == parts)
        )
    sort = rules[1]
    sort_name, sort_tag, sort_most = sort.name, sort.type, _most_characters(sort)

    def sure(item: Mapping[str, AttributeValue]) -> bool:
        return (
            name in item
            and sort_name in item
            and 0 < len(item[name].get(tag, "")) <= most
            and 0 < len(item[sort_name].get(sort_tag, "")) <= sort_most
            and (not alone or len(item) == parts)
        )

    return sure


def _most_characters(rule: KeyRule) -> int:
    """How long the content of a key may be without a need to count its bytes; of a number, codecs see to that."""
    return sys.maxsize if rule.type == "N" else rule.most // CHARACTER_BYTES


def _index_key_rules(indexes: tuple[IndexSchema, ...], of_table: tuple[KeyRule, ...]) -> tuple[KeyRule, ...]:
    """The rules of the indexes that are stricter than those known before, the strictest for each attribute."""
    most = {rule.name: rule.most for rule in of_table}
    strictest: dict[str, KeyRule] = {}
    for index in indexes:
        for rule in key_rules(index.partitions, index.sorts, index.name):
            if rule.most < most.get(rule.name, rule.most + 1):
                most[rule.name] = rule.most
                strictest[rule.name] = rule
    return tuple(strictest.values())


def _validate_table_keys(schema: TableSchema) -> None:
    validate_name("Table", schema.name)
    validate_differing(f"Table {schema.name!r}", schema.keys[:1], schema.keys[1:])


def _validate_index_names(schema: TableSchema) -> None:
    for name, times in Counter(index.name for index in schema.indexes).items():
        if times > 1:
            raise SchemaError(f"Table {schema.name!r} has {times} indexes named {name!r}; names must differ.")


def _validate_index_counts(schema: TableSchema) -> None:
    local = sum(index.local for index in schema.indexes)
    for what, count, most in (
        ("local", local, limits.LOCAL_INDEXES),
        ("global", len(schema.indexes) - local, limits.GLOBAL_INDEXES),
    ):
        if count > most:
            raise SchemaError(f"Table {schema.name!r} has {count} {what} indexes; DynamoDB allows {most}.")


def _validate_projected_total(schema: TableSchema) -> None:
    total = sum(len(index.projection) for index in schema.indexes if isinstance(index.projection, tuple))
    if total > limits.PROJECTED_ATTRIBUTES:
        raise SchemaError(
            f"The indexes of table {schema.name!r} project {total} attributes by name; DynamoDB allows "
            f"{limits.PROJECTED_ATTRIBUTES} over all indexes, or the projection 'ALL'."
        )


def _validate_local_indexes(schema: TableSchema) -> None:
    for index in schema.indexes:
        if not index.local:
            continue
        if schema.sort is None:
            raise SchemaError(
                f"Local index {index.name!r} on table {schema.name!r}, which has no sort key; use a global index."
            )
        if index.partitions != (schema.partition,):
            raise SchemaError(
                f"Local index {index.name!r} has partition key {index.partitions[0].name!r}; a local index has the "
                f"table's, {schema.partition.name!r}. Use a global index."
            )


def _validate_types(schema: TableSchema) -> None:
    types: dict[str, str] = {}
    for attribute in (*schema.keys, *(key for index in schema.indexes for key in index.keys)):
        known = types.setdefault(attribute.name, attribute.type)
        if known != attribute.type:
            raise SchemaError(
                f"Table {schema.name!r}: key attribute {attribute.name!r} is {known!r} in one key and "
                f"{attribute.type!r} in another; an attribute has one type in all keys."
            )
    if schema.ttl is not None and types.get(schema.ttl, "N") != "N":
        raise SchemaError(f"Table {schema.name!r} expires items by {schema.ttl!r}, which is no number.")


def _validate_options(schema: TableSchema) -> None:
    if schema.ttl is not None:
        validate_attribute_name("Expiry attribute", schema.ttl)
    if schema.stream is not None and schema.stream not in STREAM_VIEWS:
        raise SchemaError(f"Table {schema.name!r}: stream {schema.stream!r}; allowed are {listed(STREAM_VIEWS)}.")
    if schema.throughput is None:
        for index in schema.indexes:
            if index.throughput is not None:
                raise SchemaError(f"Index {index.name!r} has throughput, its table {schema.name!r} is on demand.")


def _validate_counter(schema: TableSchema) -> None:
    if schema.counter and (schema.sort is not None or schema.partition.type != "N"):
        raise SchemaError(
            f"Table {schema.name!r} cannot number its items: an autoincrement table has a number as partition key "
            "and no sort key."
        )


TABLE_RULES: Final = (
    _validate_table_keys,
    _validate_index_names,
    _validate_index_counts,
    _validate_projected_total,
    _validate_local_indexes,
    _validate_types,
    _validate_options,
    _validate_counter,
)
