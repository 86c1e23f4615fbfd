"""Holds that hydrated reads bring whole items, in the order of the index, one BatchGetItem for 100 keys."""

import datetime as dt
import json
from weakref import WeakSet

import pytest
from asgiref.sync import async_to_sync
from django.utils import timezone

from django_dynamodb import models
from django_dynamodb.exceptions import UnsupportedError
from tests.declaring import declare
from tests.testapp.models import Account, Session, Thread

__all__ = ["declare"]

T = Thread.objects


def fill(count, **values):
    """So many threads, the first with the most views."""
    T.batch_write(
        puts=[
            Thread(forum="A", subject=f"{n:04}", author="x", views=count - n, tags={f"t{n}"}, **values)
            for n in range(count)
        ]
    )


@pytest.fixture
def threads(dynamodb):
    """Five threads; by_views holds their keys and authors, in the opposite order."""
    fill(5)
    return T.index("by_views").filter(forum="A")


def test_whole_objects(threads, sent):
    """Nothing is deferred, everything is tracked, and it takes two calls."""
    rows = list(threads.hydrate())
    assert sent.operations == ["Query", "BatchGetItem"]
    assert sent.payloads[0]["ExpressionAttributeNames"].keys() == {"#n0", "#n1"}  # the keys, and nothing else
    assert [row.subject for row in rows] == ["0004", "0003", "0002", "0001", "0000"]
    assert [row.get_deferred_fields() for row in rows] == [set()] * 5
    assert [row.tags for row in rows] == [{f"t{n}"} for n in (4, 3, 2, 1, 0)]
    rows[0].views = 9
    rows[0].save(raise_on_conflict=True)


def test_order_is_that_of_the_index(threads, sent):
    """Whatever order a batch answers in, objects come in the order of the index; here in the opposite one."""

    def reverse(payload, send):
        body = json.loads(send())
        for items in body["Responses"].values():
            items.reverse()
        return json.dumps(body).encode()

    sent.instead("BatchGetItem", reverse)
    assert [row.views for row in threads.hydrate()] == [1, 2, 3, 4, 5]
    sent.instead("BatchGetItem", lambda payload, send: send())
    assert [row.views for row in threads.hydrate()] == [1, 2, 3, 4, 5]
    assert [row.views for row in threads.reverse().hydrate()] == [5, 4, 3, 2, 1]


def test_one_call_for_100_keys(dynamodb, sent):
    """Batches are read as they are needed: stopping early leaves the rest unread."""
    fill(230)
    rows = T.index("by_views").filter(forum="A").hydrate().iterator()
    sent.clear()
    next(rows)
    assert sent.operations == ["Query", "BatchGetItem"]
    assert [row.views for row in rows] == list(range(2, 231))
    batches = [next(iter(p["RequestItems"].values()))["Keys"] for o, p in sent.calls if o == "BatchGetItem"]
    assert [len(keys) for keys in batches] == [100, 100, 30]


def test_page_by_page(dynamodb, sent):
    """A page of the index is read when the batches of the page before are done, so memory does not grow with it."""
    fill(250)
    rows = T.query("A", index="by_views", page_size=100).hydrate().iterator()
    sent.clear()
    assert len(list(rows)) == 250
    assert sent.operations[:4] == ["Query", "BatchGetItem"] * 2
    assert sent.operations.count("BatchGetItem") == 3


def test_memory_is_constant(dynamodb):
    """However many are read by iterator(), no more objects than those of one batch live at any time."""
    fill(250)
    alive, most, read = WeakSet(), 0, 0
    for row in T.query("A", index="by_views", page_size=100).hydrate().iterator():
        alive.add(row)
        most, read = max(most, len(alive)), read + 1
    assert (read, most <= 101) == (250, True)  # those of a batch, and the last one of the batch before


def test_deleted_meanwhile(threads, sent):
    """What the index still has and the table has not is left out; a slice is made full by reading on."""

    def without_first(payload, send):
        body = json.loads(send())
        for items in body["Responses"].values():
            items[:] = [item for item in items if item["subject"]["S"] != "0004"]
        return json.dumps(body).encode()

    sent.instead("BatchGetItem", without_first)
    assert [row.views for row in threads.hydrate()] == [2, 3, 4, 5]
    sent.clear()
    assert [row.views for row in threads.hydrate()[:2]] == [2, 3]
    assert sent.operations == ["Query", "BatchGetItem", "Query", "BatchGetItem"]
    assert [payload.get("Limit") for payload in sent.payloads] == [2, None, 2, None]
    assert threads.hydrate().first().views == 2


def test_shapes(threads, sent):
    """values() may ask for what the index does not hold; only() brings that alone."""
    with pytest.raises(UnsupportedError, match=r"tags, which index 'by_views' does not hold; add hydrate\(\)"):
        list(threads.values("tags"))
    assert list(threads.hydrate().values_list("views", "tags"))[:2] == [(1, {"t4"}), (2, {"t3"})]
    assert next(iter(threads.hydrate().values("tags"))) == {"tags": {"t4"}}
    row = threads.hydrate().only("tags").first()
    assert row.get_deferred_fields() == {"author", "posted", "views", "meta"}
    assert row.tags == {"t4"}


def test_pages(threads):
    """Pages are hydrated too, forth and back, and their cursors are those of the bare query."""
    page = threads.hydrate().page(2)
    assert [row.tags for row in page] == [{"t4"}, {"t3"}]
    second = threads.hydrate().page(2, after=page.next)
    assert [row.views for row in second] == [3, 4]
    assert [row.views for row in threads.hydrate().page(2, after=second.previous)] == [1, 2]
    assert [row.views for row in threads.page(2, after=page.next)] == [3, 4]
    assert [row.views for row in threads.hydrate().page(2, after=page.items[0])] == [2, 3]
    assert threads.hydrate().page(1).items[0].get_deferred_fields() == set()


