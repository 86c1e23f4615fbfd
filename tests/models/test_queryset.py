"""Holds that a query set reads what it says, as Django's does, and refuses what DynamoDB cannot do."""

import pytest
from django.db.models import Q

from django_dynamodb.exceptions import InvalidKeyError, OverwriteError, UnsupportedError
from tests.testapp.models import Reading, Thread, Ticket


@pytest.fixture
def forum(dynamodb):
    """Five threads of one forum, a to e, with 0 to 4 views, and one of another forum."""
    threads = [Thread(forum="AWS", subject=subject, views=views) for views, subject in enumerate("abcde")]
    Thread.objects.bulk_create([*threads, Thread(forum="GCP", subject="z", views=9)])
    return Thread.objects.filter(forum="AWS")


def subjects(rows):
    """The subjects in the order of the rows."""
    return "".join(row.subject for row in rows)


class TestGet:
    """One object."""

    def test_by_each_spelling_of_the_key(self, forum):
        """Positional, by field, by packed text, by tuple and by Q mean the same object."""
        manager = Thread.objects
        found = [
            manager.get("AWS", "c"),
            manager.get(forum="AWS", subject="c"),
            manager.get(pk="AWS~c"),
            manager.get(pk=("AWS", "c")),
            manager.get(Q(forum="AWS"), subject="c"),
            forum.get(subject="c"),
        ]
        assert {row.views for row in found} == {2}

    def test_is_one_consistent_getitem_when_asked(self, forum, sent):
        """``consistent_read=True`` reaches the service with the one GetItem."""
        Thread.objects.get("AWS", "a", consistent_read=True)
        Thread.objects.get("AWS", "a")
        assert [(name, body.get("ConsistentRead", False)) for name, body in sent.calls] == [
            ("GetItem", True),
            ("GetItem", False),
        ]

    @pytest.mark.parametrize("key", ["AWS~nothing", "no key", "a~b~c", "!ZZ~a", None])
    def test_absent_or_malformed_key(self, forum, key):
        """What is no stored key matches nothing, so that views answer 404."""
        with pytest.raises(Thread.DoesNotExist):
            Thread.objects.get(pk=key)

    def test_several(self, forum, sent):
        """More than one match raises, and reads no more than two items to know."""
        with pytest.raises(Thread.MultipleObjectsReturned):
            forum.get()
        assert sent.payloads[0]["Limit"] == 2

    def test_half_a_key(self, dynamodb):
        """Too few or too many positional values are a TypeError that names the key."""
        with pytest.raises(TypeError, match=r"whole key, \(forum, subject\)"):
            Thread.objects.get("AWS")

    @pytest.mark.parametrize(("key", "there"), [("AWS~c", True), ("GCP~z", False)])
    def test_by_key_within_a_partition(self, forum, key, there):
        """A query set narrowed to a partition finds a key of that partition only, as list views need it."""
        assert forum.filter(pk=key).exists() is there

    def test_list_of_keys_within_a_partition(self, forum):
        """The same for a list of keys."""
        assert subjects(forum.filter(pk__in=["AWS~b", "GCP~z", "AWS~a"])) == "ba"

    def test_same_lookup_twice(self, forum):
        """Saying a thing twice says it once."""
        assert forum.filter(forum="AWS").get(forum="AWS", subject="a").views == 0

    def test_contradiction(self, forum, sent):
        """One key cannot have two values: nothing matches, and nothing is asked."""
        assert list(forum.filter(forum="GCP")) == []
        assert sent.calls == []

    def test_contains(self, forum):
        """``contains`` asks for the object's key within the query set."""
        assert forum.contains(Thread(forum="AWS", subject="a"))
        assert not forum.contains(Thread(forum="GCP", subject="z"))


