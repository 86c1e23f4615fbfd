"""Holds query sets to the keys they give whole, to what else they ask, and values to an update."""

import pytest
from django.db.models import F, Q

from django_dynamodb.exceptions import InvalidValueError, UnsupportedError
from django_dynamodb.expressions.placeholders import Placeholders
from django_dynamodb.models.targets import conditions_beside_key, given_keys, update_of
from tests.testapp.models import Note, Thread, Ticket

S3 = {"forum": {"S": "AWS"}, "subject": {"S": "S3"}}
SQS = {"forum": {"S": "AWS"}, "subject": {"S": "SQS"}}


def update(model, **values):
    """The text of an update, and what it names and sets."""
    placeholders = Placeholders()
    text = update_of(model._meta.mapper, values).render(placeholders)
    return text, placeholders.names(), placeholders.values()


@pytest.mark.parametrize(
    ("queryset", "keys"),
    [
        (Thread.objects.filter(forum="AWS", subject="S3"), [S3]),
        (Thread.objects.filter(pk=("AWS", "S3")), [S3]),
        (Thread.objects.filter(pk="AWS~S3", views=1), [S3]),
        (Thread.objects.filter(Q(forum="AWS") & Q(subject="S3")).exclude(views=1), [S3]),
        (Thread.objects.filter(forum="AWS", subject__in=["S3", "SQS"]), [S3, SQS]),
        (Thread.objects.filter(pk__in=[("AWS", "S3"), ("AWS", "SQS")]), [S3, SQS]),
        (Thread.objects.filter(pk=("AWS", "S3")).order_by("-subject"), [S3]),
        (Ticket.objects.filter(pk=7), [{"id": {"N": "7"}}]),
        (Ticket.objects.filter(id__in=[7, 8], title="x"), [{"id": {"N": "7"}}, {"id": {"N": "8"}}]),
    ],
)
def test_given(queryset, keys):
    """Keys are given by the filter, in any of their spellings, whatever else is asked."""
    assert list(given_keys(queryset)) == keys


@pytest.mark.parametrize(
    "queryset",
    [
        Thread.objects.filter(forum="AWS"),
        Thread.objects.filter(subject="S3"),
        Thread.objects.filter(forum="AWS", subject__startswith="S"),
        Thread.objects.filter(forum=F("author"), subject="S3"),
        Thread.objects.filter(Q(pk=("AWS", "S3")) | Q(views=1)),
        Thread.objects.exclude(pk=("AWS", "S3")),
        Ticket.objects.filter(pk__gt=7),
        Thread.objects.all(),
        Thread.objects.none(),
    ],
)
def test_not_given(queryset):
    """A part of a key, a range or an alternative gives no key."""
    assert given_keys(queryset) is None


def test_the_counter(dynamodb):
    """The counter item's key is no key of an object."""
    assert list(given_keys(Ticket.objects.filter(pk=-1))) == []


@pytest.mark.parametrize(
    ("queryset", "texts"),
    [
        (Thread.objects.filter(pk=("AWS", "S3")), []),
        (Thread.objects.filter(forum="AWS", subject="S3"), []),
        (Thread.objects.filter(pk=("AWS", "S3"), views__gt=1), ["#n0 > :v0"]),
        (Thread.objects.filter(pk=("AWS", "S3"), views=1, author="ada"), ["#n0 = :v0", "#n0 = :v0"]),
        (Ticket.objects.filter(pk=7).exclude(title="x"), ["NOT (#n0 = :v0)"]),
    ],
)
def test_beside(queryset, texts):
    """What is asked besides the key is a condition."""
    assert sorted(c.render(Placeholders()) for c in conditions_beside_key(queryset)) == sorted(texts)


def test_update():
    """Values are set, in their order."""
    text, names, values = update(Thread, views=3, author="ada")
    assert text == "SET #n0 = :v0, #n1 = :v1"
    assert names == {"#n0": "views", "#n1": "author"}
    assert values == {":v0": {"N": "3"}, ":v1": {"S": "ada"}}


@pytest.mark.parametrize(("name", "value"), [("tags", set()), ("author", None)])
def test_update_removes(name, value):
    """What is left out of an item is removed by an update."""
    assert update(Thread, **{name: value})[0] == "REMOVE #n0"


def test_update_computes():
    """An F() expression is for the service."""
    assert update(Thread, views=F("views") + 1)[0] == "SET #n0 = #n0 + :v0"


def test_update_of_a_relation(django_user_model):
    """A related object stands for its key."""
    _, _, values = update(Note, owner=django_user_model(pk=4))
    assert values == {":v0": {"N": "4"}}


@pytest.mark.parametrize("name", ["forum", "subject", "pk"])
def test_update_of_a_key(name):
    """A key cannot change."""
    with pytest.raises(UnsupportedError, match="keys cannot change"):
        update(Thread, **{name: "x"})


def test_update_of_a_wrong_value():
    """A value that cannot be stored is refused by name."""
    with pytest.raises(InvalidValueError, match="views"):
        update(Thread, views="many")
