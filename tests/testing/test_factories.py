"""Holds that the factories of factory_boy and model_bakery make objects of these models."""

import factory
import pytest
from factory.django import DjangoModelFactory
from model_bakery import baker

from django_dynamodb.exceptions import OverwriteError
from django_dynamodb.testing import bakery
from tests.testapp.models import Account, Everything, Reading, Session, Thread, Ticket

pytestmark = pytest.mark.dynamodb


@pytest.fixture(scope="module", autouse=True)
def fields():
    """Fields of this package, known to model_bakery."""
    bakery.register()


class ThreadFactory(DjangoModelFactory):
    """Threads, one after the other."""

    class Meta:
        """The model."""

        model = Thread

    forum = "f"
    subject = factory.Sequence(str)
    tags = factory.LazyFunction(lambda: {"a", "b"})


class TicketFactory(DjangoModelFactory):
    """Tickets."""

    class Meta:
        """The model."""

        model = Ticket

    title = factory.Faker("word")


class UniqueFactory(ThreadFactory):
    """Threads that are fetched where they exist."""

    class Meta:
        """Its key."""

        model = Thread
        django_get_or_create = ("forum", "subject")


def test_factory_boy():
    """``create`` stores, ``build`` does not, batches are many."""
    threads = [*ThreadFactory.create_batch(3), ThreadFactory.build()]
    assert sorted(Thread.objects.query("f").values_list("subject", flat=True)) == sorted(t.subject for t in threads[:3])
    assert Thread.objects.get("f", threads[0].subject).tags == {"a", "b"}
    assert TicketFactory().pk == 1


def test_factory_boy_creates():
    """Two objects of one key are an error, as in SQL."""
    ThreadFactory(subject="same")
    with pytest.raises(OverwriteError):
        ThreadFactory(subject="same")


def test_factory_boy_gets_or_creates():
    """``django_get_or_create`` looks by the key."""
    first = UniqueFactory(subject="same", views=3)
    assert UniqueFactory(subject="same", views=4).views == first.views == 3


@pytest.mark.parametrize("model", [Account, Reading, Thread, Ticket])
def test_bakery(model):
    """Each model gets random values, keys too."""
    made = baker.make(model)
    assert model.objects.get(pk=made.pk) == made


def test_bakery_many():
    """Many objects are made, one by one or in a batch, and given values are kept."""
    baker.make(Thread, _quantity=3, forum="f")
    baker.make(Thread, _quantity=3, forum="f", _bulk_create=True)
    assert Thread.objects.query("f").count() == 6


def test_bakery_of_every_field():
    """Every kind of field has a random value, the optional ones too; ours have a generator each."""
    made = baker.make(Everything, _fill_optional=[f.name for f in Everything._meta.fields if f.name not in SKIPPED])
    found = Everything.objects.get(made.pk)
    assert (found.strings, found.numbers, found.blobs) == (made.strings, made.numbers, made.blobs)
    assert len(found.items) == 2
    assert (found.number, found.token, found.price) == (made.number, made.token, made.price)


SKIPPED = {"code", "owner", "price"}
"""A key, a user in SQL, and a number of more digits than model_bakery gives one."""


def test_bakery_of_times():
    """What is made does not expire in the test, and counts its writes."""
    assert Session.objects.get(pk=baker.make(Session, _fill_optional=["expires"]).pk).expires
    assert Account.objects.get(baker.make(Account, _fill_optional=True).pk).version


def test_bakery_prepares():
    """``prepare`` stores nothing."""
    assert baker.prepare(Thread).pk
    assert Thread.objects.count() == 0