class TestCreating:
    """get_or_create and update_or_create."""

    def test_get_or_create(self, dynamodb):
        """Creates with the defaults, calls those that are callable, then finds."""
        first = Thread.objects.get_or_create(forum="AWS", subject="a", defaults={"views": lambda: 7})
        second = Thread.objects.get_or_create(forum="AWS", subject="a", defaults={"views": 8})
        assert [(row.views, created) for row, created in (first, second)] == [(7, True), (7, False)]

    def test_get_or_create_race(self, sent):
        """When another writer is faster between the two calls, its object is returned."""

        def overtaken(payload, send):
            sent.instead("PutItem", lambda _payload, send: send())
            Thread(forum="AWS", subject="a", views=5).save()
            return send()

        sent.instead("PutItem", overtaken)
        row, created = Thread.objects.get_or_create(forum="AWS", subject="a", defaults={"views": 1})
        assert (row.views, created) == (5, False)

    def test_get_or_create_of_what_is_taken_and_gone(self, sent):
        """When the faster object is gone again at the second look, the error of the write stands."""

        def overtaken(payload, send):
            sent.instead("PutItem", lambda _payload, send: send())
            Thread(forum="AWS", subject="a").save()
            try:
                return send()
            finally:
                Thread.objects.filter(pk="AWS~a").delete()

        sent.instead("PutItem", overtaken)
        with pytest.raises(OverwriteError):
            Thread.objects.get_or_create(forum="AWS", subject="a")

    def test_get_or_create_by_an_index(self, sent):
        """Without the whole key the read is a plain one, so that a global index serves it."""
        defaults = {"forum": "AWS", "subject": "a"}
        assert Thread.objects.get_or_create(author="ada", defaults=defaults)[1] is True
        row, created = Thread.objects.update_or_create({"views": 3}, {}, author="ada")
        assert (row.pk, row.views, created) == ("AWS~a", 3, False)
        queries = [payload for operation, payload in sent.calls if operation == "Query"]
        assert [(query["IndexName"], query.get("ConsistentRead", False)) for query in queries] == [
            ("by_author", False)
        ] * 2

    def test_get_or_create_on_a_narrowed_set(self, sent):
        """The key may be given in parts: by the query set and by the lookups."""
        Thread.objects.filter(forum="AWS").get_or_create(subject="a", defaults={"forum": "AWS"})
        assert [operation for operation, _ in sent.calls] == ["GetItem", "PutItem"]
        assert sent.payloads[0]["ConsistentRead"] is True

    def test_get_or_create_reads_consistently(self, sent):
        """An object written a moment ago is seen."""
        Thread.objects.get_or_create(forum="AWS", subject="a")
        assert sent.payloads[0]["ConsistentRead"] is True

    def test_update_or_create(self, dynamodb):
        """Creates with ``create_defaults``, later updates with ``defaults``."""
        defaults = {"defaults": {"views": 2}, "create_defaults": {"views": 1}}
        results = [Thread.objects.update_or_create(forum="AWS", subject="a", **defaults) for _ in "12"]
        assert [(row.views, created) for row, created in results] == [(1, True), (2, False)]
        assert Thread.objects.get("AWS", "a").views == 2


