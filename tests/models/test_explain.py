"""Tests that ``explain()`` shows the request that would be sent, and sends nothing."""

import json

import pytest
from django.utils import timezone

from django_dynamodb.exceptions import ScanForbidden, UnsupportedError
from tests.testapp.models import Thread

T = Thread.objects


@pytest.mark.parametrize(
    ("queryset", "first", "index"),
    [
        (T.filter(pk="A~S"), "GetItem on {}: one item", None),
        (T.filter(pk__in=["A~S", "A~T"]), "BatchGetItem on {}: one item per key", None),
        (T.filter(forum="A"), "Query on {}: the items of one partition", "the table itself"),
        (T.filter(author="x"), "Query on {}: the items of one partition", "by_author"),
        (T.scan(views=3), "Scan on {}: the whole table", "the table itself"),
        (T.index("by_author").scan(), "Scan on {}: the whole index", "by_author"),
        (T.none(), "nothing on {}: no call", None),
    ],
)
def test_what_would_be_sent(sent, queryset, first, index):
    """Verb, table, cost class, index, and the very request."""
    text = queryset.explain()
    lines = text.splitlines()
    assert lines[0].startswith(first.format(Thread._meta.open_table().schema.name))
    assert ([line for line in lines if line.startswith("index: ")] or [None])[0] == (index and f"index: {index}")
    assert sent.calls == []
    list(queryset)
    shown = json.loads(text[text.index("{") :]) if "{" in text else None
    assert shown == (sent.payloads[0] if sent.calls else None)


def test_each_part_is_shown(sent):
    """Consistency, key condition, filter and attributes have lines of their own, with names and without values."""
    text = T.filter(author="ada", posted__gt=timezone.now(), views__gt=3).only("tags").explain()
    assert text.splitlines()[1:6] == [
        "index: by_author",
        "read: eventually consistent",
        "key condition: author = :v0 AND posted > :v1",
        "filter: views > :v2",
        "attributes: forum, subject, tags",
    ]
    assert "read: consistent" in T.filter(forum="A").consistent().explain().splitlines()
    assert "attributes: forum, subject" in T.filter(pk__in=["A~S"]).only("subject").explain().splitlines()
    assert "attributes: what the index holds, author, forum, subject, views" in (
        T.index("by_views").filter(forum="A").explain().splitlines()
    )


def test_refusals_are_shown_as_they_are():
    """What is refused is refused here too."""
    with pytest.raises(ScanForbidden):
        T.filter(views=3).explain()
    with pytest.raises(UnsupportedError, match="takes no options"):
        T.all().explain(format="json")
