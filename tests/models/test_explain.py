"""Tests that ``explain()`` shows the request that would be sent, and sends nothing."""

import json

import pytest

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


def test_refusals_are_shown_as_they_are():
    """What is refused is refused here too."""
    with pytest.raises(ScanForbidden):
        T.filter(views=3).explain()
    with pytest.raises(UnsupportedError, match="takes no options"):
        T.all().explain(format="json")