class TestSlices:
    """Only the beginning can be sliced."""

    def test_beginning(self, forum, sent):
        """``[:n]`` reads n items; a further slice is relative."""
        assert subjects(forum[:2]) == "ab"
        assert subjects(forum[:4][:1]) == "a"
        assert [body["Limit"] for body in sent.payloads] == [2, 1]

    def test_first_item(self, forum):
        """``[0]`` is the first item, or IndexError."""
        assert forum[0].subject == "a"
        with pytest.raises(IndexError):
            forum.filter(subject="nothing")[0]

    def test_empty_slice_asks_nothing(self, forum, sent):
        """``[:0]`` is empty without a call."""
        assert list(forum[:0]) == []
        assert sent.calls == []

    @pytest.mark.parametrize("wanted", [slice(2, 4), slice(1, None), 3])
    def test_offset_is_refused(self, forum, wanted):
        """An offset cannot be had; the message says how to go on."""
        with pytest.raises(UnsupportedError, match=r"page\(after="):
            forum[wanted]

    @pytest.mark.parametrize("wanted", [-1, slice(-2, None), slice(None, -1)])
    def test_negative_is_refused(self, forum, wanted):
        """Negative indexes are refused by Django itself."""
        with pytest.raises(ValueError, match="Negative"):
            forum[wanted]

    def test_step(self, forum):
        """A step is taken in Python, of the slice that was read."""
        assert subjects(forum[:4:2]) == "ac"

    def test_of_what_was_read(self, forum):
        """A query set that has its rows slices them as a list."""
        assert len(forum) == 5
        assert subjects(forum[2:4]) == "cd"

    @pytest.mark.parametrize("change", ["filter", "order_by", "reverse"])
    def test_no_change_after_a_slice(self, forum, change):
        """Django allows no further condition or order after a slice."""
        with pytest.raises(TypeError, match="slice"):
            getattr(forum[:2], change)(*([] if change == "reverse" else [Q(views=1)]))


class TestOrder:
    """The sort key's order, or an error."""

    def test_ends(self, forum):
        """first, last, earliest and latest follow the sort key."""
        found = [forum.first(), forum.last(), forum.earliest("subject"), forum.latest("subject"), forum.reverse()[0]]
        assert subjects(found) == "aeaee"

    def test_descending(self, forum):
        """``order_by("-subject")`` and ``reverse()`` read backwards, both together forwards."""
        assert subjects(forum.order_by("-subject")) == subjects(forum.reverse()) == "edcba"
        assert subjects(forum.order_by("-subject").reverse()) == "abcde"

    def test_by_an_index(self, forum):
        """A local index gives its own order; one that does not hold whole items is used when it is named."""
        assert subjects(forum.index("by_views").order_by("-views")) == "edcba"

    @pytest.mark.parametrize(
        "ask",
        [
            lambda rows: rows.earliest("posted"),
            lambda rows: rows.latest("author"),
            lambda rows: rows.order_by("author").first(),
            lambda rows: rows.order_by("views", "author").last(),
            lambda rows: list(Thread.objects.order_by("subject")),
            lambda rows: list(Thread.objects.reverse()),
            lambda rows: Thread.objects.last(),
        ],
    )
    def test_no_other_order(self, forum, ask):
        """An order that no key gives raises instead of being ignored."""
        with pytest.raises(UnsupportedError, match="sort"):
            ask(forum)

    @pytest.mark.parametrize("order", ["?", Q(views=1)])
    def test_no_computed_order(self, dynamodb, order):
        """A random or computed order raises when it is asked for."""
        with pytest.raises(UnsupportedError, match="sort key"):
            Thread.objects.order_by(order)

    def test_latest_of_nothing(self, dynamodb):
        """As in Django: first and last are None, earliest and latest raise."""
        empty = Thread.objects.filter(forum="none")
        assert empty.first() is empty.last() is None
        with pytest.raises(Thread.DoesNotExist):
            empty.latest("subject")


class TestCounting:
    """count, exists, len, bool."""

    def test_count(self, forum, sent):
        """Counted by the service, filtered and limited too."""
        counts = [forum.count(), forum.filter(views__gt=2).count(), forum[:2].count(), Thread.objects.count()]
        assert counts == [5, 2, 2, 6]
        assert {body["Select"] for body in sent.payloads} == {"COUNT"}

    def test_counter_item_is_no_object(self, dynamodb):
        """SEED row 18: the counter item is in no list, count or key."""
        Ticket.objects.create()
        assert Ticket.objects.count() == len(Ticket.objects.all()) == 1
        assert not Ticket.objects.filter(pk=-1).exists()

    def test_exists(self, forum, sent):
        """Reads one key, no more."""
        assert forum.exists()
        assert not forum.filter(subject="q").exists()
        assert sent.payloads[0]["Limit"] == 1

    def test_from_the_cache(self, forum, sent):
        """A query set that has its rows asks nobody."""
        rows = forum.all()
        assert len(rows) == 5
        sent.clear()
        assert (rows.count(), rows.exists(), bool(rows)) == (5, True, True)
        assert sent.calls == []


