"""Holds that a PartiQL SELECT gives objects like any other read: typed, lazy, without hidden scans or hidden items."""

import datetime as dt
import json
import os

import pytest
from asgiref.sync import async_to_sync

from django_dynamodb.capacity import capacity
from django_dynamodb.exceptions import InvalidTypeError, InvalidValueError, ScanForbidden, UnsupportedError
from tests.testapp.models import Reading, Session, Thread, Ticket

on_moto = not os.environ.get("DYNAMODB_TEST_ENDPOINT")
by_the_engine = pytest.mark.skipif(on_moto, reason="moto's PartiQL finds nothing or fails for most of it")

MOMENT = dt.datetime(2024, 1, 2, tzinfo=dt.UTC)


@pytest.fixture
def partiql(dynamodb):
    """Ten threads in one forum, one in another."""
    Thread.objects.bulk_create(
        [Thread(forum="AWS", subject=f"s{n}", author="ada", views=n, posted=MOMENT) for n in range(10)]
        + [Thread(forum="it's", subject="x", author="bob")]
    )
    return Thread.objects.partiql


@pytest.fixture
def answered(sent):
    """Answers statements in the engine's stead: pages of threads, by their views."""

    def answer(*pages, **more):
        left = list(pages)

        def page(payload, send):
            items = [item(n) if isinstance(n, int) else n for n in left.pop(0)]
            return json.dumps({"Items": items, **({"NextToken": "on"} if left else {}), **more}).encode()

        sent.instead("ExecuteStatement", page)
        return sent

    return answer


def item(number):
    """A stored thread."""
    return {"forum": {"S": "AWS"}, "subject": {"S": f"s{number}"}, "views": {"N": str(number)}}


def views(rows):
    """The views, in order."""
    return [row.views for row in rows]


class TestRequests:
    """What is sent."""

    def test_names_and_types(self, answered):
        """The table gets its prefix, and each parameter the type of its field."""
        sent = answered([1])
        text = "SELECT * FROM Thread WHERE forum = ? AND views > ? AND contains(tags, ?) AND posted < ?"
        assert views(Thread.objects.partiql(text, ["AWS", "3", "x", MOMENT], consistent_read=True)) == [1]
        name = Thread._meta.open_table().schema.name
        assert sent.calls == [
            (
                "ExecuteStatement",
                {
                    "Statement": f'SELECT * FROM "{name}" WHERE forum = ? AND views > ? AND contains(tags, ?) '
                    "AND posted < ?",
                    "Parameters": [
                        {"S": "AWS"},
                        {"N": "3"},
                        {"S": "x"},
                        {"S": "2024-01-02T00:00:00.000000+00:00"},
                    ],
                    "ConsistentRead": True,
                },
            )
        ]

    @pytest.mark.parametrize("name", ["Thread", "threads", '"threads"', '"Thread"'])
    def test_table_names(self, answered, name):
        """The class's name and the table's, with quotes and without."""
        sent = answered([])
        assert not Thread.objects.partiql(f"SELECT * FROM {name}.by_author WHERE author = 'ada'")
        assert f'FROM "{Thread._meta.open_table().schema.name}"."by_author" WHERE' in sent.payloads[0]["Statement"]

    def test_pages(self, answered):
        """Pages are read as they are needed, with the token of the one before; a limit ends the reading."""
        sent = answered([1, 2], [], [3])
        rows = Thread.objects.partiql("SELECT * FROM Thread WHERE forum = 'AWS' AND views > 0", limit=3, page_size=2)
        assert sent.calls == []
        iterator = rows.iterator()
        assert (next(iterator).views, len(sent.calls)) == (1, 1)
        assert views(iterator) == [2, 3]
        assert [(body.get("NextToken"), body["Limit"]) for body in sent.payloads] == [(None, 2), ("on", 2), ("on", 2)]

    def test_read_once(self, answered):
        """What was read is kept, as by a query set; a limit without a filter is what a call reads."""
        sent = answered([1, 2])
        rows = Thread.objects.partiql("SELECT * FROM Thread WHERE forum = ?", ["AWS"], limit=2)
        assert (len(rows), bool(rows), rows[1].views, views(rows[:1])) == (2, True, 2, [1])
        assert [body["Limit"] for body in sent.payloads] == [2]
        assert "SELECT * FROM" in repr(rows)

    def test_limit_of_nothing(self, answered):
        """No rows are no rows."""
        answered([1])
        assert list(Thread.objects.partiql("SELECT * FROM Thread WHERE forum = 'a'", limit=0)) == []

    def test_some_attributes(self, answered):
        """Attributes in the place of * leave the others deferred; the key comes along."""
        sent = answered([1])
        (row,) = Thread.objects.partiql("SELECT views FROM Thread WHERE forum = 'AWS'")
        assert sent.payloads[0]["Statement"].startswith('SELECT "views", "forum", "subject" FROM')
        assert row.get_deferred_fields() == {"author", "posted", "tags", "meta"}

    def test_partial_index(self, answered):
        """An index gives what it holds."""
        answered([1])
        (row,) = Thread.objects.partiql("SELECT * FROM Thread.by_views WHERE forum = 'AWS'")
        assert row.get_deferred_fields() == {"posted", "tags", "meta"}

    def test_hidden_items(self, answered):
        """Expired items are left out after reading, and the counter item is no object."""
        field = Session._meta.mapper.expires
        gone = {Session._meta.mapper.schema.partition.name: {"S": "a"}, field.column: {"N": "1"}}
        key = Session._meta.mapper.schema.partition.name
        text = f"SELECT * FROM Session WHERE {key} = 'a'"
        answered([gone])
        assert list(Session.objects.partiql(text)) == []
        answered([gone])
        assert len(Session.objects.partiql(text, with_expired=True)) == 1
        answered([{"id": {"N": "-1"}, "__max_hash_key__": {"N": "3"}}, {"id": {"N": "3"}}])
        assert [row.id for row in Ticket.objects.partiql("SELECT * FROM Ticket", scan=True)] == [3]

    def test_null_parameter(self, answered):
        """None is the service's NULL."""
        sent = answered([])
        list(Thread.objects.partiql("SELECT * FROM Thread WHERE forum = 'a' AND views = ?", [None]))
        assert sent.payloads[0]["Parameters"] == [{"NULL": True}]

    def test_async(self, answered):
        """Asynchronous iteration, cached and not."""

        async def read(rows):
            return [row.views async for row in rows]

        text = "SELECT * FROM Thread WHERE forum = 'AWS'"
        answered([1, 2])
        assert async_to_sync(read)(Thread.objects.partiql(text)) == [1, 2]
        answered([1], [2])
        assert async_to_sync(read)(Thread.objects.partiql(text).aiterator()) == [1, 2]


