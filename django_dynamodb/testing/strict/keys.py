"""Refuses keys, key conditions and filters that do not fit the table they are for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django_dynamodb import limits
from django_dynamodb.codec.size import key_size
from django_dynamodb.exceptions import InvalidValueError
from django_dynamodb.testing.strict.expressions import COMPARATORS, Expression, Token
from django_dynamodb.types import AttributeValue, Item

MOST: Final[Mapping[str, int]] = {"HASH": limits.PARTITION_KEY_BYTES, "RANGE": limits.SORT_KEY_BYTES}
"""The most bytes of a key value, by the part of the key."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Keys:
    """The keys of one table, as the service describes it.

    Args:
        table: The attributes of its own key and their parts, partition first.
        indexes: The same of each index.
        types: The types of all of them.
    """

    table: Mapping[str, str]
    indexes: Mapping[str, Mapping[str, str]]
    types: Mapping[str, str]

    @classmethod
    def of(cls, description: Mapping[str, Any]) -> Keys:
        """Reads the description of a table.

        Args:
            description: The ``Table`` of DescribeTable's answer.
        """
        indexes = (*description.get("GlobalSecondaryIndexes", ()), *description.get("LocalSecondaryIndexes", ()))
        return cls(
            table=_parts(description),
            indexes={index["IndexName"]: _parts(index) for index in indexes},
            types={each["AttributeName"]: each["AttributeType"] for each in description["AttributeDefinitions"]},
        )

    def read(self, index: str | None) -> Mapping[str, str]:
        """The key of what is read.

        Args:
            index: The index; None is the table itself.

        Raises:
            InvalidValueError: The table has no such index.
        """
        if index is None:
            return self.table
        if index not in self.indexes:
            raise InvalidValueError(f"The table does not have the specified index: {index}")
        return self.indexes[index]

    def position(self, index: str | None) -> list[str]:
        """The attributes of a LastEvaluatedKey."""
        return list(dict.fromkeys((*self.table, *self.read(index))))

    def validate_key(self, key: Item) -> None:
        """Refuses what is no key of the table.

        Args:
            key: The key of a request.

        Raises:
            InvalidValueError: Other attributes than those of the key, or values it cannot have.
        """
        if key.keys() != self.table.keys():
            raise InvalidValueError("The provided key element does not match the schema")
        for name, part in self.table.items():
            self._validate_value(name, key[name], part)

    def validate_item(self, item: Item) -> None:
        """Refuses an item that the table, or one of its indexes, cannot hold.

        Args:
            item: A whole item.

        Raises:
            InvalidValueError: A key attribute is missing, or an attribute that is a key has a value no key has.
        """
        for name, part in self.table.items():
            if name not in item:
                raise InvalidValueError(
                    f"One or more parameter values were invalid: Missing the key {name} in the item"
                )
            self._validate_value(name, item[name], part)
        for key in self.indexes.values():
            for name, part in key.items():
                if name in item:
                    self._validate_value(name, item[name], part)

    def validate_conditions(
        self, index: str | None, condition: Expression, names: Mapping[str, str], values: Item
    ) -> None:
        """Refuses a key condition that does not say one partition and at most one range.

        Args:
            index: The index that is read; None is the table itself.
            condition: The key condition.
            names: The placeholders of the request.
            values: Its values.

        Raises:
            InvalidValueError: It is about other attributes, in a way no key is searched, or for values no key has.
        """
        key = self.read(index)
        seen: dict[str, str] = {}
        for attribute, operator, operands in key_tests(condition.tokens):
            name = names.get(attribute, attribute)
            if name not in key:
                raise InvalidValueError(f"Query condition missed key schema element, or names another: {name}")
            if name in seen:
                raise InvalidValueError("KeyConditionExpressions must only contain one condition per key")
            if operator == "<>" or (key[name] == "HASH" and operator != "="):
                raise InvalidValueError("Query key condition not supported")
            seen[name] = operator
            for operand in operands:
                self._validate_type(name, values[operand], "Condition parameter type does not match schema type")
        if missing := [name for name, part in key.items() if part == "HASH" and name not in seen]:
            raise InvalidValueError(f"Query condition missed key schema element: {missing[0]}")

    def validate_filter(self, index: str | None, condition: Expression, names: Mapping[str, str]) -> None:
        """Refuses a filter of a Query on attributes that are the key of what it reads.

        Args:
            index: The index that is read; None is the table itself.
            condition: The filter.
            names: The placeholders of the request.

        Raises:
            InvalidValueError: It names one of them.
        """
        for name in condition.attributes(names):
            if name in self.read(index):
                raise InvalidValueError(
                    f"Filter Expression can only contain non-primary key attributes: Primary key attribute: {name}"
                )

    def validate_update(self, update: Expression, names: Mapping[str, str]) -> None:
        """Refuses an update of the key.

        Args:
            update: The update.
            names: The placeholders of the request.

        Raises:
            InvalidValueError: One of its paths that are written begins with a key attribute.
        """
        for name in _written(update, names):
            if name in self.table:
                raise InvalidValueError(
                    "One or more parameter values were invalid: "
                    f"Cannot update attribute {name}. This attribute is part of the key"
                )

    def _validate_value(self, name: str, value: AttributeValue, part: str) -> None:
        self._validate_type(name, value, "One or more parameter values were invalid: Type mismatch for key")
        size = key_size(value)
        if not size:
            raise InvalidValueError(
                f"One or more parameter values are not valid. The value of the key attribute {name} is empty"
            )
        if size > MOST[part]:
            raise InvalidValueError(
                f"One or more parameter values were invalid: {name} has {size} bytes, a {part} key {MOST[part]} at most"
            )

    def _validate_type(self, name: str, value: AttributeValue, message: str) -> None:
        if self.types[name] not in value:
            raise InvalidValueError(f"{message}: {name} expected: {self.types[name]} actual: {next(iter(value))}")


