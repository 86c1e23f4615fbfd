"""Holds that large reads go in parallel, at a rate, in batches that can be resumed, and that counts agree."""

import re
import threading
from contextlib import closing

import pytest
from asgiref.sync import async_to_sync
from django.core.signing import Signer
from django.utils import timezone, translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from django_dynamodb.capacity import capacity
from django_dynamodb.connections import connections
from django_dynamodb.exceptions import (
    InvalidCursorError,
    InvalidValueError,
    SchemaError,
    ThrottledError,
    UnsupportedError,
)
from django_dynamodb.models import pacing
from django_dynamodb.testing.faults import throttled
from tests.testapp.models import Account, Session, Thread, Ticket

FEW = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
TOTAL = 40


@pytest.fixture
def forum(dynamodb):
    """Forty threads in eight forums, with 0 to 39 views."""
    Thread.objects.bulk_create(Thread(forum=f"f{n % 8}", subject=f"s{n}", author="ada", views=n) for n in range(TOTAL))
    return Thread.objects


@pytest.fixture(autouse=True)
def no_thread_is_left():
    """The threads of a scan end with it."""
    yield
    assert [thread for thread in threading.enumerate() if thread.name.startswith("scan-")] == []


def views(rows):
    """The views of threads, sorted."""
    return sorted(row.views for row in rows)


class TestParallel:
    """Segments at the same time."""

    @pytest.mark.parametrize("segments", [1, 2, 8])
    def test_everything(self, forum, sent, segments):
        """Whatever the number of segments: everything, once, and each asks for its part."""
        assert views(forum.scan().parallel(segments)) == list(range(TOTAL))
        parts = {(body.get("Segment"), body.get("TotalSegments")) for body in sent.payloads}
        assert parts == ({(n, segments) for n in range(segments)} if segments > 1 else {(None, None)})

    def test_shapes(self, forum):
        """Filters, values, only, related managers and an index work as without."""
        rows = forum.scan(views__gte=30).parallel(3)
        assert views(rows) == list(range(30, TOTAL))
        assert sorted(rows.values_list("views", flat=True)) == list(range(30, TOTAL))
        assert rows.only("author")[:1][0].get_deferred_fields() >= {"views"}
        assert views(forum.scan(index="by_author").parallel(3).iterator()) == list(range(TOTAL))
        assert next(forum.scan(index="by_views").parallel(2).iterator()).get_deferred_fields() >= {"tags"}

    @pytest.mark.parametrize("options", [{}, {"views__gte": 10}, {"page_size": 2}])
    def test_limit(self, forum, options):
        """A slice is that many, whichever segment has them."""
        assert len(forum.scan(**options).parallel(4)[:7]) == 7
        assert len(forum.scan(limit=7, **options).parallel(4)) == 7

    def test_page_size(self, forum, sent):
        """Each call of each segment reads at most a page, and a slice no more than it."""
        list(forum.scan(page_size=3).parallel(4))
        assert {body["Limit"] for body in sent.payloads} == {3}
        sent.clear()
        list(forum.scan(limit=5).parallel(4))
        assert {body["Limit"] for body in sent.payloads} <= {1, 2, 3, 4, 5}

    @pytest.mark.parametrize(
        ("options", "number"), [({}, TOTAL), ({"views__lt": 9}, 9), ({"page_size": 3}, TOTAL), ({"limit": 6}, 6)]
    )
    def test_counts(self, forum, sent, options, number):
        """A count is the service's, in one piece or in parallel, and stops at a limit."""
        rows = forum.scan(consistent_read=True, **options)
        assert (rows.count(), rows.parallel(4).count()) == (number, number)
        assert {body["Select"] for body in sent.payloads} == {"COUNT"}

    def test_exists_is_one_segment(self, forum, sent):
        """One item is no work for many."""
        assert forum.scan().parallel(8).exists()
        assert "Segment" not in sent.payloads[0]

    def test_explain(self, forum):
        """A plan shows the segment that asks first."""
        assert '"TotalSegments": 8' in forum.scan().parallel(8).explain()

    def test_stopped(self, forum, sent):
        """Whoever stops early stops the reading."""
        for _row in forum.scan(page_size=1).parallel(4).iterator():
            break
        assert len(sent.payloads) < TOTAL

    def test_does_not_collect(self, forum, sent):
        """Rows come while most is unread: nothing is collected first."""
        rows = forum.scan(page_size=1).parallel(2).iterator()
        next(rows)
        assert len(sent.payloads) <= 4 + 1
        rows.close()

    def test_error(self, forum):
        """An error of a segment is raised where the rows are read."""
        with throttled(1, "Scan", after=2), pytest.raises(ThrottledError) as raised:
            list(forum.scan(page_size=1).parallel(2))
        assert any("of 2 of a parallel scan" in note for note in raised.value.__notes__)

    def test_context(self, forum):
        """Receipts count the calls of the segments; time zone and language of the thread are theirs too."""
        seen = []
        connections.add_layer(layer := _noting(seen))
        try:
            with timezone.override("Asia/Tokyo"), translation.override("eo"), capacity() as used:
                list(forum.scan().parallel(4))
        finally:
            connections.remove_layer(layer)
        assert used.by_operation()["Scan"].calls == 4
        assert set(seen) == {("Asia/Tokyo", "eo")}

    @pytest.mark.parametrize("way", [{"forum": "f1"}, {"pk": ("f1", "s1")}, {"pk__in": ["f1~s1"]}])
    def test_only_scans(self, forum, way):
        """What is no scan has no segments."""
        with pytest.raises(UnsupportedError, match=r"parallel\(\) cuts a scan into segments, but this is a"):
            list(forum.filter(**way).parallel(2))

    def test_nothing(self, forum, sent):
        """What cannot match needs no calls."""
        assert list(forum.none().parallel(2)) == []
        assert list(forum.none().parallel(2).batches()) == []
        assert sent.calls == []

    def test_pages(self, forum):
        """Pages have an order, which segments have not."""
        with pytest.raises(UnsupportedError, match=r"read batches\(\)"):
            forum.scan().parallel(2).page()

    def test_numbers(self, forum):
        """Too many threads are refused at once."""
        with pytest.raises(InvalidValueError, match="1 to 256"):
            forum.scan().parallel(1000)

    def test_counter_and_expired_stay_hidden(self, dynamodb):
        """What a scan hides, it hides in segments."""
        for _ in range(3):
            Ticket.objects.create()
        assert sorted(ticket.id for ticket in Ticket.objects.scan().parallel(4)) == [1, 2, 3]
        assert Ticket.objects.scan().parallel(4).count() == 3

    def test_async(self, forum):
        """The asynchronous iterator works, and breaking off ends the threads."""

        async def first():
            async for row in forum.scan(page_size=1).parallel(3).aiterator(chunk_size=1):
                return row
            return None

        async def everything():
            return [row async for row in forum.scan().parallel(3)]

        assert views(async_to_sync(everything)()) == list(range(TOTAL))
        assert async_to_sync(first)() is not None

    def test_combined(self, forum):
        """Segments and rate survive a combination."""
        both = forum.scan(views=1).parallel(2) | forum.scan(views=2)
        assert both.query.segments == 2
        assert views(both) == [1, 2]


