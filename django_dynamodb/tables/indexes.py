"""States the parts a table schema is made of: key attributes, capacity and secondary indexes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import field
from typing import Final, Literal, TypeAlias, TypeVar

from django_dynamodb import limits
from django_dynamodb.exceptions import SchemaError
from django_dynamodb.records import record

KeyType = Literal["S", "N", "B"]
T = TypeVar("T")
Projected: TypeAlias = Literal["ALL", "KEYS_ONLY"] | tuple[str, ...]

KEY_TYPES: Final = ("S", "N", "B")
WHOLE_PROJECTIONS: Final = ("ALL", "KEYS_ONLY")

NAME: Final = re.compile(r"[a-zA-Z0-9_.-]+")
"""The characters of a table or index name; source: developer guide, "Naming rules"."""


@record(frozen=True, slots=True)
class KeyAttribute:
    """One attribute of a key.

    Args:
        name: The attribute's name, at most 255 bytes.
        type: Its type tag: text, number or binary; DynamoDB has no other key types.

    Raises:
        SchemaError: For a name or type DynamoDB does not allow in a key.
    """

    name: str
    type: KeyType

    def __post_init__(self) -> None:
        if self.type not in KEY_TYPES:
            raise SchemaError(f"Key attribute {self.name!r} has type {self.type!r}; a key can be {listed(KEY_TYPES)}.")
        validate_attribute_name("Key attribute", self.name)


@record(frozen=True, slots=True)
class Throughput:
    """Provisioned capacity.

    Args:
        read: Read capacity units a second, from 1.
        write: Write capacity units a second, from 1.

    Raises:
        SchemaError: For less than one unit.
    """

    read: int
    write: int

    def __post_init__(self) -> None:
        for what, units in (("read", self.read), ("write", self.write)):
            if units < 1:
                raise SchemaError(f"Provisioned {what} capacity of {units} units; DynamoDB allows 1 and more.")


@record(frozen=True, kw_only=True, slots=True)
class IndexSchema:
    """One secondary index.

    Args:
        name: The index's name, 3 to 255 characters of ``a-zA-Z0-9_.-``.
        partition: Its partition key, one attribute or a tuple of up to 4; for a local index the table's own.
        sort: Its sort key, one attribute or a tuple of up to 4 in their order; a local index has exactly one.
        projection: What the index holds: everything, the keys only, or the keys and these attributes.
        local: Whether it is local: same partition key as the table, only made with the table, strongly readable.
        throughput: Capacity of a global index on a provisioned table; None takes the table's.

    Raises:
        SchemaError: For an index DynamoDB would refuse.
    """

    name: str
    partition: KeyAttribute | tuple[KeyAttribute, ...]
    sort: KeyAttribute | tuple[KeyAttribute, ...] | None = None
    projection: Projected = "ALL"
    local: bool = False
    throughput: Throughput | None = None
    partitions: tuple[KeyAttribute, ...] = field(init=False, repr=False, compare=False)
    """The attributes of the partition key, all of which a query gives."""
    sorts: tuple[KeyAttribute, ...] = field(init=False, repr=False, compare=False)
    """The attributes of the sort key, in the order they sort by."""

    def __post_init__(self) -> None:
        partitions, sorts = several(self.partition), several(self.sort)
        for name, attributes in (("partition", partitions), ("sort", sorts)):
            object.__setattr__(self, f"{name}s", attributes)
            object.__setattr__(self, name, one_or_all(attributes))  # one declared in a tuple is one all the same
        where = f"Index {self.name!r}"
        validate_name("Index", self.name)
        _validate_key_counts(where, partitions, sorts, local=self.local)
        validate_differing(where, partitions, sorts)
        _validate_projection(where, self.projection)
        if self.local and self.throughput is not None:
            raise SchemaError(f"{where} is local and has its own throughput; a local index shares the table's.")

    @property
    def keys(self) -> tuple[KeyAttribute, ...]:
        """The key attributes of the index, partition first."""
        return (*self.partitions, *self.sorts)


def several(part: T | tuple[T, ...] | None) -> tuple[T, ...]:
    """Takes a part of a key as the tuple it may be written as.

    Args:
        part: One, or a tuple of several, or none.

    Returns:
        All of them.
    """
    return () if part is None else part if isinstance(part, tuple) else (part,)


def one_or_all(parts: tuple[T, ...]) -> T | tuple[T, ...] | None:
    """Writes a part of a key the shortest way: the inverse of ``several``.

    Args:
        parts: What the part is made of.

    Returns:
        The only one, or the tuple of several, or None.
    """
    return parts if len(parts) > 1 else parts[0] if parts else None


def validate_name(what: str, name: str) -> None:
    """Checks the name of a table or an index.

    Args:
        what: ``"Table"`` or ``"Index"``, for the message.
        name: The name.

    Raises:
        SchemaError: For a wrong length or character; source: developer guide, "Naming rules".
    """
    if not NAME.fullmatch(name) or not limits.TABLE_NAME_MIN <= len(name) <= limits.TABLE_NAME_MAX:
        raise SchemaError(
            f"{what} name {name!r} is not allowed ({len(name)} characters); use {limits.TABLE_NAME_MIN} to "
            f"{limits.TABLE_NAME_MAX} of a-z, A-Z, 0-9, '_', '-' and '.'."
        )


def validate_attribute_name(what: str, name: str) -> None:
    """Checks the name of a key, projected or expiry attribute.

    Args:
        what: The attribute's part, for the message.
        name: The name.

    Raises:
        SchemaError: When empty or over 255 bytes; source: developer guide, "Constraints: attributes".
    """
    size = len(name.encode())
    if not 0 < size <= limits.KEY_ATTRIBUTE_NAME_BYTES:
        raise SchemaError(
            f"{what} {name!r} has a name of {size} bytes; allowed are 1 to {limits.KEY_ATTRIBUTE_NAME_BYTES}."
        )


def listed(names: Iterable[str]) -> str:
    """Writes names for a message.

    Args:
        names: Any strings.

    Returns:
        The names quoted, in their order, between commas.
    """
    return ", ".join(repr(name) for name in names)


def validate_differing(where: str, partitions: tuple[KeyAttribute, ...], sorts: tuple[KeyAttribute, ...]) -> None:
    """Checks that no attribute comes twice in a key.

    Args:
        where: What the key belongs to, for the message.
        partitions: The partition key.
        sorts: The sort key; may be empty.

    Raises:
        SchemaError: When one does.
    """
    names = Counter(attribute.name for attribute in (*partitions, *sorts))
    for name, times in names.items():
        if times > 1 and (len(partitions), len(sorts)) == (1, 1):
            raise SchemaError(f"{where}: {name!r} is both partition key and sort key; they must differ.")
        if times > 1:
            raise SchemaError(f"{where}: {name!r} comes {times} times in the key; name each attribute once.")


def _validate_key_counts(
    where: str, partitions: tuple[KeyAttribute, ...], sorts: tuple[KeyAttribute, ...], *, local: bool
) -> None:
    if local and not sorts:
        raise SchemaError(f"{where} is local and has no sort key; a local index needs one, a global one does not.")
    if local and len(partitions) + len(sorts) > 2:  # noqa: PLR2004 -- one of each
        raise SchemaError(
            f"{where} is local, and its key has several partition or sort attributes; a local index has one of each, "
            "as its table. Use a global index."
        )
    for what, attributes in (("partition", partitions), ("sort", sorts)):
        if len(attributes) > limits.INDEX_KEY_ATTRIBUTES:
            raise SchemaError(
                f"{where} has {len(attributes)} attributes in its {what} key; DynamoDB allows "
                f"{limits.INDEX_KEY_ATTRIBUTES}."
            )
    if not partitions:
        raise SchemaError(f"{where} has no partition key; name one attribute, or up to {limits.INDEX_KEY_ATTRIBUTES}.")


def _validate_projection(where: str, projection: Projected) -> None:
    if isinstance(projection, str):
        if projection not in WHOLE_PROJECTIONS:
            raise SchemaError(
                f"{where}: projection {projection!r}; allowed are {listed(WHOLE_PROJECTIONS)} or a tuple of names."
            )
        return
    if not 0 < len(projection) <= limits.PROJECTED_ATTRIBUTES_OF_INDEX:
        raise SchemaError(
            f"{where} projects {len(projection)} attributes by name; allowed are 1 to "
            f"{limits.PROJECTED_ATTRIBUTES_OF_INDEX}, or 'ALL' or 'KEYS_ONLY'."
        )
    for name in projection:
        validate_attribute_name(f"{where}: projected attribute", name)
