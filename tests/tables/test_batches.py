"""Holds batches to exact chunks, kept order, no lost item, and an end when the service never finishes."""

import json
from dataclasses import replace

import pytest

from django_dynamodb import limits
from django_dynamodb.codec import scalars
from django_dynamodb.codec.attributes import AttributeCodec, TableCodec
from django_dynamodb.codec.codecs import as_it_is
from django_dynamodb.exceptions import (
    DuplicateKeyError,
    InvalidKeyError,
    InvalidValueError,
    ItemTooLargeError,
    RequestRejectedError,
    UnprocessedItemsError,
)
from django_dynamodb.expressions.paths import Path
from django_dynamodb.expressions.projections import Projection
from django_dynamodb.tables.batches import get_many, identifier, write_many
from django_dynamodb.tables.schema import KeyAttribute, TableSchema
from django_dynamodb.types import TextBuild, ValuesBuild


def key(number):
    """The key with that number."""
    return {"forum": {"S": "AWS"}, "subject": {"S": f"{number:04}"}}


def item(number):
    """The item with that number."""
    return {**key(number), "views": {"N": str(number)}}


def keys(number):
    """So many keys."""
    return [key(n) for n in range(number)]


def items(number):
    """So many items."""
    return [item(n) for n in range(number)]


class BatchService:
    """A batch service that does ``steps`` requests of each call, and all of them when the steps have run out."""

    def __init__(self, *steps):
        self.steps = list(steps)
        self.stored = {}
        self.calls = []
        self.written = []

    def __call__(self, payload):
        """Does some of what is asked and hands the rest back."""
        ((table, asked),) = payload["RequestItems"].items()
        return self.read(table, asked["Keys"]) if isinstance(asked, dict) else self.write(table, asked)

    def read(self, table, asked):
        """Finds items, the last asked for first."""
        done = self.share(asked)
        found = [self.stored[self.name(wanted)] for wanted in asked[:done] if self.name(wanted) in self.stored]
        left = {table: {"Keys": asked[done:]}} if asked[done:] else {}
        return {"Responses": {table: found[::-1]}, "UnprocessedKeys": left}

    def write(self, table, asked):
        """Puts and deletes."""
        done = self.share(asked)
        for request in asked[:done]:
            if "PutRequest" in request:
                item = request["PutRequest"]["Item"]
                self.stored[self.name(item)] = item
                self.written.append(item)
            else:
                del self.stored[self.name(request["DeleteRequest"]["Key"])]
        return {"UnprocessedItems": {table: asked[done:]} if asked[done:] else {}}

    def share(self, asked):
        """How many of the requests are done this time."""
        self.calls.append(len(asked))
        return self.steps.pop(0) if self.steps else len(asked)

    @staticmethod
    def name(of):
        """What an item is stored under."""
        return of["subject"]["S"]


@pytest.fixture
def before(service):
    """Puts a batch service before the table, for any number of calls."""

    def put(batch_service, stored=()):
        batch_service.stored = {one["subject"]["S"]: one for one in stored}
        service.answers.extend([batch_service] * 200)
        return batch_service

    return put


@pytest.mark.seed(20)
@pytest.mark.parametrize(
    ("number", "chunks"), [(0, []), (1, [1]), (100, [100]), (101, [100, 1]), (250, [100, 100, 50])]
)
def test_chunks_of_keys(number, chunks, fake_threads, before):
    """SEED row 20: any number of keys, a hundred a call, and what is found in the order of the keys."""
    batch = before(BatchService(), stored=items(number))
    assert get_many(fake_threads, iter(keys(number))) == items(number)
    assert batch.calls == chunks


def test_absent_items_keep_their_places(fake_threads, before):
    """A key without an item has None in its place."""
    before(BatchService(), stored=[item(1)])
    assert get_many(fake_threads, keys(3)) == [None, item(1), None]


def test_key_asked_for_twice(fake_threads, before):
    """A key that comes twice is asked for once, and its item, built once, stands in both places."""
    batch = before(BatchService(), stored=items(2))
    first, second, third = get_many(fake_threads, [key(1), key(0), key(1)], build=lambda found: [found])
    assert (first, second) == ([item(1)], [item(0)])
    assert third is first
    assert batch.calls == [2]


def test_text_of_items(fake_threads, before):
    """A builder that takes the text of an item is given it, as by pages."""
    before(BatchService(), stored=items(2))
    built = get_many(fake_threads, keys(2), build=TextBuild(lambda found, text: (found, json.loads(text))))
    assert built == [(one, one) for one in items(2)]


