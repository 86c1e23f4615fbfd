"""What is written is what the field would have been asked for, without asking where that changes nothing."""

import pytest

from django_dynamodb import models
from django_dynamodb.models.persistence import WriteOptions
from django_dynamodb.models.sources import sources
from django_dynamodb.types import item_in
from tests.testapp.models import Account, Everything, Note, Stamped, Thread


class Doubling(models.IntegerField):
    """A field that has the last word before a save."""

    def pre_save(self, model_instance, add):
        """Twice the value."""
        return super().pre_save(model_instance, add) * 2


class Loud:
    """A class attribute that sees each access."""

    def __get__(self, instance, owner=None):
        return self if instance is None else instance.__dict__["name"].upper()

    def __set__(self, instance, value):
        instance.__dict__["name"] = value


class Named(models.CharField):
    """A field whose attribute is such a one."""

    def contribute_to_class(self, cls, name, **kwargs):
        """Puts it there."""
        super().contribute_to_class(cls, name, **kwargs)
        setattr(cls, name, Loud())


class Own(models.Model):
    """A model of such fields."""

    name = Named(max_length=9, primary_key=True)
    number = Doubling()
    plain = models.IntegerField(default=1)

    class Meta:
        """Of no installed app."""

        app_label = "sources"


@pytest.mark.parametrize("model", [Thread, Stamped, Everything, Account, Note, Own])
def test_each_field_once(model):
    """Each field of a model is either read or asked."""
    plain, special = sources(model)
    asked = [field.attname for field in special]
    assert sorted([*plain, *asked]) == sorted(model._meta.mapper.by_attname)


def test_who_is_asked():
    """A field is asked that does something before a save, or whose attribute does something when it is read."""
    assert [field.attname for field in sources(Own)[1]] == ["name", "number"]
    assert [field.attname for field in sources(Stamped)[1]] == ["created", "updated", "day"]
    assert not sources(Thread)[1]


def test_written(dynamodb):
    """What the fields say is what is written."""
    write = Own(name="x", number=3)._dynamo_writer().prepare(WriteOptions())
    assert item_in(write.item) == {"name": {"S": "X"}, "number": {"N": "6"}, "plain": {"N": "1"}}