class TestRefused:
    """What is refused before any call."""

    @pytest.mark.parametrize("where", ["", " WHERE subject = 's1'", " WHERE forum = 'a' OR views = 1"])
    def test_scan(self, sent, settings, where, caplog):
        """A statement that would read the whole table needs permission: the setting's, or one's own."""
        text = f"SELECT * FROM Thread{where}"
        with pytest.raises(ScanForbidden, match=r"testapp\.Thread: .*does not hold 'forum'.*scan=True"):
            Thread.objects.partiql(text)
        assert Thread.objects.partiql(text, scan=True) is not None
        assert sent.calls == []

    @pytest.mark.parametrize(("policy", "warned"), [("warn", 1), ("allow", 0)])
    def test_policy(self, dynamodb, monkeypatch, policy, warned, caplog):
        """The setting ``SCAN`` warns or allows."""
        from dataclasses import replace

        from django_dynamodb.connections import connections

        connection = connections["default"]
        monkeypatch.setattr(connection, "settings", replace(connection.settings, scan=policy))
        Thread.objects.partiql("SELECT * FROM Thread")
        assert len([record for record in caplog.records if "whole table" in record.message]) == warned

    def test_index_scan(self, dynamodb):
        """The partition key of an index is the index's own."""
        with pytest.raises(ScanForbidden, match="'author'"):
            Thread.objects.partiql("SELECT * FROM Thread.by_author WHERE forum = 'AWS'")

    @pytest.mark.parametrize(
        ("text", "options", "message"),
        [
            ("SELECT * FROM Other WHERE forum = 'a'", {}, "write FROM Thread, or the table's name 'threads'"),
            ("SELECT * FROM Thread.nope WHERE forum = 'a'", {}, "has no index 'nope'; it has: by_author, by_views"),
            ("SELECT * FROM Thread.by_author WHERE author = 'a'", {"consistent_read": True}, "read consistently"),
            ("SELECT nope FROM Thread WHERE forum = 'a'", {}, "SELECT nope: testapp.Thread holds no attribute"),
            ("SELECT tags FROM Thread.by_views WHERE forum = 'a'", {}, "index 'by_views' holds no attribute"),
            ("DELETE FROM Thread WHERE forum = 'a'", {}, r"testapp\.Thread: .*filter\(\.\.\.\)\.delete"),
        ],
    )
    def test_unsupported(self, dynamodb, text, options, message):
        """Each with its alternative."""
        with pytest.raises(UnsupportedError, match=message):
            Thread.objects.partiql(text, **options)

    @pytest.mark.parametrize(
        ("text", "parameters", "error", "message"),
        [
            ("SELECT * FROM Thread WHERE forum = ?", [], InvalidValueError, r"has 1 \?, and 0 parameters"),
            ("SELECT * FROM Thread WHERE forum = 'a' AND views = ?", ["x"], InvalidTypeError, r"Thread\.views: 'x'"),
            ("SELECT * FROM Thread WHERE forum = 'a' AND size(tags) = ?", [object()], InvalidTypeError, "parameter 1"),
            ("SELECT * FROM Thread WHERE forum = 'a", [], InvalidValueError, r"testapp\.Thread: .*cannot be read"),
            (f"SELECT * FROM Thread WHERE forum = '{'a' * 8200}'", [], InvalidValueError, "takes 8,192"),
        ],
    )
    def test_values(self, dynamodb, text, parameters, error, message):
        """Parameters and texts that cannot be."""
        with pytest.raises(error, match=message):
            Thread.objects.partiql(text, parameters)

    def test_limits(self, dynamodb):
        """Numbers that are none."""
        with pytest.raises(InvalidValueError, match="page_size=0"):
            Thread.objects.partiql("SELECT * FROM Thread WHERE forum = 'a'", page_size=0)

    def test_index_without_the_time(self, dynamodb):
        """An index that does not hold the time of expiry cannot leave out what has expired."""
        mapper = Session._meta.mapper
        index = next(
            index
            for index in mapper.schema.indexes
            if index.projection == "KEYS_ONLY" and mapper.expires.column not in {key.name for key in index.keys}
        )
        with pytest.raises(UnsupportedError, match="with_expired=True"):
            Session.objects.partiql(f"SELECT * FROM Session.{index.name} WHERE {index.partition.name} = 'a'")


