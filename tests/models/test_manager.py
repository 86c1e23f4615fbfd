"""Holds what a manager has beside a query set's methods: query, scan, create_table; and how managers are made."""

import asyncio

import pytest
from django.db import models as django_models

from django_dynamodb import models
from django_dynamodb.exceptions import UnsupportedError
from tests.testapp.models import Reading, Thread, Ticket


@pytest.fixture
def forum(dynamodb):
    """Four threads of one forum by two authors, and one of another forum."""
    made = [Thread(forum="AWS", subject=name, views=views, author="io"[views % 2]) for views, name in enumerate("abcd")]
    Thread.objects.bulk_create([*made, Thread(forum="GCP", subject="z", author="i", views=9)])


def subjects(rows):
    """The subjects in the order of the rows."""
    return "".join(row.subject for row in rows)


def test_a_manager_of_django():
    """Whoever asks whether something is a manager is told so; its query sets are ours."""
    assert isinstance(Thread.objects, django_models.Manager)
    assert isinstance(Thread.objects.all(), models.QuerySet)


class TestGet:
    """What a manager finds by a whole key without a query set is what its query set finds."""

    def managers(self):
        """Name → a manager that a project may have made its own, and whom its ``get()`` finds."""

        class Noted(models.QuerySet):
            def get(self, *args, **kwargs):
                found = super().get(*args, **kwargs)
                found.noted = "get"
                return found

        class Counted(models.QuerySet):
            def _fetch_all(self):
                super()._fetch_all()
                for row in self._result_cache:
                    row.noted = "fetch"

        class Narrowed(models.Manager):
            def get_queryset(self):
                return super().get_queryset().filter(author="o")

        class Greeting(models.Manager):
            def get(self, *args, **kwargs):
                found = super().get(*args, **kwargs)
                found.noted = "manager"
                return found

        made = {
            "get": Noted.as_manager(),
            "fetch": models.Manager.from_queryset(Counted)(),
            "narrowed": Narrowed(),
            "manager": Greeting(),
        }
        for manager in made.values():
            manager.model = Thread
        return made

    @pytest.mark.parametrize("name", ["get", "fetch", "manager"])
    def test_own_ways(self, forum, name):
        """A query set, or a manager, that does more with what is found does so."""
        manager = self.managers()[name]
        assert manager.get("AWS", "b").noted == name
        if name != "manager":  # a manager's aget() asks its query set, as in Django
            assert asyncio.run(manager.aget("AWS", "b")).noted == name

    def test_own_query_sets(self, forum):
        """A manager of some objects does not find the others."""
        narrowed = self.managers()["narrowed"]
        assert narrowed.get("AWS", "d").views == 3
        with pytest.raises(Thread.DoesNotExist):
            narrowed.get("AWS", "a")

    def test_options(self, forum, sent):
        """Keys by name, lookups and consistency reach the service, and errors are those of the model."""
        assert Thread.objects.get(subject="b", forum="AWS", consistent_read=True).views == 1
        assert Thread.objects.get(forum="AWS", views=2).subject == "c"
        assert [payload.get("ConsistentRead") for payload in sent.payloads] == [True, None]
        with pytest.raises(Thread.DoesNotExist, match="Thread matching query does not exist"):
            Thread.objects.get("AWS", "none")
        with pytest.raises(Thread.MultipleObjectsReturned):
            Thread.objects.get(forum="AWS")