def key_tests(tokens: Sequence[Token]) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Takes a key condition apart.

    Args:
        tokens: Its tokens.

    Yields:
        Attribute or placeholder, operator, and the placeholders of the values.

    Raises:
        InvalidValueError: It has other operators than a key condition may have.
    """
    plain = [token for token in tokens if token.text not in {"(", ")", ","}]
    while plain:
        match [token.text if token.kind in {"keyword", "symbol", "function"} else token.kind for token in plain[:5]]:
            case ["begins_with", "name" | "word", "value", *_]:
                yield plain[1].text, "begins_with", (plain[2].text,)
                plain = plain[3:]
            case ["name" | "word", "BETWEEN", "value", "AND", "value", *_]:
                yield plain[0].text, "BETWEEN", (plain[2].text, plain[4].text)
                plain = plain[5:]
            case ["name" | "word", operator, "value", *_] if operator in COMPARATORS:
                yield plain[0].text, operator, (plain[2].text,)
                plain = plain[3:]
            case _:
                raise InvalidValueError("Invalid KeyConditionExpression: Invalid operator used in it")
        if plain and plain[0].text != "AND":
            raise InvalidValueError(f"Invalid operator used in KeyConditionExpression: {plain[0].text}")
        plain = plain[1:]


def _written(update: Expression, names: Mapping[str, str]) -> Iterator[str]:
    """The attributes an update writes: the first path of each action."""
    fresh, depth = False, 0
    for token in update.tokens:
        depth += (token.text == "(") - (token.text == ")")
        if token.kind == "keyword" or (token.text == "," and not depth):
            fresh = True
        elif fresh and token.kind in {"name", "word"}:
            fresh = False
            yield names.get(token.text, token.text)


def _parts(described: Mapping[str, Any]) -> dict[str, str]:
    return {element["AttributeName"]: element["KeyType"] for element in described["KeySchema"]}