def _noting(seen):
    def layer(connection, send):
        def call(operation, body):
            seen.append((timezone.get_current_timezone_name(), translation.get_language()))
            return send(operation, body)

        return call

    return layer


class TestBatches:
    """Batches with a cursor."""

    @FEW
    @given(data=st.data())
    def test_killed_and_resumed(self, forum, data):
        """Killed anywhere and resumed from the last cursor kept, all items come; what was kept never comes again."""
        segments = data.draw(st.sampled_from([None, 1, 2, 5]))
        rows = forum.scan(page_size=data.draw(st.integers(1, 9)))
        rows = rows if segments is None else rows.parallel(segments)
        done, cursor, kills = [], None, data.draw(st.integers(0, 6))
        for kill in range(kills + 1):
            lives = data.draw(st.integers(1, 5)) if kill < kills else 10_000
            with closing(rows.batches(resume=cursor)) as found:
                for batch in found:
                    if not (lives := lives - 1):
                        break  # before the batch was done
                    done += batch
                    cursor = batch.cursor
        assert views(done) == list(range(TOTAL))
        assert list(rows.batches(resume=cursor)) == []

    def test_query(self, forum, sent):
        """A query is read in batches too, in its order."""
        rows = forum.query("f1", page_size=2)
        first = next(rows.batches())
        rest = list(rows.batches(resume=first.cursor))
        assert [row.subject for batch in [first, *rest] for row in batch] == [row.subject for row in rows]
        assert (len(first), first.segment) == (2, 0)

    def test_shapes(self, forum, sent):
        """Rows have the shape of the query set, and fields that were not asked for are not transferred."""
        batch = next(forum.scan().parallel(2).values("views").batches())
        assert all(set(row) == {"views"} for row in batch)
        assert all("ProjectionExpression" in body for body in sent.payloads)

    def test_empty_batches(self, forum):
        """A call whose items are all dropped is a batch too: its cursor counts."""
        batches = list(forum.scan(views=99, page_size=10).batches())
        assert len(batches) >= 4
        assert all(batch.items == [] for batch in batches)

    def test_expiring(self, dynamodb):
        """The present is in no cursor: a batch of what expires can be resumed later."""
        cursor = [batch.cursor for batch in Session.objects.scan().parallel(2).batches()][-1]
        assert list(Session.objects.scan().parallel(2).batches(resume=cursor)) == []

    def test_async(self, forum):
        """The twin, and breaking it off."""

        async def read(resume=None, stop=False):
            found = []
            batches = forum.scan(page_size=3).parallel(3).abatches(resume)
            async for batch in batches:
                found.append(batch)
                if stop:
                    await batches.aclose()
            return found

        first = async_to_sync(read)(stop=True)
        rest = async_to_sync(read)(first[-1].cursor)
        assert views(row for batch in first + rest for row in batch) == list(range(TOTAL))

    def test_foreign_cursors(self, forum, sent):
        """A cursor of another query, of other segments, of a page, or changed, is refused before any call."""
        cursor = next(forum.scan().parallel(2).batches()).cursor
        page = forum.scan().page(3).next
        forged = Signer(salt="django_dynamodb.cursor", sep=".").sign_object({"of": "x", "places": [1]})
        sent.clear()
        for other in (forum.scan(), forum.scan().parallel(3), forum.scan(views=1).parallel(2)):
            with pytest.raises(InvalidCursorError, match="belongs to another query"):
                other.batches(resume=cursor)
        for wrong in (page, forged, cursor[:-1], 7):
            with pytest.raises(InvalidCursorError, match="is no cursor that a batch gave"):
                forum.scan().parallel(2).batches(resume=wrong)
        with pytest.raises(InvalidCursorError, match=r"that page\(\) gave"):
            forum.scan().page(3, after=cursor)
        assert sent.calls == []

    def test_refused(self, forum):
        """Slices and reads by keys are not read in batches."""
        with pytest.raises(TypeError, match="once a slice has been taken"):
            forum.scan()[:3].batches()
        with pytest.raises(UnsupportedError, match="slice the list of keys"):
            forum.filter(pk__in=["f1~s1"]).batches()