class TestQuery:
    """Items of one partition."""

    def test_partition(self, forum, sent):
        """Positional or by name, the partition key makes one Query."""
        assert subjects(Thread.objects.query("AWS")) == subjects(Thread.objects.query(forum="AWS")) == "abcd"
        assert sent.operations == ["Query", "Query"]

    def test_options(self, forum, sent):
        """Sort test, direction, limit and consistency reach the service."""
        rows = Thread.objects.query("AWS", subject__gte="b", reverse=True, limit=2, consistent_read=True)
        assert subjects(rows) == "dc"
        payload = sent.payloads[0]
        assert (payload["ScanIndexForward"], payload["Limit"], payload["ConsistentRead"]) == (False, 2, True)

    def test_goes_on_as_a_query_set(self, forum):
        """What query() returns can be narrowed further."""
        assert subjects(Thread.objects.query("AWS").filter(views__gte=1).exclude(author="i")) == "bd"

    def test_page_size_is_not_a_limit(self, forum, sent):
        """``page_size`` is items per call; all items come."""
        assert subjects(Thread.objects.query("AWS", page_size=3)) == "abcd"
        assert [payload["Limit"] for payload in sent.payloads] == [3, 3]

    def test_index(self, forum):
        """The positional value is the partition key of the index that is named."""
        assert set(subjects(Thread.objects.query("i", index="by_author"))) == set("acz")
        assert subjects(Thread.objects.query("AWS", index="by_views", views__gt=1)) == "cd"

    @pytest.mark.parametrize(
        "ask",
        [
            Thread.objects.query,
            lambda: Thread.objects.query(subject="a"),
            lambda: Thread.objects.query(author="i", index="by_views"),
        ],
    )
    def test_needs_the_partition_key(self, dynamodb, ask):
        """Without it a query would be a scan, so it raises."""
        with pytest.raises(UnsupportedError, match="partition key"):
            list(ask())

    def test_two_positional_values(self, dynamodb):
        """A second positional value is refused with the way to write it."""
        with pytest.raises(TypeError, match="one positional value"):
            Thread.objects.query("AWS", "a")

    def test_unknown_index(self, dynamodb):
        """An unknown index raises with the names there are."""
        with pytest.raises(UnsupportedError, match="by_author, by_views"):
            list(Thread.objects.query("AWS", index="nothing"))

    def test_is_lazy(self, sent):
        """Nothing is sent until rows are needed."""
        Thread.objects.query("AWS")
        Thread.objects.scan()
        assert sent.calls == []

    def test_number_key(self, dynamodb):
        """Sort keys of numbers are compared as numbers."""
        first = Reading.objects.create(at=9)
        Reading.objects.create(device=first.device, at=10)
        assert [row.at for row in Reading.objects.query(first.device, at__range=(9, 10))] == [9, 10]


class TestScan:
    """Everything, on purpose."""

    def test_filter(self, forum, sent):
        """A scan filters by any field."""
        assert set(subjects(Thread.objects.scan(views__gt=2))) == set("dz")
        assert sent.operations == ["Scan"]

    def test_options(self, forum, sent):
        """Limit, page size, index and consistency reach the service."""
        assert len(Thread.objects.scan(limit=2, consistent_read=True)) == 2
        assert len(Thread.objects.scan(index="by_author", page_size=3)) == 5
        assert sent.payloads[0]["ConsistentRead"] is True
        assert {payload.get("IndexName") for payload in sent.payloads[1:]} == {"by_author"}

    def test_even_a_whole_key(self, forum, sent):
        """Asked for a scan, it scans."""
        assert subjects(Thread.objects.scan(forum="AWS", subject="a")) == "a"
        assert sent.operations == ["Scan"]

    def test_hides_the_counter(self, dynamodb):
        """SEED row 18: the counter item is no object."""
        ticket = Ticket.objects.create()
        assert list(Ticket.objects.scan()) == [ticket]

    def test_no_order(self, dynamodb):
        """A scan has no order to give."""
        with pytest.raises(UnsupportedError, match="no order"):
            list(Thread.objects.scan().order_by("subject"))

    def test_unknown_index(self, dynamodb):
        """An unknown index raises with the names there are, as everywhere."""
        with pytest.raises(UnsupportedError, match="by_author, by_views"):
            list(Thread.objects.scan(index="nothing"))


class TestTable:
    """create_table."""

    def test_existing_table(self, dynamodb):
        """A table that exists is left alone."""
        assert Thread.objects.create_table() is False

    def test_no_method_of_a_query_set(self):
        """``query`` lives on the manager only: ``queryset.query`` is Django's state."""
        rows = Thread.objects.all()
        assert not callable(rows.query)
        assert not hasattr(rows, "create_table")


class TestKinds:
    """Where managers come from."""

    def test_default(self):
        """A model without a manager gets ours."""
        assert type(Thread.objects) is models.Manager
        assert type(Thread._default_manager) is models.Manager

    def test_base_manager(self):
        """Django's own reads go through ours too."""
        assert isinstance(Thread._base_manager, models.Manager)
        assert Thread._base_manager.model is Thread

    def test_as_manager(self):
        """A query set's manager has its methods and ours, and knows how it was made."""

        class Busy(models.QuerySet):
            def busy(self):
                """Threads seen often."""
                return self.filter(views__gt=2)

        manager = Busy.as_manager()
        manager.model = Thread
        assert isinstance(manager.query("AWS").busy(), Busy)
        assert callable(manager.scan)
        assert manager.deconstruct()[:3] == (True, None, f"{__name__}.Busy")

    def test_as_manager_serves_related_managers(self):
        """Such a manager is Django's kind of manager."""
        assert isinstance(models.QuerySet.as_manager(), django_models.manager.BaseManager)

    def test_subclass(self, forum):
        """A manager of one's own narrows its query set, also for query()."""

        class Quiet(models.Manager):
            def get_queryset(self):
                """Threads seen rarely."""
                return super().get_queryset().filter(views__lt=2)

        quiet = Quiet()
        quiet.model = Thread
        assert subjects(quiet.query("AWS")) == "ab"
        assert quiet.filter(forum="AWS").count() == 2
