"""Holds what Django's own tests of caches do not: atomicity, batches, costs, expiry before the sweep, outages."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from random import Random
from threading import get_ident

import pytest
from asgiref.sync import async_to_sync
from django.core.cache.backends.base import CacheKeyWarning, InvalidCacheKey
from django.template import Context, Template
from django.utils.connection import ConnectionDoesNotExist

from django_dynamodb.cache.entries import EXPIRES, PACKED, VALUE, entry_key
from django_dynamodb.coroutines import rest
from django_dynamodb.exceptions import (
    InvalidTypeError,
    InvalidValueError,
    ItemTooLargeError,
    TestSafetyError,
    ThrottledError,
    UnprocessedItemsError,
)
from django_dynamodb.limits import ITEM_BYTES
from django_dynamodb.testing.assertions import AtMost, Between, assertDynamoDB
from django_dynamodb.testing.faults import throttled, unprocessed

FALSY = [None, False, 0, "", [], {}]


def stored(cache, key):
    """The item as the service has it."""
    return cache.table.get(entry_key(cache.make_key(key)), consistent=True)


def expire(cache, key, value="old"):
    """Puts an entry that has expired and was not swept, whatever its timeout."""
    cache.table.put(cache.options.entries.item(cache.make_key(key), value, int(time.time()) - 60))


@pytest.mark.parametrize("value", FALSY)
def test_what_is_false_is_a_value(cache, value):
    """None and others that are false come back, by get and get_many, and are there."""
    cache.set("k", value)
    assert cache.get("k", "default") == value
    assert cache.get_many(["k", "none"]) == {"k": value}
    assert cache.has_key("k")
    assert "k" in cache


@pytest.mark.parametrize("value", [True, 1.5, 10**37, -(10**37), 10**38, "é" * 3000, {"a": [1, None]}, "\ud800"])
def test_values_come_back_as_they_were(cache, value):
    """Value and type are kept, whether the service counts, the serializer writes or zlib packs."""
    cache.set("k", value)
    assert cache.get("k") == value
    assert type(cache.get("k")) is type(value)


def test_one_call_each(cache):
    """Every method on one key is one call; a hundred keys are read by one, 25 written by one."""
    with assertDynamoDB(puts=2, gets=2, updates=2, deletes=1, calls=7):
        cache.set("a", 1)
        cache.add("b", 1)
        cache.get("a")
        cache.has_key("a")
        cache.incr("a")
        cache.touch("a")
        cache.delete("a")
    with assertDynamoDB(batch_writes=4, batch_gets=1, calls=5):
        cache.set_many({str(n): n for n in range(50)})
        assert len(cache.get_many(map(str, range(100)))) == 50
        cache.delete_many(map(str, range(50)))


def test_a_write_unit_for_a_kilobyte(cache):
    """What is small costs one unit to set, and what is larger pays by what is left after compression."""
    with assertDynamoDB(wcu=2):
        cache.set("a", "x")
        cache.set("b", "x" * 100_000)


@pytest.mark.parametrize("consistent", [True, False])
def test_reads_ask_for_what_the_option_says(make_cache, requests, consistent):
    """A read unit for 4 KB, or half of one where the option gives consistency away."""
    cache = make_cache(options={"CONSISTENT_READ": consistent})
    cache.get("a")
    cache.has_key("a")
    cache.get_many(["a"])
    get, has, many = requests
    (many,) = many["RequestItems"].values()
    assert [request.get("ConsistentRead", False) for request in (get, has, many)] == [consistent] * 3


class TestExpiry:
    """What has expired is absent before the service deletes it."""

    def test_reads(self, cache):
        """It is not read, not there, and no default's rival."""
        expire(cache, "k")
        assert cache.get("k", "default") == "default"
        assert cache.get_many(["k"]) == {}
        assert not cache.has_key("k")

    def test_writes(self, cache):
        """It cannot be touched, deleted, added to or moved."""
        expire(cache, "k", 41)
        assert not cache.touch("k")
        assert not cache.delete("k")
        with pytest.raises(ValueError, match="'k' not found"):
            cache.incr("k")
        with pytest.raises(ValueError, match="'k' not found"):
            cache.incr_version("k")

    def test_add_takes_its_place(self, cache):
        """An expired entry holds no key."""
        expire(cache, "k")
        assert cache.add("k", "new")
        assert not cache.add("k", "newer")
        assert cache.get("k") == "new"

    def test_the_end_is_whole_seconds_and_never_early(self, cache):
        """The service deletes by whole seconds; a fraction is rounded up."""
        cache.set("k", 1, 0.2)
        assert int(stored(cache, "k")[EXPIRES]["N"]) >= time.time()
        assert cache.get("k") == 1

    def test_forever(self, cache):
        """Without a timeout there is no end to be swept by."""
        cache.set("k", 1, None)
        assert EXPIRES not in stored(cache, "k")
        assert cache.touch("k", 5)
        assert EXPIRES in stored(cache, "k")
        assert cache.touch("k", None)
        assert EXPIRES not in stored(cache, "k")

    @pytest.mark.parametrize("timeout", [0, -1, -1000])
    def test_gone_at_once(self, cache, timeout):
        """Zero and less are not stored to be seen."""
        cache.set("k", 1, timeout)
        assert cache.get("k") is None

    def test_the_end_stays(self, cache):
        """Adding to a number, and another version, change nothing of the end."""
        cache.set("k", 1, 1000)
        end = stored(cache, "k")[EXPIRES]
        cache.incr("k")
        assert stored(cache, "k")[EXPIRES] == end
        cache.incr_version("k")
        assert cache.table.get(entry_key(cache.make_key("k", version=2)))[EXPIRES] == end


