"""What is read by whole keys without a plan is what a plan would read."""

import uuid

import pytest
from django.db.models import Q

from django_dynamodb import models
from django_dynamodb.exceptions import InvalidKeyError
from django_dynamodb.models.direct import direct_batch, direct_get
from django_dynamodb.models.plan import Planner
from django_dynamodb.models.reads import NoRead
from tests.testapp.models import Thread, Ticket


def planned(queryset):
    """The read that the planner chooses."""
    return Planner(queryset.query, "forbid").plan()


def get_of(queryset, *values, consistent=False, **lookups):
    """The read without a plan."""
    return direct_get(queryset.query, values, lookups, consistent=consistent)


@pytest.mark.parametrize("consistent", [False, True])
def test_get_as_planned(consistent):
    """A key by position or by name is read as the filter would be."""
    narrowed = Thread.objects.filter(forum="AWS", subject="S3").consistent(consistent)
    everything = Thread.objects.all()
    assert get_of(everything, "AWS", "S3", consistent=consistent) == planned(narrowed)
    assert get_of(everything, subject="S3", forum="AWS", consistent=consistent) == planned(narrowed)
    assert get_of(everything.consistent(consistent), "AWS", "S3") == planned(narrowed)


def test_batch_as_planned():
    """Keys are read in their order, each once, as the filter would be."""
    keys = [("AWS", "S3"), ("AWS", "EC2"), ("AWS", "S3")]
    assert direct_batch(Thread.objects.all().query, keys, consistent=False) == planned(
        Thread.objects.filter(pk__in=keys)
    )


def test_counter():
    """The counter item is no object, whoever asks."""
    assert get_of(Ticket.objects.all(), -1) == NoRead()
    assert direct_batch(Ticket.objects.all().query, [-1, 1], consistent=False).keys == ({"id": {"N": "1"}},)


@pytest.mark.parametrize(
    "queryset",
    [
        Thread.objects.filter(views=1),
        Thread.objects.index("by_author"),
        Thread.objects.scan(),
        Thread.objects.all()[:1],
        Thread.objects.none(),
        Thread.objects.all().hydrate(),
        Thread.objects.scan().parallel(2),
        Thread.objects.all().rate(read_units=5),
    ],
)
def test_asked_before(queryset):
    """A query set that was asked anything takes a plan."""
    assert get_of(queryset, "AWS", "S3") is None
    assert direct_batch(queryset.query, [("AWS", "S3")], consistent=False) is None


@pytest.mark.parametrize(
    ("values", "lookups"),
    [
        (("AWS",), {}),
        (("AWS", "S3", "x"), {}),
        (("AWS", 3), {}),
        (("AWS", None), {}),
        ((Q(forum="AWS"), Q(subject="S3")), {}),
        (("AWS",), {"subject": "S3"}),
        ((), {"forum": "AWS"}),
        ((), {"forum": "AWS", "subject__startswith": "S"}),
        ((), {"forum": "AWS", "views": 3}),
        ((), {"pk": "AWS~S3"}),
    ],
)
def test_other_questions(values, lookups):
    """Anything but a whole key in the types of its fields takes a plan."""
    assert get_of(Thread.objects.all(), *values, **lookups) is None


@pytest.mark.parametrize("keys", [["AWS~S3"], [("AWS",)], [("AWS", "S3"), ["AWS", "S3"]], [("AWS", 3)]])
def test_other_keys(keys):
    """Packed keys, and values of other types, take a plan."""
    assert direct_batch(Thread.objects.all().query, keys, consistent=False) is None


def test_no_key():
    """A value of the right type that no key can have is refused by name, as by a plan."""
    with pytest.raises(InvalidKeyError, match=r"Thread\.subject is empty"):
        get_of(Thread.objects.all(), "AWS", "")


class Shouting(models.CharField):
    """A field that converts what it stores."""

    def get_prep_value(self, value):
        """Upper case."""
        return super().get_prep_value(value).upper()


def test_converted_keys():
    """A key whose field converts its values takes a plan, whatever their type."""

    class Loud(models.Model):
        name = Shouting(max_length=9, primary_key=True)

        class Meta:
            app_label = "direct"

    class Marked(models.Model):
        mark = models.UUIDField(primary_key=True)

        class Meta:
            app_label = "direct"

    assert get_of(Loud.objects.all(), "x") is None
    assert get_of(Marked.objects.all(), str(uuid.UUID(int=1))) is None
    assert get_of(Marked.objects.all(), uuid.UUID(int=1)) == planned(Marked.objects.filter(pk=uuid.UUID(int=1)))
