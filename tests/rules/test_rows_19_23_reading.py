"""Tests rows 19 to 23 of dynamodb-mapper: reading by key, query and scan, and writing in batches."""

import datetime as dt
import json
from dataclasses import replace

import pytest
from django.db.models import Q

from django_dynamodb.exceptions import DuplicateKeyError, InvalidKeyError, UnprocessedItemsError
from tests.testapp.models import Reading, Thread, Ticket

SUBJECTS = ("DynamoDB", "S1", "S2", "S3", "SQS")


@pytest.fixture
def threads(sent):
    """Five threads of one forum, and one of another."""
    Thread.objects.bulk_create([Thread(forum="AWS", subject=subject, views=n) for n, subject in enumerate(SUBJECTS)])
    Thread(forum="Azure", subject="S3").save()
    sent.clear()


@pytest.fixture
def impatient(monkeypatch):
    """Tables that are not waited for."""
    opened = Thread._meta.open_table
    monkeypatch.setattr(
        Thread._meta, "open_table", lambda: replace(opened(), pause=lambda attempt: False), raising=False
    )


def subjects(queryset):
    """The subjects in order."""
    return [thread.subject for thread in queryset]


# -- get ----------------------------------------------------------------------------------------------------------


@pytest.mark.seed(19)
@pytest.mark.parametrize(
    "get",
    [
        lambda **more: Thread.objects.get("AWS", "S3", **more),
        lambda **more: Thread.objects.get(forum="AWS", subject="S3", **more),
        lambda **more: Thread.objects.get(pk="AWS~S3", **more),
        lambda **more: Thread.objects.get(pk=("AWS", "S3"), **more),
    ],
)
def test_get(threads, sent, get):
    """SEED row 19: get reads exactly one key by one GetItem, consistently if asked."""
    assert get().subject == "S3"
    assert get(consistent_read=True).forum == "AWS"
    assert sent.operations == ["GetItem", "GetItem"]
    assert [payload.get("ConsistentRead", False) for payload in sent.payloads] == [False, True]


@pytest.mark.seed(19)
def test_get_converts_its_arguments(sent):
    """SEED row 19: arguments become attributes as the fields' values do."""
    device = "12345678-1234-5678-1234-567812345678"
    Reading(device=device, at=5).save()
    assert str(Reading.objects.get(device, "5").device) == device


@pytest.mark.seed(19)
def test_get_of_an_absent_key(sent):
    """SEED row 19, Django's shape: an absent key raises the model's DoesNotExist."""
    with pytest.raises(Thread.DoesNotExist):
        Thread.objects.get("AWS", "S3")


@pytest.mark.seed(19)
def test_get_of_half_a_key(sent):
    """SEED row 19: half a key is refused, and the whole one named."""
    with pytest.raises(TypeError, match=r"takes the whole key, \(forum, subject\), not \d values?\."):
        Thread.objects.get("AWS")


# -- get_batch ----------------------------------------------------------------------------------------------------


@pytest.mark.seed(20)
def test_get_batch(threads, sent):
    """SEED row 20, mended: objects come in the order of the keys; absent ones are left out."""
    keys = [("AWS", "SQS"), ("AWS", "none"), "AWS~S1", ("Azure", "S3")]
    assert [thread.pk for thread in Thread.objects.get_batch(keys)] == ["AWS~SQS", "AWS~S1", "Azure~S3"]
    assert sent.operations == ["BatchGetItem"]


@pytest.mark.seed(20)
def test_get_batch_of_any_number(sent):
    """SEED row 20, mended: any number of keys goes, in calls of 100; it was refused above 100."""
    Ticket.objects.batch_write(puts=(Ticket(id=number) for number in range(1, 251)))
    sent.clear()
    found = Ticket.objects.get_batch(range(250, 0, -1))
    assert [ticket.pk for ticket in found] == list(range(250, 0, -1))
    assert sent.operations == ["BatchGetItem"] * 3


@pytest.mark.seed(20)
def test_unprocessed_keys(threads, sent):
    """SEED row 20, mended: keys the service did not get to are asked for again; they were dropped in silence."""
    left = [1]

    def leave(payload, send):
        answer = json.loads(send())
        if left:
            left.clear()
            (table,) = answer["Responses"]
            unread = answer["Responses"][table].pop()
            answer["UnprocessedKeys"] = {table: {"Keys": [{name: unread[name] for name in ("forum", "subject")}]}}
        return json.dumps(answer).encode()

    sent.instead("BatchGetItem", leave)
    assert len(Thread.objects.get_batch([("AWS", subject) for subject in SUBJECTS])) == 5
    assert len(sent.calls) == 2


@pytest.mark.seed(20)
def test_keys_never_processed(threads, sent, impatient):
    """SEED row 20, mended: what is left when the retries are spent raises, with the keys."""

    def refuse(payload, send):
        return json.dumps({"Responses": {}, "UnprocessedKeys": payload["RequestItems"]}).encode()

    sent.instead("BatchGetItem", refuse)
    with pytest.raises(UnprocessedItemsError) as caught:
        Thread.objects.get_batch([("AWS", "S1")])
    assert caught.value.keys == [{"forum": {"S": "AWS"}, "subject": {"S": "S1"}}]
    assert caught.value.retryable


# -- query --------------------------------------------------------------------------------------------------------


