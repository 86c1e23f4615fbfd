"""Tests the state of a query set by itself; what it does with it is the planner's and the query set's."""

import copy

import pytest
from django.core.exceptions import FieldDoesNotExist
from django.db.models import F, Q

from django_dynamodb.exceptions import UnsupportedError
from django_dynamodb.models.nodes import EVERYTHING, NOTHING
from django_dynamodb.models.query import ItemQuery
from tests.testapp.models import Thread


@pytest.fixture
def query():
    """A state that nothing was asked of yet."""
    return ItemQuery(Thread)


@pytest.mark.parametrize("copied", [lambda q: q.chain(), lambda q: q.clone(), copy.copy, copy.deepcopy])
def test_copies(query, copied):
    """A copy changes by itself."""
    other = copied(query)
    other.add_q(Q(views=3))
    other.add_ordering("subject")
    other.set_limits(high=3)
    other.add_immediate_loading(["views"])
    assert (query.node, query.order_by, query.high_mark, query.loaded) == (EVERYTHING, (), None, None)
    assert other.get_meta() is Thread._meta


def test_conditions(query):
    """Each condition narrows; one that nothing passes empties."""
    query.add_q(Q(views=3))
    query.add_q(Q(author="x"))
    assert len(query.node.parts) == 2
    query.add_q(Q(pk__in=[]))
    assert query.is_empty()


def test_combine(query):
    """``&`` and ``|`` join the conditions."""
    other = query.chain()
    query.add_q(Q(views=3))
    other.add_q(Q(views=4))
    both, either = query.chain(), query.chain()
    both.combine(other, Q.AND)
    either.combine(other, Q.OR)
    assert [type(found.node).__name__ for found in (both, either)] == ["All", "AnyOf"]
    nothing = query.chain()
    nothing.set_empty()
    either.combine(nothing, Q.AND)
    assert either.node == NOTHING


@pytest.mark.parametrize(("slices", "high"), [([20], 20), ([20, 5], 5), ([5, 20], 5), ([None], None), ([0], 0)])
def test_limits(query, slices, high):
    """A slice of a slice is the shorter one; none of nothing asks nothing."""
    for each in slices:
        query.set_limits(high=each)
    assert (query.high_mark, query.is_sliced, query.is_empty()) == (high, high is not None, high == 0)
    assert query.can_filter() is (high is None)


def test_offset_is_refused(query):
    """DynamoDB cannot skip items; the message says how to go on."""
    with pytest.raises(UnsupportedError, match=r"cannot skip the first 20 items .* page\(after="):
        query.set_limits(low=20, high=40)
    query.set_limits(high=5)
    query.clear_limits()
    assert query.can_filter()


@pytest.mark.parametrize("name", ["?", F("views"), F("views").desc(), 5])
def test_orderings(query, name):
    """Only the name of a field can be an ordering."""
    with pytest.raises(UnsupportedError, match="by a sort key only"):
        query.add_ordering(name)
    query.add_ordering("-subject")
    query.clear_ordering(force=True)
    assert (query.order_by, query.default_ordering) == ((), False)


def test_loading(query):
    """``only`` and ``defer`` always keep the key; ``pk`` stands for its parts."""
    query.add_immediate_loading(["pk", "views"])
    assert query.loaded == {"forum", "subject", "views"}
    query.add_deferred_loading(["views", "forum"])
    assert query.loaded == {"forum", "subject"}
    query.clear_deferred_loading()
    query.add_deferred_loading(["meta"])
    assert query.loaded == {"forum", "subject", "author", "posted", "views", "tags"}
    with pytest.raises(FieldDoesNotExist, match="moon"):
        query.add_immediate_loading(["moon"])


def test_sql_names(query):
    """What is written for SQL is told so, and hasattr() says no."""
    with pytest.raises(UnsupportedError, match="'get_compiler': the code that asked for it is written for SQL"):
        query.get_compiler()
    assert not hasattr(query, "table_map")
    with pytest.raises(AttributeError):
        query.__moon__  # noqa: B018  # the access is the point
