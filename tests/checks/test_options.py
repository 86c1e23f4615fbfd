"""Tests what is said of class Meta and of managers."""

import pytest
from django.db import models as sql

from django_dynamodb import models
from django_dynamodb.checks import registration

PAIR = {"partition_key": "a", "sort_key": "b"}
TEXTS = {"a": models.CharField(), "b": models.CharField(), "c": models.CharField()}


class Manager(models.Manager):
    """A manager of a project."""


class QuerySet(models.QuerySet):
    """A query set of a project."""


def declare(make, table=PAIR, meta=None, **attributes):
    """Makes a model with three texts, which are the key or not."""
    return make(table=table, meta=meta, **{name: field.clone() for name, field in TEXTS.items()}, **attributes)


BROKEN = [
    ("E016", {"unique_together": [("a", "c")]}),
    ("E016", {"unique_together": ("b", "c")}),
    ("E017", {"constraints": [sql.UniqueConstraint(fields=["c"], name="c_is_unique")]}),
    ("E018", {"indexes": [sql.Index(fields=["c"], name="by_c")]}),
    ("E019", {"ordering": ["c"]}),
    ("E019", {"ordering": ["a"]}),
    ("E019", {"ordering": [sql.F("b").desc()]}),
    ("E019", {"ordering": ["b", "c"]}),
]


@pytest.mark.parametrize(("expected", "meta"), BROKEN)
def test_options_of_sql_are_said_once(make, ids, expected, meta):
    """Each option of class Meta that DynamoDB cannot honour has one message."""
    assert ids(registration.check_model(declare(make, meta=meta))) == [expected]


@pytest.mark.parametrize("ordering", [["b"], ["-b"], ["a", "b"], ["pk"], []])
def test_the_order_of_the_sort_key_is_kept(make, ordering):
    """Partitions have the order of the sort key, up or down."""
    assert registration.check_model(declare(make, meta={"ordering": ordering})) == []


def test_a_table_without_sort_key_has_no_order(make, ids):
    """Not even that of its key."""
    assert ids(registration.check_model(make(meta={"ordering": ["code"]}))) == ["E019"]


def test_order_with_respect_to_is_numbered_by_sql(make, make_sql, ids):
    """Nothing on DynamoDB numbers the items of a parent."""
    parent = models.ForeignKey(make_sql(), models.DO_NOTHING, db_constraint=False)
    assert "E020" in ids(registration.check_model(make(parent=parent, meta={"order_with_respect_to": "parent"})))


def test_the_key_may_be_called_unique(make):
    """unique_together of the key is true, in any order."""
    assert registration.check_model(declare(make, meta={"unique_together": [("b", "a")]})) == []


@pytest.mark.parametrize(
    "manager", [sql.Manager, models.Manager.from_queryset(sql.QuerySet), sql.Manager.from_queryset(QuerySet)]
)
def test_a_manager_that_would_talk_sql_is_refused(make, ids, manager):
    """Django's manager, and ours with Django's query set, read an SQL table that is not there."""
    assert ids(registration.check_model(make(things=manager()))) == ["E021"]


@pytest.mark.parametrize("manager", [Manager, Manager.from_queryset(QuerySet), QuerySet.as_manager])
def test_managers_derived_from_ours_are_fine(make, manager):
    """A project's own managers and query sets stand on ours."""
    assert registration.check_model(make(things=manager())) == []


def test_a_proxy_is_checked_for_what_it_adds(make, ids):
    """A proxy repeats no fault of its model but those of its own Meta and managers."""
    model = make(mail=models.CharField(unique=True))
    proxy = make(name="Proxy", base=model, meta={"proxy": True, "ordering": ["mail"]}, things=sql.Manager())
    assert sorted(ids(registration.check_model(proxy))) == ["E019", "E021"]


INDEXED = {**PAIR, "indexes": [models.GlobalIndex("by_c", "c")]}


def test_managers_of_indexes(make, ids):
    """E030 is about an index there is not; W010 about an index that would stand for the whole table."""
    managers = {"objects": models.Manager(), "by_c": models.IndexManager("by_c")}
    assert registration.check_model(declare(make, INDEXED, **managers)) == []
    unknown = declare(make, INDEXED, objects=models.Manager(), by_d=models.IndexManager("by_d"), name="Unknown")
    assert ids(registration.check_model(unknown)) == ["E030"]
    alone = declare(make, INDEXED, by_c=models.IndexManager("by_c"), name="Alone")
    assert ids(registration.check_model(alone)) == ["W010"]
    named = {"default_manager_name": "objects"}
    other = declare(make, INDEXED, named, by_c=models.IndexManager("by_c"), objects=models.Manager(), name="Named")
    assert registration.check_model(other) == []
