"""Tests what is said of relations."""

import pytest
from django.contrib.contenttypes.fields import GenericRelation
from django.db import models as sql

from django_dynamodb import models
from django_dynamodb.checks import registration, relations


def test_a_foreign_key_that_does_nothing_is_fine(make, make_sql):
    """DO_NOTHING without a constraint promises nothing."""
    key = models.ForeignKey(make_sql(), models.DO_NOTHING, db_constraint=False)
    assert registration.check_model(make(user=key)) == []


@pytest.mark.parametrize("on_delete", [models.CASCADE, models.PROTECT, models.SET(1)])
def test_sql_must_not_run_on_our_table(make, make_sql, ids, on_delete):
    """Whatever Django does to a model when its SQL parent goes, it does by SQL."""
    (message,) = relations.check_model(make(row=models.ForeignKey(make_sql(), on_delete, db_constraint=False)))
    assert ids([message]) == ["E022"]
    assert "run SQL" in message.msg


@pytest.mark.parametrize("on_delete", [models.CASCADE, models.PROTECT, models.SET(1)])
def test_nothing_happens_when_a_dynamodb_parent_goes(make, ids, on_delete):
    """No collector walks from one DynamoDB table to another."""
    (message,) = relations.check_model(make(other=models.ForeignKey(make("Other"), on_delete, db_constraint=False)))
    assert ids([message]) == ["E022"]
    assert "leaves" in message.msg


def test_a_constraint_nobody_keeps_is_warned_of(make, make_sql, ids):
    """db_constraint is on by default, and no database sees to it."""
    model = make(user=models.ForeignKey(make_sql(), models.DO_NOTHING))
    assert ids(relations.check_model(model)) == ["W007"]


@pytest.mark.parametrize(
    "relation",
    [
        lambda target: sql.ForeignKey(target, sql.DO_NOTHING),
        lambda target: sql.OneToOneField(target, sql.CASCADE),
        sql.ManyToManyField,
        GenericRelation,
    ],
)
def test_no_way_leads_from_sql_to_dynamodb(make, make_sql, ids, relation):
    """An SQL model cannot point to a DynamoDB model, by any kind of relation."""
    assert ids(relations.check_sql_model(make_sql(thing=relation(make())))) == ["E023"]


def test_sql_models_among_themselves_are_none_of_our_business(make_sql):
    """Nothing is said of an SQL model that points to another."""
    assert list(relations.check_sql_model(make_sql(other=sql.ForeignKey(make_sql("Other"), sql.CASCADE)))) == []