@pytest.mark.parametrize("reads", [as_it_is, str.upper], ids=["as it is", "another way"])
def test_values_of_items(reads, fake_threads, before):
    """So is one that takes values; what the keys are read as tells items apart only where it is what they hold."""
    before(BatchService(), stored=items(3))
    text = replace(scalars.TEXT, read=reads, decode=lambda av: reads(av["S"]))
    kinds = {"forum": text, "subject": text, "views": scalars.INTEGER}
    codec = TableCodec([AttributeCodec(name=n, slot=f"{n}_", codec=c, missing=lambda: None) for n, c in kinds.items()])
    build = TextBuild(lambda found, text: codec.load(found), ValuesBuild(codec, lambda values, text: values))
    assert get_many(fake_threads, keys(2)[::-1], build=build) == [codec.load(one) for one in items(2)[::-1]]


def test_read_options(fake_threads, service):
    """A batch read may be consistent; its projection has the key, by which items find their places."""
    get_many(fake_threads, keys(1), consistent=True, projection=Projection((Path("views"),)))
    asked = service.payloads[0]["RequestItems"]["threads"]
    assert asked["ConsistentRead"] is True
    assert set(asked["ExpressionAttributeNames"].values()) == {"forum", "subject", "views"}


@pytest.mark.seed(20)
def test_unprocessed_keys_are_asked_again(fake_threads, before, pauses):
    """SEED row 20: what the service leaves is asked for again after a pause, together with keys that still wait."""
    batch = before(BatchService(40, 0, 0, 60), stored=items(150))
    assert get_many(fake_threads, keys(150)) == items(150)
    assert batch.calls == [100, 100, 100, 100, 50]
    assert pauses == [1, 2, 3, 1]


def test_keys_that_are_never_processed(fake_threads, before):
    """When the retries are spent all keys that were not read are named: nothing is lost in silence."""
    before(BatchService(*[0] * 50), stored=items(120))
    with pytest.raises(UnprocessedItemsError, match="120 of 120 items were not read") as caught:
        get_many(fake_threads, keys(120))
    assert caught.value.keys == keys(120)
    assert (caught.value.table, caught.value.operation, caught.value.retryable) == ("threads", "BatchGetItem", True)


def test_bad_key_among_many(fake_threads, service):
    """A key no item can have is told before anything is read."""
    with pytest.raises(InvalidKeyError):
        get_many(fake_threads, [*keys(200), {"forum": {"S": "AWS"}}])
    assert not service.calls


@pytest.mark.seed(23)
@pytest.mark.parametrize(("number", "chunks"), [(0, []), (1, [1]), (25, [25]), (26, [25, 1]), (60, [25, 25, 10])])
def test_chunks_of_items(number, chunks, fake_threads, before):
    """SEED row 23: any number of items, 25 a call."""
    batch = before(BatchService())
    assert write_many(fake_threads, iter(items(number))) == number
    assert (batch.calls, list(batch.stored.values())) == (chunks, items(number))


def test_puts_and_deletes(fake_threads, before):
    """Deletes follow the puts, and share a call with the last of them."""
    batch = before(BatchService(), stored=items(50))
    assert write_many(fake_threads, [item(n) for n in range(50, 80)], keys(40)) == 70
    assert batch.calls == [25, 25, 20]
    assert list(batch.stored.values()) == [item(n) for n in range(40, 80)]


def test_input_is_taken_up_lazily(fake_threads, before):
    """No more of the input is held than one call takes."""
    taken, seen = [], []
    before(BatchService())
    endless = (taken.append(n) or item(n) for n in range(100))
    write_many(fake_threads, endless, progress=lambda written: seen.append((written, len(taken))))
    assert seen == [(25, 25), (50, 50), (75, 75), (100, 100)]


@pytest.mark.seed(23)
def test_unprocessed_items_are_sent_again(fake_threads, before, pauses):
    """SEED row 23: what the service leaves is sent again, and each item is written once."""
    batch = before(BatchService(10, 0, 0, 5), stored=[item(99)])
    done = []
    assert write_many(fake_threads, items(30), [key(99)], progress=done.append) == 31
    assert batch.calls == [25, 15, 15, 15, 10, 6]
    assert (pauses, done) == ([1, 2, 3, 1], [10, 15, 25, 31])
    assert list(batch.stored.values()) == batch.written == items(30)


