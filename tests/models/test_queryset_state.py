"""Holds that query sets are combined, copied, printed, explained and iterated without losing or asking anything."""

import json
import pickle
from copy import deepcopy

import pytest
from django.core.exceptions import FieldError
from django.db.models import Q

from django_dynamodb.exceptions import ScanForbidden, UnsupportedError
from django_dynamodb.models import QuerySet
from tests.testapp.models import Thread


@pytest.fixture
def forum(dynamodb):
    """Five threads of one forum, a to e, with 0 to 4 views, and one of another forum."""
    threads = [Thread(forum="AWS", subject=subject, views=views) for views, subject in enumerate("abcde")]
    Thread.objects.bulk_create([*threads, Thread(forum="GCP", subject="z", views=9)])
    return Thread.objects.filter(forum="AWS")


def subjects(rows):
    """The subjects in the order of the rows."""
    return "".join(row.subject for row in rows)


class TestCombining:
    """& and |, none() and Q."""

    def test_and(self, forum):
        """Both conditions, in one Query."""
        assert subjects(forum & Thread.objects.filter(views__gte=3)) == "de"

    def test_and_keeps_the_order_asked_on_the_right(self, forum):
        """The right side's order is taken when it has one, as in Django; it is never dropped."""
        assert subjects(forum & Thread.objects.order_by("-subject")) == "edcba"

    def test_and_keeps_what_was_asked_of_the_read(self, forum, sent):
        """A consistent read stays one when it is combined, on either side."""
        list(forum & Thread.objects.all().consistent())
        list(forum.consistent() & Thread.objects.all())
        assert [body["ConsistentRead"] for body in sent.payloads] == [True, True]

    def test_or_within_a_partition(self, forum):
        """``|`` of filters is one Query with one filter, through Q."""
        assert subjects(forum.filter(Q(views=1) | Q(views=3))) == "bd"

    def test_or_of_partitions(self, forum):
        """Two partitions are two reads, which one query set does not do behind the caller's back."""
        with pytest.raises(ScanForbidden):
            list(forum | Thread.objects.filter(forum="GCP"))

    def test_slice_does_not_combine(self, forum):
        """A slice and a condition cannot be told apart afterwards."""
        with pytest.raises((TypeError, UnsupportedError)):
            list(forum[:2] & Thread.objects.filter(views__gte=1))
        with pytest.raises((TypeError, UnsupportedError)):
            list(forum[:2] | Thread.objects.filter(views__gte=1))

    def test_two_indexes(self, forum):
        """One read uses one index."""
        with pytest.raises(UnsupportedError, match="one index"):
            forum.index("by_views") & Thread.objects.all().index("by_author")

    def test_named_way_in_is_kept(self, forum, sent):
        """An index or a scan named on the right is used, not dropped."""
        assert subjects(forum & Thread.objects.filter(views=3).index("by_views")) == "d"
        assert subjects(Thread.objects.filter(views=3) & Thread.objects.scan()) == "d"
        assert sent.operations == ["Query", "Scan"]

    def test_none(self, forum, sent):
        """``none()`` stays empty, whatever is added, and asks nothing."""
        nothing = Thread.objects.none()
        assert not nothing.filter(forum="AWS")
        assert not nothing & forum
        assert (nothing.count(), nothing.exists(), nothing.first(), nothing.update(views=1)) == (0, False, None, 0)
        assert nothing.delete() == (0, {"testapp.Thread": 0})
        assert sent.calls == []

    def test_none_or_something(self, forum):
        """Nothing or something is something."""
        assert subjects(Thread.objects.none() | forum) == "abcde"

    def test_keys_of_another_query_set(self, forum):
        """``pk__in`` takes another query set's rows, objects or keys."""
        keys = forum.filter(views__gte=3)
        for given in (keys, keys.values("pk"), keys.values_list("pk"), keys.values_list("pk", flat=True)):
            assert subjects(Thread.objects.filter(pk__in=given)) == "de"

    def test_unknown_names(self, dynamodb):
        """An unknown field raises when it is asked for, in the model's own names."""
        with pytest.raises(FieldError, match="Did you mean 'views'"):
            Thread.objects.filter(view=1)


