"""Holds that a manager of an index reads that index, and writes as any manager."""

import pytest

from django_dynamodb import models
from django_dynamodb.exceptions import UnsupportedError
from tests.declaring import declare
from tests.models.places import BY_PLACE, declare_jobs

__all__ = ["declare"]


class PersonQuerySet(models.QuerySet):
    """Query set of the tests."""

    def adults(self):
        """Those of age."""
        return self.filter(age__gte=18)


@pytest.fixture
def person(declare, dynamodb):
    """A stored model with one person who has no e-mail, and two who have."""
    model = declare.stored(
        "Person",
        table={"indexes": [models.GlobalIndex("by_email", "email", projection="KEYS_ONLY")]},
        email=models.EmailField(blank=True),
        age=models.IntegerField(default=20),
        objects=models.Manager(),
        by_email=models.IndexManager("by_email"),
        of_age=models.IndexManager.from_queryset(PersonQuerySet)("by_email"),
    )
    model.objects.batch_write(puts=[model(code="a", email="a@x"), model(code="b"), model(code="c", email="c@x")])
    return model


def test_sparse_index(person, sent):
    """What has no e-mail is not in the index, so that reading the index finds all who have one, and no more."""
    assert sorted(row.code for row in person.by_email.scan()) == ["a", "c"]
    assert sorted(row.code for row in person.by_email.all()) == ["a", "c"]
    assert person.by_email.count() == 2
    assert [payload["IndexName"] for payload in sent.payloads] == ["by_email"] * 3
    assert sorted(row.code for row in person.objects.all()) == ["a", "b", "c"]


def test_query(person, sent):
    """The positional value is the index's partition key; lookups go through the index."""
    assert [row.code for row in person.by_email.query("a@x")] == ["a"]
    assert person.by_email.get(email="c@x").code == "c"
    assert person.by_email.filter(email="c@x").hydrate().get().age == 20
    assert {payload.get("IndexName", "table") for payload in sent.payloads} == {"by_email", "table"}
    with pytest.raises(UnsupportedError, match="add the filter email=<value>"):
        person.by_email.get(pk="a")


def test_same_by_hand(person):
    """The same without a manager of its own: an index named in the chain, or an argument of scan()."""
    ways = [
        person.objects.index("by_email").scan(),
        person.objects.scan(index="by_email"),
        person.objects.all().scan(index="by_email"),
        person.objects.index("by_email").all(),
        person.by_email.scan(),
    ]
    assert [sorted(row.code for row in rows) for rows in ways] == [["a", "c"]] * len(ways)


def test_own_query_set(person):
    """Made from a query set of the project, the manager has its methods."""
    with pytest.raises(UnsupportedError, match="'by_email' does not hold 'age'"):
        list(person.of_age.adults().scan())
    assert [row.code for row in person.of_age.filter(email="a@x").hydrate()] == ["a"]


def test_writes(person):
    """What is created through it is in the table."""
    person.by_email.create(code="d", email="d@x")
    assert person.objects.get("d").email == "d@x"


def test_copies(person):
    """Each instance of a manager is equal to its like, and different from one of another index."""
    assert (person.by_email.index_name, person.of_age.index_name) == ("by_email", "by_email")
    assert person.by_email != person.objects
    assert person._default_manager.name == "objects"


def test_several_attributes(declare):
    """An index with several attributes is asked by keyword."""
    jobs = declare_jobs(declare, BY_PLACE, here=models.IndexManager("by_place"), objects=models.Manager())
    with pytest.raises(TypeError, match=r"by keyword: query\(tenant=\.\.\., region=\.\.\., index='by_place'\)"):
        jobs.here.query("a")
    with pytest.raises(TypeError, match="takes no positional value for index 'by_place'"):
        jobs.objects.query("a", index="by_place")
    queryset = jobs.objects.query(tenant="a", region="eu", status="open", index="by_place")
    assert "key condition: tenant = :v0 AND region = :v1 AND status = :v2" in queryset.explain()
    assert jobs.here.query(tenant="a", region="eu").explain() == jobs.objects.filter(tenant="a", region="eu").explain()
    with pytest.raises(UnsupportedError, match=r"its whole partition key; add the filter region=<value>"):
        list(jobs.objects.query(tenant="a", index="by_place"))