class TestKeys:
    """Many objects by key."""

    def test_get_batch(self, forum):
        """The order of the keys is kept, an absent key is left out, a double one is read once."""
        keys = ["AWS~d", ("AWS", "a"), "AWS~x", "AWS~d"]
        assert subjects(Thread.objects.get_batch(keys)) == "da"

    @pytest.mark.parametrize("bad", ["bad", "a~b~c", ("a",), ("a", ""), ("a", None), None, 5, ("x" * 3000, "y")])
    def test_get_batch_of_what_is_no_key(self, sent, bad):
        """A key that can be none does not vanish from what was asked for; nothing is sent."""
        pair = r"is no key; a key is a pair \(forum, subject\), .*'<forum>~<subject>'\.$"
        form = rf"{pair}|Thread\.\w+ (is empty|has 3,000)"
        with pytest.raises(InvalidKeyError, match=form) as caught:
            Thread.objects.get_batch([("AWS", "a"), bad])
        assert len(str(caught.value)) < 200
        assert not sent.calls

    def test_get_batch_of_what_is_no_number(self, sent):
        """The same of a key of one part."""
        with pytest.raises(InvalidKeyError, match=r"'one' is no key; a key is a value of id \(AutoIncrementField\)"):
            Ticket.objects.get_batch([1, "one"])
        assert Ticket.objects.in_bulk(["one"]) == {}

    def test_get_batch_of_one_key_twice(self, forum):
        """A key that is asked for twice, in whatever form, comes once, at its first place."""
        assert subjects(Thread.objects.get_batch(["AWS~b", "AWS~a", ("AWS", "b")])) == "ba"

    def test_get_batch_of_a_slice(self, forum):
        """A slice takes no further filter, as in Django."""
        with pytest.raises(TypeError, match="slice"):
            forum[:2].get_batch(["AWS~a"])

    def test_get_batch_of_nothing(self, sent):
        """No keys, no call."""
        assert Thread.objects.get_batch(iter([])) == []
        assert sent.calls == []

    def test_get_batch_is_consistent_when_asked(self, sent):
        """``consistent_read`` reaches each request."""
        Thread.objects.get_batch([("a", str(number)) for number in range(150)], consistent_read=True)
        requests = [table for body in sent.payloads for table in body["RequestItems"].values()]
        assert [(len(table["Keys"]), table["ConsistentRead"]) for table in requests] == [(100, True), (50, True)]

    def test_in_bulk(self, forum):
        """Packed key → object, for keys that exist."""
        found = Thread.objects.in_bulk(["AWS~b", ("AWS", "a"), "AWS~x"])
        assert {key: row.views for key, row in found.items()} == {"AWS~b": 1, "AWS~a": 0}

    def test_in_bulk_of_all(self, forum):
        """Without keys: everything the query set has; with none: nothing."""
        assert list(forum.in_bulk()) == [f"AWS~{subject}" for subject in "abcde"]
        assert forum.in_bulk([]) == {}

    def test_in_bulk_by_another_field(self, dynamodb):
        """Nothing but the key is unique."""
        with pytest.raises(UnsupportedError, match="only the key is unique"):
            Thread.objects.in_bulk(["x"], field_name="author")

    def test_in_bulk_of_a_slice(self, forum):
        """As in Django, a slice has no in_bulk."""
        with pytest.raises(TypeError, match="in_bulk"):
            forum[:2].in_bulk()

    def test_typed_keys(self, dynamodb):
        """Keys of other types than text come back by their packed form."""
        row = Reading.objects.create(at=7)
        assert Reading.objects.in_bulk([row.pk]) == {row.pk: row}
        assert Reading.objects.get_batch([(str(row.device), "7")]) == [row]
