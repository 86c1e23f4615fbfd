"""Holds that a foreign key can name the packed key it points to."""

import pickle

from django.contrib.auth import get_user_model
from django.db.models import ForeignKey, ManyToOneRel

from django_dynamodb import models
from tests.declaring import declare
from tests.testapp.models import Comment, Issue, Note, Thread, Ticket

__all__ = ["declare"]


def pointed_to(model, name):
    """The field a foreign key points to."""
    return model._meta.get_field(name).remote_field.get_related_field()


def test_packed_key():
    """It is the virtual one of both parts."""
    assert pointed_to(Comment, "thread") is Thread._meta.pk


def test_plain_keys():
    """One column, in DynamoDB or in SQL, is named as ever."""
    assert pointed_to(Issue, "ticket") is Ticket._meta.pk
    assert pointed_to(Note, "owner") is get_user_model()._meta.pk


def test_one_to_one(declare):
    """A one-to-one field too, and one that an abstract model hands on."""
    base = declare("Base", meta={"abstract": True}, twin=models.OneToOneField(Thread, models.DO_NOTHING))
    code = models.CharField(max_length=9, primary_key=True)
    assert pointed_to(declare(bases=(base,), code=code), "twin") is Thread._meta.pk


def test_relation_of_another_kind(declare):
    """What somebody else made of a relation stays theirs."""

    class OwnRel(ManyToOneRel):
        """Somebody's."""

    class OwnKey(ForeignKey):
        """Somebody's."""

        rel_class = OwnRel

    model = declare(thread=OwnKey(Ticket, models.DO_NOTHING, db_constraint=False))
    assert type(model._meta.get_field("thread").remote_field) is OwnRel


def test_objects_are_pickled():
    """The relation is found again by its model."""
    comment = Comment(thread_id="AWS~b", text="Yes.")
    assert pickle.loads(pickle.dumps(comment)).thread_id == "AWS~b"