def test_filter_and_scan(threads, sent):
    """A filter is applied by the index; a scan of the index is hydrated alike."""
    assert [row.tags for row in threads.hydrate().filter(author="x")[:1]] == [{"t4"}]
    assert len(list(T.index("by_views").scan(author="x").hydrate())) == 5
    with pytest.raises(UnsupportedError, match="'by_views' does not hold 'meta'"):
        list(threads.hydrate().filter(meta=1))


def test_whole_already(threads, sent):
    """What comes whole is not read twice."""
    everything = [T.filter(author="x"), T.filter(forum="A"), T.filter(pk="A~0001"), T.all(), T.none()]
    for queryset in everything:
        sent.clear()
        plain = list(queryset)
        operations = list(sent.operations)
        assert list(queryset.hydrate()) == plain
        assert sent.operations == operations * 2


def test_consistently(threads, sent):
    """The items can be read consistently, though no global index can be: then also behind an index of whole items."""
    assert len(T.filter(author="x").hydrate(consistent_read=True)) == 5
    asked = next(iter(sent.payloads[-1]["RequestItems"].values()))
    assert (sent.payloads[0].get("ConsistentRead"), asked["ConsistentRead"]) == (None, True)
    sent.clear()
    list(T.filter(forum="A").hydrate(consistent_read=True))
    list(T.filter(pk="A~0001").hydrate(consistent_read=True))
    assert [payload["ConsistentRead"] for payload in sent.payloads] == [True, True]
    with pytest.raises(UnsupportedError, match="cannot be read consistently"):
        list(T.index("by_author").filter(author="x").consistent().hydrate())


def test_changed_meanwhile(threads, sent):
    """An item comes as the table has it now."""

    def newer(payload, send):
        T.filter(pk="A~0004").update(author="someone")
        sent.instead("BatchGetItem", lambda payload, send: send())
        return send()

    sent.instead("BatchGetItem", newer)
    assert next(iter(threads.hydrate())).author == "someone"


def test_counts(threads, sent):
    """Counting counts in the index; whether there is any is seen in the table."""
    assert (threads.hydrate().count(), threads.hydrate()[:2].count(), sent.operations) == (5, 2, ["Query"] * 2)
    assert threads.hydrate().exists()
    assert T.index("by_views").filter(forum="nowhere").hydrate().exists() is False


def test_async(threads):
    """An asynchronous iterator hydrates likewise."""

    async def subjects():
        return [row.subject async for row in threads.hydrate().aiterator(2) if not row.get_deferred_fields()]

    assert async_to_sync(subjects)() == ["0004", "0003", "0002", "0001", "0000"]


def test_combined(threads):
    """Joined with another query set, the wish stays."""
    assert (threads.hydrate() & T.all()).first().get_deferred_fields() == set()
    assert (T.all() & threads.hydrate()).first().get_deferred_fields() == set()


def test_expired(dynamodb, sent):
    """Expired items are left out although the index does not hold their time, from counts and pages too."""
    gone, later = timezone.now() - dt.timedelta(hours=1), timezone.now() + dt.timedelta(hours=1)
    for number, expires in enumerate([None, gone, later]):
        Session(user="u", number=number, data="d", expires=expires).save_base(raw=True)
    rows = Session.objects.index("keys_by_data").filter(data="d")
    with pytest.raises(UnsupportedError, match=r"read whole items, by hydrate\(\)"):
        list(rows)
    assert sorted(row.number for row in rows.hydrate()) == [0, 2]
    assert (rows.hydrate().count(), rows.hydrate().with_expired().count()) == (2, 3)
    assert sorted(row.number for row in rows.hydrate().page(5)) == [0, 2]
    assert sorted(row.number for row in rows.hydrate().with_expired()) == [0, 1, 2]
    assert "left out after reading" in rows.hydrate().explain()


def test_count_where_the_index_knows_the_time(dynamodb, sent):
    """Where the index tells what has expired, its own count is right, and no item is read for it."""
    Session(user="u", number=1, data="d").save()
    rows = Session.objects.index("by_data").filter(data="d").hydrate(consistent_read=True)
    sent.clear()
    assert (rows.count(), sent.operations) == (1, ["Query"])


def test_version(dynamodb):
    """A hydrated object has its version, and can be saved; a bare one of that index cannot."""
    Account(owner="ann", state="new").save()
    row = Account.objects.index("by_state").filter(state="new").hydrate().get()
    row.balance = 7
    row.save()
    assert (row.version, Account.objects.get("ann").balance) == (2, 7)


def test_explained(threads):
    """explain() shows both calls."""
    text = threads.hydrate().explain()
    assert text.splitlines()[0].endswith("selects, then by BatchGetItem one item per key")
    assert "index: by_views" in text


def test_global_index(declare, dynamodb):
    """Hydrating reads by the table's key, in the order of the index's."""
    index = models.GlobalIndex("by_size", "size", "day", projection="KEYS_ONLY")
    fields = {"size": models.IntegerField(), "day": models.DateField(), "note": models.TextField()}
    model = declare.stored(table={"indexes": [index]}, **fields)
    days = [dt.date(2024, 1, day) for day in (3, 1, 2)]
    model.objects.batch_write(puts=[model(code=str(n), size=1, day=day, note="n") for n, day in enumerate(days)])
    rows = list(model.objects.index("by_size").filter(size=1).hydrate())
    assert [(row.day, row.note) for row in rows] == [(day, "n") for day in sorted(days)]