@by_the_engine
class TestOnTheEngine:
    """What comes back."""

    @pytest.mark.parametrize(
        ("where", "parameters", "found"),
        [
            ("forum = ?", ["AWS"], range(10)),
            ("forum = ? AND subject >= ?", ["AWS", "s7"], [7, 8, 9]),
            ("forum = ? AND views > ?", ["AWS", 7], [8, 9]),
            ("forum IN [?, ?] AND views > 8", ["AWS", "none"], [9]),
            ("forum = 'it''s'", [], [0]),
            ("forum = ? AND subject BETWEEN ? AND ?", ["AWS", "s2", "s4"], [2, 3, 4]),
        ],
    )
    def test_conditions(self, partiql, where, parameters, found):
        """Objects of what matches."""
        assert sorted(views(partiql(f"SELECT * FROM Thread WHERE {where}", parameters))) == list(found)

    def test_pages(self, partiql, sent):
        """Page after page, to the end or the limit."""
        text = "SELECT * FROM Thread WHERE forum = ?"
        assert views(partiql(text, ["AWS"], page_size=3)) == list(range(10))
        assert len(sent.calls) >= 4
        assert views(partiql(text, ["AWS"], page_size=3, limit=4)) == list(range(4))

    def test_index_and_attributes(self, partiql):
        """An index, some attributes, and an object that can be saved."""
        rows = partiql("SELECT views FROM Thread.by_author WHERE author = ?", ["ada"])
        assert sorted(views(rows)) == list(range(10))
        row = rows[0]
        row.views = 99
        row.save()
        assert Thread.objects.get(row.forum, row.subject, consistent_read=True).author == "ada"

    def test_typed_keys(self, dynamodb):
        """A key of another type than text is compared as it is stored."""
        made = Reading.objects.create(at=5, value="1.5")
        text = "SELECT * FROM Reading WHERE device = ? AND at = ?"
        assert list(Reading.objects.partiql(text, [made.device, 5])) == [made]

    def test_receipts(self, partiql):
        """Units are asked for, and count as read."""
        with capacity() as used:
            list(partiql("SELECT * FROM Thread WHERE forum = 'AWS'"))
        assert used.by_operation()["ExecuteStatement"].read_units > 0
        assert used.write_units == 0