class TestAtomic:
    """Several callers at once."""

    def test_of_several_adds_one_is_told_true(self, cache):
        """A lock by add() is held by one."""
        with ThreadPoolExecutor(8) as pool:
            assert sum(pool.map(lambda n: cache.add("lock", n), range(8))) == 1

    def test_no_addition_is_lost(self, cache):
        """incr() and decr() are additions of the service."""
        cache.set("n", 0)
        with ThreadPoolExecutor(8) as pool:
            sums = list(pool.map(lambda _: cache.incr("n", 3), range(16)))
        assert sorted(sums) == list(range(3, 49, 3))
        assert cache.decr("n", 48) == 0


@pytest.mark.parametrize("value", ["41", 1.5, True, None, [1], 10**38])
def test_only_whole_numbers_are_added_to(cache, value):
    """Anything else is a TypeError, which nobody takes for a missing key, and stays as it is."""
    cache.set("k", value)
    with pytest.raises(TypeError, match="no whole number") as raised:
        cache.incr("k")
    assert not isinstance(raised.value, ValueError)
    assert cache.get("k") == value


def test_only_whole_numbers_are_added(cache):
    """A fraction would make a number that is none of cache's."""
    cache.set("k", 1)
    with pytest.raises(TypeError, match=r"1\.5 is a float"):
        cache.incr("k", 1.5)


def test_version_by_none(cache):
    """A move to the same version changes nothing."""
    cache.set("k", 1)
    assert cache.incr_version("k", 0) == 1
    assert cache.get("k") == 1


class TestSize:
    """An item of DynamoDB has 400 KB at most."""

    def test_large_values_are_compressed(self, cache):
        """A megabyte that compresses is stored."""
        cache.set("k", "x" * 1_000_000)
        assert PACKED in stored(cache, "k")
        assert cache.get("k") == "x" * 1_000_000

    def test_small_ones_and_dense_ones_are_not(self, make_cache):
        """Compression that makes nothing smaller is left out."""
        cache, dense = make_cache(options={"SERIALIZER": "pickle"}), Random(1).randbytes(1100)
        cache.set_many({"small": "x" * 900, "dense": dense})
        assert VALUE in stored(cache, "small")
        assert VALUE in stored(cache, "dense")
        assert cache.get("dense") == dense

    def test_compression_can_be_turned_off(self, make_cache):
        """COMPRESS_OVER=None stores what the serializer wrote."""
        cache = make_cache(options={"COMPRESS_OVER": None})
        cache.set("k", "x" * 5000)
        assert VALUE in stored(cache, "k")

    @pytest.mark.parametrize("write", ["set", "add", "set_many"])
    def test_what_is_still_too_large_is_refused(self, make_cache, write):
        """The message names the key and the size; nothing was sent."""
        cache = make_cache(options={"COMPRESS_OVER": None})
        arguments = [{"big": "x" * 500_000}] if write == "set_many" else ["big", "x" * 500_000]
        with assertDynamoDB(calls=0), pytest.raises(ItemTooLargeError, match=r"':1:big' has 500,002 bytes"):
            getattr(cache, write)(*arguments)
        assert ITEM_BYTES == 409_600