@pytest.mark.seed(23)
def test_items_that_are_never_processed(fake_threads, before, pauses):
    """SEED row 23: when the retries are spent the error has what is left and how much was written."""
    before(BatchService(25, 5, *[0] * 50), stored=items(50))
    with pytest.raises(UnprocessedItemsError, match="5 items were not written and 25 not deleted") as caught:
        write_many(fake_threads, items(35), [key(n) for n in range(35, 60)])
    assert (caught.value.items, caught.value.keys) == (items(35)[30:], [key(n) for n in range(35, 60)])
    assert (caught.value.written, pauses) == (30, [1, 2, 3, 4])


@pytest.mark.parametrize(
    ("puts", "deletes", "sent"),
    [
        ([item(0), item(1), key(0)], [], 0),
        ([item(0)], [key(0)], 0),
        ([], [key(0), key(0)], 0),
        ([*items(26), item(3)], [], 0),
        ([*items(26), item(3)], None, 25),
    ],
)
def test_duplicate_keys(puts, deletes, sent, fake_threads, before):
    """A key that comes twice is told before anything is sent, in lazy input before its call; a note says what was."""
    batch = before(BatchService())
    with pytest.raises(DuplicateKeyError, match="comes twice in one batch") as caught:
        write_many(fake_threads, puts, iter(()) if deletes is None else deletes)
    assert sum(batch.calls) == sent
    assert caught.value.__notes__ == [f"{sent} items were written or deleted before."]
    assert caught.value.key in [*puts, *(deletes or ()), key(3)]


@pytest.mark.parametrize(
    ("bad", "error"),
    [
        ({"forum": {"S": "AWS"}}, InvalidKeyError),
        ({**key(1), "author": {"S": ""}}, InvalidValueError),
        ({**key(1), "body": {"S": "x" * limits.ITEM_BYTES}}, ItemTooLargeError),
    ],
)
def test_bad_item_among_many(bad, error, fake_threads, service):
    """An item the service would refuse is told before its call is sent."""
    with pytest.raises(error):
        write_many(fake_threads, [item(0), bad])
    assert not service.calls


def test_bad_key_to_delete(fake_threads, service):
    """A key to delete is a key and nothing else."""
    with pytest.raises(InvalidKeyError, match="'views' is no part of the key"):
        write_many(fake_threads, deletes=[item(0)])
    assert not service.calls


def test_error_amid_the_calls(fake_threads, service):
    """An error of the service notes how much was written before it."""
    service.answers.extend([{}, RequestRejectedError("no")])
    with pytest.raises(RequestRejectedError) as caught:
        write_many(fake_threads, items(30))
    assert caught.value.__notes__ == ["25 items were written or deleted before."]


def heavy(number):
    """An item within 400 KB whose JSON is some 2.3 MB, since control characters have six there."""
    return {**key(number), "body": {"S": "\0" * 390_000}}


def test_request_over_16_mb(fake_threads, before):
    """A call whose JSON would be over the service's limit is made in parts."""
    batch = before(BatchService())
    assert write_many(fake_threads, (heavy(n) for n in range(8)), [key(0)][:0]) == 8
    assert batch.calls == [4, 4]


def test_items_of_the_part_not_sent(fake_threads, before):
    """When the first part of a call is not finished the second part is among what is left."""
    before(BatchService(*[0] * 50))
    with pytest.raises(UnprocessedItemsError) as caught:
        write_many(fake_threads, (heavy(n) for n in range(8)))
    assert [left["subject"] for left in caught.value.items] == [key(n)["subject"] for n in range(8)]


@pytest.mark.parametrize(("one", "other"), [("1", "1.0"), ("100", "1E2"), ("0", "-0"), ("1.5", "1.50")])
def test_equal_numbers_are_one_key(one, other):
    """Number keys are told apart by value, as the service does."""
    identify = identifier(TableSchema(name="tickets", partition=KeyAttribute("id", "N")))
    assert identify({"id": {"N": one}}) == identify({"id": {"N": other}})


def test_large_numbers_stay_apart():
    """Number keys that differ in the 38th digit are two keys."""
    identify = identifier(TableSchema(name="tickets", partition=KeyAttribute("id", "N")))
    assert identify({"id": {"N": "1" * 38}}) != identify({"id": {"N": "1" * 37 + "2"}})


def test_many_on_the_engine(threads):
    """Hundreds of items are written, read in any order and deleted."""
    assert write_many(threads, items(130)) == 130
    asked = [key(n) for n in reversed(range(140))]
    assert get_many(threads, asked, consistent=True) == [item(n) if n < 130 else None for n in reversed(range(140))]
    assert write_many(threads, deletes=keys(130)) == 130
    assert get_many(threads, keys(3), consistent=True) == [None] * 3