class TestStates:
    """Cloning, pickling, printing."""

    def test_pickled_with_its_rows(self, forum):
        """A pickled query set brings its rows along, as Django's does."""
        rows = pickle.loads(pickle.dumps(forum.filter(views__lt=2)))
        assert subjects(rows) == "ab"
        assert subjects(rows.filter(views=1)) == "b"

    def test_pickled_query(self, forum):
        """A pickled query makes a query set that reads again, in its own shape."""
        for rows in (forum, forum.values("subject")):
            again = Thread.objects.all()
            again.query = pickle.loads(pickle.dumps(rows.query))
            assert list(again) == list(rows)

    def test_says_whether_it_is_narrowed(self, forum):
        """Django's related managers ask before they take rows away."""
        assert forum._has_filters()
        assert not Thread.objects.all()._has_filters()

    def test_generic_in_annotations(self):
        """``QuerySet[Thread]`` can be written in annotations."""
        assert QuerySet[Thread] is QuerySet

    def test_deepcopy_has_no_rows(self, forum):
        """A deep copy is asked anew."""
        assert len(forum) == 5
        assert deepcopy(forum)._result_cache is None

    def test_repr_reads_nothing(self, forum, sent):
        """Printing a query set that was not read costs no call; one that was read shows its rows."""
        rows = forum.filter(views=1)
        assert repr(rows) == "<QuerySet of testapp.Thread, not read yet; list() reads it>"
        assert sent.calls == []
        assert len(rows) == 1
        assert repr(rows) == "<QuerySet [<Thread: Thread object (AWS~b)>]>"

    def test_iterator_keeps_nothing(self, forum):
        """``iterator()`` yields the rows and caches none."""
        assert subjects(forum.iterator()) == "abcde"
        assert forum._result_cache is None

    def test_iterator_reads_page_by_page(self, forum, sent):
        """A page is read when its rows are needed."""
        rows = Thread.objects.query("AWS", page_size=2).iterator()
        next(rows)
        assert sent.operations == ["Query"]

    def test_distinct(self, forum):
        """Items are distinct; distinct values are refused."""
        assert subjects(forum.distinct()) == "abcde"
        with pytest.raises(UnsupportedError, match="Python set"):
            forum.distinct("author")

    def test_using(self, forum):
        """Django's own ``using("default")`` changes nothing; an alias that is no SQL database raises."""
        assert subjects(forum.using("default")) == subjects(forum.using(None)) == "abcde"
        with pytest.raises(UnsupportedError, match=r"no SQL database 'eu'; .* is the `using` of its class Table"):
            forum.using("eu")

    def test_untracked(self, forum):
        """Untracked rows keep no snapshot."""
        assert forum.untracked()[0]._state.item is None
        assert forum[0]._state.item is not None


class TestExplain:
    """The request, without sending it."""

    @pytest.mark.parametrize(
        ("ask", "verb"),
        [
            (lambda: Thread.objects.filter(forum="AWS", subject="a"), "GetItem"),
            (lambda: Thread.objects.filter(pk__in=["AWS~a"]), "BatchGetItem"),
            (lambda: Thread.objects.filter(author="x").order_by("-posted")[:5], "Query"),
            (lambda: Thread.objects.only("views"), "Scan"),
        ],
    )
    def test_request(self, sent, ask, verb):
        """The text ends with the request as JSON; nothing is sent."""
        text = ask().explain()
        assert text.startswith(f"{verb} on ")
        assert "threads" in json.dumps(json.loads(text[text.index("{") :]))
        assert sent.calls == []

    def test_nothing(self, sent):
        """A query set that asks nothing says so."""
        assert Thread.objects.none().explain().startswith("nothing on ")

    def test_options(self, dynamodb):
        """Django's options are refused, not ignored."""
        with pytest.raises(UnsupportedError, match="no options"):
            Thread.objects.explain(format="json")


class TestIndex:
    """A named index."""

    def test_named(self, forum, sent):
        """``index()`` reads that index, and only that."""
        assert subjects(forum.index("by_views").filter(views__gte=3)) == "de"
        assert sent.payloads[0]["IndexName"] == "by_views"

    def test_unknown(self, forum):
        """An unknown index raises with the names there are."""
        with pytest.raises(UnsupportedError, match="by_author, by_views"):
            list(forum.index("by_nothing"))