class TestKeys:
    """Keys may have what DynamoDB allows, and are warned of as in every backend."""

    def test_longest(self, cache):
        """2,048 bytes are a key; each method warns of what memcached would refuse."""
        with pytest.warns(CacheKeyWarning, match="longer than 250"):
            cache.set("é" * 1022, 1)
        with pytest.warns(CacheKeyWarning, match="longer than 250"):
            assert cache.get("é" * 1022) == 1

    def test_longer(self, cache):
        """A byte more is no key; nothing was sent."""
        with (
            assertDynamoDB(calls=0),
            pytest.warns(CacheKeyWarning),
            pytest.raises(InvalidCacheKey, match="2,049 bytes"),
        ):
            cache.get("é" * 1023)

    def test_empty(self, make_cache):
        """A function that makes no key makes no call."""
        cache = make_cache(KEY_FUNCTION=lambda key, prefix, version: key)
        with pytest.raises(InvalidCacheKey, match="0 bytes"):
            cache.get("")

    def test_two_that_are_made_one(self, make_cache):
        """Keys that a function makes the same are one entry, in batches too."""
        cache = make_cache(KEY_FUNCTION=lambda key, prefix, version: key.lower())
        cache.set_many({"A": 1, "a": 2})
        assert cache.get_many(["A", "a"]) == {"A": 2, "a": 2}
        cache.delete_many(["A", "a"])
        assert cache.get("a") is None


def test_clear_empties_the_table(make_cache):
    """10 MB go, over pages and batches, other versions and what has expired included."""
    cache = make_cache(options={"COMPRESS_OVER": None})
    cache.set_many({str(n): "x" * 350_000 for n in range(30)})
    cache.set("other", 1, version=2)
    expire(cache, "old")
    with assertDynamoDB(scans=Between(10, 17), batch_writes=2):
        cache.clear()
    with assertDynamoDB(scans=1, batch_writes=0):
        cache.clear()
    assert cache.get_many(map(str, range(30))) == {}
    assert stored(cache, "old") is None


class TestOutage:
    """What the service refuses raises; it is neither a default nor a False."""

    @pytest.mark.parametrize(
        "call",
        [
            lambda cache: cache.get("k", "default"),
            lambda cache: cache.get_many(["k"]),
            lambda cache: cache.has_key("k"),
            lambda cache: cache.set("k", 1),
            lambda cache: cache.set_many({"k": 1}),
            lambda cache: cache.add("k", 1),
            lambda cache: cache.touch("k"),
            lambda cache: cache.incr("k"),
            lambda cache: cache.delete("k"),
            lambda cache: cache.delete_many(["k"]),
            lambda cache: cache.clear(),
            lambda cache: cache.get_or_set("k", 1),
            lambda cache: async_to_sync(cache.aget)("k"),
        ],
    )
    def test_throttling(self, cache, call):
        """Each method passes the error on."""
        with throttled(times=1), pytest.raises(ThrottledError):
            call(cache)

    def test_what_a_batch_leaves_is_sent_again(self, cache):
        """Twice unfinished, then done."""
        with unprocessed(times=2):
            cache.set_many({str(n): n for n in range(30)})
        with unprocessed(times=2):
            assert len(cache.get_many(map(str, range(30)))) == 30
        with unprocessed(times=2):
            cache.delete_many(map(str, range(30)))
        assert cache.get_many(map(str, range(30))) == {}

    def test_what_is_left_in_the_end_raises(self, cache):
        """set_many() does not return a list nobody reads."""
        with unprocessed(times=100), pytest.raises(UnprocessedItemsError):
            cache.set_many({"a": 1})

    def test_a_missing_table_is_no_empty_cache(self, cache, settings):
        """The table that is not there has no values to be missing."""
        settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": "not_made"}}
        from django.core.cache import caches

        with pytest.raises(LookupError, match="not_made"):
            caches["default"].get("k")

    def test_an_alias_that_does_not_exist(self, settings):
        """It is found out at the first use."""
        from django.core.cache import caches

        keys = {"BACKEND": "django_dynamodb.cache.DynamoDBCache", "LOCATION": "cache", "OPTIONS": {"USING": "nowhere"}}
        settings.CACHES = {"default": keys}
        with pytest.raises(ConnectionDoesNotExist, match="'nowhere'"):
            caches["default"].get("k")


