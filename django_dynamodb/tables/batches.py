"""Reads and writes any number of items of one table, in as few calls as the service allows.

The service may leave any part of a batch undone and say so in a successful answer. What it leaves is sent again after
a pause; the count of attempts starts anew whenever a call got something done, so that a slow table is not given up.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from operator import itemgetter
from typing import Any, TypeAlias, TypeVar

from django_dynamodb import limits
from django_dynamodb.codec.codecs import as_it_is
from django_dynamodb.codec.numbers import decode_number
from django_dynamodb.exceptions import DuplicateKeyError, DynamoDBError, ServiceError, UnprocessedItemsError
from django_dynamodb.expressions.projections import Projection
from django_dynamodb.operations.batches import BatchGetItem, BatchWriteItem
from django_dynamodb.tables.paging import identity, with_names
from django_dynamodb.tables.schema import KeyRule, TableSchema
from django_dynamodb.tables.table import Table
from django_dynamodb.tables.validation import (
    validate_index_values,
    validate_item_size,
    validate_key,
    validate_key_values,
)
from django_dynamodb.types import AttributeValue, Item, ItemText, Key, Put, TextBuild, ValuesBuild, item_in, keys_in

T = TypeVar("T")


def get_many(
    table: Table,
    keys: Iterable[Key],
    *,
    consistent: bool = False,
    projection: Projection | None = None,
    build: Callable[[Item], T] = identity,
    checked: bool = False,
) -> list[T | None]:
    """Reads the items of many keys.

    Args:
        table: The table.
        keys: Any number of keys; one that comes twice is asked for once.
        consistent: Whether to see every write finished before, at twice the cost.
        projection: The attributes to bring back; the key comes back too.
        build: Makes of each item what is returned; called once for each item found.
        checked: Whether each key is known to be one: a model's codec wrote it, or the service brought it.

    Returns:
        What was built, in the order of the keys; None in the place of a key without an item.

    Raises:
        InvalidKeyError: One of the keys is one no item can have; nothing was sent.
        UnprocessedItemsError: The retries were spent; ``keys`` are all those not read.
        ServiceError: What the service answered otherwise.
    """
    identify, asked = identifier(table.schema), list(keys)
    if not checked and not all(map(table.schema.is_sure_key, asked)):
        for key in asked:
            validate_key(table.schema, key)
    places = [identify(key) for key in asked]
    unread: dict[Hashable, Key] = {}
    for place, key in zip(places, asked, strict=True):
        unread.setdefault(place, key)
    widened = projection and with_names(projection, (rule.name for rule in table.schema.key_rules))
    found = _read_all(table, unread.values(), consistent, widened, _with_place(table.schema, identify, build))
    return list(map(found.get, places))


def write_many(
    table: Table,
    puts: Iterable[Put] = (),
    deletes: Iterable[Key] = (),
    *,
    progress: Callable[[int], None] | None = None,
) -> int:
    """Writes many items and deletes many keys; not all or nothing, and without conditions.

    Two sequences are checked as a whole before anything is sent; other input is taken up and checked lazily, one call
    at a time.

    Args:
        table: The table.
        puts: Any number of whole items, or their texts.
        deletes: Any number of keys.
        progress: Told how many items are written and deleted so far, after each call that got something done.

    Returns:
        How many items were written and deleted.

    Raises:
        DuplicateKeyError: A key comes twice; of lazy input earlier calls stand, a note of the error says how many.
        InvalidKeyError: A key is one no item can have; as above.
        InvalidValueError: The value of an index key is one no index can have; as above.
        ItemTooLargeError: An item is over 400 KB; as above.
        UnprocessedItemsError: The retries were spent; ``items`` and ``keys`` are all that is left of the input,
            ``written`` says how much was done.
        ServiceError: What the service answered otherwise; as above. All before is done in the order of the input,
            but for what another note names: the rest of a call that was left undone.
    """
    whole = isinstance(puts, Sequence) and isinstance(deletes, Sequence)
    puts, deletes = iter(puts), iter(deletes)
    requests = _checked(table.schema, puts, deletes)
    writer = _Writer(table, progress)
    try:
        if whole:
            requests = iter(list(requests))
        while chunk := tuple(islice(requests, limits.BATCH_WRITE_REQUESTS)):
            writer.write(*_parted(chunk))
    except UnprocessedItemsError as error:
        rest_puts, rest_deletes = _parted(tuple(requests)) if whole else ((), ())  # lazy input goes back unchecked
        raise writer.unprocessed_error(
            [*map(dict, error.items), *map(item_in, chain(rest_puts, puts))],
            [*map(dict, error.keys), *rest_deletes, *deletes],
        ) from error
    except DynamoDBError as error:
        error.add_note(f"{writer.written} items were written or deleted before.")
        raise
    return writer.written


def _parted(requests: Sequence[_Request]) -> tuple[list[Put], list[Key]]:
    """Puts and deletes apart."""
    puts = [put for _, put in requests if put is not None]
    return puts, [key for key, put in requests if put is None]


def identifier(schema: TableSchema) -> Callable[[Mapping[str, AttributeValue]], Hashable]:
    """Makes a function that tells items apart as the service does: by key, numbers by value.

    Args:
        schema: The table.

    Returns:
        A function from an item or a key to a hashable value, equal for equal keys.
    """
    partition, *sort = map(_reader, schema.key_rules)
    if not sort:
        return partition
    (second,) = sort
    if all(rule.type == "S" for rule in schema.key_rules):  # most pairs, which take fewer calls
        first_name, second_name = (rule.name for rule in schema.key_rules)
        return lambda item: (item[first_name]["S"], item[second_name]["S"])
    return lambda item: (partition(item), second(item))


def _with_place(
    schema: TableSchema, identify: Callable[[Item], Hashable], build: Callable[[Item], T]
) -> Callable[[Item], tuple[Hashable, T]]:
    """Builds an item together with what tells it apart; a builder that takes text, or values, still gets them."""
    if not isinstance(build, TextBuild):
        return lambda item: (identify(item), build(item))
    with_text, values = build.build, build.values
    return TextBuild(
        lambda item, text: (identify(item), with_text(item, text)),
        None if values is None else _values_with_place(schema, values),
    )


def _values_with_place(schema: TableSchema, values: ValuesBuild[T]) -> ValuesBuild[tuple[Hashable, T]] | None:
    """The same out of values; None where a part of the key is no text that is stored as it is."""
    fill, known = values.build, {attribute.name: attribute for attribute in values.codec.attributes}
    parts = [known.get(rule.name) for rule in schema.key_rules if rule.type == "S"]
    slots = [part.slot for part in parts if part is not None and part.codec.read is as_it_is]
    if len(slots) != len(schema.key_rules):
        return None
    place: Callable[[Mapping[str, Any]], Hashable] = itemgetter(*slots)  # of one alone, the value; as identifier() does
    return ValuesBuild(values.codec, lambda found, text: (place(found), fill(found, text)))


def _read_all(
    table: Table,
    keys: Iterable[Key],
    consistent: bool,
    projection: Projection | None,
    build: Callable[[Item], tuple[Hashable, T]],
) -> dict[Hashable, T]:
    """Asks for keys until none is left; those the service did not get to are asked for again first."""
    queue = deque(keys)
    found: dict[Hashable, T] = {}
    attempt = 0
    while queue:
        asked = [queue.popleft() for _ in range(min(len(queue), limits.BATCH_GET_KEYS))]
        request = BatchGetItem(table=table.schema.name, keys=asked, consistent=consistent, projection=projection)
        result = request.result(table.answer(request), build)
        found.update(result.items)
        left = result.unprocessed
        queue.extendleft(reversed(left))
        attempt = attempt + 1 if len(left) == len(asked) else 1
        if left and not table.pause(attempt):
            raise UnprocessedItemsError(
                f"BatchGetItem on table {table.schema.name!r}: {len(queue)} of {len(queue) + len(found)} items "
                "were not read when the retries were spent; slow down or raise the table's throughput.",
                keys=list(queue),
                operation=request.name,
                table=table.schema.name,
            )
    return found


_Request: TypeAlias = tuple[Item, Put | None]
"""One entry of a batch write: what holds its key, and the item or its text if it is a put."""


def _checked(schema: TableSchema, puts: Iterable[Put], deletes: Iterable[Key]) -> Iterator[_Request]:
    """The entries in their order, each checked as it is taken up."""
    identify, sure = identifier(schema), schema.has_sure_key
    seen: set[Hashable] = set()
    for put in puts:
        keys = put.keys if isinstance(put, ItemText) else put
        if keys is put and not sure(keys):
            validate_key_values(schema, keys)
        if schema.index_key_rules:
            validate_index_values(schema, keys)
        if (mark := identify(keys)) in seen:
            raise _twice_error(schema, keys)
        seen.add(mark)
        yield keys, put
    for key in deletes:
        validate_key(schema, key)
        if (mark := identify(key)) in seen:
            raise _twice_error(schema, key)
        seen.add(mark)
        yield key, None


def _twice_error(schema: TableSchema, keys: Item) -> DuplicateKeyError:
    """Words the refusal of a key that was there before."""
    key = schema.key_of(keys)
    return DuplicateKeyError(
        f"Table {schema.name!r}: key {key} comes twice in one batch, which has no order; write it once.",
        table=schema.name,
        key=key,
    )


class _Writer:
    """Sends the calls of one batch write and counts what they got done."""

    def __init__(self, table: Table, progress: Callable[[int], None] | None) -> None:
        self.written = 0
        self._table = table
        self._progress = progress

    def write(self, puts: Sequence[Put], deletes: Sequence[Key]) -> None:
        """Writes one chunk, in several calls if its JSON is over the service's limit."""
        request = BatchWriteItem(table=self._table.schema.name, puts=puts, deletes=deletes)
        body = request.body()
        for item in puts if len(body) > limits.ITEM_BYTES else ():
            validate_item_size(self._table.schema, item)
        if len(body) > limits.BATCH_WRITE_BYTES and len(puts) > 1:
            half = len(puts) // 2
            try:
                self.write(puts[:half], deletes)
            except UnprocessedItemsError as error:
                error.items.extend(map(item_in, puts[half:]))
                raise
            self.write(puts[half:], ())
        else:
            self._send(request, body)

    def unprocessed_error(self, puts: Sequence[Item], deletes: Sequence[Key]) -> UnprocessedItemsError:
        """What to raise for what is left."""
        return UnprocessedItemsError(
            f"BatchWriteItem on table {self._table.schema.name!r}: {len(puts)} items were not written and "
            f"{len(deletes)} not deleted when the retries were spent, after {self.written} that were; slow down or "
            "raise the table's throughput.",
            items=puts,
            keys=deletes,
            written=self.written,
            operation=BatchWriteItem.name,
            table=self._table.schema.name,
        )

    def _send(self, request: BatchWriteItem, body: bytes) -> None:
        """Sends one call, and again what the service leaves of it."""
        attempt = 0
        while True:
            result = request.result(self._answer(request, body, again=attempt > 0))
            puts, deletes = result.unprocessed_puts, result.unprocessed_deletes
            left = len(puts) + len(deletes)
            done = len(request.puts) + len(request.deletes) - left
            self._count(done)
            if not left:
                return
            attempt = 1 if done else attempt + 1
            if not self._table.pause(attempt):
                raise self.unprocessed_error(puts, deletes)
            request = BatchWriteItem(table=request.table, puts=puts, deletes=deletes)
            body = request.body()

    def _answer(self, request: BatchWriteItem, body: bytes, *, again: bool) -> bytes:
        """The answer of one call; an error of one that sends the rest of a chunk again says what the rest was."""
        try:
            return self._table.send(request.name, body)
        except ServiceError as error:
            if again:
                keys = [*map(self._table.schema.key_of, map(keys_in, request.puts)), *request.deletes]
                error.add_note(f"The call that failed sent again what was left of the one before: {keys}.")
            raise

    def _count(self, done: int) -> None:
        self.written += done
        if done and self._progress is not None:
            self._progress(self.written)


def _reader(rule: KeyRule) -> Callable[[Mapping[str, AttributeValue]], Hashable]:
    """Makes a function that takes one key value out of an item, to be compared."""
    name, tag = rule.name, rule.type
    if tag == "N":
        return lambda item: decode_number(item[name][tag])
    return lambda item: str(item[name][tag])
