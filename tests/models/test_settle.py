"""Tests what a given key decides of the rest of a filter."""

import pytest
from django.db.models import F, Q

from django_dynamodb.models.lookups import Resolver
from django_dynamodb.models.nodes import NOTHING, conjuncts
from django_dynamodb.models.settle import settled
from tests.testapp.models import Thread, Ticket


def parts(q, model=Thread):
    """The conjuncts of a filter that are left open, by field and lookup; None for a contradiction."""
    mapper = model._meta.mapper
    found = settled(mapper, conjuncts(Resolver(mapper, model._meta.pk).resolve(q)))
    return None if found == (NOTHING,) else [getattr(part, "lookup", "tree") for part in found]


@pytest.mark.parametrize(
    ("q", "left"),
    [
        (Q(forum="A"), ["exact"]),
        (Q(forum="A") & Q(forum="B"), None),
        (Q(pk="A~S") & Q(pk="A~T"), None),
        (Q(pk="A~S") & ~Q(pk="A~S"), None),
        (Q(pk="A~S") & ~Q(pk="A~T"), ["exact", "exact"]),
        (Q(pk="A~S") & ~Q(pk__in=["A~T", "A~S"]), None),
        (Q(pk="A~S") & Q(subject__in=["S", "T"]), ["exact", "exact"]),
        (Q(pk="A~S") & Q(subject__gt="T"), ["exact", "exact", "gt"]),
        (Q(pk="A~S") & (Q(subject="S") | Q(author="x")), ["exact", "exact"]),
        (Q(pk="A~S") & (Q(subject="T") | Q(author="x")), ["exact", "exact", "tree"]),
        (Q(forum="A") & ~Q(pk="B~S"), ["exact"]),
        (Q(forum="A") & ~Q(pk="A~S"), ["exact", "tree"]),
        (Q(forum="A") & ~Q(forum="B"), ["exact"]),
        (Q(author="x") & Q(author="y"), None),
        (Q(forum="A") & Q(author="x", views=1), ["exact", "exact", "exact"]),
        (Q(forum="A") & Q(forum=F("author")), ["exact", "exact"]),
        (Q(), []),
    ],
)
def test_settled(q, left):
    """Parts that a given key makes true are dropped, one that it makes false leaves nothing."""
    assert parts(q) == left


@pytest.mark.parametrize(("q", "left"), [(Q(pk=1) & ~Q(pk=2), ["exact"]), (Q(pk=1, id__in=[2, 3]), None)])
def test_single_key(q, left):
    """A key of one attribute settles the same."""
    assert parts(q, Ticket) == left


def test_uniqueness(sent):
    """Django's check of uniqueness excludes the object itself, and asks nothing then."""
    Thread(forum="A", subject="S", author="x").save()
    thread = Thread.objects.get("A", "S")
    sent.clear()
    thread.full_clean()
    assert sent.operations == []
