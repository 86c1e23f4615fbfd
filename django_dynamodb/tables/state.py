"""States a table as it stands, and in what it differs from its schema."""

from __future__ import annotations

from collections.abc import Iterator

from django_dynamodb.operations.descriptions import IndexDescription, TableDescription
from django_dynamodb.records import record
from django_dynamodb.tables.indexes import KeyAttribute, one_or_all
from django_dynamodb.tables.schema import IndexSchema, Projected, TableSchema, Throughput


@record(frozen=True, kw_only=True, slots=True)
class TableState(TableDescription):
    """A table as it stands, with its expiry, which the service describes by itself."""

    ttl: str | None
    """The number attribute by which items expire; None when nothing expires."""


def differences(schema: TableSchema, description: TableState) -> list[str]:
    """Compares a table with its schema.

    Args:
        schema: What the table should be.
        description: What it is.

    Returns:
        One sentence for each difference, in a stable order; none when they agree.
    """
    return [sentence for compare in COMPARISONS for sentence in compare(schema, description)]


def index_units(schema: TableSchema, index: IndexSchema) -> tuple[int, int] | None:
    """The capacity an index is created with: its own, else the table's.

    Args:
        schema: The index's table.
        index: The index.

    Returns:
        Read and write units; None on demand and for a local index, which shares the table's.
    """
    return None if index.local else units(index.throughput or schema.throughput)


def units(throughput: Throughput | None) -> tuple[int, int] | None:
    """Turns capacity into what the requests carry.

    Args:
        throughput: Provisioned capacity, or None for on demand.

    Returns:
        Read and write units, or None.
    """
    return None if throughput is None else (throughput.read, throughput.write)


def _compare_keys(schema: TableSchema, description: TableState) -> Iterator[str]:
    for what, wanted, found in (
        ("partition key", schema.partition.name, description.partition),
        ("sort key", schema.sort and schema.sort.name, description.sort),
    ):
        yield from _difference(f"The {what}", found, wanted, "a key never changes: make a new table")


def _compare_types(schema: TableSchema, description: TableState) -> Iterator[str]:
    wanted = {key.name: key.type for key in (*schema.keys, *(key for index in schema.indexes for key in index.keys))}
    for name, type_ in wanted.items():
        if (found := description.attributes.get(name, type_)) != type_:
            yield from _difference(f"The type of key attribute {name!r}", found, type_)


def _compare_indexes(schema: TableSchema, description: TableState) -> Iterator[str]:
    wanted = {index.name: index for index in schema.indexes}
    found = {index.name: index for index in description.indexes}
    for name, index in wanted.items():
        if name in found:
            yield from _compare_index(schema, index, found[name])
        else:
            later = "; a local index can only be made together with its table" if index.local else ""
            yield f"Index {name!r} is missing{later}."
    for name in found:
        if name not in wanted:
            yield f"Index {name!r} is not in the schema."


def _compare_index(schema: TableSchema, index: IndexSchema, found: IndexDescription) -> Iterator[str]:
    where = f"Index {index.name!r}"
    yield from _difference(f"{where}: its kind", _kind(found.local), _kind(index.local))
    yield from _difference(f"{where}: its partition key", found.partition, _names(index.partitions))
    yield from _difference(f"{where}: its sort key", found.sort, _names(index.sorts))
    yield from _difference(f"{where}: its projection", _projected(found.projection), _projected(index.projection))
    if (found.units is None) == (schema.throughput is None):  # else the billing differs, which is said once
        yield from _difference(f"{where}: its throughput", found.units, index_units(schema, index))


def _compare_billing(schema: TableSchema, description: TableState) -> Iterator[str]:
    yield from _difference("The billing", _billing(description.units), _billing(units(schema.throughput)))


def _compare_ttl(schema: TableSchema, description: TableState) -> Iterator[str]:
    yield from _difference("The expiry attribute", description.ttl, schema.ttl)


def _compare_stream(schema: TableSchema, description: TableState) -> Iterator[str]:
    yield from _difference("The stream", description.stream, schema.stream)


COMPARISONS = (_compare_keys, _compare_types, _compare_indexes, _compare_billing, _compare_ttl, _compare_stream)
"""What is compared, in the order of the sentences."""


def _difference(what: str, found: object, wanted: object, advice: str = "") -> Iterator[str]:
    """One sentence, if there is a difference."""
    if found != wanted:
        yield f"{what} is {_shown(found)}, the schema says {_shown(wanted)}{advice and '; '}{advice}."


def _names(attributes: tuple[KeyAttribute, ...]) -> str | tuple[str, ...] | None:
    """The names of a part of a key, as a description has them."""
    return one_or_all(tuple(attribute.name for attribute in attributes))


def _shown(value: object) -> str:
    return "none" if value is None else value if isinstance(value, str) and " " in value else repr(value)


def _kind(local: bool) -> str:
    return "local" if local else "global"


def _projected(projection: str | Projected) -> object:
    """A projection to compare: the service keeps names in no order."""
    return projection if isinstance(projection, str) else sorted(projection)


def _billing(provisioned: tuple[int, int] | None) -> str:
    if provisioned is None:
        return "on demand"
    return f"provisioned with {provisioned[0]} read and {provisioned[1]} write units"