def test_without_the_fixture_nothing_is_sent(settings):
    """The locks of a test run hold for caches too."""
    from django.core.cache import caches

    settings.CACHES = {"default": {"BACKEND": "django_dynamodb.cache.DynamoDBCache", "LOCATION": "cache"}}
    with pytest.raises(TestSafetyError):
        caches["default"].get("k")


class TestSerializer:
    """JSON by default, pickle where asked for."""

    def test_json_refuses_the_rest(self, cache):
        """What JSON would change is refused by name, and nothing is stored."""
        with assertDynamoDB(calls=0), pytest.raises(InvalidTypeError, match=r"\['a'\]\[1\] is a builtins\.tuple"):
            cache.set("k", {"a": [1, (2, 3)]})

    def test_pickle_is_asked_for(self, make_cache):
        """With it, everything that can be pickled comes back."""
        cache = make_cache(options={"SERIALIZER": "pickle"})
        cache.set("k", {"a": (1, {2})})
        assert cache.get("k") == {"a": (1, {2})}

    def test_another_serializers_value_raises(self, make_cache):
        """A value that cannot be read is no missing value, and is never unpickled unasked."""
        make_cache("pickled", options={"SERIALIZER": "pickle"}).set("k", {"a": 1})
        with pytest.raises(InvalidValueError, match="another serializer"):
            make_cache().get("k")


def test_templates(cache):
    """The template tag ``cache`` stores the text it renders."""
    template = Template("{% load cache %}{% cache 60 part %}{{ text }}{% endcache %}")
    assert template.render(Context({"text": "<a>"})) == "&lt;a&gt;"
    assert template.render(Context({"text": "b"})) == "&lt;a&gt;"


class TestAsync:
    """The asynchronous twins."""

    def test_each(self, cache):
        """Each does what its twin does, by as many calls."""

        async def story():
            await cache.aset("n", 1)
            assert [await cache.aget("n"), await cache.ahas_key("n"), await cache.aadd("n", 2)] == [1, True, False]
            assert [await cache.aincr("n", 5), await cache.adecr("n"), await cache.atouch("n")] == [6, 5, True]
            assert [await cache.aincr_version("n"), await cache.adecr_version("n", version=2)] == [2, 1]
            assert await cache.aset_many({"a": 1, "b": 2}) == []
            assert await cache.aget_many(["a", "b", "c"]) == {"a": 1, "b": 2}
            assert await cache.aget_or_set("d", lambda: 4) == 4
            await cache.adelete_many(["a", "b"])
            assert [await cache.adelete("n"), await cache.adelete("n")] == [True, False]
            await cache.aclear()
            assert await cache.aget("d") is None

        with assertDynamoDB(batch_gets=1, batch_writes=AtMost(3)):
            async_to_sync(story)()

    def test_the_event_loop_goes_on(self, cache, monkeypatch):
        """Calls of several tasks are made in the thread of the loop, and overlap."""
        under_way, threads = [], set()

        def get(*arguments):
            threads.add(get_ident())
            under_way.append(len(under_way))
            rest(0.01)
            return len(under_way)

        monkeypatch.setattr(cache, "get", get)

        async def story():
            return await asyncio.gather(*(cache.aget("k") for _ in range(4)))

        assert asyncio.run(story()) == [4] * 4
        assert threads == {get_ident()}