@pytest.mark.seed(21)
@pytest.mark.parametrize(
    ("lookups", "found"),
    [
        ({}, list(SUBJECTS)),
        ({"subject": "S2"}, ["S2"]),
        ({"subject__lte": "S2"}, ["DynamoDB", "S1", "S2"]),
        ({"subject__lt": "S2"}, ["DynamoDB", "S1"]),
        ({"subject__gte": "S2"}, ["S2", "S3", "SQS"]),
        ({"subject__gt": "S2"}, ["S3", "SQS"]),
        ({"subject__startswith": "S"}, ["S1", "S2", "S3", "SQS"]),
        ({"subject__range": ("S1", "S3")}, ["S1", "S2", "S3"]),
    ],
)
def test_query(threads, sent, lookups, found):
    """SEED row 21: the seven conditions on the sort key are lookups; each is one Query, in the order of the key."""
    assert subjects(Thread.objects.query("AWS", **lookups)) == found
    assert sent.operations == ["Query"]
    assert "FilterExpression" not in sent.payloads[0]


@pytest.mark.seed(21)
def test_query_options(threads, sent):
    """SEED row 21: a query goes backwards, reads consistently and reads no more than its limit."""
    assert subjects(Thread.objects.query("AWS", reverse=True, limit=2, consistent_read=True)) == ["SQS", "S3"]
    ((_, payload),) = sent.calls
    assert (payload["Limit"], payload["ScanIndexForward"], payload["ConsistentRead"]) == (2, False, True)


@pytest.mark.seed(21)
def test_query_is_lazy(threads, sent):
    """SEED row 21: nothing is read before the results are looked at."""
    queryset = Thread.objects.query("AWS")
    assert not sent.calls
    assert len(list(queryset)) == 5


# -- scan ---------------------------------------------------------------------------------------------------------


@pytest.mark.seed(22)
def test_scan(threads, sent):
    """SEED row 22: a scan reads everything, filters what it is told, and is lazy."""
    queryset = Thread.objects.scan(views__gte=2)
    assert not sent.calls
    assert sorted(subjects(queryset)) == ["S2", "S3", "SQS"]
    assert sent.operations == ["Scan"]


@pytest.mark.seed(22)
def test_scan_hides_the_counter(sent):
    """SEED row 22: the counter item is hidden where the key is autoincrement, and only there."""
    Ticket.objects.create()
    Reading(at=-1).save()
    assert [ticket.pk for ticket in Ticket.objects.scan()] == [1]
    assert [reading.at for reading in Reading.objects.scan()] == [-1]


# -- batch_write --------------------------------------------------------------------------------------------------


@pytest.mark.seed(23)
def test_batch_write(threads, sent, capsys):
    """SEED row 23, mended: objects are put and deleted, 25 a call, from any iterable; nothing is printed."""
    puts = (Thread(forum="new", subject=str(n)) for n in range(30))
    assert Thread.objects.batch_write(puts=puts, deletes=[("AWS", "S1"), "AWS~S2"]) == 32
    assert sent.operations == ["BatchWriteItem"] * 2
    assert Thread.objects.filter(forum="new").count() == 30
    assert subjects(Thread.objects.query("AWS")) == ["DynamoDB", "S3", "SQS"]
    assert capsys.readouterr() == ("", "")


@pytest.mark.seed(23)
def test_unprocessed_items(sent):
    """SEED row 23, mended: items the service left are sent again after a pause, until all are written."""
    left = [1]

    def leave(payload, send):
        if not left:
            return send()
        left.clear()
        return json.dumps({"UnprocessedItems": payload["RequestItems"]}).encode()

    sent.instead("BatchWriteItem", leave)
    assert Thread.objects.batch_write(puts=[Thread(forum="a", subject="b")]) == 1
    assert Thread.objects.get("a", "b")


@pytest.mark.seed(23)
def test_items_never_processed(sent, impatient):
    """SEED row 23, mended: what is left raises, with the items; it was forgotten in silence."""
    sent.instead(
        "BatchWriteItem", lambda payload, send: json.dumps({"UnprocessedItems": payload["RequestItems"]}).encode()
    )
    with pytest.raises(UnprocessedItemsError) as caught:
        Thread.objects.batch_write(puts=[Thread(forum="a", subject="b")], deletes=["a~c"])
    assert [item["subject"] for item in caught.value.items] == [{"S": "b"}]
    assert caught.value.keys == [{"forum": {"S": "a"}, "subject": {"S": "c"}}]
    assert caught.value.written == 0


@pytest.mark.seed(23)
def test_wrong_batches(sent):
    """SEED row 23, mended: what cannot be written raises before the call."""
    with pytest.raises(DuplicateKeyError):
        Thread.objects.batch_write(puts=[Thread(forum="a", subject="b")] * 2)
    with pytest.raises(InvalidKeyError):
        Thread.objects.batch_write(puts=[Thread(forum="a")])
    with pytest.raises(TypeError, match=r"no testapp\.Thread"):
        Thread.objects.batch_write(puts=[Ticket(id=1)])
    assert not sent.calls


@pytest.mark.seed(21)
def test_filter_beside_the_key(threads, sent):
    """SEED row 21: a query may filter other fields besides."""
    assert subjects(Thread.objects.query("AWS", subject__gt="S", views__in=[1, 4])) == ["S1", "SQS"]
    assert subjects(Thread.objects.filter(Q(forum="AWS"), posted__lt=dt.datetime(2000, 1, 1, tzinfo=dt.UTC))) == []