class Clock:
    """Time that passes only by waiting; reports ten units for each call."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        """The time."""
        return self.now

    def sleep(self, seconds):
        """Waits at once."""
        self.now += seconds


@pytest.fixture
def clock(monkeypatch):
    """The clock of all rates."""
    clock = Clock()
    monkeypatch.setattr(pacing, "clock", clock)
    monkeypatch.setattr(pacing, "sleeping", lambda halt: clock.sleep)
    return clock


COST = re.compile(rb'"CapacityUnits"\s*:\s*[\d.]+')


@pytest.fixture
def costly(dynamodb):
    """Each call costs ten units, whatever the engine thinks."""

    def layer(connection, send):
        def call(operation, body):
            reply = send(operation, body)
            return COST.sub(b'"CapacityUnits":10.0', reply)

        return call

    connections.add_layer(layer, at_wire=True)
    yield
    connections.remove_layer(layer, at_wire=True)


class TestRate:
    """Capacity units a second."""

    @pytest.mark.parametrize("segments", [None, 4])
    def test_scan(self, forum, costly, clock, segments):
        """A scan takes as long as its units do, and its segments share the rate."""
        rows = forum.scan(page_size=1).rate(read_units=20)
        rows = rows.parallel(segments) if segments else rows
        with capacity() as used:
            assert views(rows) == list(range(TOTAL))
        assert used.read_units >= TOTAL * 10
        assert clock.now >= used.read_units / 20 - 2

    def test_query_batches_pages_and_counts(self, forum, costly, clock):
        """Whatever is read, in whatever way, is read at the rate."""
        rows = forum.query("f1", page_size=1).rate(read_units=10)
        for read in (
            lambda: list(rows.iterator()),
            lambda: list(rows.batches()),
            lambda: rows.page(4),
            rows.count,
        ):
            began = clock.now
            read()
            assert clock.now - began >= 2
        began = clock.now
        assert forum.rate(read_units=1).filter(pk__in=["f1~s1"]).get().views == 1
        assert clock.now == began

    def test_throttled(self, forum, costly, clock):
        """Throttling costs time, not items; when it never ends, it is raised."""
        with throttled(3, "Scan", after=5):
            assert views(forum.scan(page_size=1).rate(read_units=20)) == list(range(TOTAL))
        with throttled(1000, "Scan"), pytest.raises(ThrottledError):
            list(forum.scan().rate(read_units=20))

    def test_no_units_reported(self, forum):
        """An endpoint that reports no units cannot be held to a rate, and that is said."""

        def layer(connection, send):
            return lambda operation, body: send(operation, body).replace(b'"ConsumedCapacity"', b'"Other"')

        connections.add_layer(layer, at_wire=True)
        try:
            with pytest.raises(UnsupportedError, match="reports no consumed capacity"):
                list(forum.scan().rate(read_units=5))
        finally:
            connections.remove_layer(layer, at_wire=True)

    def test_writes(self, dynamodb, costly, clock):
        """Batches of writes have a rate of their own."""
        made = [Thread(forum="f", subject=str(n)) for n in range(100)]
        assert Thread.objects.batch_write(puts=made, write_units=10) == 100
        assert clock.now >= 2
        began = clock.now
        Thread.objects.bulk_create(made, write_units=10)
        assert clock.now - began >= 2
        with pytest.raises(UnsupportedError, match=r"bulk_create\(write_units"):
            Ticket.objects.bulk_create([Ticket()], write_units=1)

    def test_refused(self, dynamodb):
        """A rate is above 0."""
        with pytest.raises(InvalidValueError, match="above 0"):
            Thread.objects.scan().rate(read_units=0)

    def test_real_waiting(self):
        """Outside of tests, whoever waits can be woken."""
        halt = threading.Event()
        halt.set()
        assert pacing.sleeping(halt)(60)
        assert pacing.sleeping(None) is not None


class TestThreeLimits:
    """Items returned, items per call, and items read are three things, on a scan too."""

    def test_scan(self, forum, sent):
        """Each is what it says."""
        assert len(forum.scan(views__gte=0, limit=7, page_size=3)) == 7
        assert {body["Limit"] for body in sent.payloads} == {3}
        sent.clear()
        page = forum.scan(views=99).page(5, max_read=12)
        assert (len(page), page.stopped_at_budget, page.has_next) == (0, True, True)
        assert sum(body["Limit"] for body in sent.payloads) == 12
        sent.clear()
        page = forum.scan(views__gte=0, page_size=2).page(5, max_read=12)
        assert len(page) == 5
        assert {body["Limit"] for body in sent.payloads} == {2}


class TestApproximateCount:
    """The service's own number."""

    def test_table_and_index(self, forum, sent):
        """One DescribeTable, and no item read; some number is there."""
        assert 0 <= forum.approximate_count() <= TOTAL
        assert 0 <= forum.scan(index="by_author").approximate_count() <= TOTAL
        assert sent.operations == ["DescribeTable"] * 2

    def test_numbers(self, dynamodb, sent):
        """The numbers are those of the description, without the counter item."""
        sent.instead("DescribeTable", lambda payload, send: DESCRIBED)
        assert Account.objects.approximate_count() == 7
        assert Account.objects.index("by_state").approximate_count() == 5
        assert Ticket.objects.approximate_count() == 6

        async def number():
            return await Account.objects.aapproximate_count()

        assert async_to_sync(number)() == 7

    def test_index_of_another_table(self, dynamodb, sent):
        """An index that the table has not, yet, is named."""
        sent.instead("DescribeTable", lambda payload, send: DESCRIBED)
        with pytest.raises(SchemaError, match="has no index 'by_author'; it has: by_state"):
            Thread.objects.index("by_author").approximate_count()
        with pytest.raises(UnsupportedError, match="has no index 'nope'"):
            Thread.objects.index("nope").approximate_count()

    @pytest.mark.parametrize(
        "rows",
        [Thread.objects.filter(forum="AWS"), Thread.objects.scan(views=1), Thread.objects.all()[:3]],
        ids=["filter", "scan", "slice"],
    )
    def test_refused(self, dynamodb, rows):
        """The service counts nothing but whole tables and indexes."""
        with pytest.raises(UnsupportedError, match=r"count\(\) reads and counts what matches"):
            rows.approximate_count()


DESCRIBED = (
    b'{"Table":{"TableName":"t","ItemCount":7,"KeySchema":[],"GlobalSecondaryIndexes":'
    b'[{"IndexName":"by_state","KeySchema":[],"ItemCount":5}]}}'
)
